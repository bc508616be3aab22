# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a call went."""

from .. import answer
from ..facts import NO_NEWS
from ..statistics import DISPOSITIONS, disposition, is_answered, is_true
from .times import Times

#: ``disposition`` of outgoing and internal calls to ``result``; anything else failed.
_OUTGOING_RESULTS = {
    "answered": "answered",
    "no answer": "no_answer",
    "busy": "busy",
    "cancel": "cancelled",
}


class Course(Times):
    """One method for each field that tells how."""

    def state(self) -> str:
        """The furthest that any fact tells.

        Statistics list calls that are over, and so do a recording alone, a failed
        request and our own note that nothing was heard for long.
        """
        only_recorded = bool(self.records) and len(self.records) == len(self.heard)
        over = self.ends or self.rows or self.failures or self._all(NO_NEWS)
        if over or only_recorded:
            return "ended"
        if not self.heard:
            return "requested"
        return "in_progress" if self.answers else "ringing"

    def disposition(self) -> str:
        """Statistics over END. Several rows: that of an answered one if there is one,
        else the latest's."""
        latest_first = self.outcome_rows[::-1]
        answered = filter(is_answered, latest_first)
        told = self._texts("disposition", answered, latest_first, self.outcome_ends)
        return "" if self._only_we_answered() else disposition(next(told, ""))

    def answered(self, disposition: str) -> bool | None:
        """The disposition over ANSWER; ``None`` while nobody told.

        A word that nobody knows tells nothing: an ANSWER or seconds of talk do.
        """
        if disposition and disposition not in DISPOSITIONS:
            return bool(self.answers or self.duration())
        if disposition:
            return disposition == "answered"
        return True if self.answers else None

    def answer_source(self, answered: bool | None) -> str:
        """What the answer rests on, the surest first: ``statistics`` list it,
        ``answer`` is a notification of its own, ``end`` may be a mailbox's."""
        if not answered:
            return ""
        if self._answered_rows():
            return "statistics"
        return "answer" if self.answers else "end"

    def result(
        self, direction: str, state: str, disposition: str, answered: bool | None
    ) -> str | None:
        """From the disposition; ANSWER counts only when an END lacks one."""
        if state != "ended":
            return None
        if self.failures:
            return "failed"
        if answered is None or not (self.ends or self.rows):
            return None
        if answered:
            return "answered"
        if direction == "incoming":
            return "rejected" if self._is_rejected() else "missed"
        return _OUTGOING_RESULTS.get(disposition, "failed")

    def _is_rejected(self) -> bool:
        """We told the PBX to, and it rang nobody."""
        told = any(map(answer.is_rejection, self._texts("redirect", self.routes)))
        return told and not self.rings

    def routing_rule(self) -> str:
        """What decided whom to ring; the first decision is the one that was sent."""
        return next(self._texts("rule", self.routes), "")

    def failure(self) -> str:
        """Why a requested callback did not become a call."""
        return next(self._texts("reason", self.failures), "")

    def recorded(self) -> bool:
        """Statistics over END over RECORD."""
        for facts in (self.rows, self.ends):
            told = list(self._texts("is_recorded", facts))
            if told:
                return any(map(is_true, told))
        return bool(self.records)

    def is_ghost(
        self, extension: str, duration: int | None, recorded: bool, ghost_seconds: int
    ) -> bool:
        """A menu or a mailbox answered, or hardly anybody spoke."""
        if not extension and not self.outside_answerer():
            return True
        return not recorded and duration is not None and duration <= ghost_seconds

    def duration(self) -> int | None:
        """Statistics over END.

        Several answered rows are legs after one another, whose talks add up, or the
        same talk seen from two sides. END's figure, if it lies between the longest
        and the sum, tells which; else the time that the rows cover together.
        """
        if self._only_we_answered():
            return None
        ended = self._seconds("duration", self.outcome_ends)
        rows = [
            (row, talk)
            for row in self.outcome_rows
            if (talk := self._seconds("seconds", [row])) is not None
        ]
        if not rows:
            return ended
        talks = [talk for row, talk in rows if is_answered(row)]
        if len(talks) < 2:
            return sum(talks)
        if ended is not None and max(talks) <= ended <= sum(talks):
            return ended
        return self._covered(rows)

    def claims(
        self, result: str | None, extension: str, duration: int | None, recorded: bool
    ) -> tuple[str, ...]:
        """Those outcomes that no statistics tell, in the order of their names.

        Whoever caught a notification could have written them; not who dialled an
        outgoing call, which is signed.
        """
        rows = self._answered_rows() if result == "answered" else self.rows
        proved = set(map(self._row_extension, rows))
        if not self.incoming:
            proved.add(self._dialling())
        claimed = {
            "duration": duration is not None
            and not any(
                self._seconds("seconds", [row]) is not None for row in self.outcome_rows
            ),
            "extension": extension and extension not in proved,
            "recorded": recorded and not any(self._texts("is_recorded", self.rows)),
            "result": result
            and not self.failures
            and not any(self._texts("disposition", self.outcome_rows)),
        }
        return tuple(name for name, is_claim in claimed.items() if is_claim)
