# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The scenarios: what happens in each kind of call, told as a script.

A script is a function of a line and of what the request to dial names. For incoming
calls its own part is what the PBX does by itself; the answer to NOTIFY_START may
decide otherwise, then `arrive` returns True and the script has nothing left to do.
"""

from dataclasses import dataclass
from typing import Any

from ..protocol import checks
from ..protocol.errors import SimulatorError
from .incoming_line import IncomingLine
from .outgoing_line import OutgoingLine

SCENARIOS = {}


@dataclass(frozen=True)
class Scenario:
    """A script with its kind of call.

    :param hidden: whether the caller shows no number
    :param extensions: how many extensions it needs
    """

    play: Any
    direction: str
    hidden: bool = False
    extensions: int = 1

    @property
    def line(self):
        return IncomingLine if self.direction == "incoming" else OutgoingLine

    @property
    def prefix(self):
        return "in_" if self.direction == "incoming" else "out_"


@dataclass(frozen=True)
class Parties:
    """Who calls whom.

    :param caller: E.164 with plus sign, extension's number, or empty (hidden)
    :param called: the same
    :param extension: the extension that is meant: called, or for outgoing calls calling
    """

    caller: str
    called: str
    extension: Any


def scenario(name, direction, **options):
    def register(play):
        SCENARIOS[name] = Scenario(play, direction, **options)
        return play

    return register


@scenario("incoming-answered", "incoming")
def incoming_answered(line, extension):
    """A customer calls, the extension picks up, they talk."""
    if not line.arrive():
        line.ring([extension])
        line.answer(extension)
        line.talk()
        line.end("answered")


@scenario("hidden-caller", "incoming", hidden=True)
def hidden_caller(line, extension):
    """As incoming-answered, from a caller who shows no number."""
    incoming_answered(line, extension)


@scenario("incoming-missed", "incoming")
def incoming_missed(line, extension):
    """The extension rings until the caller gives up."""
    if not line.arrive(picked_up=False):
        line.ring([extension], seconds=25)
        line.end("cancel")


@scenario("incoming-returned", "incoming")
def incoming_returned(line, extension):
    """Whom an answer redirects to does not pick up; the scenario's extension does."""
    if not line.arrive(picked_up=False):
        line.ring([extension])
        line.answer(extension)
        line.talk()
        line.end("answered")


@scenario("incoming-busy", "incoming")
def incoming_busy(line, extension):
    """The extension rings and its user declines."""
    if not line.arrive(picked_up=False):
        line.ring([extension])
        line.end("busy")


@scenario("ring-group", "incoming")
def ring_group(line, extension):
    """All extensions ring at once, the named one is the fastest."""
    if not line.arrive():
        line.ring(line.account.online_extensions)
        line.answer(extension)
        line.talk()
        line.end("answered")


@scenario("transfer", "incoming", extensions=2)
def transfer(line, extension):
    """The extension picks up, talks, and hands the caller to a colleague."""
    if not line.arrive():
        colleague = another_extension(line.account, extension)
        line.ring([extension])
        line.answer(extension)
        line.talk()
        line.ring([colleague])
        line.answer(colleague)
        line.talk()
        line.end("answered")


@scenario("ivr", "incoming")
def ivr(line, extension):
    """The caller presses a key in a menu, then the extension rings and picks up."""
    if not line.arrive() and not line.menu():
        line.ring([extension])
        line.answer(extension)
        line.talk()
        line.end("answered")


@scenario("outgoing-answered", "outgoing")
def outgoing_answered(line, extension):
    """The extension calls a customer, who picks up."""
    line.dial(extension)
    line.answer(extension)
    line.talk()
    line.end("answered")


@scenario("outgoing-no-answer", "outgoing")
def outgoing_no_answer(line, extension):
    """The extension calls a customer, who does not pick up."""
    line.dial(extension)
    line.end("no answer")


@scenario("internal", "internal", extensions=2)
def internal(line, extension):
    """One extension calls another, who picks up."""
    outgoing_answered(line, extension)


def another_extension(account, extension):
    """Return the online extension after this one, in turn."""
    online = account.online_extensions
    return online[(online.index(extension) + 1) % len(online)]


def find_parties(chosen, account, draw, caller=None, called=None, did=None):
    """Find out who calls whom, from what the request to dial names.

    :param chosen: the `Scenario`
    :param draw: `random.Random` for numbers that are not named
    :param caller: `from` of the request, or None
    :param called: `to` of the request, or None
    :param did: the number that the customer dialled, or None
    :raises SimulatorError: a name is not possible
    """
    online = len(account.online_extensions)
    if online < chosen.extensions:
        raise SimulatorError(
            f"This scenario needs {chosen.extensions} extensions that are online; the "
            f"account has {online}."
        )
    if chosen.direction == "incoming":
        extension = _extension("to", account, called)
        return Parties(
            _hidden(caller) if chosen.hidden else _outside("from", draw, caller),
            checks.phone_number("did", account.did if did is None else did),
            extension,
        )
    if did is not None:
        raise SimulatorError("did: only incoming calls have a dialled number of ours.")
    extension = _extension("from", account, caller)
    if chosen.direction == "outgoing":
        return Parties(extension.number, _outside("to", draw, called), extension)
    if called is None:
        other = another_extension(account, extension)
    else:
        other = _extension("to", account, called)
    if other is extension:
        raise SimulatorError(f"to: extension {called} cannot call itself.")
    return Parties(extension.number, other.number, extension)


def _extension(name, account, number):
    online = account.online_extensions
    if number is None:
        return online[0]
    extension = account.extension(str(number))
    if extension not in online:
        state = "is not online" if extension else "is no extension of this account"
        numbers = ", ".join(one.number for one in online)
        raise SimulatorError(f"{name}: {number!r} {state}; online are: {numbers}.")
    return extension


def _outside(name, draw, number):
    if number is None:
        # A range that Ofcom keeps free for fiction.
        return f"+4420794600{draw.randint(0, 99):02}"
    return checks.phone_number(name, number)


def _hidden(caller):
    return checks.one_of("from", "" if caller is None else caller, ("", "0"))
