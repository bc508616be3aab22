# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The PBX statistics: what they are asked for, and what their rows mean."""

import re
from datetime import datetime, timedelta

from .notification import is_hidden

#: Rows in one answer at most (OpenAPI).
PAGE = 1000
#: A request covers at most a month (OpenAPI), February's included.
WINDOW = timedelta(days=28)
#: Legs of one call do not begin further apart.
_BETWEEN_LEGS = timedelta(hours=1)
#: The number is what stands in the last brackets: ``Name 101 (101)``,
#: ``"Caller" <+48515637746>``; otherwise the whole text may be one.
_BRACKETED = re.compile(r"[(<]\s*(\+?\d+)\s*[)>]\s*$")
_PLAIN = re.compile(r"\+?\d+")


def row_texts(row):
    """A row as texts: what the specification calls numbers and booleans comes either
    way, and ids do not survive as floating-point numbers.

    :param dict row: as decoded from JSON, with decimals kept as text
    """
    return {name: _text(value) for name, value in row.items()}


def _text(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def is_true(text):
    """Whether a text of Zadarma's means yes: rows say ``true``, notifications 1."""
    return text.lower() in ("true", "1")


def clid_number(clid):
    """The number in a row's ``clid``, empty when there is none or it is withheld."""
    match = _BRACKETED.search(clid)
    number = match.group(1) if match else clid.strip()
    return number if _PLAIN.fullmatch(number) and not is_hidden(number) else ""


def settled(rows, is_last):
    """Split a page into what can be believed and what the next page may add to.

    A call has a row for each leg, and a page may end between two of them. What began
    within the last hour of the page is therefore read again with the next one; a page
    that covers no more than that hour is taken as it is.

    :param rows: texts, in the order of their beginning as Zadarma gives them
    :param is_last: whether no page comes after it
    :return: how many rows count as read, and the ids of calls that are told in full
    """
    begun = [_wall_clock(row.get("callstart")) for row in rows]
    last = max(filter(None, begun), default=None)
    late = (
        index
        for index, moment in enumerate(begun)
        if moment and last and moment > last - _BETWEEN_LEGS
    )
    read = (not is_last and next(late, 0)) or len(rows)
    ids = {row.get("pbx_call_id") for row in rows[:read]}
    return read, ids - {row.get("pbx_call_id") for row in rows[read:]} - {None, ""}


def _wall_clock(text):
    try:
        return datetime.strptime(text or "", "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return None


def windows(start, end):
    """Split a period into those that one series of requests may cover.

    :param datetime start: UTC
    :param datetime end: UTC
    :return: pairs of moments, the earliest first
    """
    while start < end:
        stop = min(start + WINDOW, end)
        yield start, stop
        start = stop
