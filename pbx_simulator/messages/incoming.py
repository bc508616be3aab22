# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An SMS that comes in, and its notification, faults included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..calls import event_channel, faults
from ..calls.reply import SWITCHED_OFF
from ..protocol import checks, signing
from ..protocol.errors import SimulatorError
from .sms import Message

if TYPE_CHECKING:
    from datetime import datetime

    from ..account.account import Account

LONGEST_TEXT = 10_000


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
