# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The methods under `/v1/webrtc`: the browser phone's keys, domains and looks.

Source: the official specification.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from ..protocol import replies
from ..protocol.errors import SimulatorError

if TYPE_CHECKING:
    from ..account.webrtc import Webrtc
    from ..protocol.question import Question


def get_key(question: Question) -> Response:
    account = question.account
    sip = question.params.get("sip", "")
    number = sip.removeprefix(f"{account.pbx_id}-")
    if not account.extension(number):
        return replies.wrong_parameters()
    key = question.simulator.webphones.new_key(account, number)
    return replies.success(key=key)


def get_integration(question: Question) -> Response:
    webrtc = question.account.webrtc
    return replies.success(
        is_exists=webrtc.exists,
        domains=webrtc.domains,
        settings={"shape": webrtc.shape, "position": webrtc.position},
    )


def create_integration(question: Question) -> Response:
    created = _changed(question, exists=True, domains=[_domain(question)])
    if not created:
        return replies.wrong_parameters()
    if question.account.webrtc.exists:
        return replies.error(400, "Integration already exists")
    question.account.webrtc = created
    return replies.success()


def change_integration(question: Question) -> Response:
    names = ("shape", "position")
    looks = {name: question.params[name] for name in names if name in question.params}
    return _change(question, **looks)


def delete_integration(question: Question) -> Response:
    return _change(question, exists=False, domains=[])


def add_domain(question: Question) -> Response:
    domain, domains = _domain(question), question.account.webrtc.domains
    if domain in domains:
        return replies.wrong_parameters()
    return _change(question, domains=[*domains, domain])


def remove_domain(question: Question) -> Response:
    domain, domains = _domain(question), question.account.webrtc.domains
    if domain not in domains:
        return replies.wrong_parameters()
    return _change(question, domains=[one for one in domains if one != domain])


def _domain(question: Question) -> str:
    return question.params.get("domain", "").lower()


def _change(question: Question, **values: Any) -> Response:
    """Change the integration that there is, and answer."""
    changed = _changed(question, **values)
    if not changed or not question.account.webrtc.exists:
        return replies.wrong_parameters()
    question.account.webrtc = changed
    return replies.success()


def _changed(question: Question, **values: Any) -> Webrtc | None:
    """Return the integration with other values, or None if one is not possible."""
    try:
        return replace(question.account.webrtc, **values)
    except SimulatorError:
        return None
