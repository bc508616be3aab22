# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The truth of every message, and how many pieces a text is."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

EVENT = "SMS"
#: GSM 03.38: the characters of a piece with 160 places, and those that take two.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("^{}\\[~]|€\f")
#: Places of a text that is one piece, and of each of several.
_GSM_PLACES = 160, 153
_UNICODE_PLACES = 70, 67


@dataclass
class Message:
    """One SMS to or from one number.

    :param account: key of the account
    :param incoming: whether it came in
    :param number: the party outside, digits, or a name
    :param own: our number, digits, or the name that was shown
    :param text: all of it
    :param at: UTC
    :param cost: of all its pieces, in the account's currency
    :param denied: why it was not sent, empty if it was
    :param deliveries: of an incoming one, what each notification met: HTTP status, or
        a word of `reply`
    """

    account: str
    incoming: bool
    number: str
    own: str
    text: str
    at: datetime
    cost: float = 0
    denied: str = ""
    deliveries: list[int | str] = field(default_factory=list)

    @property
    def notification(self) -> dict[str, str]:
        """The parameters of an incoming one's notification.

        Its text as PHP writes JSON, without an id of the message: there is none.
        """
        told = {"caller_did": self.own, "caller_id": self.number, "text": self.text}
        result = json.dumps(told, separators=(",", ":")).replace("/", "\\/")
        return {"event": EVENT, "result": result}

    def describe(self) -> dict[str, Any]:
        """Return it as JSON's types."""
        at = self.at.astimezone(UTC).isoformat()
        return {**vars(self), "at": at, "pieces": pieces(self.text)}


def pieces(text: str) -> int:
    """Return of how many SMS a text is made."""
    if set(text) <= _GSM | _GSM_TWICE:
        places = len(text) + sum(character in _GSM_TWICE for character in text)
        alone, of_several = _GSM_PLACES
    else:
        places = len(text.encode("utf-16-le")) // 2
        alone, of_several = _UNICODE_PLACES
    return 1 if places <= alone else -(-places // of_several)
