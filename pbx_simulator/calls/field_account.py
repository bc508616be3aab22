# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An afternoon of a live account, as its log had it, with made-up numbers.

Source: the log of an account in Ukraine, July 2025: 62 calls, 151 notifications. Half
of the calls are callbacks that were asked for with an own number as `from` and a
national `to`, so that a plus stands before a national number.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Any

from .asides import play_beside
from .incoming_line import IncomingLine
from .outgoing_line import OutgoingLine
from .parties import Parties
from .scenario import Scenario

if TYPE_CHECKING:
    from ..account.account import Account
    from ..account.extension import Extension
    from .reply import Reply
    from .truth import Leg

NAME = "field-account"
CUSTOMERS = [f"67222{place:04}" for place in range(12)]  # without zero and country
OWN_NUMBER = "442220000"


class FieldIncomingLine(IncomingLine):
    """An incoming call in this account's words; it has no recordings."""

    def notify(self, event: str, **params: str) -> Reply | None:
        if event in ("NOTIFY_INTERNAL", "NOTIFY_ANSWER"):
            params["calltype"] = "normal"
        if event == "NOTIFY_ANSWER":
            params["destination"] = self.parties["called_did"]
        if event == "NOTIFY_END":
            params["status_code"] = "16"
        return super().notify(event, **params)

    def pick_up(self, extension: Extension) -> Leg:
        leg = super().pick_up(extension)
        leg.recorded = False
        return leg


class FieldOutgoingLine(OutgoingLine):
    """An outgoing call in this account's words; it has no recordings."""

    def notify(self, event: str, **params: str) -> Reply | None:
        params["caller_id"] = self.call.caller_id
        if params.get("disposition") == "cancel":
            params["status_code"] = "0"
        return super().notify(event, **params)

    def pick_up(self, extension: Extension) -> Leg:
        leg = super().pick_up(extension)
        leg.recorded = False
        return leg


def _give_up_at_once(line: IncomingLine, _extension: Extension) -> None:
    """The caller hangs up before anybody rings."""
    if not line.arrive(picked_up=False):
        line.wait(line.draw.randint(1, 5))
        line.end("cancel")


def _give_up(line: IncomingLine, extension: Extension) -> None:
    if not line.arrive(picked_up=False):
        line.ring([extension])
        line.end("cancel")


def _talk(line: IncomingLine, extension: Extension) -> None:
    if not line.arrive():
        line.serve([extension])


def _dial_in_vain(line: OutgoingLine, extension: Extension) -> None:
    line.dial(extension)
    line.end("cancel")


def _incoming(play: Callable[[IncomingLine, Any], None]) -> Scenario[FieldIncomingLine]:
    return Scenario(play, "incoming", FieldIncomingLine)


AT_ONCE, GAVE_UP, TALKED = map(_incoming, (_give_up_at_once, _give_up, _talk))
DIALLED = Scenario(_dial_in_vain, "outgoing", FieldOutgoingLine)
# How the caller is told (of outgoing calls, our own number), what happens, how often.
CALLS = (
    ("+0{}", AT_ONCE, 29),
    ("+0{}", GAVE_UP, 1),
    ("+0{}", TALKED, 2),
    ("+380{}", AT_ONCE, 13),
    ("+380{}", GAVE_UP, 5),
    ("+380{}", TALKED, 6),
    ("{}", TALKED, 2),
    ("{}", DIALLED, 2),
    ("380{}", GAVE_UP, 1),
    ("380{}", DIALLED, 1),
)


def _cast(account: Account, draw: Random) -> Parties:
    """Return the `Parties` of the first call."""
    return _parties(account, draw, *CALLS[0][:2], account.online_extensions[0])


def _parties(
    account: Account,
    draw: Random,
    form: str,
    scenario: Scenario[Any],
    extension: Extension,
) -> Parties:
    customer = draw.choice(CUSTOMERS)
    if scenario.direction == "outgoing":
        shown = form.format(OWN_NUMBER)
        return Parties(extension.number, f"+380{customer}", extension, shown)
    shown = form.format(customer)
    return Parties(f"+380{customer}", f"+{account.did}", extension, shown)


def _play(line: IncomingLine, extension: Extension) -> None:
    account, draw = line.account, line.draw
    _give_up_at_once(line, extension)
    calls = [(form, scenario) for form, scenario, times in CALLS for _ in range(times)]
    later = calls[1:]
    draw.shuffle(later)
    for form, scenario in later:
        line.wait(draw.randint(20, 120))
        speaker = draw.choice(account.online_extensions or [extension])
        parties = _parties(account, draw, form, scenario, speaker)
        play_beside(line, NAME, scenario, parties)


SCENARIO = Scenario(_play, "incoming", FieldIncomingLine, cast=_cast)
