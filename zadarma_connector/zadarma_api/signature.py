# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Signatures of requests to Zadarma and of notifications from it.

Both are base64 of the lower-case *hex text* of an HMAC-SHA1 with the API secret,
as Zadarma's PHP SDK makes them (its documentation reads as if the raw digest were
encoded; such signatures are refused).
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

from . import facts

#: The parameters whose values, joined without separators, are signed for an event
#: (PHP SDK, ``lib/Webhook/Notify*.php``). A missing parameter counts as empty text.
_INCOMING = ("caller_id", "called_did", "call_start")
_OUTGOING = ("internal", "destination", "call_start")
SIGNED_PARAMETERS: dict[str, tuple[str, ...]] = {
    "NOTIFY_START": _INCOMING,
    "NOTIFY_INTERNAL": _INCOMING,
    "NOTIFY_INTERNAL_END": _INCOMING,  # undocumented; seen signed like INTERNAL
    "NOTIFY_END": _INCOMING,
    "NOTIFY_IVR": _INCOMING,
    "NOTIFY_ANSWER": ("caller_id", "destination", "call_start"),
    "NOTIFY_OUT_START": _OUTGOING,
    "NOTIFY_OUT_END": _OUTGOING,
    "NOTIFY_RECORD": ("pbx_call_id", "call_id_with_rec"),
    "SMS": ("result",),
    "NUMBER_LOOKUP": ("result",),
    "CALL_TRACKING": ("result",),
    # one third party's word for it: it shows who sent it, but what follows from it
    # must not rest on it alone
    "SPEECH_RECOGNITION": ("result",),
}
#: What is signed of a request to the API begins with its path. Requests are no secret
#: to whoever sees them (a proxy's log), and their signatures have the form of these.
_REQUEST_PATH = "/v1/"


def encode_query(params: Mapping[str, Any]) -> str:
    """Encode parameters as PHP's ``http_build_query`` (RFC 1738) does.

    The top level is sorted before lists and mappings are flattened. Booleans become
    1 and 0; ``None`` and empty lists disappear.

    :param params: names to texts, numbers, booleans, lists or mappings
    :return: the query string that is both signed and sent
    """
    pairs: list[tuple[str, str]] = []
    for name in sorted(params):
        _flatten(name, params[name], pairs)
    return "&".join(f"{_quote(name)}={_quote(value)}" for name, value in pairs)


def _flatten(name: str, value: Any, pairs: list[tuple[str, str]]) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            _flatten(f"{name}[{key}]", item, pairs)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _flatten(f"{name}[{index}]", item, pairs)
    elif isinstance(value, bool):
        pairs.append((name, str(int(value))))
    elif value is not None:
        pairs.append((name, str(value)))


def _quote(text: str) -> str:
    # PHP escapes "~", Python does not
    return quote_plus(text, safe="").replace("~", "%7E")


def _encode_signature(text: str, secret: str) -> str:
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha1).hexdigest()
    return base64.b64encode(digest.encode()).decode()


def sign_request(path: str, query: str, secret: str) -> str:
    """Sign a request to the API.

    :param path: the path exactly as requested, from ``/v1`` on
    :param query: the encoded parameters (:func:`encode_query`), empty for none
    :param secret: the account's API secret
    :return: the signature that follows the key and a colon in ``Authorization``
    """
    # MD5 is part of Zadarma's rule, the strength lies in the HMAC around it
    checksum = hashlib.md5(query.encode(), usedforsecurity=False).hexdigest()
    return _encode_signature(path + query + checksum, secret)


def signed_string(event: str, params: Mapping[str, str]) -> str:
    """What Zadarma signs in a notification of ``event``.

    :param event: an event of :data:`SIGNED_PARAMETERS`
    :param params: the notification's parameters as received
    :raise KeyError: the rule for this event is not known
    """
    return "".join(params.get(name, "") for name in SIGNED_PARAMETERS[event])


def sign_notification(event: str, params: Mapping[str, str], secret: str) -> str:
    """The ``Signature`` header that a genuine notification carries.

    :raise KeyError: the rule for this event is not known
    """
    return _encode_signature(signed_string(event, params), secret)


def verify_notification(
    params: Mapping[str, str], signature: str | None, secret: str | None
) -> bool:
    """Tell whether a notification was signed with ``secret``.

    Without a secret nothing is genuine. An event of unknown name is tried against
    every known rule, since Zadarma may add events of an old shape; one that only we
    put into the journal is never genuine: signatures do not cover the event's name.
    The signature of a request to the API proves no notification.

    :param params: the notification's parameters exactly as received
    :param signature: the ``Signature`` header, ``None`` if there was none
    """
    if not secret or not signature or not signature.isascii():
        return False
    event = params.get("event")
    if not event or event in facts.OURS:
        return False
    rules = [event] if event in SIGNED_PARAMETERS else list(SIGNED_PARAMETERS)
    genuine = False
    for rule in rules:
        # a rule without any of its parameters signs the empty text: no proof of
        # anything, and the same for every such request
        text = signed_string(rule, params)
        if text and not text.startswith(_REQUEST_PATH):
            expected = sign_notification(rule, params, secret)
            genuine |= hmac.compare_digest(expected, signature)
    return genuine
