# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A call is a function of what was said about it.

Notifications come late, twice, in any order or not at all, so a call is never
"updated by an event": :func:`fold` computes it anew from all facts known of it. The
result does not depend on the order in which facts are given nor on repetitions, and
what no fact tells stays ``None`` or empty.

Each field of :class:`Call` has one rule of precedence; ``docs/fold.md`` has them in a
table that a test holds against this file. Of facts of one kind, the one that arrived
first counts, unless a rule says otherwise.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from . import answer, clock
from .facts import (
    EXPIRED,
    NO_NEWS,
    REFUSED,
    REQUESTED,
    ROUTED,
    STATISTICS,
    distinct,
)
from .notification import (
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
    is_hidden,
)
from .statistics import clid_number, is_true

#: ``disposition`` of outgoing and internal calls to ``result``; anything else failed.
_OUTGOING_RESULTS = {
    "answered": "answered",
    "no answer": "no_answer",
    "busy": "busy",
    "cancel": "cancelled",
}
#: Seconds beyond which a talk time is nonsense: a week.
_LONGEST_TALK = 7 * 24 * 3600
#: ``call_id`` begins with the Unix time at which its channel was made.
_UNIX_TIME = re.compile(r"(\d{9,10})\.\d+")


@dataclass(frozen=True)
class Leg:
    """A part of a call: an extension that rang, a row of statistics, a recording.

    :param extension: internal number, empty when not known
    :param leg_id: Zadarma's ``call_id`` of this part, empty when not known
    :param result: ``answered``, ``no_answer`` or ``None`` while nothing is known
    :param recorded: whether Zadarma has a recording of it
    """

    extension: str = ""
    leg_id: str = ""
    result: str | None = None
    recorded: bool = False


@dataclass(frozen=True)
class Call:
    """What is known of one call. Numbers are as the PBX wrote them, times are UTC
    without tzinfo, durations are seconds."""

    direction: str
    state: str
    result: str | None = None
    disposition: str = ""
    failure: str = ""
    caller_number: str = ""
    called_number: str = ""
    external_number: str = ""
    extension: str = ""
    date_start: datetime | None = None
    date_answer: datetime | None = None
    date_end: datetime | None = None
    duration: int | None = None
    wait_duration: int | None = None
    recorded: bool = False
    ghost_answer: bool = False
    confirmed: bool = False
    routing_rule: str = ""
    legs: tuple[Leg, ...] = ()


def fold(facts, zone, ghost_seconds=0):
    """Compute a call from all facts known of it.

    :param facts: iterable of :class:`~facts.Fact`, in any order, repetitions allowed
    :param zone: IANA name of the account's time zone
    :param ghost_seconds: an answered incoming call without recording that is not
        longer than this was hardly answered by a person; 0 for none
    :return: the :class:`Call`
    :raise ValueError: no fact was given
    """
    facts = distinct(facts)
    if not facts:
        raise ValueError("a call without facts")
    return _Folder(facts, zone).call(ghost_seconds)


class _Folder:
    """The rules, one method a field; all facts are distinct and in fixed order."""

    def __init__(self, facts, zone):
        self.facts = facts
        self.zone = zone
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

    def call(self, ghost_seconds):
        direction = self._direction()
        state = self._state()
        disposition = self._disposition()
        answered = self._answered(disposition)
        result = self._result(direction, state, disposition, answered)
        duration = self._duration()
        recorded = self._recorded()
        extension = self._extension(answered)
        date_start = self._date_start()
        date_answer = self._date_answer(answered, date_start, duration)
        date_end = self._date_end(date_start, date_answer, duration)
        return Call(
            direction=direction,
            state=state,
            result=result,
            disposition=disposition,
            failure=self._failure(),
            caller_number=self._caller_number(),
            called_number=self._called_number(),
            external_number=self._external_number(direction),
            extension=extension,
            date_start=date_start,
            date_answer=date_answer,
            date_end=date_end,
            duration=duration,
            wait_duration=self._wait_duration(
                date_start, date_end if answered is False else date_answer
            ),
            recorded=recorded,
            ghost_answer=(
                direction == "incoming"
                and result == "answered"
                and self._is_ghost(extension, duration, recorded, ghost_seconds)
            ),
            confirmed=bool(self.rows),
            routing_rule=self._routing_rule(),
            legs=self._legs(extension, answered),
        )

    # -- who ----------------------------------------------------------------

    def _direction(self):
        """The id's prefix; internal when both parties are extensions."""
        other = self._caller_number() if self.incoming else self._called_number()
        ours = self._our_extensions()
        # our own leg of a callback is no call between extensions
        if extension_number(other) and ours and other != ours[0]:
            return "internal"
        return "incoming" if self.incoming else "outgoing"

    def _caller_number(self):
        """Incoming: the caller, as END and then earlier notifications name them, then
        statistics. Outgoing: the CallerID that was shown, else our extension, which
        is what a colleague sees."""
        shown = [
            *self._texts("caller_id", self.ends, self.answers, self.rings, self.starts),
            *(clid_number(row.get("clid")) for row in self.rows),
        ]
        numbers = (number for number in shown if not is_hidden(number))
        if self.incoming:
            return next(numbers, "")
        dialling = next(iter(self._our_extensions()), "")
        if extension_number(self._called_number()):
            return dialling
        outside = (number for number in numbers if not extension_number(number))
        return next(outside, dialling)

    def _called_number(self):
        """Incoming: the DID. Outgoing: END's destination, then START's, that of our
        request, that of statistics; our own extension only if there is no other."""
        if self.incoming:
            return next(
                self._texts("called_did", self.ends, self.rings, self.starts), ""
            )
        numbers = [
            *self._texts("destination", self.ends, self.starts),
            *self._texts("to", self.requests),
            *self._texts("destination", self.rows),
        ]
        outside = [number for number in numbers if not extension_number(number)]
        ours = self._our_extensions()
        others = [number for number in numbers if number not in ours]
        return next(iter([*outside, *others, *numbers]), "")

    def _external_number(self, direction):
        if direction == "internal":
            return ""
        number = self._caller_number() if self.incoming else self._called_number()
        return "" if extension_number(number) else number

    def _our_extensions(self):
        """Our extensions in the call: who dialled, then those that rang or spoke.

        The destination of an outgoing call is not among them, unless it is the only
        extension that is named: then it is our leg of a callback.
        """
        named = [
            *self._texts("internal", self.ends, self.starts),
            *self._texts("from", self.requests),
            *self._texts("sip", self.rows),
            *self._texts("internal", self.rings, self.answers),
            *self._texts("last_internal", self.ends),
        ]
        destinations = [*self._texts("destination", self.answers)]
        if self.incoming:
            destinations += self._texts("destination", self.rows)
        extensions = filter(extension_number, [*named, *destinations])
        return list(dict.fromkeys(extensions)) or self._rung_by_a_callback()

    def _rung_by_a_callback(self):
        if self.incoming:
            return []
        destinations = self._texts("destination", self.starts, self.ends, self.rows)
        return list(dict.fromkeys(filter(extension_number, destinations)))

    def _answerers(self):
        """Extensions that picked up, in order of arrival."""
        return list(filter(None, map(self._answerer, self.answers)))

    @staticmethod
    def _answerer(answer):
        return extension_number(answer.get("internal")) or extension_number(
            answer.get("destination")
        )

    def _speakers(self):
        """Extensions that spoke, one after another: statistics over notifications."""
        spoke = [
            *self._answerers(),
            *self._texts("internal", self.ends),
            *self._texts("last_internal", self.ends),
        ]
        if self.rows:
            spoke = map(self._row_extension, self._answered_rows())
        return list(dict.fromkeys(filter(extension_number, spoke)))

    def _answered_rows(self):
        return [row for row in self.rows if row.get("disposition") == "answered"]

    def _row_extension(self, row):
        """The extension of a row; ``sip`` is 0 or empty where there is none."""
        return extension_number(row.get("sip")) or (
            extension_number(row.get("destination")) if self.incoming else ""
        )

    def _extension(self, answered):
        """Who spoke last on our side, over who was rung.

        The latest answered row of statistics, then END's ``last_internal``, then the
        latest ANSWER, then END's ``internal``, then the only extension that was
        concerned. Several that rang in vain: nobody.
        """
        if answered is not False:
            spoke = [
                *self._texts("last_internal", self.ends),
                *reversed(self._answerers()),
            ]
            if answered:
                spoke = [
                    self._row_extension(row) for row in reversed(self._answered_rows())
                ] + spoke
        else:
            spoke = []
        candidates = [*spoke, *self._texts("internal", self.ends)]
        extension = next(filter(extension_number, candidates), "")
        if extension:
            return extension
        ours = self._our_extensions()
        return ours[0] if len(ours) == 1 else ""

    def _legs(self, extension, answered):
        """One leg for each row of statistics, each other extension that was rung, and
        each other id that Zadarma gave.

        A notification about a recorded part names no extension; when there is one
        such part only, it is the talk of whoever spoke.
        """
        recorded = {
            *self._texts("call_id_with_rec", self.records),
            *(
                end.get("call_id_with_rec")
                for end in self.ends
                if is_true(end.get("is_recorded"))
            ),
            *(
                self._leg_id(row)
                for row in self.rows
                if is_true(row.get("is_recorded"))
            ),
        } - {""}
        results = {}
        for row in self.rows:
            key = self._row_extension(row), self._leg_id(row)
            if results.get(key) != "answered":
                spoken = row.get("disposition") == "answered"
                results[key] = "answered" if spoken else "no_answer"
        ids = {
            *self._texts("call_id_with_rec", self.facts),
            *map(self._leg_id, self.facts),
        } - {"", *(leg_id for _number, leg_id in results)}
        rung = {*self._our_extensions(), *self._rung_by_a_callback()}
        for number in rung - {number for number, _leg_id in results}:
            leg_id = ids.pop() if number == extension and len(ids) == 1 else ""
            results[number, leg_id] = self._rung_result(number, extension, answered)
        results.update({("", leg_id): None for leg_id in ids})
        legs = (
            Leg(number, leg_id, result, leg_id in recorded)
            for (number, leg_id), result in results.items()
        )
        return tuple(
            sorted(legs, key=lambda leg: (not leg.extension, leg.extension, leg.leg_id))
        )

    def _rung_result(self, number, extension, answered):
        answerers = self._answerers()
        # a colleague who is called picks up without a notification
        spoke = [*answerers, extension, self._called_number()]
        if answered is not False and number in spoke:
            return "answered" if answered else None
        return "no_answer" if self.ends or answerers else None

    # -- how it went --------------------------------------------------------

    def _state(self):
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

    def _disposition(self):
        """Statistics over END. Several rows: answered if one is, else the latest's."""
        told = [
            *sorted(
                self._texts("disposition", reversed(self.outcome_rows)),
                key=lambda disposition: disposition != "answered",
            ),
            *self._texts("disposition", self.outcome_ends),
        ]
        return "" if self._only_we_answered() else next(iter(told), "")

    def _answered(self, disposition):
        """The disposition over ANSWER; ``None`` while nobody told."""
        if disposition:
            return disposition == "answered"
        return True if self.answers else None

    def _result(self, direction, state, disposition, answered):
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

    def _is_rejected(self):
        """We told the PBX to, and it rang nobody."""
        told = any(map(answer.is_rejection, self._texts("redirect", self.routes)))
        return told and not self.rings

    def _routing_rule(self):
        """What decided whom to ring; the first decision is the one that was sent."""
        return next(self._texts("rule", self.routes), "")

    def _failure(self):
        """Why a requested callback did not become a call."""
        return next(self._texts("reason", self.failures), "")

    def _recorded(self):
        """Statistics over END over RECORD."""
        for facts in (self.rows, self.ends):
            told = list(self._texts("is_recorded", facts))
            if told:
                return any(map(is_true, told))
        return bool(self.records)

    @staticmethod
    def _is_ghost(extension, duration, recorded, ghost_seconds):
        """A menu or a mailbox answered, or hardly anybody spoke."""
        if not extension:
            return True
        return not recorded and duration is not None and duration <= ghost_seconds

    # -- when ---------------------------------------------------------------

    def _date_start(self):
        """The PBX's own time; the earliest, should facts differ. Else our request's."""
        moments = [
            clock.to_utc(text, self.zone, near=self._near(fact))
            for fact in self.facts
            for text in (fact.get("call_start"), fact.get("callstart"))
        ]
        known = [moment for moment in moments if moment]
        known = known or [request.received_at for request in self.requests]
        return min(known, default=None)

    def _date_answer(self, answered, date_start, duration):
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

    def _date_end(self, date_start, date_answer, duration):
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
        moments += [moment for moment in (date_start, date_answer) if moment]
        return max(moments)

    def _duration(self):
        """Statistics over END.

        Several answered rows are legs after one another, whose talks add up, or the
        same talk seen from two sides. END's figure, if it lies between the longest
        and the sum, tells which; else the time that the rows cover together.
        """
        if self._only_we_answered():
            return None
        ended = self._seconds(self._texts("duration", self.outcome_ends))
        rows = [
            (row, talk)
            for row in self.outcome_rows
            if (talk := self._seconds(self._texts("seconds", [row]))) is not None
        ]
        if not rows:
            return ended
        talks = [talk for row, talk in rows if row.get("disposition") == "answered"]
        if len(talks) < 2:
            return sum(talks)
        if ended is not None and max(talks) <= ended <= sum(talks):
            return ended
        return self._covered(rows)

    def _covered(self, rows):
        """Seconds that the talks of answered rows cover together."""
        spans = sorted(
            (begin, begin + timedelta(seconds=talk))
            for row, talk in rows
            if row.get("disposition") == "answered"
            and (
                begin := clock.to_utc(row.get("callstart"), self.zone, self._near(row))
            )
        )
        total, reached = timedelta(), datetime.min
        for begin, end in spans:
            total += max(end - max(begin, reached), timedelta())
            reached = max(reached, end)
        return int(total.total_seconds())

    @staticmethod
    def _wait_duration(date_start, until):
        if not date_start or not until:
            return None
        return int((until - date_start).total_seconds())

    # -- reading facts ------------------------------------------------------

    def _all(self, *events):
        return [fact for fact in self.facts if fact.event in events]

    def _rows(self):
        """Rows of statistics, the earliest leg first.

        A row that was reported again with other values replaces its former self.
        """
        latest = {}
        for row in self._all(STATISTICS):
            latest[self._leg_id(row) or row.content] = row
        return sorted(
            latest.values(), key=lambda row: (row.get("callstart"), row.content)
        )

    def _customer_leg(self, facts):
        """Those facts of an outgoing call that tell of the customer's leg, or all."""
        if self.incoming:
            return facts
        leg = [fact for fact in facts if not extension_number(fact.get("destination"))]
        return leg or facts

    def _only_we_answered(self):
        """Whether of a callback nothing is known but that our own leg was answered,
        which says nothing of the customer."""
        outcome = self.outcome_rows + self.outcome_ends
        return (
            bool(self.requests)
            and any(fact.get("disposition") == "answered" for fact in outcome)
            and all(extension_number(fact.get("destination")) for fact in outcome)
        )

    @staticmethod
    def _leg_id(fact):
        """Zadarma's id of a leg; where there is none, it may be written as zero."""
        call_id = fact.get("call_id")
        return "" if call_id == "0" else call_id

    @staticmethod
    def _near(fact):
        """About when the call was, to tell the doubled hour's halves apart."""
        for name in ("call_id", "call_id_with_rec"):
            match = _UNIX_TIME.fullmatch(fact.get(name))
            if match:
                made = datetime.fromtimestamp(int(match.group(1)), UTC)
                return made.replace(tzinfo=None)
        return fact.received_at

    @staticmethod
    def _texts(name, *groups):
        """The non-empty texts under ``name``, group by group."""
        return (fact.get(name) for facts in groups for fact in facts if fact.get(name))

    @staticmethod
    def _seconds(texts):
        """The first text as seconds, ``None`` unless it is a sensible number."""
        text = next(texts, "")
        if not (text.isascii() and text.isdigit()) or len(text) > 6:
            return None
        return int(text) if int(text) <= _LONGEST_TALK else None
