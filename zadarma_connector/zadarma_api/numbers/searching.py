# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Searching numbers in E.164 by what somebody types of one."""

import re
from collections.abc import Sequence

from . import characters, plans, reading, told

#: Fewer digits are found in every other number.
_FEWEST = 3
_FRAGMENT = re.compile(rf"[ ]*\+?[0-9{characters.INSIDE}]*")


def patterns(text: str | None, countries: Sequence[str] = ()) -> list[str]:
    """What to look for with ``LIKE`` in a column of numbers in E.164, in any of these.

    :param text: a number or part of one, ``044 222``, ``00380``, ``222 77 55``; or
        whole numbers among words, as somebody pasted them
    :param countries: in which it may have been typed: the company's
    :return: empty if it is no part of a number; whole numbers have no ``%``
    """
    found = told.numbers([text], countries)
    fragment = characters.plain(text or "")
    digits = re.sub("[^0-9+]", "", fragment)
    if _FRAGMENT.fullmatch(fragment) and len(digits.lstrip("+")) >= _FEWEST:
        found += _of_part(reading.Written(digits, digits), countries)
    return [*dict.fromkeys(found)]


def _of_part(written: reading.Written, countries: Sequence[str]) -> list[str]:
    if not (abroad := written.abroad):
        shorter_ones = _without_trunk(written.bare, countries)
        return [f"%{one}%" for one in (written.bare, *shorter_ones)]
    # a trunk zero after the country code is written, and not in E.164
    code, national = plans.split(f"+{abroad}")
    shorter = [f"+{code}{national.removeprefix('0')}%"] if code else []
    return [f"+{abroad}%", *shorter]


def _without_trunk(digits: str, countries: Sequence[str]) -> list[str]:
    """The beginning of a national number without what is dialled before it."""
    trunks = {"0"}.union(*map(plans.trunks, countries))
    return [
        digits.removeprefix(trunk)
        for trunk in sorted(trunks)
        if digits.startswith(trunk) and len(digits) - len(trunk) >= _FEWEST
    ]
