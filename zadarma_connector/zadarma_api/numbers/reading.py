# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""In which country a number is read.

A number with its country is read so. One without is read in the countries in which it
may have been written, the likeliest first; where none can read it nobody guesses, as
the guess would be somebody else's telephone.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from . import plans

#: Why a number is not read: there is no country to read it in; the countries that
#: there are have no such number; it may be of several countries.
NO_COUNTRY = "no_country"
INVALID = "invalid"
SEVERAL = "several"


#: Where one number may end and another begin.
_GAP = re.compile(" {2}| [./-]|[./-] |\u2013|^(?:[^0-9]*[0-9]){5}.*[/(]")


class Written(NamedTuple):
    """A number in a text.

    :param text: as it is written, see :func:`.characters.plain`
    :param digits: ASCII, with ``+`` if there was one
    :param extension: digits that are dialled afterwards, often empty
    """

    text: str
    digits: str
    extension: str = ""

    @property
    def bare(self) -> str:
        """The digits alone."""
        return self.digits.removeprefix("+")

    @property
    def abroad(self) -> str:
        """The digits from the country code on, empty if the number does not say that
        it has one.

        No country code begins with a zero, nor with 89: ``+0...`` and ``+8 9...`` are
        national numbers behind a plus that somebody's system put there, ``+00`` is 00.
        """
        if self.digits.startswith("+") and plans.split(self.digits)[0]:
            return self.bare
        has_way_out = self.bare.startswith("00") and self.bare[2:3] != "0"
        return self.bare[2:] if has_way_out else ""


class Reading(NamedTuple):
    """How a number is read.

    :param e164: the number, empty if it cannot be read
    :param reason: why not; empty if it can
    :param is_sure: its country was in the text, or it is the likeliest one
    :param is_known: phonenumbers knows that there are such numbers
    """

    e164: str = ""
    reason: str = ""
    is_sure: bool = True
    is_known: bool = True


def read(written: Written, countries: Sequence[str] = ()) -> Reading:
    """Read a number.

    :param written: of :func:`.cutting.cut`
    :param countries: ISO codes of the contact's country, of its company's, of the
        account's company's, as far as they are known
    """
    found = read_in(written, countries)
    if found.e164 or written.bare.startswith("0") or written.abroad:
        return found
    # a whole number whose plus was left out?
    known = plans.international(written.bare)
    if not known or not known.valid:
        return found
    if is_whole(written, known.e164):
        return Reading(known.e164)
    return Reading(reason=SEVERAL)


def read_in(written: Written, countries: Sequence[str]) -> Reading:
    """As :func:`read`, but digits without plus are no whole number."""
    if written.abroad:
        found = _read_abroad(written.abroad)
        if found.e164 or written.digits.startswith("+") or not countries:
            return found
    for rank, country in enumerate(countries):
        known = plans.national(written.bare, country)
        if known and known.valid:
            return Reading(known.e164, is_sure=known.with_country or not rank)
    return Reading(reason=INVALID if countries else NO_COUNTRY)


def _read_abroad(digits: str) -> Reading:
    known = plans.international(digits)
    if known and (known.valid or (known.possible and plans.split(known.e164)[0])):
        return Reading(known.e164, is_known=known.valid)
    return Reading(reason=INVALID)


def is_whole(written: Written, e164: str) -> bool:
    """Whether digits are a whole number, and nothing but its plus is missing.

    They are not if another country's people write a number of theirs so: 201 555 0123
    is New Jersey's rather than Egypt's. Nor if their groups do not respect the country
    code, as in 8 (495) 123-45-67, which is no Vietnamese number.
    """
    code, _national = plans.split(e164)
    return begins_with(written, code) and not plans.homes(written.bare) - {code}


def begins_with(written: Written, code: str) -> bool:
    """Whether a number without plus is in one piece, or has its country code apart."""
    groups = re.findall("[0-9]+", written.text)
    return len(groups) == 1 or (groups[0] == code and not _GAP.search(written.text))
