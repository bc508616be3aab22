# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The facts of one call, sorted by what tells what."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from .. import clock
from ..facts import (
    EXPIRED,
    REFUSED,
    REQUESTED,
    ROUTED,
    STATISTICS,
    Fact,
)
from ..notification import (
    ANSWER,
    END,
    INTERNAL,
    INTERNAL_END,
    IVR,
    OUT_END,
    OUT_START,
    RECORD,
    START,
    extension_number,
)
from ..statistics import is_answered, seconds

#: ``call_id`` begins with the Unix time at which its channel was made.
_UNIX_TIME = re.compile(r"(\d{9,10})\.\d+")


class Reading:
    """All facts are distinct and in fixed order.

    :param zone: IANA name of the account's time zone
    :param extensions: the known internal numbers, empty if none is known
    """

    def __init__(
        self, facts: Sequence[Fact], zone: str, extensions: frozenset[str]
    ) -> None:
        self.facts = facts
        self.zone = zone
        self.extensions = extensions
        # the prefix of pbx_call_id is the direction; only a callback has no id yet
        self.incoming = any(fact.get("pbx_call_id").startswith("in_") for fact in facts)
        self.starts = self._all(START, OUT_START, IVR)
        self.rings = self._all(INTERNAL, INTERNAL_END)
        self.answers = self._all(ANSWER)
        self.ends = self._all(END, OUT_END)
        self.rows = self._rows()
        self.records = self._all(RECORD)
        self.requests = self._all(REQUESTED)
        self.routes = self._all(ROUTED)
        self.heard = [
            fact
            for fact in self.facts
            if fact.event not in (REQUESTED, REFUSED, EXPIRED)
        ]
        # a request that became a call after all did not fail
        self.failures = [] if self.heard else self._all(REFUSED, EXPIRED)
        # a callback has two legs, ours and the customer's; how the call went is the
        # customer's leg, where anything is known of it
        self.outcome_ends = self._customer_leg(self.ends)
        self.outcome_rows = self._customer_leg(self.rows)

    def _all(self, *events: str) -> list[Fact]:
        return [fact for fact in self.facts if fact.event in events]

    def _rows(self) -> list[Fact]:
        """Rows of statistics, the earliest leg first.

        A row that was reported again with other values replaces its former self.
        """
        latest = {
            self._leg_id(row) or row.content: row for row in self._all(STATISTICS)
        }
        return sorted(latest.values(), key=self._leg_order)

    def _leg_order(self, row: Fact) -> tuple[datetime, str, tuple[str, str]]:
        """By the time that goes on while the account's clock goes back."""
        text = row.get("callstart")
        near = self._made(row) or row.received_at
        return clock.to_utc(text, self.zone, near) or datetime.min, text, row.content

    @staticmethod
    def _made(row: Fact) -> datetime | None:
        """When a leg's channel was made, UTC; ``None`` if its id does not tell."""
        match = _UNIX_TIME.fullmatch(row.get("call_id"))
        if not match:
            return None
        return datetime.fromtimestamp(int(match.group(1)), UTC).replace(tzinfo=None)

    def _extension(self, number: str) -> str:
        """The internal number that a party's number is, empty if it is an outside one.

        Three digits that are none of ours are a number of the country: an emergency
        call, a service. What is named as an internal number always is one.
        """
        extension = extension_number(number)
        known = not self.extensions or extension in self.extensions
        return extension if known else ""

    def _row_extension(self, row: Fact) -> str:
        """The extension of a row; ``sip`` is 0 or empty where there is none."""
        return extension_number(row.get("sip")) or (
            self._extension(row.get("destination")) if self.incoming else ""
        )

    def _customer_leg(self, facts: list[Fact]) -> list[Fact]:
        """Those facts of an outgoing call that tell of the customer's leg, or all."""
        if self.incoming:
            return facts
        leg = [fact for fact in facts if not self._extension(fact.get("destination"))]
        return leg or facts

    def _only_we_answered(self) -> bool:
        """Whether of a callback nothing is known but that our own leg was answered,
        which says nothing of the customer."""
        outcome = self.outcome_rows + self.outcome_ends
        return (
            bool(self.requests)
            and any(is_answered(fact) for fact in outcome)
            and all(self._extension(fact.get("destination")) for fact in outcome)
        )

    def _answered_rows(self) -> list[Fact]:
        return [row for row in self.rows if is_answered(row)]

    @staticmethod
    def _leg_id(fact: Fact) -> str:
        """Zadarma's id of a leg; where there is none, it may be written as zero."""
        call_id = fact.get("call_id")
        return "" if call_id == "0" else call_id

    @staticmethod
    def _texts(name: str, *groups: Iterable[Fact]) -> Iterator[str]:
        """The non-empty texts under ``name``, group by group."""
        return (fact.get(name) for facts in groups for fact in facts if fact.get(name))

    @classmethod
    def _seconds(cls, name: str, facts: Iterable[Fact]) -> int | None:
        """The first text as seconds, ``None`` unless it is a sensible number."""
        return seconds(next(cls._texts(name, facts), ""))

    @staticmethod
    def _numbers(name: str, *groups: Iterable[Fact]) -> Iterator[str]:
        """The internal numbers under ``name``, which names nothing else."""
        numbers = (
            extension_number(fact.get(name)) for facts in groups for fact in facts
        )
        return filter(None, numbers)
