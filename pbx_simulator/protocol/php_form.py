# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Forms as PHP writes them: Zadarma's servers re-encode what they received so."""

from collections.abc import Iterable
from urllib.parse import quote_plus


def encode(pairs: Iterable[tuple[str, str]]) -> str:
    """Encode pairs as PHP's `http_build_query` does under RFC 1738.

    :param pairs: names and texts; nested names are flat, e.g. `a[b]`
    :return: the form as ASCII text
    """
    return "&".join(f"{_escape(name)}={_escape(value)}" for name, value in pairs)


def canonical(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Bring a received form into the order in which PHP signs it.

    PHP sees nested names as one top-level name and sorts only those, so that
    `number[10]` stays behind `number[2]`; of equal names it keeps the last, and it
    counts unnumbered ones (`number[]`).

    :param pairs: names and texts as received
    """
    form: dict[str, str] = {}
    counts: dict[str, int] = {}
    for name, value in pairs:
        if name.endswith("[]"):
            counts[name] = counts.get(name, -1) + 1
            name = f"{name[:-2]}[{counts[name]}]"
        form[name] = value
    return sorted(form.items(), key=lambda pair: pair[0].partition("[")[0])


def _escape(text: str) -> str:
    # PHP's urlencode leaves only letters, digits and -_. alone.
    return quote_plus(text, safe="").replace("~", "%7E")
