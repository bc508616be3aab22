# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The methods under `/v1/sms/`, and `PUT /v1/direct_numbers/receive_sms`.

Source: the official specification. Of `sms/send`, the official PHP SDK and projects in
production have other parameters, `caller_id` and numbers joined by commas: both are
taken. Neither an id of a message nor its delivery is told.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from ..protocol import checks, replies
from ..protocol.errors import SimulatorError
from .sms import Message, pieces

if TYPE_CHECKING:
    from ..account.account import Account
    from ..protocol.question import Question

NO_MONEY = "Not enough money"
WRONG_SENDER = "Wrong sender"
_NUMBER = re.compile(r"\+?[0-9]{7,15}")
_LISTED = re.compile(r"number\[[0-9]+\]")
#: The languages of templates.
_LANGUAGES = ("en", "es", "de", "pl", "ru", "ua", "fr")
_MOST_TEMPLATES = 1000
_TEMPLATES = [
    {"id": "1", "text": "Your order {$order_id} has been dispatched."},
    {"id": "2", "text": "We expect you on {$date} at {$time}."},
    {"id": "3", "text": "Your code: {$code}"},
]


def send(question: Question) -> Response:
    """Send a text to one or several numbers."""
    account, params = question.account, question.params
    numbers = _numbers(params)
    if not _is_well_formed(params, numbers):
        return replies.wrong_parameters()
    messages = [_message(question, number.lstrip("+")) for number in numbers]
    if any(it.own not in _senders(account, it.number) for it in messages):
        return replies.error(400, WRONG_SENDER)
    sent = [it for it in messages if not it.denied]
    cost = round(sum(it.cost for it in sent), 4)
    if cost > account.balance:
        return replies.error(400, NO_MONEY)
    account.balance = round(account.balance - cost, 4)
    question.simulator.messages.extend(messages)
    return replies.success(
        messages=len(sent) * pieces(params["message"]),
        cost=cost,
        currency=account.currency,
        sms_detalization=[
            {"senderid": it.own, "number": it.number, "cost": it.cost} for it in sent
        ],
        denied_numbers=[
            {"number": it.number, "message": it.denied} for it in messages if it.denied
        ],
    )


def senders(question: Question) -> Response:
    """Tell under which names and numbers a text may be sent to a number."""
    account, number = question.account, question.params.get("phones", "")
    if not number:
        return replies.wrong_parameters()
    allowed = _senders(account, number.lstrip("+"))
    if account.sms_senders_shape == "objects":
        return replies.as_json({"senders": [{"senderid": one} for one in allowed]})
    return replies.as_json({"senders": allowed})


def templates(question: Question) -> Response:
    """List the templates of texts, a page of them."""
    params = question.params
    try:
        skip, limit = int(params.get("skip", 0)), int(params.get("limit", 25))
    except ValueError:
        return replies.wrong_parameters()
    language = params.get("language", "en")
    if skip < 0 or not 1 <= limit <= _MOST_TEMPLATES or language not in _LANGUAGES:
        return replies.wrong_parameters()
    page = _TEMPLATES[skip : skip + limit]
    category = {"cath_id": "1", "title": "Notifications", "templates": page}
    return replies.as_json({"list": [category] if page else []})


def receive(question: Question) -> Response:
    """Have SMS to an own number taken, or not."""
    account, value = question.account, question.params.get("value")
    try:
        number = checks.phone_digits("number", question.params.get("number"))
    except SimulatorError:
        return replies.wrong_parameters()
    # the dialled one is made up as long as nobody changes it
    account.numbers = account.own_numbers
    own = next((one for one in account.numbers if one.number == number), None)
    if value not in ("on", "off") or not own or not own.sms_possible:
        return replies.wrong_parameters()
    own.receive_sms = value == "on"
    return replies.success(number=number, receive_sms=value)


def _numbers(params: dict[str, str]) -> list[str]:
    """Return the numbers of a list, of a text with commas, or of one number."""
    if "number" in params:
        return params["number"].split(",")
    return [value for name, value in params.items() if _LISTED.fullmatch(name)]


def _is_well_formed(params: dict[str, str], numbers: list[str]) -> bool:
    language = params.get("language", "en")
    return (
        bool(params.get("message") and numbers)
        and re.fullmatch("[a-z]{2}", language) is not None
        and all(map(_NUMBER.fullmatch, numbers))
    )


def _message(question: Question, number: str) -> Message:
    account, params = question.account, question.params
    sender = params.get("sender") or params.get("caller_id") or ""
    text = params["message"]
    return Message(
        account=account.key,
        incoming=False,
        number=number,
        own=sender.lstrip("+") or _senders(account, number)[0],
        text=text,
        at=question.simulator.clock(),
        cost=round(account.sms_price * pieces(text), 4),
        denied=account.sms_denied.get(number, ""),
    )


def _senders(account: Account, number: str) -> list[str]:
    """Return the senders for a number: those of the longest beginning of it."""
    for end in range(len(number), -1, -1):
        if number[:end] in account.sms_senders:
            return account.sms_senders[number[:end]]
    return ["Teamsale", *(one.number for one in account.own_numbers)]
