# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Short keys of what was said, which grow with the day that it is about.

A database that is given keys in no order touches another page of its index with each
of them. Those of one day stand together here, and those of today at the end.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from datetime import date

#: Bytes of the hash: ten million of them share one with odds of 1 to 10^10.
_HASH = 10
#: What tells the day: a wall clock, or the Unix time with which Zadarma's ids of parts
#: begin.
_WALL_CLOCK = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_UNIX_TIME = re.compile(r"([0-9]{9,10})\.[0-9]+")
#: How signed texts end: with the start of a call, or the id of a part.
_SIGNED_WALL_CLOCK = re.compile(r"[0-9]{4}(-[0-9]{2}){2} [0-9]{2}(:[0-9]{2}){2}\Z")
_SIGNED_PART = re.compile(r"[0-9]{10}\.[0-9]+\Z")
_EPOCH = date(1970, 1, 1)
_DAYS = 2**16


def fingerprint(text: str, day: int = 0) -> str:
    """A key of a text: 20 characters, in the order of the days.

    :param day: of :func:`day_of`
    """
    digest = hashlib.sha256(text.encode()).digest()[:_HASH]
    return base64.b32hexencode((day % _DAYS).to_bytes(2) + digest).decode().rstrip("=")


def day_of(params: Mapping[str, str]) -> int:
    """The day of which something tells, as days since 1970; 0 if it tells none."""
    for name in ("call_start", "callstart"):
        if match := _WALL_CLOCK.match(params.get(name, "")):
            try:
                return (date(*map(int, match.groups())) - _EPOCH).days
            except ValueError:
                return 0
    for name in ("call_id_with_rec", "call_id"):
        if match := _UNIX_TIME.match(params.get(name, "")):
            return int(match[1]) // 86400
    return 0


def day_of_signed(text: str) -> int:
    """The day of which a signed text tells, as :func:`day_of`.

    The same whatever stands beside it, and wherever it is cut.

    :param text: of :func:`~zadarma_api.signature.signed_string`
    """
    started, part = _SIGNED_WALL_CLOCK.search(text), _SIGNED_PART.search(text)
    return day_of(
        {
            "call_start": started[0] if started else "",
            "call_id_with_rec": part[0] if part else "",
        }
    )
