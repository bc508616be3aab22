# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The everyday scenarios: what happens in each kind of call, told as a script.

A script is a function of a line and of what the request to dial names. For incoming
calls its own part is what the PBX does by itself; the answer to NOTIFY_START may
decide otherwise, then `arrive` returns True and the script has nothing left to do.
Made-up histories consist of these.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .incoming_line import IncomingLine
from .outgoing_line import OutgoingLine
from .parties import colleague_of
from .scenario import Play, Scenarios

if TYPE_CHECKING:
    from ..account.extension import Extension

SCENARIOS = Scenarios()
LINES = {
    "incoming": IncomingLine,
    "outgoing": OutgoingLine,
    "internal": OutgoingLine,
}


def scenario(name: str, direction: str, **options: Any) -> Callable[[Play], Play]:
    return SCENARIOS.add(name, direction, LINES[direction], **options)


@scenario("incoming-answered", "incoming")
def incoming_answered(line: IncomingLine, extension: Extension) -> None:
    """A customer calls, the extension picks up, they talk."""
    if not line.arrive():
        line.ring([extension])
        line.answer(extension)
        line.talk()
        line.end("answered")


@scenario("hidden-caller", "incoming", hidden=True)
def hidden_caller(line: IncomingLine, extension: Extension) -> None:
    """As incoming-answered, from a caller who shows no number."""
    incoming_answered(line, extension)


@scenario("incoming-missed", "incoming")
def incoming_missed(line: IncomingLine, extension: Extension) -> None:
    """The extension rings until the caller gives up."""
    if not line.arrive(picked_up=False):
        line.ring([extension], seconds=25)
        line.end("cancel")


@scenario("incoming-returned", "incoming")
def incoming_returned(line: IncomingLine, extension: Extension) -> None:
    """Whom an answer redirects to does not pick up; the scenario's extension does."""
    if not line.arrive(picked_up=False):
        line.ring([extension])
        line.answer(extension)
        line.talk()
        line.end("answered")


@scenario("incoming-busy", "incoming")
def incoming_busy(line: IncomingLine, extension: Extension) -> None:
    """The extension rings and its user declines."""
    if not line.arrive(picked_up=False):
        line.ring([extension])
        line.end("busy")


@scenario("ring-group", "incoming")
def ring_group(line: IncomingLine, extension: Extension) -> None:
    """All extensions ring at once, the named one is the fastest."""
    if not line.arrive():
        line.ring(line.account.online_extensions)
        line.answer(extension)
        line.talk()
        line.end("answered")


@scenario("transfer", "incoming", extensions=2)
def transfer(line: IncomingLine, extension: Extension) -> None:
    """The extension picks up, talks, and hands the caller to a colleague."""
    colleague = colleague_of(line.account, extension)
    if not line.arrive():
        line.ring([extension])
        line.answer(extension)
        line.talk()
        line.ring([colleague])
        line.answer(colleague)
        line.talk()
        line.end("answered")


@scenario("ivr", "incoming")
def ivr(line: IncomingLine, extension: Extension) -> None:
    """The caller presses a key in a menu, then the extension rings and picks up."""
    if not line.arrive() and not line.menu():
        line.ring([extension])
        line.answer(extension)
        line.talk()
        line.end("answered")


@scenario("outgoing-answered", "outgoing")
def outgoing_answered(line: OutgoingLine, extension: Extension) -> None:
    """The extension calls a customer, who picks up."""
    line.converse(extension)


@scenario("outgoing-no-answer", "outgoing")
def outgoing_no_answer(line: OutgoingLine, extension: Extension) -> None:
    """The extension calls a customer, who does not pick up."""
    line.dial(extension)
    line.end("no answer")


@scenario("internal", "internal", extensions=2)
def internal(line: OutgoingLine, extension: Extension) -> None:
    """One extension calls another, who picks up."""
    outgoing_answered(line, extension)
