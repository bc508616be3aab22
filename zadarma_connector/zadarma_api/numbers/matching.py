# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whether a text has a caller's number, and how sure that is."""

import re
from collections.abc import Iterable, Sequence

from . import cutting, keys, plans
from .reading import Written, begins_with, is_whole, read_in

EXACT = "exact"
PROBABLE = "probable"

#: Digits of most numbers with their country, and of few without.
_WHOLE = 11
#: A number that is read the same whatever the countries are.
_WITH_COUNTRY = re.compile(r"[+][1-9](?:[ -]?[0-9]){6,14}")


def match(
    texts: Iterable[str | None], number: str, countries: Sequence[str] = ()
) -> str | None:
    """Judge whether one of some texts has a number.

    :param texts: as somebody typed them
    :param number: in E.164, or whatever the PBX sent
    :param countries: in which the texts are read, see :func:`.reading.read`
    :return: :data:`EXACT`; :data:`PROBABLE` if no country tells, but the digits within
        the country agree; ``None``
    """
    wanted = keys.look_up(number)
    found = None
    for text in texts:
        # whatever an index does not find is not accepted here either
        if not text or keys.keys(text).isdisjoint(wanted):
            continue
        for written in cutting.cut(text, countries):
            same = _same(written, plans.renumbered(number), countries)
            if same == EXACT:
                return same
            found = found or same
    return found


def needs_no_country(text: str | None) -> bool:
    """Whether a text means the same in all countries."""
    return bool(text and _WITH_COUNTRY.fullmatch(text))


def _same(written: Written, number: str, countries: Sequence[str]) -> str | None:
    found = read_in(written, countries)
    if found.e164:
        if found.e164 == number:
            return EXACT if found.is_sure else PROBABLE
        # the 9 of Argentina's mobile numbers is often left out, or put where it is not
        is_namesake = plans.argentine(found.e164) == plans.argentine(number)
        return PROBABLE if is_namesake else None
    return None if written.abroad else _same_digits(written, number, countries)


def _same_digits(written: Written, number: str, countries: Sequence[str]) -> str | None:
    """Judge what no country reads."""
    whole = plans.international(written.bare)
    if f"+{written.bare}" == number or (whole and whole.valid and whole.e164 == number):
        # the number without plus; fewer digits in one piece may be another country's
        code, _national = plans.split(number)
        is_long = len(written.bare) >= _WHOLE or written.bare != written.text
        is_sure = (is_long and begins_with(written, code)) or is_whole(written, number)
        return EXACT if is_sure else PROBABLE
    if countries and _is_newer(written.bare, number, countries[0]):
        return EXACT
    return PROBABLE if _agree(written.bare, number) else None


def _is_newer(digits: str, number: str, country: str) -> bool:
    """Whether it is a number that phonenumbers does not know yet."""
    known = plans.national(digits, country)
    return bool(known and known.possible and known.e164 == number)


def _agree(digits: str, number: str) -> bool:
    """Whether digits without a country may be those of a number: at least nine agree,
    and before them there is nothing but what is dialled within a country."""
    if not plans.E164.fullmatch(number):
        return digits.lstrip("0") == number.lstrip("+0") and len(digits) >= keys.TAIL
    _code, national = plans.split(number)
    if len(national) >= keys.TAIL and digits.endswith(national):
        before = digits.removesuffix(national)
        return not before or before in plans.TRUNKS
    if digits == plans.at_home(number):
        return len(digits) >= keys.TAIL
    # a part of the number, at least nine of its last digits
    part = digits.lstrip("0")
    return len(part) >= keys.TAIL and number.endswith(part)
