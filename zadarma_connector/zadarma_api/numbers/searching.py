# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Searching numbers in E.164 by what somebody types of one."""

import re
from collections.abc import Sequence

from . import characters, plans, reading

#: Fewer digits are found in every other number.
_FEWEST = 3
_FRAGMENT = re.compile(rf"[ ]*\+?[0-9{characters.INSIDE}]*")


def patterns(fragment: str | None, countries: Sequence[str] = ()) -> list[str]:
    """What to look for with ``LIKE`` in a column of numbers in E.164, in any of these.

    :param fragment: a number or part of one, ``044 222``, ``00380``, ``222 77 55``
    :param countries: in which it may have been typed: the company's
    :return: empty if it is no part of a number
    """
    text = characters.plain(fragment or "")
    digits = re.sub("[^0-9+]", "", text)
    if not _FRAGMENT.fullmatch(text) or len(digits.lstrip("+")) < _FEWEST:
        return []
    found = []
    written = reading.Written(digits, digits)
    whole = reading.read(written, countries)
    if whole.e164 and whole.is_known:
        found.append(whole.e164)
    if abroad := written.abroad:
        # a trunk zero after the country code is written, and not in E.164
        code, national = plans.split(f"+{abroad}")
        shorter = f"+{code}{national.removeprefix('0')}%" if code else ""
        found += [f"+{abroad}%", shorter]
    else:
        shorter_ones = _without_trunk(written.bare, countries)
        found += [f"%{one}%" for one in (written.bare, *shorter_ones)]
    return [one for one in dict.fromkeys(found) if one]


def _without_trunk(digits: str, countries: Sequence[str]) -> list[str]:
    """The beginning of a national number without what is dialled before it."""
    trunks = {"0"}.union(*map(plans.trunks, countries))
    return [
        digits.removeprefix(trunk)
        for trunk in sorted(trunks)
        if digits.startswith(trunk) and len(digits) - len(trunk) >= _FEWEST
    ]
