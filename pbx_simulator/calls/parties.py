# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who calls whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from ..protocol import checks
from ..protocol.errors import SimulatorError

if TYPE_CHECKING:
    from ..account.account import Account
    from ..account.extension import Extension
    from .scenario import Playable


@dataclass(frozen=True)
class Parties:
    """Who calls whom.

    :param caller: E.164 with plus sign, extension's number, empty (hidden), or what
        else is told of an incoming call
    :param called: E.164 with plus sign, a short number, or an extension's
    :param extension: the extension that is meant: called, or for outgoing calls
        calling; or the telephone outside that an incoming call is forwarded to
    :param caller_id: how notifications tell the caller, if otherwise
    """

    caller: str
    called: str
    extension: Extension | str
    caller_id: str = ""


def another_extension(account: Account, extension: Extension) -> Extension | None:
    """Return the online extension after this one, in turn, or None."""
    online = account.online_extensions
    later = [one for one in online if one.number > extension.number]
    others = [*later, *(one for one in online if one.number < extension.number)]
    return others[0] if others else None


def colleague_of(account: Account, extension: Extension) -> Extension:
    """Return the next online extension, for scenarios that need two.

    :raises SimulatorError: there is none
    """
    if colleague := another_extension(account, extension):
        return colleague
    raise SimulatorError("No other extension is online.")


def find_parties(
    chosen: Playable,
    account: Account,
    draw: Random,
    caller: str | None = None,
    called: str | None = None,
    did: str | None = None,
) -> Parties:
    """Find out who calls whom, from what the request to dial names.

    :param chosen: the scenario
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
    if chosen.cast:
        if (caller, called, did) != (None, None, None):
            raise SimulatorError("This scenario says itself who calls whom.")
        return chosen.cast(account, draw)
    if chosen.direction == "incoming":
        return Parties(
            _caller(chosen, draw, caller),
            checks.phone_number("did", account.did if did is None else did),
            _outside("to", draw, called)
            if chosen.forwards
            else _extension("to", account, called),
        )
    if did is not None:
        raise SimulatorError("did: only incoming calls have a dialled number of ours.")
    extension = _extension("from", account, caller)
    if chosen.direction == "outgoing":
        return Parties(extension.number, _called(draw, called), extension)
    if called is None:
        other = colleague_of(account, extension)
    else:
        other = _extension("to", account, called)
    if other is extension:
        raise SimulatorError(f"to: extension {called} cannot call itself.")
    return Parties(extension.number, other.number, extension)


def _extension(name: str, account: Account, number: str | None) -> Extension:
    online = account.online_extensions
    if number is None:
        return online[0]
    extension = account.extension(str(number))
    if extension not in online:
        state = "is not online" if extension else "is no extension of this account"
        numbers = ", ".join(one.number for one in online)
        raise SimulatorError(f"{name}: {number!r} {state}; online are: {numbers}.")
    return extension


def _outside(name: str, draw: Random, number: str | None) -> str:
    if number is None:
        # A range that Ofcom keeps free for fiction.
        return f"+4420794600{draw.randint(0, 99):02}"
    return checks.phone_number(name, number)


def _called(draw: Random, number: str | None) -> str:
    """Return whom an extension calls outside: short numbers have no country."""
    if re.fullmatch("[1-9][0-9]{1,5}", str(number)):
        return str(number)
    return _outside("to", draw, number)


def _caller(chosen: Playable, draw: Random, number: str | None) -> str:
    """Return who calls from outside, as notifications tell it."""
    if chosen.hidden:
        return checks.withheld("from", "" if number is None else number)
    if number is None and chosen.national:
        # Of a country whose numbers are dialled with a zero, which E.164 has not.
        return f"+067222{draw.randint(0, 9999):04}"
    if number is None:
        return _outside("from", draw, number)
    if chosen.national:
        return f"+{checks.dialled('from', number)}"
    return checks.caller("from", number)
