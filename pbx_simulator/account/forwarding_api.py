# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The method of the API that forwards the calls of extensions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from ..protocol import replies
from ..protocol.errors import SimulatorError

if TYPE_CHECKING:
    from ..protocol.question import Question
    from .account import Account
    from .extension import Extension

# A mailbox's own greeting is a file, which can be uploaded in the cabinet only.
_GREETINGS = ("no", "standart")


def redirection(question: Question) -> Response:
    account = question.account
    extension = account.extension(question.params.get("pbx_number", ""))
    if not extension:
        return replies.wrong_parameters()
    return replies.success(
        **_state(account, extension),
        type=extension.forward_type,
        destination=_destination(extension),
        condition=extension.forward_condition,
    )


def change_redirection(question: Question) -> Response:
    account, params = question.account, question.params
    extension = account.extension(params.get("pbx_number", ""))
    wanted = params.get("status")
    if not extension or wanted not in ("on", "off"):
        return replies.wrong_parameters()
    if wanted == "off":
        extension.forward_to = ""
        return replies.success(**_state(account, extension))
    try:
        forwarded = replace(
            extension,
            forward_type=params.get("type", ""),
            forward_to=params.get("destination", ""),
            forward_condition=params.get("condition", ""),
            greeting=params.get("voicemail_greeting", "no"),
        )
    except SimulatorError:
        return replies.wrong_parameters()
    if not _is_possible(account, forwarded):
        return replies.wrong_parameters()
    # others hold on to the extension that is there
    vars(extension).update(vars(forwarded))
    return redirection(question)


def _is_possible(account: Account, extension: Extension) -> bool:
    """Tell whether an extension may forward so."""
    if not extension.forward_to or extension.greeting not in _GREETINGS:
        return False
    target = extension.forward_to
    if extension.forward_type != "sip" or len(target) != 3:
        return True
    return target != extension.number and account.extension(target) is not None


def _state(account: Account, extension: Extension) -> dict[str, str]:
    return {
        "current_status": "on" if extension.forward_to else "off",
        "pbx_id": str(account.pbx_id),
        "pbx_name": extension.number,
    }


def _destination(extension: Extension) -> str:
    number = extension.forward_type == "phone"
    return extension.forward_to.lstrip("+") if number else extension.forward_to
