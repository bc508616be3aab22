# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Telephone numbers as people type them, and how they are found in an index.

A text may hold several numbers, extensions and words. Its *keys* are the last
:data:`TAIL` digits of each number in it; an index on them finds every notation of a
number at once, whatever the notation of the one that is looked for. What is found so
still has to be judged: a key alone identifies nobody.
"""

import functools
import logging
import re
import time

import phonenumbers
from phonenumbers import phonenumberutil

from odoo import models
from odoo.tools import sql

_logger = logging.getLogger(__name__)

#: Digits of a key. Of a million contacts, one in a thousand strangers shares nine
#: digits with one of them by chance; eight digits, one in a hundred.
TAIL = 9

#: What is written inside of a number; whatever else is no digit stands between two.
#: A slash is inside (030/1234567) unless a blank, a plus or a zero follows.
_INSIDE = r"[ \t().\-\u00a0\u2009\u2010-\u2015\u202f]|/(?=[1-9])"
_NUMBER = re.compile(r"\+?[0-9]+")

#: The same as :func:`key` of each of :func:`split`, as PostgreSQL computes it.
_KEYS = (
    "string_to_array(btrim(regexp_replace(regexp_replace(regexp_replace("
    f"{{column}}, '{_INSIDE}', '', 'g'),"
    " '[^0-9]+', ' ', 'g'),"
    f" '[0-9]+(?=[0-9]{{{{{TAIL}}}}}( |$))', '', 'g')), ' ')"
)


def keys_sql(column):
    """Return the SQL expression of the keys of a text, an array.

    :param column: the SQL name of the text
    """
    return _KEYS.format(column=column)


class PhoneIndex(models.Index):
    """The index on the keys of a field that holds telephone numbers.

    :param column: name of the field
    """

    def __init__(self, column):
        # fastupdate would make look-ups search a list of what is not indexed yet
        super().__init__(
            f"USING gin ({keys_sql(column)}) WITH (fastupdate = off)"
            f" WHERE {column} IS NOT NULL"
        )

    def apply_to_database(self, model):
        """Make the index if need be, and say so: a million rows take a while."""
        name = self.full_name(model)
        if sql.index_exists(model.env.cr, name):
            return super().apply_to_database(model)
        began = time.monotonic()
        _logger.info("indexing the telephone numbers of %s...", model._name)
        super().apply_to_database(model)
        _logger.info(
            "indexed the telephone numbers of %s in %.1f s",
            model._name,
            time.monotonic() - began,
        )


def split(text):
    """Return the numbers in a text: digits alone, with a plus if there was one."""
    return _NUMBER.findall(re.sub(_INSIDE, "", text or ""))


def digits(number):
    """Return the digits of a number that :func:`split` found, without ``+`` or 00."""
    return number.removeprefix("+").removeprefix("00")


def key(number):
    """Return the key of a number that :func:`split` found."""
    return number.removeprefix("+")[-TAIL:]


@functools.lru_cache(maxsize=10_000)
def keys(number):
    """Return the keys under which the notations of a number are found, a set.

    :param str number: in E.164, or whatever the PBX sent
    """
    found = {key(one) for one in split(number)}
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return found
    national = phonenumbers.national_significant_number(parsed)
    if len(national) < TAIL:
        # without the country, such a number has a shorter key
        region = phonenumbers.region_code_for_country_code(parsed.country_code)
        trunk = phonenumberutil.ndd_prefix_for_region(region, True) or ""
        found |= {national, key(trunk + national)}
    return found


def resembles(written, number):
    """Return whether a number could be another one without its country.

    :param written: of :func:`split`
    :param number: in E.164
    """
    one, other = written.lstrip("+0"), number.removeprefix("+")
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= TAIL and longer.endswith(shorter)
