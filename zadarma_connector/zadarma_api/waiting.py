# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who waits for a call back: a function of all calls with one number.

As a call is a function of its facts, so is this one of the calls. In which order they
became known changes nothing: a call that is reconciled a day late neither opens a task
that was already answered nor loses one.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

MISSED = "missed"
SERVED = "served"
TRIED = "tried"
#: The states of somebody whom we still have to call.
WAITING = ("open", "attempted")


class Call(NamedTuple):
    """A call with the number that somebody may wait at.

    :param id: whatever tells it from others
    :param moment: when it began, UTC
    :param kind: :data:`MISSED` (they called and got nobody), :data:`SERVED` (we spoke,
        whoever called) or :data:`TRIED` (we called and got nobody)
    :param waived_at: when somebody decided that nobody needs to call back after this
        very call, UTC
    """

    id: int
    moment: datetime
    kind: str
    waived_at: datetime | None = None


class Missed(NamedTuple):
    """What became of a missed call.

    :param state: ``open``, ``attempted``, ``done`` or ``not_needed``
    :param served_at: when we first spoke after it, ``None`` if we did not
    :param attempts: when we called in vain before that, the earliest first
    :param waived_at: when somebody decided that it needs no call back, ``None`` if
        nobody did before we spoke
    """

    id: int
    moment: datetime
    state: str
    served_at: datetime | None
    attempts: tuple[datetime, ...]
    waived_at: datetime | None


def judge(calls: Iterable[Call], waivers: Iterable[datetime] = ()) -> list[Missed]:
    """Tell what became of each missed call.

    Any later call in which we spoke serves it, in either direction. What began in the
    same second did not begin later.

    :param calls: all calls with the number, in any order
    :param waivers: when somebody decided that nobody needs to call back, UTC, in any
        order; each is about all calls before it that were not served before
    :return: the earliest first; of one moment those about which somebody decided first
    """
    waivers = sorted(waivers)
    by_moment: dict[datetime, list[Call]] = {}
    for call in calls:
        by_moment.setdefault(call.moment, []).append(call)
    found: list[Missed] = []
    served_at: datetime | None = None
    attempts: tuple[datetime, ...] = ()
    for moment, together in sorted(by_moment.items(), reverse=True):
        for call in together:
            if call.kind == MISSED:
                waived_at = _waived_at(call, waivers, served_at)
                state = _state(served_at, attempts, waived_at)
                found.append(
                    Missed(call.id, moment, state, served_at, attempts, waived_at)
                )
        kinds = {call.kind for call in together}
        if SERVED in kinds:
            served_at, attempts = moment, ()
        elif TRIED in kinds:
            attempts = (moment, *attempts)
    return sorted(found, key=_order)


def _order(missed: Missed) -> tuple[datetime, datetime, int]:
    decided = missed.waived_at or datetime.max
    return missed.moment, decided, missed.id


def _waived_at(
    call: Call, waivers: Sequence[datetime], served_at: datetime | None
) -> datetime | None:
    """The first decision about a call; a talk until then leaves nothing to decide."""
    about_it = [one for one in waivers if one > call.moment]
    if call.waived_at:
        about_it.append(call.waived_at)
    first = min(about_it, default=None)
    return None if first and served_at and served_at <= first else first


def _state(
    served_at: datetime | None,
    attempts: Sequence[datetime],
    waived_at: datetime | None,
) -> str:
    if waived_at:
        return "not_needed"
    if served_at:
        return "done"
    return "attempted" if attempts else "open"


def episode(missed: list[Missed]) -> list[Missed]:
    """The last missed calls that belong together: nothing ended the waiting in between.

    :param missed: what :func:`judge` told, not empty
    """

    def end(call: Missed) -> tuple[datetime | None, datetime | None]:
        return call.waived_at, None if call.waived_at else call.served_at

    last = end(missed[-1])
    return [call for call in missed if end(call) == last]
