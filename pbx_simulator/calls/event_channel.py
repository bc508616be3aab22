# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The channel of events that are no calls: SMS, transcripts.

Its form, multipart under another name of the sender, was captured from a live account.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import requests

from ..protocol import http_client, signing
from .parcel import TIMEOUT
from .reply import NO_ADDRESS, SWITCHED_OFF, TIMED_OUT, UNREACHABLE

if TYPE_CHECKING:
    from ..account.account import Account

USER_AGENT = "Zadarma API"


def send(account: Account, params: Mapping[str, str]) -> int | str:
    """Notify an account's address for events of one, if it is switched on.

    :param params: the notification's parameters, `event` among them
    :return: HTTP status, or a word of `reply`
    """
    signature = signing.notification_signature(account.secret, params)
    return send_signed(account, params, signature)


def send_signed(
    account: Account, params: Mapping[str, str], signature: str | None
) -> int | str:
    """As `send`, with any header `Signature`, or None to send none."""
    if not account.webhooks.switches[params["event"].lower()]:
        return SWITCHED_OFF
    if not account.webhooks.url:
        return NO_ADDRESS
    headers = {"User-Agent": USER_AGENT}
    if signature is not None:
        headers["Signature"] = signature
    try:
        response = http_client.request(
            "POST",
            account.webhooks.url,
            TIMEOUT,
            files={name: (None, value) for name, value in params.items()},
            headers=headers,
        )
    except requests.Timeout:
        return TIMED_OUT
    except requests.RequestException:
        return UNREACHABLE
    return response.status_code
