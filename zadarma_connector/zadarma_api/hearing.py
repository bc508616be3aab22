# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who provably spoke, and which recorded parts provably are a call's.

To hear a recording is more than to see a call, so it rests on what nobody outside can
write: the statistics, and the names of the files that Zadarma's API gives for a call.
These are there minutes after a talk. What notifications tell of extensions is not
signed.
"""

import re
from collections.abc import Iterable

from .facts import Fact
from .notification import extension_number
from .statistics import is_answered

#: ``1-<call_id>-<extension>-<date-time>.mp3`` (OpenAPI, ``/v1/pbx/record/request``).
_FILE_NAME = re.compile(
    r"[0-9]+-([0-9]+\.[0-9]+)-([0-9]{3})-[0-9-]+(?:\.[A-Za-z0-9]+)?"
)


_PART = re.compile(r"[0-9]{1,20}\.[0-9]{1,20}")


def is_part(text: str) -> bool:
    """Whether a text can be the id of a recorded part (``call_id``)."""
    return bool(_PART.fullmatch(text))


def speakers(
    rows: Iterable[Fact], file_names: Iterable[str], extensions: Iterable[str] = ()
) -> frozenset[str]:
    """The internal numbers that provably spoke in a call.

    :param rows: the call's rows of statistics
    :param file_names: of the files that Zadarma's API gave for this ``pbx_call_id``;
        never for a part's id alone, which a notification may have named
    :param extensions: the account's internal numbers; while none is known, any three
        digits are one
    """
    numbers = {match[2] for match in map(_FILE_NAME.fullmatch, file_names) if match}
    for row in filter(is_answered, rows):
        # a colleague who was called has no row of their own
        for text in (row.get("sip"), row.get("destination")):
            numbers.add(extension_number(text))
    known = frozenset(extensions)
    return frozenset(one for one in numbers if one and (not known or one in known))


def parts(rows: Iterable[Fact], file_names: Iterable[str]) -> frozenset[str]:
    """The ids of parts (``call_id``) that provably belong to a call.

    :param rows: as in :func:`speakers`; so are ``file_names``
    """
    named = {match[1] for match in map(_FILE_NAME.fullmatch, file_names) if match}
    return frozenset(named | {row.get("call_id") for row in rows} - {"", "0"})
