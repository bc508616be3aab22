# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The notifications that tell about calls, and what their texts mean."""

import functools
import re
from collections.abc import Collection

from .numbers import callers

START = "NOTIFY_START"
INTERNAL = "NOTIFY_INTERNAL"
INTERNAL_END = "NOTIFY_INTERNAL_END"
ANSWER = "NOTIFY_ANSWER"
END = "NOTIFY_END"
OUT_START = "NOTIFY_OUT_START"
OUT_END = "NOTIFY_OUT_END"
RECORD = "NOTIFY_RECORD"
IVR = "NOTIFY_IVR"

#: Of the channel for events other than calls (OpenAPI, ``/v1/pbx/webhooks``). The
#: last one is named by projects only; its shape is not known.
SMS = "SMS"
NUMBER_LOOKUP = "NUMBER_LOOKUP"
CALL_TRACKING = "CALL_TRACKING"
SPEECH_RECOGNITION = "SPEECH_RECOGNITION"
DOCUMENT = "DOCUMENT"

#: Where Odoo takes notifications; registered at Zadarma, so it must never change.
PATH = "/exec/Zadarma.notify"

#: Events that describe a call; each carries a ``pbx_call_id``.
CALL_EVENTS = frozenset(
    {START, INTERNAL, INTERNAL_END, ANSWER, END, OUT_START, OUT_END, RECORD, IVR}
)
#: Of those, what is told before anything else.
BEGINNINGS = frozenset({START, OUT_START})
#: What may be said of how an outgoing or incoming call went (PHP SDK, ``NotifyEnd``),
#: and what projects received beside it.
_COURSE = frozenset(
    "internal duration disposition status_code is_recorded call_id_with_rec call_id"
    " calltype".split()
)
_INCOMING = frozenset("call_start pbx_call_id caller_id called_did".split())
_OUTGOING = frozenset(
    "call_start pbx_call_id internal destination caller_id calltype dst_e164".split()
)
_RINGING = _INCOMING | {"internal", "calltype", "transfer_from", "transfer_type"}
_RESULT = frozenset({"result"})
#: The parameters that Zadarma sends with an event: documented ones (PHP SDK,
#: ``lib/Webhook``), and those that projects and the log of a live account have. Any
#: other is none of Zadarma's: no signature covers it, and whoever adds it wants to be
#: believed. Times of statistics (``callstart``) are not among them.
PARAMETERS: dict[str, frozenset[str]] = {
    START: _INCOMING | {"calltype"},
    INTERNAL: _RINGING,
    INTERNAL_END: _RINGING,
    ANSWER: _OUTGOING,
    END: _INCOMING | _COURSE | {"last_internal"},
    OUT_START: _OUTGOING,
    OUT_END: _OUTGOING | _COURSE,
    RECORD: frozenset({"pbx_call_id", "call_id_with_rec"}),
    IVR: _INCOMING
    | {
        "calltype",
        "ivr_saydigits",
        "ivr_saynumber",
        "wait_dtmf[name]",
        "wait_dtmf[digits]",
        "wait_dtmf[default_behaviour]",
    },
    SMS: _RESULT,
    NUMBER_LOOKUP: _RESULT,
    CALL_TRACKING: _RESULT,
    SPEECH_RECOGNITION: _RESULT | {"pbx_call_id", "call_id", "lang", "voicemail"},
    DOCUMENT: _RESULT,
}
#: Events that ``POST /v1/pbx/callinfo/notifications`` can switch on (OpenAPI). The
#: API has no switch for RECORD and IVR: these are ticked in the personal account there.
SWITCHES = {
    START: "notify_start",
    INTERNAL: "notify_internal",
    ANSWER: "notify_answer",
    END: "notify_end",
    OUT_START: "notify_out_start",
    OUT_END: "notify_out_end",
}
#: ``zd_echo`` is a token that Zadarma sends to check an address. Whatever is echoed
#: comes from outside, so nothing but the characters of tokens and of base64 is; none of
#: them means anything in plain text.
_ECHO = re.compile(r"[A-Za-z0-9._+/=-]{1,128}")
_PBX_CALL_ID = re.compile(r"(in|out)_[0-9A-Za-z]{1,64}")
#: Internal numbers have three digits (OpenAPI, ``/v1/pbx/internal/{n}/info``). As the
#: login of a telephone it stands behind the PBX's number: ``123456-101``, perhaps with
#: Zadarma's host.
_EXTENSION = re.compile(
    r"(?:sips?:)?(?:[0-9]{1,12}-)?([0-9]{3})(?:@(?:[a-z0-9-]+\.){0,3}zadarma\.com)?",
    re.ASCII | re.IGNORECASE,
)


def echo_token(text: str | None) -> str | None:
    """The token to echo for a ``zd_echo`` request, ``None`` if it is not one."""
    return text if text and _ECHO.fullmatch(text) else None


def is_pbx_call_id(text: str | None) -> bool:
    """Whether a text is an id of a call: ``in_`` or ``out_``, then the PBX's key."""
    return bool(text and _PBX_CALL_ID.fullmatch(text))


def extension_number(text: str | None) -> str:
    """The internal number that a text is: ``101`` of ``101``, of ``123456-101`` and of
    ``sip:123456-101@sip.zadarma.com``.

    :return: three digits, an empty text if it is none
    """
    match = _EXTENSION.fullmatch((text or "").strip())
    return match[1] if match else ""


@functools.lru_cache(maxsize=1_000)
def caller_number(text: str | None) -> str:
    """The number in what tells who calls, in all forms that were seen.

    These are numbers with and without plus, internal numbers, SIP addresses, and any of
    them in brackets behind a name (facts of projects, ``caller_id`` and ``clid``).

    :return: digits, perhaps with a plus in front; empty when it is withheld, see
        :func:`.numbers.callers.said`
    """
    return extension_number(callers.user_part(text or "")) or callers.said(text)


def proves_caller(
    caller_id: str, destination: str, extensions: Collection[str]
) -> bool:
    """Whether the text of an ANSWER tells where the caller's number ends.

    It is signed without a border in between. An extension has three digits, a plus
    begins a number, and no number has more than 15 digits (E.164); where an outside
    telephone answered, the border may be anywhere.

    :param extensions: the known internal numbers, empty if none is known
    """
    number = caller_number(caller_id)
    if len(number.lstrip("+")) > 15:
        return False
    extension = extension_number(destination)
    known = extension and (not extensions or extension in extensions)
    return bool(known) or destination.startswith("+")
