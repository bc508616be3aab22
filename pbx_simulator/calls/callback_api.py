# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The method `GET /v1/request/callback`.

Source: the official specification; the refusals, and that a full login in `from` is
taken although nothing rings, from projects that met them.
"""

import re

from ..protocol import replies

_NAMES = ("from", "to", "sip", "predicted")
_PHONE = r"\+?[1-9][0-9]{6,14}"
_SIP_USER = "[0-9]{5}"
_YES = {"": False, "0": False, "false": False, "1": True, "true": True}


def callback(question):
    account, params = question.account, question.params
    ours, theirs = params.get("from", ""), params.get("to", "")
    sip = params.get("sip", "")
    extension = account.extension(ours)
    # The digits of a full login, 123456-100, are an outside number to the PBX.
    if not extension and not re.fullmatch(_PHONE, ours.replace("-", "")):
        return replies.error(400, "Check your phone number")
    if not re.fullmatch(f"{_PHONE}|{_SIP_USER}", theirs):
        return replies.error(400, "Check your phone number")
    if sip and not account.extension(sip) and not re.fullmatch(_SIP_USER, sip):
        return replies.error(400, 'Field "sip" could be only SIP or PBX number')
    if params.get("predicted", "") not in _YES:
        return replies.wrong_parameters()
    sent = {name: params[name] for name in _NAMES if name in params}
    request = question.simulator.call_back(
        account,
        sent,
        extension,
        called=_destination(theirs),
        predicted=_YES[params.get("predicted", "")],
    )
    unix_time = int(request.time.timestamp())
    return replies.success(**{"from": ours, "to": theirs, "time": unix_time})


def _destination(number):
    """Return a number as notifications tell it."""
    return number if re.fullmatch(_SIP_USER, number) else f"+{number.lstrip('+')}"
