# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who calls whom."""

from dataclasses import dataclass
from typing import Any

from ..protocol import checks
from ..protocol.errors import SimulatorError


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
