# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The PBX statistics: what they are asked for, and what their rows mean."""

import re
from collections.abc import Mapping
from datetime import timedelta

from .facts import Fact

#: Rows in one answer at most (OpenAPI).
PAGE = 1000
#: A request covers at most a month (OpenAPI), February's included.
WINDOW = timedelta(days=28)
#: Seconds, also with an empty fraction; minutes and seconds; hours, minutes, seconds.
_SECONDS = re.compile(r"([0-9]{1,6})(?:[.,]0{1,6})?")
_CLOCK = re.compile(r"(?:([0-9]{1,3}):)?([0-9]{1,4}):([0-5][0-9])")
#: Seconds beyond which a talk time is nonsense: a week.
_LONGEST_TALK = 7 * 24 * 3600
#: Any number but zero.
_NOT_ZERO = re.compile(r"[0-9]*[1-9][0-9]*(?:[.,]0*)?")
#: The words for how a call went (PHP SDK, ``NotifyEnd``; OpenAPI says ``call failed``).
DISPOSITIONS = frozenset(
    {
        "answered",
        "busy",
        "cancel",
        "no answer",
        "failed",
        "call failed",
        "no money",
        "unallocated number",
        "no limit",
        "no day limit",
        "line limit",
        "no money, no limit",
    }
)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text.lower())


_WORDS = {_letters(word): word for word in DISPOSITIONS}


def row_texts(row: Mapping[str, object]) -> dict[str, str]:
    """A row as texts: what the specification calls numbers and booleans comes either
    way, and ids do not survive as floating-point numbers.

    :param row: as decoded from JSON, with decimals kept as text
    """
    return {name: _text(value) for name, value in row.items()}


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def is_true(text: str) -> bool:
    """Whether a text of Zadarma's means yes: rows say ``true``, notifications 1."""
    text = text.strip().lower()
    return text in ("true", "yes", "on") or bool(_NOT_ZERO.fullmatch(text))


def seconds(text: str | None) -> int | None:
    """A figure as seconds: ``42``, ``42.0``, ``0:42``.

    :return: ``None`` unless it is a sensible number: no fraction, at most a week
    """
    text = (text or "").strip()
    if match := _SECONDS.fullmatch(text):
        total = int(match[1])
    elif match := _CLOCK.fullmatch(text):
        hours, minutes, rest = (int(part or 0) for part in match.groups())
        total = hours * 3600 + minutes * 60 + rest
    else:
        return None
    return total if total <= _LONGEST_TALK else None


def disposition(text: str | None) -> str:
    """How a call went, in Zadarma's word; case, blanks and marks between words aside.

    :return: one of :data:`DISPOSITIONS`, or the text as it is if nobody knows it
    """
    return _WORDS.get(_letters(text or ""), (text or "").strip())


def is_answered(fact: Fact) -> bool:
    """Whether a row, or an END, says so. A word that nobody knows says nothing, the
    seconds of its talk do."""
    word = disposition(fact.get("disposition"))
    if not word or word in DISPOSITIONS:
        return word == "answered"
    return bool(seconds(fact.get("seconds") or fact.get("duration")))
