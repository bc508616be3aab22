# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whether somebody at an internal number could take a call just now.

A function of the calls that are not over, and of whether the person is there. So there
is nothing to put right when an end is lost: whoever nothing is heard of is free again.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

FREE = "free"
RINGING = "ringing"
TALKING = "talking"
AWAY = "away"

#: A call of which nothing was heard for so long is over: its end was lost.
SILENCE = timedelta(hours=4)
#: No telephone rings for so long: that it stopped was lost.
LONGEST_RING = timedelta(minutes=3)


#: What Odoo says of who is there; Time Off puts a word before them.
_PRESENT = ("online", "away", "busy")
_ON_LEAVE = "leave_"


def im_status_in_call(status: str) -> str:
    """Odoo's word for whether somebody can be written to, of somebody in a call.

    Never Odoo's "busy" where it was not: it mutes messages. Whoever is on leave and
    talks is in a call; whichever of the two is added first, the same comes of it. Who
    is not there at all stays so.

    :param status: Odoo's own word, for example ``online`` or ``leave_away``
    """
    plain = status.removeprefix(_ON_LEAVE)
    return f"call_{plain}" if plain in _PRESENT else status


class Part(NamedTuple):
    """An internal number's part in a call that is not over; all times are UTC.

    :param is_incoming: somebody outside called
    :param result: of its leg, see :class:`~.fold.legs.Leg`
    :param speaks: it is whom the call counts as spoken by
    :param began_at: when the call began
    :param answered_at: when it was last told that somebody picked up, ``None`` if never
    :param heard_at: when anything was last told of the call
    """

    is_incoming: bool
    result: str | None
    speaks: bool
    began_at: datetime
    answered_at: datetime | None
    heard_at: datetime


class Presence(NamedTuple):
    """What somebody does.

    :param state: :data:`FREE`, :data:`RINGING`, :data:`TALKING` or :data:`AWAY`
    :param since: UTC; ``None`` for who is free or away
    """

    state: str
    since: datetime | None = None


def presence(parts: Iterable[Part], is_away: bool, now: datetime) -> Presence:
    """Tell what somebody does. Who talks or is rung does so whether away or not.

    Of a call that one of our numbers dialled, the PBX does not tell when it is answered
    (most accounts get no ANSWER for it), so who has part in it counts as
    talking from its start.

    :param parts: in calls that are not over
    :param is_away: the person is not at work, or does not want to be disturbed
    :param now: UTC
    """
    heard = [part for part in parts if part.heard_at > now - SILENCE]
    if talks := [part.answered_at or part.began_at for part in heard if _talks(part)]:
        return Presence(TALKING, min(talks))
    if rings := [part.heard_at for part in heard if _rings(part, now)]:
        return Presence(RINGING, min(rings))
    return Presence(AWAY if is_away else FREE)


def _talks(part: Part) -> bool:
    return not part.is_incoming or (part.speaks and part.result == "answered")


def _rings(part: Part, now: datetime) -> bool:
    return part.result is None and part.heard_at > now - LONGEST_RING
