# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When a call was."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from .. import clock
from ..facts import Fact
from ..notification import OUT_END, OUT_START
from ..statistics import is_answered
from .legs import Legs

#: So long after its call, in menus and queues, the first leg may begin.
_BEFORE_FIRST_LEG = timedelta(hours=1)


class Times(Legs):
    """One method for each field that tells when."""

    def date_start(self) -> datetime | None:
        """The earliest time that notifications tell, unless statistics know better:
        their earliest leg, or what begins within the hour before it. Else the arrival
        of what tells of a beginning without a time, and then that of our request."""
        listed = [
            moment
            for row in self.rows
            if (moment := self._begun(row.get("callstart"), self._row_near(row)))
        ]
        notified = self._notified_start()
        if listed:
            first = min(listed)
            is_before = notified and first - _BEFORE_FIRST_LEG <= notified <= first
            return notified if is_before else first
        if notified:
            return notified
        arrivals = self.starts or self.requests
        return min((fact.received_at for fact in arrivals), default=None)

    def start_is_arrival(self, date_start: datetime | None) -> bool:
        """Whether nobody told when the call began in a way that can be read. When we
        asked for it is our own time."""
        told = self._notified_start() or any(
            self._begun(row.get("callstart"), self._row_near(row)) for row in self.rows
        )
        return bool(date_start and self.starts and not told)

    def _notified_start(self) -> datetime | None:
        """The earliest call_start. Those of an outgoing call's legs are signed with
        their numbers, others of it tell of no leg."""
        legs = self._all(OUT_START, OUT_END)
        known = [
            moment
            for text in set(self._texts("call_start", legs or self.facts))
            if (moment := self._begun(text, self._near(text)))
        ]
        return min(known, default=None)

    def _begun(self, text: str, near: datetime) -> datetime | None:
        return clock.to_utc(text, self.zone, near)

    def _near(self, text: str) -> datetime:
        """A moment soon after the start that a text tells: its first arrival.

        Of an end that is the only one to tell it, less the talk: it can be longer than
        the hour that a clock repeats.
        """
        first = next(fact for fact in self.facts if fact.get("call_start") == text)
        talk = self._seconds("duration", [first]) or 0
        return first.received_at - timedelta(seconds=talk)

    def _row_near(self, row: Fact) -> datetime:
        """About when a leg was: its id tells, else what was notified of the call."""
        if made := self._made(row):
            return made
        notified = [fact for fact in self.heard if fact not in self.rows]
        return min((fact.received_at for fact in notified), default=row.received_at)

    def date_answer(
        self,
        answered: bool | None,
        date_start: datetime | None,
        duration: int | None,
    ) -> datetime | None:
        """ANSWER's arrival, or END's less the talk if that is earlier.

        Either alone is wrong when its notification was late; both can only be late.
        When several spoke, the first one's ANSWER counts, and END alone does not tell:
        what lay between their talks is not known.
        """
        if not answered:
            return None
        speakers = self._speakers()
        several = len(speakers) > 1
        moments = [
            answer.received_at
            for answer in self.answers
            if not several or self._answerer(answer) == speakers[0]
        ]
        alone = duration is not None and not several
        if self.outcome_ends and (moments or alone):
            talk = timedelta(seconds=duration or 0)
            moments.append(self.outcome_ends[0].received_at - talk)
        if not moments:
            return None
        # the PBX's clock may be ahead of ours
        return max(min(moments), date_start or min(moments))

    def date_end(
        self,
        date_start: datetime | None,
        date_answer: datetime | None,
        duration: int | None,
    ) -> datetime | None:
        """END's arrival, never before the reported talk is over; without END the
        answer plus the talk that statistics tell, if one spoke only; a failed request's
        failure."""
        moments = [end.received_at for end in self.outcome_ends[:1]]
        if not moments and not self.rows:
            moments = [failure.received_at for failure in self.failures[:1]]
        told = moments or (self.rows and len(self._speakers()) < 2)
        if date_answer and duration is not None and told:
            moments.append(date_answer + timedelta(seconds=duration))
        if not moments:
            return None
        moments += filter(None, (date_start, date_answer))
        return max(moments)

    def _covered(self, rows: Iterable[tuple[Fact, int]]) -> int:
        """Seconds that the talks of answered rows cover together.

        :param rows: each with the seconds of its talk
        """
        spans = sorted(
            (begin, begin + timedelta(seconds=talk))
            for row, talk in rows
            if is_answered(row)
            and (begin := self._begun(row.get("callstart"), self._row_near(row)))
        )
        total, reached = timedelta(), datetime.min
        for begin, end in spans:
            total += max(end - max(begin, reached), timedelta())
            reached = max(reached, end)
        return int(total.total_seconds())
