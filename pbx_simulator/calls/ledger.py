# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The PBX's own record of the calls that are over, as its statistics list them."""

import threading
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from .truth import NO_EXTENSION, Call, Leg

INCOMING, OUTGOING = "in", "out"
_start = attrgetter("leg.start")


@dataclass(frozen=True, slots=True)
class Entry:
    """One leg of a call."""

    call: Call
    leg: Leg

    @property
    def place(self) -> tuple[datetime, str, str]:
        """What entries are ordered by, the same at every request."""
        return self.leg.start, self.leg.call_id, self.leg.pbx_call_id


class Ledger:
    """The entries of all accounts, in order, so that a page is found at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # by account's key and kind
        self._entries: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        # keys of lists that were added to
        self._unordered: set[tuple[str, str]] = set()

    def add(self, call: Call) -> None:
        """List a call that is over."""
        kind = INCOMING if call.direction == "incoming" else OUTGOING
        legs = [leg for leg in call.legs if leg.pbx_call_id] or [_of_the_caller(call)]
        with self._lock:
            for key in ((call.account, kind), (call.account, "")):
                self._entries[key] += [Entry(call, leg) for leg in legs]
                self._unordered.add(key)

    def page(
        self,
        account: str,
        kind: str,
        first: datetime,
        last: datetime,
        skip: int,
        limit: int,
    ) -> list[Entry]:
        """Return some entries in order of their beginning.

        :param account: its key
        :param kind: `INCOMING`, `OUTGOING`, or empty for both
        :param first: UTC; entries that began then or later
        :param last: UTC; entries that began then or earlier
        :param skip: how many of these to leave out
        :param limit: how many to return at most
        """
        key = account, kind
        with self._lock:
            entries = self._entries[key]
            if key in self._unordered:
                entries.sort(key=attrgetter("place"))
                self._unordered.remove(key)
            begin = bisect_left(entries, first, key=_start) + skip
            end = bisect_right(entries, last, key=_start)
            return entries[begin : min(end, begin + limit)]


def _of_the_caller(call: Call) -> Leg:
    """Return what stands for an incoming call that has no leg."""
    return Leg(
        extension=NO_EXTENSION,
        destination=call.called,
        start=call.start,
        pbx_call_id=call.pbx_call_id,
        call_id=f"{int(call.start.timestamp())}.{int(call.pbx_call_id[-6:], 16)}",
        end=call.end,
        disposition=call.disposition,
    )
