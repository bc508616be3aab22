# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Zadarma's wall clock.

Times come as text without an offset, in the time zone set in the account's cabinet.
"""

import functools
import re
from datetime import datetime, timedelta

import pytz

_FORMAT = "%Y-%m-%d %H:%M:%S"
_CENTURY = range(2000, 2100)
_OFFSET = re.compile(r"UTC([+-])(\d{1,2})(?::?(\d{2}))?")


def to_utc(text, zone, near):
    """Read a wall-clock text.

    An hour that exists twice, or not at all, around a change of summer time is read
    the way that comes closest to ``near``.

    :param text: ``YYYY-MM-DD HH:MM:SS`` in ``zone``
    :param zone: IANA name of the account's time zone
    :param datetime near: UTC, without tzinfo: when the text reached us
    :return: UTC without tzinfo, ``None`` when the text is no time of this century:
        nonsense, near the limits of what can be reckoned with
    """
    candidates = _readings(text, zone)
    return min(
        candidates, key=lambda moment: (abs(moment - near), moment), default=None
    )


# each fact of a call tells the same few times, with each notification anew
@functools.lru_cache(maxsize=1000)
def _readings(text, zone):
    """All moments that a wall-clock text may be, in UTC."""
    try:
        wall_clock = datetime.strptime(text or "", _FORMAT)
    except ValueError:
        return frozenset()
    if wall_clock.year not in _CENTURY:
        return frozenset()
    return frozenset(
        pytz.timezone(zone)
        .localize(wall_clock, is_dst=is_dst)
        .astimezone(pytz.utc)
        .replace(tzinfo=None)
        for is_dst in (False, True)
    )


def to_wall_clock(moment, zone):
    """Write a moment as Zadarma expects it.

    :param datetime moment: UTC, without tzinfo
    :param zone: IANA name of the account's time zone
    :return: ``YYYY-MM-DD HH:MM:SS``
    """
    local = pytz.utc.localize(moment).astimezone(pytz.timezone(zone))
    return local.strftime(_FORMAT)


def parse_offset(text):
    """Read what ``/v1/info/timezone`` tells: ``UTC+2``, ``UTC-3:30``.

    :return: a timedelta, ``None`` if the text is no offset
    """
    match = _OFFSET.fullmatch(text or "")
    if not match:
        return None
    sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return -offset if sign == "-" else offset


def offset(zone, moment):
    """The offset of a zone from UTC.

    :param zone: IANA name
    :param datetime moment: UTC, without tzinfo
    """
    return pytz.utc.localize(moment).astimezone(pytz.timezone(zone)).utcoffset()
