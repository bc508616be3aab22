# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Short keys of what was said, which grow with the moment that it is about.

A database that is given keys in no order touches another page of its index with each
of them. Those of one moment stand together here, and the latest at the end.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

#: Bytes of a hash. Nobody but Zadarma can choose a signature; and what was said is
#: hashed with a secret, so that whoever caught a text cannot look for something else to
#: say that has the key of what the PBX is about to say.
_HASH = 6
#: What tells the moment: a wall clock, or the Unix time with which Zadarma's ids of
#: parts begin.
_WALL_CLOCK = re.compile(r"[0-9]{4}(-[0-9]{2}){2} [0-9]{2}(:[0-9]{2}){2}\Z")
_UNIX_TIME = re.compile(r"([0-9]{9,10})\.[0-9]+")
#: How signed texts end: with the start of a call, or the id of a part.
_SIGNED_PART = re.compile(r"[0-9]{10}\.[0-9]+\Z")
_SECONDS = 2**32


class Fingerprint(NamedTuple):
    """A key of what was said, in two parts.

    :param signed_key: 16 characters in the order of the moments: the same for all that
        was signed with one text, and for nothing else
    :param fingerprint: 10 characters, of all that was said
    """

    signed_key: str
    fingerprint: str


def fingerprint(
    said: str, secret: str, moment: int = 0, signature: str = ""
) -> Fingerprint:
    """A key of what was said.

    :param secret: of whoever keeps what was said, the same for all of it
    :param moment: of :func:`moment_of`, or :func:`moment_of_signed` if it was signed
    :param signature: the same whatever was said beside the text that it is of; what
        nobody signed has a key of its own
    """
    of_said = hmac.digest(secret.encode(), said.encode(), "sha256")
    of_text = hashlib.sha256(signature.encode()).digest() if signature else of_said
    begins = (moment % _SECONDS).to_bytes(4) + of_text[:_HASH]
    return Fingerprint(_text(begins), _text(of_said[-_HASH:]))


def _text(key: bytes) -> str:
    # its digits are in the order of their values
    return base64.b32hexencode(key).decode().rstrip("=")


def moment_of(params: Mapping[str, str]) -> int:
    """The moment of which something tells, in seconds; 0 if it tells none.

    Good for an order and no more: wall clocks are read as if they were in UTC.
    """
    for name in ("call_start", "callstart"):
        if _WALL_CLOCK.match(params.get(name, "")):
            try:
                told = datetime.fromisoformat(params[name])
            except ValueError:
                return 0
            return int(told.replace(tzinfo=UTC).timestamp())
    for name in ("call_id_with_rec", "call_id"):
        if match := _UNIX_TIME.match(params.get(name, "")):
            return int(match[1])
    return 0


def moment_of_signed(text: str) -> int:
    """The moment of which a signed text tells, as :func:`moment_of`.

    The same whatever stands beside it, and wherever it is cut.

    :param text: of :func:`~zadarma_api.signature.signed_string`
    """
    started, part = _WALL_CLOCK.search(text), _SIGNED_PART.search(text)
    return moment_of(
        {
            "call_start": started[0] if started else "",
            "call_id_with_rec": part[0] if part else "",
        }
    )
