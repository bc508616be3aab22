# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who waits for a call back: a function of all calls with one number.

As a call is a function of its facts, so is this one of the calls. In which order they
became known changes nothing: a call that is reconciled a day late neither opens a task
that was already answered nor loses one.
"""

from collections.abc import Iterable
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
    """

    id: int
    moment: datetime
    kind: str


class Missed(NamedTuple):
    """What became of a missed call.

    :param state: ``open``, ``attempted``, ``done`` or ``not_needed``
    :param served_at: when we first spoke after it, ``None`` if we did not
    :param attempts: when we called in vain before that, the earliest first
    """

    id: int
    moment: datetime
    state: str
    served_at: datetime | None
    attempts: tuple[datetime, ...]


def judge(calls: Iterable[Call], waived_at: datetime | None = None) -> list[Missed]:
    """Tell what became of each missed call.

    Any later call in which we spoke serves it, in either direction. What began in the
    same second did not begin later.

    :param calls: all calls with the number, in any order
    :param waived_at: when somebody decided that nobody needs to call back, UTC; it is
        about all calls until then that were not served before
    :return: the earliest first
    """
    by_moment = {}
    for call in sorted(calls):
        by_moment.setdefault(call.moment, []).append(call)
    found = []
    served_at, attempts = None, ()
    for moment, together in sorted(by_moment.items(), reverse=True):
        found += [
            Missed(
                call.id,
                moment,
                _state(moment, served_at, attempts, waived_at),
                served_at,
                attempts,
            )
            for call in reversed(together)
            if call.kind == MISSED
        ]
        kinds = {call.kind for call in together}
        if SERVED in kinds:
            served_at, attempts = moment, ()
        elif TRIED in kinds:
            attempts = (moment, *attempts)
    return found[::-1]


def _state(moment, served_at, attempts, waived_at):
    waived = waived_at is not None and moment <= waived_at
    if served_at and not (waived and waived_at < served_at):
        return "done"
    if waived:
        return "not_needed"
    return "attempted" if attempts else "open"


def episode(missed: list[Missed]) -> list[Missed]:
    """The last missed calls that belong together: nothing ended the waiting in between.

    :param missed: what :func:`judge` told, not empty
    """

    def ended(call):
        return call.served_at, call.state == "not_needed"

    last = ended(missed[-1])
    return [call for call in missed if ended(call) == last]
