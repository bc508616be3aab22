# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The notifications that tell about calls, and what their texts mean."""

import re

START = "NOTIFY_START"
INTERNAL = "NOTIFY_INTERNAL"
INTERNAL_END = "NOTIFY_INTERNAL_END"
ANSWER = "NOTIFY_ANSWER"
END = "NOTIFY_END"
OUT_START = "NOTIFY_OUT_START"
OUT_END = "NOTIFY_OUT_END"
RECORD = "NOTIFY_RECORD"
IVR = "NOTIFY_IVR"

#: Where Odoo takes notifications; registered at Zadarma, so it must never change.
PATH = "/exec/Zadarma.notify"

#: Events that describe a call; each carries a ``pbx_call_id``.
CALL_EVENTS = frozenset(
    {START, INTERNAL, INTERNAL_END, ANSWER, END, OUT_START, OUT_END, RECORD, IVR}
)
#: Events that ``POST /v1/pbx/callinfo/notifications`` can switch on (OpenAPI). The
#: API has no switch for RECORD and IVR: these are ticked in Zadarma's cabinet.
SWITCHES = {
    START: "notify_start",
    INTERNAL: "notify_internal",
    ANSWER: "notify_answer",
    END: "notify_end",
    OUT_START: "notify_out_start",
    OUT_END: "notify_out_end",
}
#: ``zd_echo`` is a token that Zadarma sends to check an address. Whatever is echoed
#: comes from outside, so nothing but plain token characters is.
_ECHO = re.compile(r"[A-Za-z0-9._-]{1,128}")
_PBX_CALL_ID = re.compile(r"(in|out)_[0-9A-Za-z]{1,64}")
#: Internal numbers have three digits (OpenAPI, ``/v1/pbx/internal/{n}/info``).
_EXTENSION = re.compile(r"[0-9]{3}")


def echo_token(text):
    """The token to echo for a ``zd_echo`` request, ``None`` if it is not one."""
    return text if text and _ECHO.fullmatch(text) else None


def is_pbx_call_id(text):
    """Whether a text is an id of a call: ``in_`` or ``out_``, then the PBX's key."""
    return bool(text and _PBX_CALL_ID.fullmatch(text))


def extension_number(text):
    """The text if it is an internal number (``"101"``), else an empty text."""
    return text if text and _EXTENSION.fullmatch(text) else ""


def is_hidden(number):
    """Whether a caller's number is withheld: empty, zero or a word."""
    return not any(digit in "123456789" for digit in number or "")
