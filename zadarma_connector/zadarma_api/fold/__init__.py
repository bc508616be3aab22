# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A call is a function of what was said about it.

Notifications come late, twice, in any order or not at all, so a call is never
"updated by an event": :func:`fold` computes it anew from all facts known of it. The
result does not depend on the order in which facts are given nor on repetitions, and
what no fact tells stays ``None`` or empty.

Each field of :class:`Call` has one rule of precedence; ``docs/fold.md`` has them in a
table that a test holds against this package. Of facts of one kind, the one that arrived
first counts, unless a rule says otherwise. Which notifications are facts at all is
decided before, by :mod:`~zadarma_api.belief`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from ..facts import Fact, distinct
from .course import Course
from .legs import Leg
from .times import Times


@dataclass(frozen=True)
class Call:
    """What is known of one call. Numbers are as the PBX wrote them, those of callers
    without the name or the address around them; times are UTC without tzinfo, durations
    are seconds."""

    direction: str
    state: str
    result: str | None = None
    disposition: str = ""
    failure: str = ""
    caller_number: str = ""
    caller_id: str = ""
    called_number: str = ""
    external_number: str = ""
    extension: str = ""
    outside_answerer: str = ""
    date_start: datetime | None = None
    start_is_arrival: bool = False
    date_answer: datetime | None = None
    date_end: datetime | None = None
    duration: int | None = None
    wait_duration: int | None = None
    recorded: bool = False
    ghost_answer: bool = False
    answer_source: str = ""
    confirmed: bool = False
    claims: tuple[str, ...] = ()
    routing_rule: str = ""
    legs: tuple[Leg, ...] = ()


def begun(facts: Iterable[Fact], zone: str) -> datetime | None:
    """Tell when a call began, as :func:`fold` does, from facts known of it.

    :param facts: in any order, repeated or not
    :param zone: IANA name of the account's time zone
    :return: UTC without tzinfo; ``None`` if nothing tells it
    """
    return Course(distinct(facts), zone, frozenset()).date_start()


def fold(
    facts: Iterable[Fact],
    zone: str,
    ghost_seconds: int = 0,
    extensions: Iterable[str] = (),
) -> Call:
    """Compute a call from all facts known of it.

    :param facts: in any order, repeated or not; of notifications what is believed
    :param zone: IANA name of the account's time zone
    :param ghost_seconds: an answered incoming call without recording that is not
        longer than this was hardly answered by a person; 0 for none
    :param extensions: the account's internal numbers, former ones included; while none
        is known, any three digits are one
    :raise ValueError: no fact was given
    """
    facts = distinct(facts)
    if not facts:
        raise ValueError("a call without facts")
    read = Course(facts, zone, frozenset(extensions))
    direction, state = read.direction(), read.state()
    disposition = read.disposition()
    answered = read.answered(disposition)
    result = read.result(direction, state, disposition, answered)
    duration, recorded = read.duration(), read.recorded()
    extension = read.extension(answered)
    is_talk = (direction, result) == ("incoming", "answered")
    is_ghost = read.is_ghost(extension, duration, recorded, ghost_seconds)
    return Call(
        direction=direction,
        state=state,
        result=result,
        disposition=disposition,
        failure=read.failure(),
        caller_number=read.caller_number(),
        caller_id=read.caller_id(),
        called_number=read.called_number(),
        external_number=read.external_number(direction),
        extension=extension,
        outside_answerer=read.outside_answerer() if answered else "",
        **_times(read, answered, duration),
        duration=duration,
        recorded=recorded,
        ghost_answer=is_talk and is_ghost,
        answer_source=read.answer_source(answered),
        confirmed=bool(read.rows),
        claims=read.claims(result, extension, duration, recorded),
        routing_rule=read.routing_rule(),
        legs=read.legs(extension, answered),
    )


class _Times(TypedDict):
    """Fields of :class:`Call`."""

    date_start: datetime | None
    start_is_arrival: bool
    date_answer: datetime | None
    date_end: datetime | None
    wait_duration: int | None


def _times(read: Times, answered: bool | None, duration: int | None) -> _Times:
    """When it began, was answered and ended, and how long the caller waited."""
    date_start = read.date_start()
    date_answer = read.date_answer(answered, date_start, duration)
    date_end = read.date_end(date_start, date_answer, duration)
    waited_until = date_end if answered is False else date_answer
    return {
        "date_start": date_start,
        "start_is_arrival": read.start_is_arrival(date_start),
        "date_answer": date_answer,
        "date_end": date_end,
        "wait_duration": _seconds_between(date_start, waited_until),
    }


def _seconds_between(begin: datetime | None, until: datetime | None) -> int | None:
    if not begin or not until:
        return None
    return int((until - begin).total_seconds())
