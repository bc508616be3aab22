# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Scenarios that happen seldom, or on few accounts only: played when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import incoming_callback
from .asides import ASIDES
from .callback_line import CallbackScenario
from .incoming_line import IncomingLine
from .outgoing_line import OutgoingLine
from .parties import colleague_of
from .scenario import Scenarios

if TYPE_CHECKING:
    from ..account.extension import Extension

RARE_SCENARIOS = Scenarios()
rare = RARE_SCENARIOS.add


@rare("blind-transfer", "incoming", IncomingLine, extensions=2)
def blind_transfer(line: IncomingLine, extension: Extension) -> None:
    """The extension talks, then puts the caller through without a word."""
    _transfer(line, extension, "blind")


@rare("attended-transfer", "incoming", IncomingLine, extensions=2)
def attended_transfer(line: IncomingLine, extension: Extension) -> None:
    """The extension talks, asks a colleague, then puts the caller through."""
    _transfer(line, extension, "attended")


def _transfer(line: IncomingLine, extension: Extension, kind: str) -> None:
    colleague = colleague_of(line.account, extension)
    if not line.arrive():
        line.ring([extension])
        line.answer(extension)
        line.talk()
        line.hand_over(colleague, kind)
        line.talk()
        line.end("answered")


@rare("mailbox", "incoming", IncomingLine)
def mailbox(line: IncomingLine, extension: Extension) -> None:
    """The extension rings in vain, then its mailbox takes a message."""
    if not line.arrive(picked_up=False):
        line.ring([extension], seconds=25)
        line.pick_up_mailbox()
        line.talk()
        line.end("answered")


@rare("forwarded", "incoming", IncomingLine, forwards=True)
def forwarded(line: IncomingLine, telephone: str) -> None:
    """The scenario of the PBX forwards to a telephone outside, where they talk."""
    if not line.arrive():
        line.forward(telephone)
        line.talk()
        line.end("answered")


@rare("ivr-no-key", "incoming", IncomingLine)
def ivr_no_key(line: IncomingLine, extension: Extension) -> None:
    """The caller presses no key in any menu; the extension rings and picks up."""
    line.pressed_key = ""
    if not line.arrive() and not line.menu():
        line.ring([extension])
        line.answer(extension)
        line.talk()
        line.end("answered")


@rare("outgoing-answer-told", "outgoing", OutgoingLine)
def outgoing_answer_told(line: OutgoingLine, extension: Extension) -> None:
    """As outgoing-answered, on an account that is told of the answer."""
    line.dial(extension)
    line.answer(extension)
    line.tell_answer(extension)
    line.talk()
    line.end("answered")


RARE_SCENARIOS["callback-own-number"] = incoming_callback.SCENARIO
RARE_SCENARIOS |= {
    f"callback-{name}": CallbackScenario(aside=aside, extensions=2)
    for name, aside in ASIDES.items()
    if aside
}
