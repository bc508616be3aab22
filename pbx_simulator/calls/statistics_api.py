# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The method `GET /v1/statistics/pbx`.

Source: the official specification; that all of its parameters may be left out, and that
a longer period is cut to 30 days, the official PHP SDK. What the specification calls
numbers was seen as texts; the account's setting `statistics_types` chooses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from werkzeug.wrappers import Response

from ..protocol import replies
from .ledger import INCOMING, OUTGOING, Entry
from .truth import NO_EXTENSION, Call, Leg

if TYPE_CHECKING:
    from ..account.account import Account
    from ..protocol.question import Question

T = TypeVar("T")
LONGEST_PERIOD = timedelta(days=30)
LONGEST_PAGE = 1000
_FORM = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class Query:
    """What is asked for.

    :param start: wall clock in the account's zone; so is `end`
    :param kind: `INCOMING`, `OUTGOING`, or empty for both
    """

    start: datetime
    end: datetime
    version: int
    kind: str
    skip: int
    limit: int


def statistics(question: Question) -> Response:
    account = question.account
    try:
        now = question.simulator.clock().astimezone(account.zone)
        query = _read(question.params, now.replace(tzinfo=None, microsecond=0))
        first, last = _bounds(query, account.zone)
    except (ValueError, OverflowError):
        return replies.wrong_parameters()
    phantoms = [_phantom(account, first)] * account.statistics_phantoms
    shown = phantoms[query.skip : query.skip + query.limit]
    skip, limit = max(0, query.skip - len(phantoms)), query.limit - len(shown)
    shown += question.simulator.ledger.page(
        account.key, query.kind, first, last, skip, limit
    )
    as_row = _row_as_specified if account.statistics_types == "openapi" else _row
    response = replies.success(
        start=query.start.strftime(_FORM),
        end=query.end.strftime(_FORM),
        version=query.version,
        stats=[as_row(account, entry) for entry in shown],
    )
    if account.statistics_types == "openapi":
        # As a float it would lose digits before it is sent.
        text = response.get_data(as_text=True)
        response.set_data(re.sub('"call_id": "([0-9.]+)"', r'"call_id": \1', text))
    return response


def _read(params: dict[str, str], now: datetime) -> Query:
    """Return the `Query`.

    :param now: wall clock in the account's zone
    :raises ValueError: a parameter is not possible
    """
    # What is left out means the present month so far.
    month = now.replace(day=1, hour=0, minute=0, second=0)
    start = _moment(params["start"]) if "start" in params else month
    end = _moment(params["end"]) if "end" in params else now
    if end < start:
        raise ValueError("The end lies before the start.")
    limit = _whole(params.get("limit", str(LONGEST_PAGE)))
    if limit not in range(1, LONGEST_PAGE + 1):
        raise ValueError("A page has from 1 to 1000 rows.")
    return Query(
        start=start,
        end=min(end, start + LONGEST_PERIOD),
        version=_one_of(params.get("version", "2"), {"1": 1, "2": 2}),
        kind=_one_of(
            params.get("call_type", ""), {"": "", "in": INCOMING, "out": OUTGOING}
        ),
        skip=_whole(params.get("skip", "0")),
        limit=limit,
    )


def _moment(text: str) -> datetime:
    # strptime by itself would let 2026-1-1 through.
    if not re.fullmatch("[0-9]{4}(-[0-9]{2}){2} [0-9]{2}(:[0-9]{2}){2}", text):
        raise ValueError(f"{text!r} is no date and time.")
    return datetime.strptime(text, _FORM)


def _whole(text: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", text):
        raise ValueError(f"{text!r} is no number.")
    return int(text)


def _one_of(text: str, meanings: Mapping[str, T]) -> T:
    if text not in meanings:
        raise ValueError(f"{text!r} is none of {', '.join(meanings)}.")
    return meanings[text]


def _bounds(query: Query, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first and the last moment asked for, in UTC.

    Where the clock was put back or forward, a wall clock can mean two moments: all that
    could be meant is listed.
    """
    starts = [query.start.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    ends = [query.end.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    return (
        min(start.astimezone(UTC) for start in starts),
        max(end.astimezone(UTC) for end in ends),
    )


def _row(account: Account, entry: Entry) -> dict[str, Any]:
    """Return a row with the types that were seen."""
    call, leg = entry.call, entry.leg
    rang = call.direction == "incoming" and leg.extension != NO_EXTENSION
    return {
        "call_id": leg.call_id,
        "sip": leg.extension,
        "callstart": leg.start.astimezone(account.zone).strftime(_FORM),
        "clid": _clid(account, entry),
        "destination": leg.extension if rang else leg.destination.lstrip("+"),
        "disposition": "call failed"
        if leg.disposition == "failed"
        else leg.disposition,
        "seconds": leg.duration,
        "is_recorded": "true" if leg.recorded else "false",
        "pbx_call_id": leg.pbx_call_id,
    }


def _row_as_specified(account: Account, entry: Entry) -> dict[str, Any]:
    """Return a row with the specification's types, but `call_id` still a text."""
    row = _row(account, entry)
    return {
        **row,
        "call_id": row["call_id"] or "0",
        "sip": int(row["sip"]),
        "clid": _as_number(entry.call.told_caller),
        "destination": _as_number(row["destination"]),
        "is_recorded": entry.leg.recorded,
    }


def _as_number(text: str) -> int:
    # Who hides behind a word has no number.
    return int(text) if re.fullmatch(r"\+?[0-9]+", text) else 0


def _clid(account: Account, entry: Entry) -> str:
    """Return the caller in one of the forms that were seen.

    Which one is in the call's id, so that a row never changes.
    """
    call = entry.call
    if call.direction == "incoming":
        number, name = call.told_caller.lstrip("+"), call.caller_name or "Customer"
        forms = [f"{name} ({number})", f'"{name}" <+{number}>', number]
        # A caller who shows no number has no name either.
        forms = forms if call.told_caller.startswith("+") else [call.told_caller]
    else:
        extension = account.extension(call.caller)
        name = extension.name if extension else call.caller
        forms = [f"{name} ({call.caller})", call.caller]
        if call.direction == "outgoing":
            forms += [f'"{name}" <+{account.did}>', account.did]
    return forms[int(call.pbx_call_id[-4:] or "0", 16) % len(forms)]


def _phantom(account: Account, start: datetime) -> Entry:
    """Return a leg that belongs to no call; real statistics have some."""
    call = Call(account.key, "", "incoming", "", "", account.did, start)
    leg = Leg(NO_EXTENSION, account.did, start, "", "", disposition="failed")
    return Entry(call, leg)
