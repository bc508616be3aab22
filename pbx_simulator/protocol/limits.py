# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Zadarma's rate limits: 100 requests a minute, of statistics 3.

Source: the official specification's description. It does not say how a minute is
counted, nor the unit of `X-RateLimit-Reset`; here a minute starts with the first
request, and `Reset` is the Unix time of its end.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

# Tells the present, aware of its zone.
Clock = Callable[[], datetime]
WINDOW = 60  # seconds
GENERAL_LIMIT = 100
STATISTICS_LIMIT = 3


@dataclass(frozen=True)
class Allowance:
    """Whether one more request is allowed, and what the headers tell about it."""

    allowed: bool
    limit: int
    remaining: int
    reset: int  # Unix time

    @property
    def headers(self) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.reset),
        }


class Limiter:
    """Counts the requests of every account."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        # The end of each, Unix time, and what was used of it.
        self._windows: dict[tuple[str, bool], tuple[float, int]] = {}

    def take(self, key: str, path: str) -> Allowance:
        """Count one request.

        :param key: the account's API key
        :param path: the request's path
        """
        statistics = path.startswith("/v1/statistics/")
        limit = STATISTICS_LIMIT if statistics else GENERAL_LIMIT
        now = self._clock().timestamp()
        with self._lock:
            end, used = self._windows.get((key, statistics), (0, 0))
            if now >= end:
                end, used = now + WINDOW, 0
            allowed = used < limit
            used += allowed
            self._windows[key, statistics] = (end, used)
        return Allowance(allowed, limit, limit - used, int(end))
