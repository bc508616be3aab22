# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reading the PBX statistics of a period, page by page, while calls go on.

Zadarma gives rows in the order of their beginning, so many at once, and skips as many
as it is told to. A call comes into them when it is over, with the time when it began:
between two pages a row may appear before the place that was read, and all that follow
move. So reading resumes at a time, an hour before the latest row that was read, and
what comes again is known by its content. Only where more rows than a page has begin
within an hour are rows skipped, and some are read again.

Times are the account's wall clock, which goes back by an hour once a year; hence the
hour. Everything between two requests is a :class:`Place` that survives as JSON.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple, Self

from .statistics import PAGE, WINDOW

#: Of the statistics, as :func:`~statistics.row_texts` makes it.
Row = Mapping[str, str]

_FORMAT = "%Y-%m-%d %H:%M:%S"
#: Legs of one call rarely begin further apart; a wall clock goes back so far.
_HOUR = timedelta(hours=1)
#: Legs of a period's calls begin so long after its end: the longest talks and queues.
AFTER = timedelta(hours=12)


@dataclass(frozen=True)
class Place:
    """Where reading is.

    :param until: end of the period
    :param since: where the next request begins
    :param skip: rows that it leaves out
    :param seen: rows that may come again: from their fingerprints to their times
    :param open: calls with a leg in the last hour that was read, since another may
        follow: from their ids to the time of the latest one
    :param done: whether the period is read
    """

    until: str
    since: str
    skip: int = 0
    seen: dict[str, str] = field(default_factory=dict)
    open: dict[str, str] = field(default_factory=dict)
    done: bool = False

    @classmethod
    def of(cls, start: datetime, until: datetime) -> Self:
        """The place before the first request.

        :param start: wall clock; so is ``until``
        """
        return cls(_text(until), _text(start - _HOUR))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The place that :meth:`to_json` wrote."""
        return cls(**json.loads(text))

    def to_json(self) -> str:
        return json.dumps(self.__dict__)

    def request(self) -> tuple[str, str, int]:
        """What to ask for: start and end as Zadarma expects them, and rows to skip."""
        return self.since, _text(self.end()), self.skip

    def end(self) -> datetime:
        """Where the next request ends: the period, or what one series may cover."""
        last = _moment(self.until) + _HOUR + AFTER
        return min(_moment(self.since) + WINDOW, last)

    def is_last(self) -> bool:
        """Whether the next request reaches the end of the period."""
        return self.end() < _moment(self.since) + WINDOW


class Step(NamedTuple):
    """What a page told.

    :param place: where to go on
    :param rows: those that were not read before
    :param ids: of the calls that are told in full as far as can be known; one is named
        again when another leg of it comes
    :param later: rows of legs that begin after the period. They belong to calls that
        are known already; the others are another period's
    """

    place: Place
    rows: list[Row]
    ids: set[str]
    later: list[Row]


def take(place: Place, rows: Sequence[Row], limit: int = PAGE) -> Step:
    """Take the answer to :meth:`Place.request`.

    :param rows: as Zadarma gives them; fewer than ``limit`` are the last ones
    :param limit: rows in a page at most
    """
    told, later = _new_rows(place, rows)
    following, border = _go_on(place, rows, limit)
    latest = _latest_legs(place.open, told)
    still_open = {
        pbx_call_id: text
        for pbx_call_id, text in latest.items()
        if border and (_told(text) or datetime.min) > border
    }
    read = {_fingerprint(row): row.get("callstart") or "" for row in rows}
    seen = {**place.seen, **read}
    following = replace(
        following, seen=_still_to_come(seen, following), open=still_open
    )
    return Step(following, told, set(latest) - set(still_open), later)


def _new_rows(place: Place, rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """The rows that were not seen before: of the period, and those that are later."""
    fresh: dict[str, Row] = {}
    for row in rows:
        fresh.setdefault(_fingerprint(row), row)
    end = _moment(place.until) + _HOUR
    later: list[Row] = []
    told: list[Row] = []
    for key, row in fresh.items():
        if key not in place.seen:
            is_later = (_begun(row) or end) > end
            (later if is_later else told).append(row)
    return told, later


def _go_on(
    place: Place, rows: Sequence[Row], limit: int
) -> tuple[Place, datetime | None]:
    """Where to go on, and the time after which more of a call's legs may begin:
    ``None`` when nothing follows, or nobody knows what."""
    if len(rows) < limit:
        if place.is_last():
            return replace(place, done=True), None
        border = place.end() - _HOUR
        return replace(place, since=_text(border), skip=0), border
    latest = _latest_in_order(rows)
    since = latest and latest - _HOUR
    if not since or since <= _moment(place.since):
        # rows in no order, which are taken as they are, or too many in an hour
        return replace(place, skip=place.skip + limit - limit // 10), since
    return replace(place, since=_text(since), skip=0), since


def _latest_legs(known: Mapping[str, str], rows: Iterable[Row]) -> dict[str, str]:
    """From ids of calls to the time of their latest leg, of those read before too."""
    latest = dict(known)
    for row in rows:
        pbx_call_id, text = row.get("pbx_call_id"), row.get("callstart") or ""
        if pbx_call_id:
            latest[pbx_call_id] = max(text, latest.get(pbx_call_id, ""))
    return latest


def _latest_in_order(rows: Iterable[Row]) -> datetime | None:
    """The latest time of rows that come in the order of time, ``None`` if they do not:
    then nobody knows what follows."""
    latest: datetime | None = None
    for begun in filter(None, map(_begun, rows)):
        if latest and begun < latest - _HOUR:
            return None
        latest = max(begun, latest or begun)
    return latest


def _still_to_come(seen: Mapping[str, str], following: Place) -> dict[str, str]:
    """Those of the rows read that the following request can bring again."""
    if following.done:
        return {}
    since = _moment(following.since) - _HOUR
    return {key: text for key, text in seen.items() if (_told(text) or since) >= since}


def _fingerprint(row: Row) -> str:
    content = json.dumps(row, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:20]


def _begun(row: Row) -> datetime | None:
    return _told(row.get("callstart"))


def _told(text: str | None) -> datetime | None:
    """A time that Zadarma told, ``None`` if it is none."""
    try:
        return _moment(text or "")
    except ValueError:
        return None


def _moment(text: str) -> datetime:
    """The moment that :func:`_text` wrote."""
    return datetime.strptime(text, _FORMAT)


def _text(moment: datetime) -> str:
    return moment.strftime(_FORMAT)
