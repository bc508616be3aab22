# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The methods of the API that tell of the account and its extensions.

Their answers are those of the official specification: most switches are the texts
"true" and "false" there, extensions are numbers.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from ..protocol import replies

if TYPE_CHECKING:
    from ..protocol.question import Question

_RECORD_STORES = {
    "off": "Without recognition",
    "optional": "For manual recognition",
    "all": "For automatic speech recognition",
}


def balance(question: Question) -> Response:
    account = question.account
    return replies.success(balance=account.balance, currency=account.currency)


def timezone(question: Question) -> Response:
    now = question.simulator.clock()
    local = now.astimezone(question.account.zone)
    return replies.success(
        unixtime=int(now.timestamp()),
        datetime=local.strftime("%Y-%m-%d %H:%M:%S"),
        timezone=_offset(local),
    )


def extensions(question: Question) -> Response:
    account = question.account
    return replies.success(
        pbx_id=account.pbx_id,
        numbers=[int(extension.number) for extension in account.extensions],
    )


def extension_info(question: Question, number: str) -> Response:
    account = question.account
    extension = account.extension(number)
    if not extension:
        return replies.wrong_parameters()
    return replies.success(
        pbx_id=account.pbx_id,
        number=int(number),
        name=extension.name,
        caller_id=account.did,
        caller_id_app_change="true",
        caller_id_by_direction="false",
        lines="3",
        ip_restriction="false",
        record_store=_RECORD_STORES[extension.recognition]
        if extension.recorded
        else "false",
        record_email=extension.record_email or "false",
        supervisor_status=0,
    )


def extension_status(question: Question, number: str) -> Response:
    account = question.account
    extension = account.extension(number)
    if not extension:
        return replies.wrong_parameters()
    return replies.success(
        pbx_id=account.pbx_id,
        number=int(number),
        is_online="true" if account.is_online(extension) else "false",
    )


def direct_numbers(question: Question) -> Response:
    currency = question.account.currency
    return replies.success(
        info=[number.describe(currency) for number in question.account.own_numbers]
    )


def _offset(local: datetime) -> str:
    """Return the zone's present distance from UTC, e.g. `UTC+2` or `UTC+5:30`."""
    offset = local.utcoffset() or timedelta()
    minutes = int(offset.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")
