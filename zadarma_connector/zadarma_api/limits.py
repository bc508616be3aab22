# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How many requests Zadarma accepts, and who may make the next one.

100 requests a minute, of those 3 for statistics (OpenAPI, ``info.description``).
Background work takes at most half, so that dialling never waits for it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Seconds.
PERIOD = 60
GENERAL = 100
BACKGROUND = GENERAL // 2
STATISTICS = 3
#: Seconds that are waited at most, whatever Zadarma or a proxy in between says.
LONGEST_WAIT = 3600
#: ``Retry-After`` in seconds; its other form, a date, was never seen.
_SECONDS = re.compile("[0-9]{1,9}")


@dataclass(frozen=True)
class Request:
    """A request that was let through.

    :param at: seconds since the epoch
    :param statistics: whether it was for statistics
    :param background: whether nobody waits for it
    """

    at: float
    statistics: bool
    background: bool


def recent(log: Iterable[Request], now: float) -> list[Request]:
    """The requests that still count."""
    return [request for request in log if now - request.at < PERIOD]


def wait(log: Sequence[Request], request: Request) -> float:
    """Seconds that a request has to wait, 0 if it may go.

    :param log: :class:`Request` objects let through before, in order of time
    :param request: the next one
    """
    log = recent(log, request.at)
    full = []
    if len(log) >= GENERAL:
        full.append(log[-GENERAL])
    if request.background:
        background = [one for one in log if one.background]
        if len(background) >= BACKGROUND:
            full.append(background[-BACKGROUND])
    if request.statistics:
        statistics = [one for one in log if one.statistics]
        if len(statistics) >= STATISTICS:
            full.append(statistics[-STATISTICS])
    return max((one.at + PERIOD - request.at for one in full), default=0)


def retry_after(text: str) -> int | None:
    """Read the header ``Retry-After``.

    :return: seconds, at most :data:`LONGEST_WAIT`; ``None`` if it tells none
    """
    return min(int(text), LONGEST_WAIT) if _SECONDS.fullmatch(text) else None
