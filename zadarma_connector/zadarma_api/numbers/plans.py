# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What phonenumbers knows of the countries' numbers, and the little that it does not.

Countries are ISO codes as ``"UA"``; digits are ASCII.
"""

import functools
import re
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat

E164 = re.compile(r"\+[1-9][0-9]{3,14}")
#: What was dialled before a number within a country, and is still written. In the
#: Soviet Union's plan it was 8, also where it is 0 by now.
_OLD_TRUNKS = {
    **dict.fromkeys("AM AZ BY EE GE KG KZ LT LV MD RU TJ TM UA UZ".split(), ("8",)),
    **dict.fromkeys("CY CZ GR PL PT SK".split(), ("0",)),
    "MX": ("044", "045", "01"),
}
#: What is, or was, dialled before a number within some country.
TRUNKS = frozenset({"0", "1", "8", "80", "06", "01", "044", "045"})
#: Brazil's mobile numbers have had a ninth digit since 2016, Mexico's no 1 after the
#: country code since 2019. The old ones are still written, and ring nobody.
_RENUMBERED = (
    (re.compile(r"\+55([1-9]{2})([689][0-9]{7})"), r"+55\g<1>9\2"),
    (re.compile(r"\+521([0-9]{10})"), r"+52\1"),
)

_POSSIBLE = phonenumbers.ValidationResult.IS_POSSIBLE


class Known(NamedTuple):
    """What phonenumbers makes of a text.

    :param e164: the number, today's if it has been renumbered
    :param valid: somebody can have this number
    :param possible: its length is right; it may be newer than phonenumbers
    :param with_country: its country was in the text
    """

    e164: str
    valid: bool
    possible: bool
    with_country: bool


@functools.lru_cache(maxsize=10_000)
def parse(digits: str, country: str | None) -> Known | None:
    """Read a number as it is dialled in a country.

    :param digits: with ``+`` if it is international
    :param country: the trunk prefix and the way out of this country are known then
    :return: ``None`` if it cannot be a number
    """
    parsed = _parsed(digits, country)
    if not parsed:
        return None
    e164 = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    today = renumbered(e164)
    if today != e164 and (again := _parsed(today, None)):
        parsed, e164 = again, today
    if not E164.fullmatch(e164):
        # phonenumbers takes Germany's of up to 17 digits
        return None
    source = phonenumbers.CountryCodeSource
    return Known(
        e164,
        phonenumbers.is_valid_number(parsed),
        # without its area a number is possible too, but nobody can dial it so
        phonenumbers.is_possible_number_with_reason(parsed) == _POSSIBLE,
        digits.startswith("+")
        or parsed.country_code_source == source.FROM_NUMBER_WITH_IDD,
    )


def _parsed(digits: str, country: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(digits, country, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return None


def renumbered(e164: str) -> str:
    """The number that a number in E.164 has become, itself if it is still that."""
    for old, new in _RENUMBERED:
        if old.fullmatch(e164):
            return old.sub(new, e164)
    return e164


def international(digits: str) -> Known | None:
    """Read a number that begins with its country.

    :param digits: without ``+`` or 00
    """
    known = parse(f"+{digits}", None)
    if known and known.valid:
        return known
    # +48 (0)22: where there is no trunk zero, phonenumbers leaves it in
    code, national = split(f"+{digits}")
    if national.startswith("0"):
        without = parse(f"+{code}{national[1:]}", None)
        if without and without.valid:
            return without
    return known


def national(digits: str, country: str) -> Known | None:
    """Read a number as it is written in a country, with trunk prefix or without."""
    known = parse(digits, country)
    code = calling_code(country)
    if digits.startswith(code) and known and at_home(known.e164) != digits:
        # where lengths vary, 49 30 1234567 could be a number in 4930
        whole = parse(f"+{digits}", None)
        if whole and whole.valid:
            return whole
    if known and known.valid:
        return known
    for old in _OLD_TRUNKS.get(country, ()):
        if digits.startswith(old):
            without = parse(digits.removeprefix(old), country)
            if without and without.valid:
                return without
    return known


@functools.lru_cache(maxsize=10_000)
def split(e164: str) -> tuple[str, str]:
    """The country code of a number in E.164 and the rest, empty if there is no such
    country."""
    for length in (1, 2, 3) if e164[1:2] != "0" else ():
        code = e164[1 : 1 + length]
        if code.isdigit() and int(code) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
            return code, e164[1 + length :]
    return "", e164[1:]


@functools.lru_cache(maxsize=10_000)
def at_home(e164: str) -> str:
    """The digits with which a number is written in its own country."""
    parsed = _parsed(e164, None)
    if not parsed:
        return ""
    text = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    return "".join(filter(str.isdecimal, text))


def is_at_home(digits: str, country: str) -> bool:
    """Whether a country's people write a number of theirs with exactly these digits."""
    known = parse(digits, country)
    return bool(known and known.valid and at_home(known.e164) == digits)


@functools.lru_cache(maxsize=1_000)
def homes(digits: str) -> frozenset[str]:
    """The calling codes of all countries where these digits are a complete number.

    Where numbers may have many lengths, nearly all digits are one: that tells nothing.
    """
    return frozenset(
        calling_code(country)
        for country in phonenumbers.SUPPORTED_REGIONS
        if is_at_home(digits, country) and _has_one_length(digits, country)
    )


def _has_one_length(digits: str, country: str) -> bool:
    """Whether all numbers of a number's kind are as long, or one digit longer."""
    parsed = _parsed(digits, country)
    if not parsed:
        return False
    region = phonenumbers.region_code_for_number(parsed) or country
    plan = phonenumbers.PhoneMetadata.metadata_for_region(region)
    if not plan:
        return False
    kinds = phonenumbers.PhoneNumberType
    is_mobile = phonenumbers.number_type(parsed) == kinds.MOBILE
    described = plan.mobile if is_mobile else plan.fixed_line
    return described is not None and len(described.possible_length) <= 2


def calling_code(country: str) -> str:
    """The calling code of a country, empty if phonenumbers does not know it."""
    return str(phonenumbers.country_code_for_region(country) or "")


def is_vanity(e164: str) -> bool:
    """Whether letters may have stood for digits in a number: in North America any,
    elsewhere those that are dialled from everywhere for a price of their own."""
    parsed = _parsed(e164, None)
    kinds = phonenumbers.PhoneNumberType
    return parsed is not None and (
        parsed.country_code == 1
        or phonenumbers.number_type(parsed)
        in (kinds.TOLL_FREE, kinds.SHARED_COST, kinds.PREMIUM_RATE, kinds.UAN)
    )


def argentine(e164: str) -> str:
    """An Argentine number without the 9 of mobile telephones, others as they are."""
    return f"+54{e164[4:]}" if e164.startswith("+549") else e164


def trunks(country: str) -> set[str]:
    """What is, or was, dialled before a number within a country."""
    today = phonenumbers.ndd_prefix_for_region(country, True) or ""
    old = _OLD_TRUNKS.get(country, ())
    return {today, "0", *old, *(f"{one}{today}" for one in old)} - {""}
