# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Zadarma's wall clock.

Times come as text without an offset, in the time zone that is set at Zadarma.
"""

import functools
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import pytz

_FORMAT = "%Y-%m-%d %H:%M:%S"
_CENTURY = range(2000, 2100)
_OFFSET = re.compile(r"UTC([+-])(\d{1,2})(?::?(\d{2}))?")
#: What else than Zadarma's own form can be read: ISO 8601 with a time, and Unix time in
#: seconds or milliseconds.
_ISO = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII
)
_UNIX = re.compile(r"(1[0-9]{9})(?:\.[0-9]{1,6}|[0-9]{3})?")
#: Offsets from UTC differ by quarters of an hour, from -12 to +14 hours.
_QUARTER = timedelta(minutes=15)
_WIDEST = timedelta(hours=26)
#: So far lags of one cause differ.
_SAME_OFFSET = timedelta(minutes=2)
#: So far the PBX's clock may be ahead of ours.
_AHEAD = timedelta(minutes=1)


def zone_of(name: str) -> pytz.BaseTzInfo:
    """The time zone of a name; UTC for a name that this server does not know.

    Names go out of use, and servers have lists of their own: calls that come with the
    wrong hour can be mended, and calls that do not come cannot.

    :param name: IANA name
    """
    try:
        return pytz.timezone(name)
    except pytz.UnknownTimeZoneError:
        return pytz.utc


def to_utc(text: str | None, zone: str, near: datetime) -> datetime | None:
    """Read a wall-clock text.

    An hour that exists twice, or not at all, around a change of summer time has two
    readings. Nothing is told of what is still to come, so it is the latest that is not
    after ``near``; where both are, the nearer one.

    :param text: ``YYYY-MM-DD HH:MM:SS`` in ``zone``; ISO 8601 and Unix time are read
        too, although nobody saw Zadarma send them
    :param zone: IANA name of the account's time zone
    :param near: UTC, without tzinfo: when the text reached us, or better
    :return: UTC without tzinfo, ``None`` when the text is no time of this century:
        nonsense, near the limits of what can be reckoned with
    """
    moments = sorted(readings(text, zone))
    past = [moment for moment in moments if moment <= near + _AHEAD]
    return past[-1] if past else next(iter(moments), None)


# each fact of a call tells the same few times, with each notification anew
@functools.lru_cache(maxsize=1000)
def readings(text: str | None, zone: str) -> frozenset[datetime]:
    """All moments that a wall-clock text may be, in UTC without tzinfo.

    :return: none for nonsense, two for an hour that the clock repeats
    """
    moment = _parse(text or "")
    if not moment or moment.year not in _CENTURY:
        return frozenset()
    if moment.tzinfo:
        return frozenset({moment.astimezone(UTC).replace(tzinfo=None)})
    return frozenset(
        zone_of(zone)
        .localize(moment, is_dst=is_dst)
        .astimezone(pytz.utc)
        .replace(tzinfo=None)
        for is_dst in (False, True)
    )


def _parse(text: str) -> datetime | None:
    """A text as a datetime, with tzinfo if it tells its offset; ``None`` for nonsense.

    Fractions of seconds are dropped.
    """
    text = text.strip()
    if unix := _UNIX.fullmatch(text):
        return datetime.fromtimestamp(int(unix[1]), UTC)
    if not _ISO.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).replace(microsecond=0)
    except ValueError:
        return None


def to_wall_clock(moment: datetime, zone: str) -> str:
    """Write a moment as Zadarma expects it.

    :param moment: UTC, without tzinfo
    :param zone: IANA name of the account's time zone
    :return: ``YYYY-MM-DD HH:MM:SS``
    """
    local = pytz.utc.localize(moment).astimezone(zone_of(zone))
    return local.strftime(_FORMAT)


def parse_offset(text: str | None) -> timedelta | None:
    """Read what ``/v1/info/timezone`` tells: ``UTC+2``, ``UTC-3:30``.

    :return: ``None`` if the text is no offset
    """
    match = _OFFSET.fullmatch(text or "")
    if not match:
        return None
    sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return -offset if sign == "-" else offset


def offset(zone: str, moment: datetime) -> timedelta:
    """The offset of a zone from UTC.

    :param zone: IANA name
    :param moment: UTC, without tzinfo
    """
    local = pytz.utc.localize(moment).astimezone(zone_of(zone))
    return local.replace(tzinfo=None) - moment


def zones_of(country: str) -> list[str]:
    """The time zones of a country, the one with most people first as a rule.

    :param country: ISO code, empty if unknown
    :return: IANA names
    """
    return list(pytz.country_timezones.get(country, ()))


def agreeing(zones: Iterable[str], told: str | None, moment: datetime) -> list[str]:
    """Those of some zones whose clock shows the same as Zadarma's.

    :param zones: IANA names
    :param told: what Zadarma told, see :func:`parse_offset`
    :param moment: UTC, without tzinfo: when it was told
    :return: in the given order; empty if nothing was told
    """
    there = parse_offset(told)
    return [zone for zone in zones if offset(zone, moment) == there]


def wrong_by(lags: Sequence[timedelta]) -> timedelta | None:
    """Whether an account's time zone is wrong: its calls all seem to begin as much too
    early, or too late.

    :param lags: of notifications about calls that begin, :func:`~belief.lag`
    :return: by how much; ``None`` if it is right, if there are fewer than three, or if
        they differ
    """
    if len(lags) < 3 or max(lags) - min(lags) > _SAME_OFFSET:
        return None
    offset = round(sorted(lags)[len(lags) // 2] / _QUARTER) * _QUARTER
    near = all(abs(one - offset) <= _SAME_OFFSET for one in lags)
    return offset if near and offset and abs(offset) <= _WIDEST else None
