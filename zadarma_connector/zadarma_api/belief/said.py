# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The same id says the same."""

from collections.abc import Iterable
from typing import NamedTuple

from ..facts import Fact
from ..notification import (
    ANSWER,
    OUT_END,
    OUT_START,
    RECORD,
    caller_number,
    extension_number,
    proves_caller,
)
from ..signature import SIGNED_PARAMETERS
from .verdict import Context

#: These tell of a leg of an outgoing call.
OUT = frozenset({OUT_START, OUT_END})


class _Said(NamedTuple):
    """What an incoming call's notification says; ``None`` is nothing."""

    caller: str | None
    called: str | None
    start: str


class Leg(NamedTuple):
    """What a notification or a row says of an outgoing call's leg.

    :param extension: internal number, empty if none is named
    :param destination: internal number, or E.164
    :param start: wall clock of the account
    """

    extension: str
    destination: str
    start: str


def grounds(fact: Fact) -> tuple[str, ...]:
    """What a fact is judged by: of a notification its event, its id and what was
    signed, as it is cut; whatever it claims beside that makes no difference."""
    signed = SIGNED_PARAMETERS.get(fact.event)
    if not signed:
        return fact.content
    return fact.event, *map(fact.get, ("pbx_call_id", *signed))


def is_outgoing(fact: Fact) -> bool:
    """Whether a fact's id is that of an outgoing call."""
    return fact.get("pbx_call_id").startswith("out_")


def contradicts(fact: Fact, notified: Iterable[Fact], context: Context) -> bool:
    """Whether a fact says something else than what is believed of its id.

    Numbers are compared in E.164. Of an ANSWER only caller and time are, since whoever
    answered may be anybody; of an outgoing call the extension, and any one of its legs.

    :param notified: believed notifications with the same ``pbx_call_id``
    """
    if fact.event == RECORD:
        return False
    if is_outgoing(fact):
        return _contradicts_outgoing(fact, notified, context)
    new = _said(fact, context)
    return any(
        None not in (one, other) and one != other
        for earlier in notified
        if earlier.event != RECORD
        for one, other in zip(new, _proved(earlier, context), strict=True)
    )


def says_again(fact: Fact, notified: Iterable[Fact], context: Context) -> bool:
    """Whether an incoming call's caller and start are those of its id already.

    Two calls of one caller can begin in the same second; their notifications, which
    arrive mixed, say the same.
    """
    if is_outgoing(fact) or fact.event == RECORD:
        return False
    new = _said(fact, context)
    return any(
        (new.caller, new.start) == (known.caller, known.start)
        for earlier in notified
        if earlier.event != RECORD and (known := _proved(earlier, context))
    )


def _said(fact: Fact, context: Context) -> _Said:
    return _Said(
        caller(fact.get("caller_id"), context),
        None if fact.event == ANSWER else context.e164(fact.get("called_did")),
        fact.get("call_start"),
    )


def _proved(fact: Fact, context: Context) -> _Said:
    """As :func:`_said`; who answered from outside leaves the caller's end open."""
    said = _said(fact, context)
    if fact.event == ANSWER and not proves_caller(
        fact.get("caller_id"), fact.get("destination"), context.extensions
    ):
        return said._replace(caller=None)
    return said


def caller(text: str, context: Context) -> str:
    """A caller in a form that can be compared, empty when withheld."""
    number = caller_number(text)
    return number if extension_number(number) else number and context.e164(number)


def _contradicts_outgoing(
    fact: Fact, notified: Iterable[Fact], context: Context
) -> bool:
    """One extension dials, and under one id there may be two legs: ours, which a
    callback rings first, and the customer's."""
    legs = [leg(one, context) for one in notified if one.event in OUT]
    if fact.event == ANSWER:
        starts = {known.start for known in legs}
        return bool(starts) and fact.get("call_start") not in starts
    if fact.event not in OUT:
        return False
    new = leg(fact, context)
    return any(_is_another_leg(new, known, context) for known in legs)


def _is_another_leg(new: Leg, known: Leg, context: Context) -> bool:
    """Whether two legs cannot be of one outgoing call."""
    if new == known:
        return False
    if new.extension and known.extension and new.extension != known.extension:
        return True
    # the same end at another number, or at another time
    return same_side(new.destination, known.destination, context) and (
        (new.destination, new.start) != (known.destination, known.start)
    )


def same_side(one: str, other: str, context: Context) -> bool:
    """Whether two destinations are both ours, or both the customer's."""
    return bool(is_ours(one, context)) == bool(is_ours(other, context))


def leg(fact: Fact, context: Context) -> Leg:
    """What a notification says of an outgoing leg."""
    destination = fact.get("destination")
    return Leg(
        extension_number(fact.get("internal")),
        is_ours(destination, context) or context.e164(destination),
        fact.get("call_start"),
    )


def is_ours(destination: str, context: Context) -> str:
    """The internal number that a destination is, empty if it is an outside one."""
    extension = extension_number(destination)
    return extension if context.knows(extension) else ""
