# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who waits, told once more, from the manual alone.

It shares nothing with ``zadarma_api.waiting``, and goes the other way: it lives through
the moments one after the other, where that looks back from the last call. Where both
say the same of thousands of random histories, both read the manual correctly.
"""

import dataclasses
from datetime import datetime
from typing import NamedTuple


class Call(NamedTuple):
    """A call with one number, as far as it means something to who waits.

    :param kind: ``missed``, ``served`` or ``tried``
    :param waived_at: when somebody ticked off this very call
    """

    id: object
    moment: datetime
    kind: str
    waived_at: datetime | None = None


@dataclasses.dataclass
class Fate:
    """What became of a missed call; ``episode`` counts how often they began to wait."""

    moment: datetime
    episode: int
    state: str = "open"
    served_at: datetime | None = None
    waived_at: datetime | None = None
    attempts: list = dataclasses.field(default_factory=list)


def live_through(calls, waivers=()):
    """Tell what became of each missed call.

    :param calls: of :class:`Call`, in any order
    :param waivers: when somebody decided "not needed" about this number
    :return: dict from ids to :class:`Fate`
    """
    own = {call.id: call.waived_at for call in calls if call.waived_at}
    moments = {call.moment for call in calls} | {*waivers} | {*own.values()}
    fates, waiting, episode = {}, {}, 0
    for now in sorted(moments):
        begun = [call for call in calls if call.moment == now]
        kinds = {call.kind for call in begun}
        if "served" in kinds:
            for fate in waiting.values():
                fate.state, fate.served_at = "done", now
            waiting = {}
        decided = [one for one in waiting if now in waivers or own.get(one) == now]
        for one in decided:
            fate = waiting.pop(one)
            fate.state, fate.waived_at = "not_needed", now
        if "tried" in kinds:
            for fate in waiting.values():
                fate.state = "attempted"
                fate.attempts.append(now)
        begins = [call.id for call in begun if call.kind == "missed"]
        at_once = [one for one in begins if one in own and own[one] <= now]
        if at_once and not decided:
            episode += 1
        for one in at_once:
            fates[one] = Fate(now, episode, "not_needed", waived_at=own[one])
        if begins != at_once and not waiting:
            episode += 1
        for one in begins:
            if one not in at_once:
                fates[one] = waiting[one] = Fate(now, episode)
    return fates
