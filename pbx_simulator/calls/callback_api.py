# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The method `GET /v1/request/callback`.

Source: the official specification, and Zadarma's help, where `from` may be a scenario
too; the refusals, and that a full login in `from` is taken although nothing rings, from
projects that met them; the words for `predicted` from what official SDKs send.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from ..protocol import replies

if TYPE_CHECKING:
    from ..account.account import Account
    from ..protocol.question import Question

_NAMES = ("from", "to", "sip", "predicted")
_PHONE = r"\+?[0-9]{7,15}"
_SIP_USER = "[0-9]{5}"
_NO = ("", "0", "false", "False")
_YES = ("1", "true", "True", "predicted")


def callback(question: Question) -> Response:
    account, params = question.account, question.params
    ours, theirs = params.get("from", ""), params.get("to", "")
    sip, predicted = params.get("sip", ""), params.get("predicted", "")
    if not _can_be_rung(account, ours):
        return replies.error(400, "Check your phone number")
    if not re.fullmatch(f"{_PHONE}|{_SIP_USER}", theirs):
        return replies.error(400, "Check your phone number")
    if sip and not account.extension(sip) and not re.fullmatch(_SIP_USER, sip):
        return replies.error(400, 'Field "sip" could be only SIP or PBX number')
    if predicted not in (*_NO, *_YES):
        return replies.wrong_parameters()
    sent = {name: params[name] for name in _NAMES if name in params}
    request = question.simulator.call_back(
        account, sent, called=_destination(theirs), predicted=predicted in _YES
    )
    if re.fullmatch(_SIP_USER, theirs):
        # The specification wants a phone number; these are a login's digits.
        theirs = f"{account.pbx_id}{theirs}"
    return replies.success(
        **{"from": _told(account, ours), "to": _told(account, theirs)},
        time=int(request.time.timestamp()),
    )


def _can_be_rung(account: Account, ours: str) -> bool:
    """Tell whether it is an extension, a scenario, a SIP login or a phone number."""
    return bool(
        account.extension(ours)
        or (ours.startswith("0-") and account.scenario(ours))
        or re.fullmatch(_SIP_USER, ours)
        # The digits of a full login, 123456-100, are an outside number to the PBX.
        or re.fullmatch(_PHONE, ours.replace("-", ""))
    )


def _destination(number: str) -> str:
    """Return a number as notifications tell it."""
    return number if re.fullmatch(_SIP_USER, number) else f"+{number.lstrip('+')}"


def _told(account: Account, number: str) -> int | str:
    """Return a number as the account's answers have it."""
    if account.callback_types == "numbers" and re.fullmatch(r"\+?[0-9]+", number):
        return int(number)
    return number
