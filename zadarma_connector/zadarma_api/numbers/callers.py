# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The number of a caller, as the PBX tells it.

Besides E.164 there are, in the log of a live account: a plus before a national number
(half of all calls), national numbers without their zero, and whole ones without plus.
"""

import functools
import ipaddress
import re
from typing import NamedTuple
from urllib.parse import unquote

from . import characters, plans, reading

#: What stands in the last brackets is meant: ``Name 101 (101)``, ``<sip:44...@host>``.
_BRACKETED = re.compile(r"[(<]([^()<>]*)[)>][^()<>]*$")
_NAME = re.compile(r"[^\W0-9_]")
_SCHEME = re.compile(r"^\s*(?:sips?|tel):", re.IGNORECASE)
#: A password, the host, parameters.
_BEHIND_USER = re.compile(r"(?::[^@\s]*)?@.*|;.*", re.DOTALL)
#: A number beside a name: ``Name +44 20 3769 1880``, ``442037691880 (Name)``.
_BESIDE_NAME = re.compile(r"(?<![^\s(])\+?[0-9(](?:[ ().-]?[0-9]){6,}(?![^\s):,])")
#: Dialled before a number, and not part of it: ``#31#``, ``*31#``.
_SERVICE = re.compile(r"^[*#]+[0-9]{2}#")
#: Shorter ones nobody can call from.
_FEWEST = 3
#: With so many digits a number is taken to have its country, even without plus.
_INTERNATIONAL = 10


class Caller(NamedTuple):
    """Who called.

    :param number: in E.164; as the PBX sent it if it cannot be read; empty if withheld
    :param is_read: whether it is in E.164
    """

    number: str = ""
    is_read: bool = False

    @property
    def is_withheld(self) -> bool:
        """Whether the caller hides the number."""
        return not self.number


# the notifications of a call repeat its numbers, and each is judged, folded and stored
@functools.lru_cache(maxsize=1_000)
def caller(text: str | None, country: str | None = None) -> Caller:
    """Read a caller's number, or a dialled one, of a notification or of statistics.

    :param text: ``caller_id``, ``clid``, ``destination`` and the like
    :param country: ISO code of the account's company's country, ``None`` if unknown
    """
    number = said(text)
    if number and (e164 := _read(number, country)):
        return Caller(e164, True)
    return Caller(number)


def said(text: str | None) -> str:
    """The number as it was told: digits, perhaps with a plus in front.

    :param text: see :func:`caller`
    :return: empty if it is withheld: nothing, a word, an address without a number, one
        or two digits, zeros, the code ``#31#``
    """
    number = user_part(text or "")
    if _NAME.search(number):
        beside = _BESIDE_NAME.findall(number)
        number = beside[0] if len(beside) == 1 else ""
    digits = re.sub("[^0-9]", "", number)
    if len(digits) < _FEWEST or not digits.strip("0"):
        return ""
    if number.startswith("-") or _is_host(number):
        return ""
    return f"+{digits}" if number.lstrip(" (").startswith("+") else digits


def _is_host(text: str) -> bool:
    try:
        return bool(ipaddress.IPv4Address(text))
    except ValueError:
        return False


def user_part(text: str) -> str:
    """What stands for the caller in a text: without name, scheme, host, parameters.

    :param text: ``Name (44...)``, ``sip:+44...@host``, ``44...``
    """
    text = characters.plain(text)
    bracketed = _BRACKETED.search(text)
    # (044) 364-57-13 and 044 (364) 57-13 are no names with a number
    if bracketed and not re.search("[0-9]", text[bracketed.end(1) :]):
        name, inside = text[: bracketed.start()], bracketed[1]
        if _NAME.search(name) or not name.strip() or "@" in inside:
            text = inside
    text = _BEHIND_USER.sub("", _SCHEME.sub("", text))
    return _SERVICE.sub("", unquote(text).strip())


def _read(digits: str, country: str | None) -> str:
    written = reading.Written(digits, digits)
    if written.abroad or written.bare.startswith("0"):
        e164 = reading.read(written, [country] if country else []).e164
        # a plus before a national number without zero?
        return e164 or _at_home(written.bare, country)
    # a whole number without plus, or a national one, perhaps without its zero
    home = plans.national(written.bare, country) if country else None
    likely = [home, plans.international(written.bare)]
    if len(written.bare) >= _INTERNATIONAL and not _at_home(written.bare, country):
        likely.reverse()
    return next((known.e164 for known in likely if known and known.valid), "")


def _at_home(digits: str, country: str | None) -> str:
    """The number that a country's people write with exactly these digits, if any."""
    if not country or not plans.is_at_home(digits, country):
        return ""
    known = plans.national(digits, country)
    return known.e164 if known else ""
