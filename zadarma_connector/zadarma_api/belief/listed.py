# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What statistics say of a notification."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from .. import clock
from ..facts import Fact
from ..notification import RECORD, extension_number
from .said import OUT, caller, is_ours, is_outgoing, leg, same_side
from .verdict import Context

#: A leg may begin so long after its call reached the PBX: menus and queues.
_BEFORE_FIRST_LEG = timedelta(hours=1)
_CLOCK_SKEW = timedelta(minutes=1)
#: What stands in place of the number of who shows none; any other word is a name.
_WITHHELD = {"", "0", "anonymous", "private", "restricted", "unavailable", "unknown"}


def agrees(fact: Fact, rows: Sequence[Fact], context: Context) -> bool | None:
    """Whether the rows of a fact's id say the same.

    The start may lie up to an hour before the first leg: the call was in a menu then.

    :return: ``None`` if they say nothing of it
    """
    if fact.event == RECORD:
        ids = {row.get("call_id") for row in rows}
        return fact.get("call_id_with_rec") in ids or None
    parts = [_same_time(fact, rows, context)]
    if fact.event in OUT:
        parts.append(_same_leg(fact, rows, context))
    elif not is_outgoing(fact):
        parts.append(_same_caller(fact, rows, context))
    if False in parts:
        return False
    return all(parts) or None


def begins_with_a_row(fact: Fact, rows: Iterable[Fact], context: Context) -> bool:
    """Whether a fact tells exactly the time at which one of the rows begins."""
    return bool(_starts(fact, "call_start", context) & _row_starts(rows, context))


def _starts(fact: Fact, name: str, context: Context) -> frozenset[datetime]:
    return clock.readings(fact.get(name), context.zone)


def _row_starts(rows: Iterable[Fact], context: Context) -> set[datetime]:
    return {moment for row in rows for moment in _starts(row, "callstart", context)}


def _same_time(fact: Fact, rows: Iterable[Fact], context: Context) -> bool | None:
    begun = _row_starts(rows, context)
    told = _starts(fact, "call_start", context)
    if not begun or not told:
        return None
    return any(
        min(begun) - _BEFORE_FIRST_LEG <= moment <= max(begun) + _CLOCK_SKEW
        for moment in told
    )


def _same_caller(fact: Fact, rows: Iterable[Fact], context: Context) -> bool | None:
    told = caller(fact.get("caller_id"), context)
    listed = {caller(row.get("clid"), context) for row in rows}
    if told in listed:
        return True
    if all(row.get("clid").strip(" <>").casefold() in _WITHHELD for row in rows):
        return False
    # a name alone, or a colleague who handed the call on
    outside = any(number and not extension_number(number) for number in listed)
    return False if outside else None


def _same_leg(fact: Fact, rows: Iterable[Fact], context: Context) -> bool | None:
    internal, destination, _start = leg(fact, context)
    listed = {_listed_leg(row, context) for row in rows}
    if (internal, destination) in listed:
        return True
    same_kind = {
        number
        for _internal, number in listed
        if same_side(number, destination, context)
    }
    if _dialled_by_others(internal, listed):
        return False
    if destination not in same_kind:
        return False if same_kind else None
    return None if internal else True


def _listed_leg(row: Fact, context: Context) -> tuple[str, str]:
    destination = row.get("destination")
    number = is_ours(destination, context) or context.e164(destination)
    return extension_number(row.get("sip")), number


def _dialled_by_others(internal: str, listed: Iterable[tuple[str, str]]) -> bool:
    """Whether each row names an extension, and none the one that is told."""
    extensions = {extension for extension, _number in listed}
    return bool(internal) and "" not in extensions and internal not in extensions
