# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An SMS that comes in, and its notification, faults included."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..calls import event_channel, faults
from ..calls.reply import SWITCHED_OFF
from ..protocol import checks, signing
from ..protocol.errors import SimulatorError
from .sms import EVENT, Message

if TYPE_CHECKING:
    from datetime import datetime

    from ..account.account import Account

LONGEST_TEXT = 10_000
#: Its name among the scenarios of calls.
SCENARIO = "incoming-sms"
#: Who writes what if nobody says so; of the numbers that Ofcom keeps free for fiction.
_WRITER, _TEXT = "+442079460042", "Hello! When can I collect my order?"


def play(
    account: Account,
    at: datetime,
    from_: object,
    text: object,
    did: object = None,
    times: int = 1,
    forgery: str = "",
) -> Message:
    """Let somebody write, and notify the account.

    :param account: whose number it is
    :param at: when it comes, UTC
    :param from_: who writes: E.164, or a name of at most 11 characters
    :param text: what they write
    :param did: to which own number; the account's `did` if left out
    :param times: how often its notification arrives altogether
    :param forgery: one of `faults.FORGERIES`: it comes instead of the true one
    :raises SimulatorError: a value is not possible
    """
    own = account.did if did is None else checks.phone_digits("did", did)
    target = next((one for one in account.own_numbers if one.number == own), None)
    if not target:
        raise SimulatorError(f"did: {own} is none of the account's own numbers.")
    message = Message(account.key, True, _sender(from_), own, _text(text), at)
    params = message.notification
    signature: str | None = signing.notification_signature(account.secret, params)
    if forgery:
        checks.one_of("forgery", forgery, FORGERIES)
        params, signature = faults.forge(forgery, account.secret, params)
    for _time in range(checks.one_of("times", times, range(1, 21))):
        message.deliveries.append(
            event_channel.send_signed(account, params, signature)
            if target.receive_sms
            else SWITCHED_OFF
        )
    return message


FORGERIES = tuple(one for one in faults.FORGERIES if one != "turned-into-end")


def _sender(value: object) -> str:
    name = str(value)
    if 0 < len(name) <= 11 and name.isprintable() and not name.lstrip("+").isdigit():
        return name
    return checks.phone_digits("from", value)


def _text(value: object) -> str:
    text = checks.typed("text", value, str)
    if not 0 < len(text) <= LONGEST_TEXT:
        raise SimulatorError(f"text: give 1 to {LONGEST_TEXT} characters.")
    return text


def as_scenario(
    write: Callable[..., Message],
    from_: str | None,
    text: str | None,
    did: str | None,
    account: str | None,
) -> dict[str, Any]:
    """Play an SMS as scenarios of calls are played: what is not told is made up.

    :param write: as `Simulator.write`
    :return: as `Simulator.dial` returns it; there is no id of a call
    """
    message = write(
        _WRITER if from_ is None else from_,
        _TEXT if text is None else text,
        account,
        did=did,
    )
    events = [{"event": EVENT, "status": status} for status in message.deliveries]
    return {"scenario": SCENARIO, "pbx_call_id": None, "events": events}
