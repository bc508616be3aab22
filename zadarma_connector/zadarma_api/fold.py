# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A call is a function of what was said about it.

Notifications come late, twice, in any order or not at all, so a call is never
"updated by an event": :func:`fold` computes it anew from all facts known of it. The
result does not depend on the order in which facts are given nor on repetitions, and
what no fact tells stays ``None`` or empty.

Each field of :class:`Call` has one rule of precedence, written where it is computed.
Where facts of one kind contradict each other, the one that arrived first counts,
unless a rule says otherwise.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from . import clock, notification

INCOMING, OUTGOING, INTERNAL = "incoming", "outgoing", "internal"
RINGING, IN_PROGRESS, ENDED = "ringing", "in_progress", "ended"
ANSWERED = "answered"
MISSED = "missed"
FAILED = "failed"

#: ``disposition`` of outgoing and internal calls to ``result``; anything else failed.
_OUTGOING_RESULTS = {
    "answered": ANSWERED,
    "no answer": "no_answer",
    "busy": "busy",
    "cancel": "cancelled",
}


@dataclass(frozen=True)
class Fact:
    """One thing said about a call.

    :param event: what it tells, e.g. ``NOTIFY_END``
    :param params: its parameters as received, texts to texts
    :param received_at: UTC without tzinfo, when it first reached us
    """

    event: str
    params: Mapping[str, str]
    received_at: datetime

    def get(self, name):
        """A parameter's text, empty when missing."""
        return self.params.get(name) or ""


@dataclass(frozen=True)
class Leg:
    """A part of a call: an extension that rang, or a recorded part.

    :param extension: internal number, empty when not known
    :param leg_id: Zadarma's ``call_id`` of this part, empty when not known
    :param result: ``answered``, ``no_answer`` or ``None`` while nothing is known
    """

    extension: str = ""
    leg_id: str = ""
    result: str | None = None


@dataclass(frozen=True)
class Call:
    """What is known of one call. Numbers are as the PBX wrote them, times are UTC
    without tzinfo, durations are seconds."""

    direction: str
    state: str
    result: str | None = None
    disposition: str = ""
    caller_number: str = ""
    called_number: str = ""
    external_number: str = ""
    extension: str = ""
    date_start: datetime | None = None
    date_answer: datetime | None = None
    date_end: datetime | None = None
    duration: int | None = None
    wait_duration: int | None = None
    legs: tuple[Leg, ...] = field(default=())


def fold(pbx_call_id, facts, zone):
    """Compute a call from all facts known of it.

    :param pbx_call_id: the PBX's id, whose prefix tells the direction
    :param facts: iterable of :class:`Fact`, in any order, repetitions allowed
    :param zone: IANA name of the account's time zone
    :return: the :class:`Call`
    :raise ValueError: no fact was given
    """
    facts = _distinct(facts)
    if not facts:
        raise ValueError("a call without facts")
    return _Folder(pbx_call_id, facts, zone).call()


def _distinct(facts):
    """The facts without repetitions, first arrival counting, in a fixed order."""
    first = {}
    for fact in facts:
        key = (fact.event, json.dumps(dict(fact.params), sort_keys=True))
        if key not in first or fact.received_at < first[key].received_at:
            first[key] = fact
    ordered = sorted(first.items(), key=lambda item: (item[1].received_at, item[0]))
    return [fact for key, fact in ordered]


class _Folder:
    """The rules, one method a field; all facts are distinct and in fixed order."""

    def __init__(self, pbx_call_id, facts, zone):
        self.incoming = pbx_call_id.startswith("in_")
        self.facts = facts
        self.zone = zone
        self.answers = self._all(notification.ANSWER)
        self.ends = self._all(notification.END, notification.OUT_END)

    def call(self):
        direction = self._direction()
        disposition = self._first(self.ends, "disposition")
        duration = self._duration()
        answered = self._answered(disposition)
        date_start = self._date_start()
        date_answer = self._date_answer(answered, date_start, duration)
        date_end = self._date_end(date_start, date_answer, duration)
        waited_until = date_answer or date_end
        extension = self._extension(answered)
        return Call(
            direction=direction,
            state=self._state(),
            result=self._result(direction, disposition, answered),
            disposition=disposition,
            caller_number=self._caller_number(),
            called_number=self._called_number(),
            external_number="" if direction == INTERNAL else self._external_number(),
            extension=extension,
            date_start=date_start,
            date_answer=date_answer,
            date_end=date_end,
            duration=duration,
            wait_duration=(
                int((waited_until - date_start).total_seconds())
                if date_start and waited_until
                else None
            ),
            legs=self._legs(extension, answered),
        )

    # -- who ----------------------------------------------------------------

    def _direction(self):
        """The id's prefix; internal when both parties are extensions."""
        ours = self._our_parties()
        other = self._caller_number() if self.incoming else self._called_number()
        if ours and notification.extension_number(other):
            return INTERNAL
        return INCOMING if self.incoming else OUTGOING

    def _caller_number(self):
        """Incoming: the caller. Outgoing: the CallerID that END shows, else ours."""
        shown = (fact.get("caller_id") for fact in self.facts)
        number = next((one for one in shown if not notification.is_hidden(one)), "")
        if number or self.incoming:
            return number
        return self._first(self.facts, "internal")

    def _called_number(self):
        """Incoming: the DID (ANSWER's destination is our side). Outgoing: whom."""
        return self._first(self.facts, "called_did" if self.incoming else "destination")

    def _external_number(self):
        return self._caller_number() if self.incoming else self._called_number()

    def _our_parties(self):
        """Extensions that any fact names, in order of arrival."""
        named = {}
        for fact in self.facts:
            for number in (fact.get("internal"), fact.get("last_internal")):
                named.setdefault(notification.extension_number(number))
            if fact.event == notification.ANSWER:
                named.setdefault(notification.extension_number(fact.get("destination")))
        named.pop("", None)
        return list(named)

    def _answerers(self):
        """Extensions that picked up, in order of arrival."""
        numbers = (
            notification.extension_number(answer.get("internal"))
            or notification.extension_number(answer.get("destination"))
            for answer in self.answers
        )
        return [number for number in numbers if number]

    def _extension(self, answered):
        """Who spoke last on our side, over who was rung.

        END's ``last_internal``, then the latest ANSWER, then END's ``internal``, then
        the only extension that rang. Several that rang in vain: nobody.
        """
        last = notification.extension_number(self._first(self.ends, "last_internal"))
        if last:
            return last
        answerers = self._answerers()
        if answerers and answered is not False:
            return answerers[-1]
        ended = notification.extension_number(self._first(self.ends, "internal"))
        if ended:
            return ended
        parties = self._our_parties()
        return parties[0] if len(parties) == 1 else ""

    def _legs(self, extension, answered):
        """One leg for each extension, and one for each recorded part.

        A part's own notification names no extension; when only one part exists, it
        is the talk of whoever spoke.
        """
        answerers = set(self._answerers())
        if answered and extension:
            answerers.add(extension)
        over = bool(self.ends)
        legs = {
            number: Leg(
                number,
                result=(
                    ANSWERED
                    if number in answerers and answered is not False
                    else "no_answer"
                    if over or answerers
                    else None
                ),
            )
            for number in self._our_parties()
        }
        parts = {
            fact.get(name)
            for fact in self.facts
            for name in ("call_id_with_rec", "call_id")
        } - {""}
        if len(parts) == 1 and extension in legs:
            leg = legs[extension]
            legs[extension] = Leg(leg.extension, parts.pop(), leg.result)
        return (
            *(legs[number] for number in sorted(legs)),
            *(Leg(leg_id=part) for part in sorted(parts)),
        )

    # -- how it went --------------------------------------------------------

    def _state(self):
        """The furthest that any fact tells. A recording alone proves an end."""
        if self.ends or all(fact.event == notification.RECORD for fact in self.facts):
            return ENDED
        return IN_PROGRESS if self.answers else RINGING

    def _answered(self, disposition):
        """END's disposition over ANSWER; ``None`` while nobody told."""
        if disposition:
            return disposition == "answered"
        return True if self.answers else None

    def _result(self, direction, disposition, answered):
        if not self.ends or answered is None:
            return None
        if answered:
            return ANSWERED
        if direction == INCOMING:
            return MISSED
        return _OUTGOING_RESULTS.get(disposition, FAILED)

    # -- when ---------------------------------------------------------------

    def _date_start(self):
        """The PBX's own time; the earliest, should facts differ."""
        moments = [
            clock.to_utc(fact.get("call_start"), self.zone, near=fact.received_at)
            for fact in self.facts
        ]
        return min((moment for moment in moments if moment), default=None)

    def _date_answer(self, answered, date_start, duration):
        """ANSWER's arrival, or END's less the talk if that is earlier.

        Either alone is wrong when its notification was late; both can only be late.
        """
        if not answered:
            return None
        moments = [answer.received_at for answer in self.answers]
        if self.ends and (moments or duration is not None):
            talk = timedelta(seconds=duration or 0)
            moments.append(self.ends[0].received_at - talk)
        if not moments:
            return None
        # the PBX's clock may be ahead of ours
        return max(min(moments), date_start or min(moments))

    def _date_end(self, date_start, date_answer, duration):
        """END's arrival, never before the talk that END reports is over."""
        if not self.ends:
            return None
        over = date_answer and date_answer + timedelta(seconds=duration or 0)
        moments = (self.ends[0].received_at, date_start, over)
        return max(moment for moment in moments if moment)

    def _duration(self):
        text = self._first(self.ends, "duration")
        return int(text) if text.isascii() and text.isdigit() else None

    # -- reading facts ------------------------------------------------------

    def _all(self, *events):
        return [fact for fact in self.facts if fact.event in events]

    @staticmethod
    def _first(facts, name):
        """The first non-empty text under ``name``."""
        return next((fact.get(name) for fact in facts if fact.get(name)), "")
