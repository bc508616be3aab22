# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The methods under `/v1/pbx/callinfo` and `/v1/pbx/webhooks`: where notifications go.

Source: the official specification. Both are the same but for the name of the switches.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import requests
from werkzeug.wrappers import Response

from ..protocol import http_client, replies

if TYPE_CHECKING:
    from ..protocol.question import Question
    from .settings import Channel

ECHO_TIMEOUT = 10  # seconds
SWITCHES = {"callinfo": "notifications", "webhooks": "hooks"}
_TEXTS = {True: "true", False: "false"}
_VALUES = {"true": True, "false": False}


def tell(question: Question, channel: str) -> Response:
    """Tell the address of a channel, and its switches.

    :param channel: name of the account's `Channel`, one of `SWITCHES`
    """
    found = getattr(question.account, channel)
    return replies.success(url=found.url, **_switches(found, channel))


def set_url(question: Question, channel: str) -> Response:
    """Register an address, if it echoes."""
    url = question.params.get("url")
    if not url:
        return replies.wrong_parameters()
    if not _echoes(url):
        return replies.error(400, "Url did not return the zd_echo parameter")
    getattr(question.account, channel).url = url
    return replies.success(url=url)


def delete_url(question: Question, channel: str) -> Response:
    """Forget the address."""
    getattr(question.account, channel).url = ""
    return replies.success(url="")


def switch(question: Question, channel: str) -> Response:
    """Set the switches that were sent."""
    found = getattr(question.account, channel)
    sent = {
        name: value for name, value in question.params.items() if name in found.switches
    }
    if not sent or not set(sent.values()) <= set(_VALUES):
        return replies.wrong_parameters()
    found.switches.update({name: _VALUES[value] for name, value in sent.items()})
    return replies.success(**_switches(found, channel))


def _switches(found: Channel, channel: str) -> dict[str, dict[str, str]]:
    texts = {name: _TEXTS[value] for name, value in found.switches.items()}
    return {SWITCHES[channel]: texts}


def _echoes(url: str) -> bool:
    """Tell whether the address passes Zadarma's check before it is registered."""
    token = secrets.token_hex(8)
    try:
        response = http_client.request(
            "GET", url, ECHO_TIMEOUT, params={"zd_echo": token}
        )
    except requests.RequestException:
        return False
    return response.status_code == 200 and response.text == token
