# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Both of Zadarma's signatures, as the official PHP SDK makes them.

Source: `zadarma/user-api-v1`, `lib/Client.php` for requests and `lib/Webhook/*.php`
for notifications; of the last four events, third parties. What is encoded in base64 is
the digest's hexadecimal text, not its bytes, unlike the words of the official
specification.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping

from . import php_form

# The values that each event's signature covers, in this order.
SIGNED_FIELDS = {
    "NOTIFY_START": ("caller_id", "called_did", "call_start"),
    "NOTIFY_INTERNAL": ("caller_id", "called_did", "call_start"),
    "NOTIFY_ANSWER": ("caller_id", "destination", "call_start"),
    "NOTIFY_END": ("caller_id", "called_did", "call_start"),
    "NOTIFY_OUT_START": ("internal", "destination", "call_start"),
    "NOTIFY_OUT_END": ("internal", "destination", "call_start"),
    "NOTIFY_RECORD": ("pbx_call_id", "call_id_with_rec"),
    "NOTIFY_IVR": ("caller_id", "called_did", "call_start"),
    "SMS": ("result",),
    "NUMBER_LOOKUP": ("result",),
    "CALL_TRACKING": ("result",),
    "SPEECH_RECOGNITION": ("result",),
}


def request_signature(secret: str, path: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Sign an API request.

    :param secret: the account's API secret
    :param path: the path as requested, from `/v1`, with its slash at the end if any
    :param pairs: the parameters as sent, in any order
    :return: what follows `key:` in the header `Authorization`
    """
    return encode_digest(_digest(secret, request_text(path, pairs)).hex().encode())


def request_text(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Return the text that is signed of an API request.

    :param path: as of `request_signature`, so are `pairs`
    """
    form = php_form.encode(php_form.canonical(pairs))
    return path + form + hashlib.md5(form.encode()).hexdigest()


def notification_signature(secret: str, params: Mapping[str, str]) -> str:
    """Sign a notification.

    :param secret: the account's API secret
    :param params: the notification's parameters, texts, `event` among them
    :return: the header `Signature`
    """
    digest = notification_digest(secret, params)
    return encode_digest(digest.hex().encode())


def notification_digest(secret: str, params: Mapping[str, str]) -> bytes:
    """Return the bare HMAC-SHA1 of a notification, as bytes."""
    fields = SIGNED_FIELDS[params["event"]]
    return _digest(secret, "".join(params.get(field, "") for field in fields))


def encode_digest(digest: bytes) -> str:
    """Return bytes as base64 text."""
    return base64.b64encode(digest).decode()


def _digest(secret: str, text: str) -> bytes:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()
