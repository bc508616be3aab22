# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls that were over before anybody listened: the past of a PBX, made up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from ..protocol import checks
from ..protocol.errors import SimulatorError
from .parties import find_parties
from .performance import Performance
from .scenarios import SCENARIOS

if TYPE_CHECKING:
    from ..account.account import Account
    from .truth import Call

# More than any scenario takes.
SHORTEST_PERIOD = timedelta(hours=1)


def check_period(
    start: datetime | str, end: datetime | str, now: datetime
) -> tuple[datetime, datetime]:
    """Return the period as UTC.

    :param start: aware datetime
    :param end: the same
    :param now: the present
    :raises SimulatorError: no history fits into it
    """
    start, end = checks.moment("from", start), checks.moment("to", end)
    if end > now:
        raise SimulatorError(f"to: {end:%Y-%m-%dT%H:%M:%SZ} lies in the future.")
    if end - start < SHORTEST_PERIOD:
        raise SimulatorError("to: it must lie an hour or more after from.")
    return start, end


def make_up(
    account: Account,
    draw: Random,
    start: datetime,
    end: datetime,
    over: Callable[[Call], object],
) -> Call:
    """Return a call that nobody was told of.

    :param account: whose extensions take part
    :param draw: the call's own `random.Random`, which chooses the scenario too
    :param start: UTC; the call begins then or later
    :param end: UTC; the call ends then or earlier
    :param over: takes the call at its end
    :raises SimulatorError: no extension is online
    """
    online = account.online_extensions
    if not online:
        raise SimulatorError("A history needs an extension that is online.")
    name = draw.choice(
        [name for name, it in SCENARIOS.items() if it.extensions <= len(online)]
    )
    scenario = SCENARIOS[name]
    role = "called" if scenario.direction == "incoming" else "caller"
    extension = draw.choice(online).number
    parties = find_parties(scenario, account, draw, **{role: extension})
    performance = Performance(name, scenario, account, draw, parties)
    room = end - start - timedelta(seconds=performance.length())
    return performance.play_unheard(start + draw.random() * room, over)
