# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What of a flood need not even be kept.

Whoever caught one notification can send it under its own id as often as they like, each
time with something else beside the signed text. All of it is believed as far as it was
signed, so that nothing else bounds it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from ..facts import Fact
from .said import grounds

#: Of one id, those that say only what an earlier one said.
REPETITIONS = 50
#: Of one signed text as one event of one id, those that each claim something else; no
#: genuine call rings so many.
CLAIMS = 200


def surplus(notifications: Iterable[Fact]) -> Iterator[int]:
    """The places of those that are not kept, the youngest of their kind.

    :param notifications: with one ``pbx_call_id``, in order of arrival
    """
    heard: set[tuple[str, str]] = set()
    kept: Counter[tuple[str, ...]] = Counter()
    for place, fact in enumerate(notifications):
        kind, most = grounds(fact), CLAIMS
        if fact.content in heard:
            kind, most = (), REPETITIONS
        heard.add(fact.content)
        kept[kind] += 1
        if kept[kind] > most:
            yield place
