# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where a signed text is cut.

What is signed has no borders: a dialled number of ours, an extension of ours, the shape
of a time and of an id show where they are.
"""

import re

from .. import clock
from ..facts import Fact
from ..notification import ANSWER, RECORD, caller_number, extension_number
from ..signature import signed_string
from .said import OUT, is_outgoing
from .verdict import Context, Reason

#: How a signed text ends, so that it can be cut there.
_STARTED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\Z")
_LONGEST_NUMBER = 20
_SHORTEST_NUMBER = 4
#: Either anchors the cut of a recording's text: Zadarma's ids have 40 digits, those of
#: parts begin with the Unix time.
_WHOLE_ID = re.compile(r"(in|out)_[0-9a-f]{40}")
_WHOLE_PART = re.compile(r"[0-9]{10}\.[0-9]+")
_PART = re.compile(r"[0-9A-Za-z._-]+")
#: How the texts of recordings and messages begin, and no number.
_OF_NO_CALL = re.compile(r"(in|out)_[0-9a-f]{40}|\{|\[[{\"\]]")
_LEADING_EXTENSION = re.compile(r"(?:[0-9]{1,12}-)?[0-9]{3}")


def uncut(fact: Fact, context: Context) -> str:
    """Why the signed text of a fact may have to be cut elsewhere, empty if it is cut
    right."""
    if fact.event == RECORD:
        return _uncut_record(fact)
    start, text = fact.get("call_start"), signed_string(fact.event, fact.params)
    if _OF_NO_CALL.match(text):
        return Reason.MOVED_BORDER
    ending = _STARTED.search(text)
    if ending:
        if start != ending[0]:
            return Reason.MALFORMED_START
    elif start and not clock.readings(start, context.zone):
        return Reason.MALFORMED_START
    if fact.event in OUT:
        return _uncut_outgoing(fact, context)
    if is_outgoing(fact):
        # nothing of these is a number of the call
        return ""
    if fact.event == ANSWER:
        return _uncut_answer(fact)
    return _uncut_incoming(fact, context)


def _uncut_record(fact: Fact) -> str:
    pbx_call_id, part = fact.get("pbx_call_id"), fact.get("call_id_with_rec")
    if not _PART.fullmatch(part):
        return Reason.MALFORMED_PART
    if _WHOLE_ID.fullmatch(pbx_call_id) or _WHOLE_PART.fullmatch(part):
        return ""
    return Reason.MOVED_BORDER


def _uncut_incoming(fact: Fact, context: Context) -> str:
    """The dialled number must be the one of ours with which the numbers end."""
    if not context.own_numbers:
        return ""
    told = fact.get("called_did")
    dialled = _dialled(fact.get("caller_id") + told, context)
    if not dialled:
        return Reason.UNKNOWN_DID
    return "" if dialled == told else Reason.MOVED_BORDER


def _dialled(numbers: str, context: Context) -> str:
    """The number of ours with which two numbers in one text end, as it is written.

    Written out with its country, if one is; of several the longest: else the border
    could be moved between them.
    """
    ours = sorted(
        (own.removeprefix("+") for own in context.own_numbers), key=len, reverse=True
    )
    for own in ours:
        if own and numbers.endswith(own):
            plus = "+" if numbers.removesuffix(own).endswith("+") else ""
            return plus + own
    for length in range(_LONGEST_NUMBER, _SHORTEST_NUMBER - 1, -1):
        text = numbers[-length:]
        if len(text) == length and context.e164(text) in context.own_numbers:
            return text
    return ""


def _uncut_answer(fact: Fact) -> str:
    """What answered can be any telephone; only a plus shows where a number begins."""
    parts = fact.get("caller_id"), fact.get("destination")
    inside = ("+" in part[1:] and not caller_number(part) for part in parts)
    return Reason.MOVED_BORDER if any(inside) else ""


def _uncut_outgoing(fact: Fact, context: Context) -> str:
    """The extension must be one of ours; without one the text must begin with none."""
    internal, destination = fact.get("internal"), fact.get("destination")
    if internal:
        extension = extension_number(internal)
        return "" if context.knows(extension) else Reason.UNKNOWN_EXTENSION
    match = _LEADING_EXTENSION.match(destination)
    if match and extension_number(match[0]) in context.extensions:
        rest = destination[match.end() :]
        if rest and context.e164(rest).startswith("+") or extension_number(rest):
            return Reason.MOVED_BORDER
    return ""
