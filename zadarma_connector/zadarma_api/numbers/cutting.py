# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which numbers stand in a text.

What can be inside of a number can also be between two: blanks, dashes, slashes. Among
all ways to cut, the one is taken in which the countries know the numbers.
"""

import re
from collections.abc import Sequence

from . import characters, keys, plans, runs
from .reading import Written, read, read_in
from .runs import Run

#: A longer text is no number, and must not keep anybody busy.
_LONGEST = 1_000
#: The number of an item in a list: ``1) 044 222 77 88 2) 050 222 77 88``.
_ITEM = re.compile(r"(?<![^\s,;|])[1-9]\) *(?=[+(0-9])")
_JOINING = re.compile(r"[ )]*\+[ (]*")
#: What announces an extension.
_ANNOUNCED = re.compile(
    r"(?:^|[^\w])(?:e?xt(?:ensi[oó]n)?|extn|доб|добав\w*|дод\w*|вн|внутр\w*|int"
    r"|interno?|poste?|wew|wewn\w*|durchwahl|dw|app\w*|nst|nebenst\w*|kl\w*|link\w*"
    r"|mell?ék|anexo|ramal|dahili|tlw|x)[ .:=-]*$|(?:#|[,;]+)[ ]*$",
    re.IGNORECASE,
)
#: 380443645713 as spreadsheets write it; with fewer decimals digits are lost.
_DECIMAL = re.compile(r"\s*([0-9]{7,15})[.,]0{1,2}\s*")
_EXPONENT = re.compile(r"\s*([1-9])[.,]([0-9]{6,14})E\+?([0-9]{1,2})\s*", re.IGNORECASE)
_VANITY = re.compile(r"\+?\(?[0-9][0-9A-Za-z ./()-]*[A-Za-z]{3}[0-9A-Za-z ./()-]*")


def cut(text: str | None, countries: Sequence[str] = ()) -> list[Written]:
    """Find the numbers in a text, in their order.

    :param text: as somebody typed it
    :param countries: see :func:`.reading.read`
    """
    text = characters.plain(text or "")[:_LONGEST]
    if of_spreadsheet := _spreadsheet(text):
        return [_as_digits(of_spreadsheet)]
    found_by = keys.keys(text)
    found = _cut_list(text, countries, found_by)
    found = found or _cut_runs(text, countries, found_by)
    if not any(read(one, countries).e164 for one in found):
        return _vanity(text, countries) or found
    return found


def _cut_list(
    text: str, countries: Sequence[str], found_by: frozenset[str]
) -> list[Written]:
    """The numbers of a list whose items are counted, none if it is no such list or an
    index would not find them."""
    listed = _ITEM.sub(_between, text)
    if listed == text or not any(key[0] in keys.OF_SEVERAL for key in found_by):
        return []
    found = _cut_runs(listed, countries, found_by)
    return found if all(len(one.bare) >= keys.WINDOW for one in found) else []


def _between(item: re.Match[str]) -> str:
    """What stands for an item's number: nothing of a telephone's, unless it is the end
    of ``(06 1)``."""
    before = item.string[: item.start()]
    return item[0] if before.count("(") > before.count(")") else "|"


def _cut_runs(
    text: str, countries: Sequence[str], found_by: frozenset[str]
) -> list[Written]:
    wholes: list[Written] = []
    found: list[Written] = []
    for run in runs.runs(text):
        if found and (extension := _announced(run, countries)):
            found[-1] = found[-1]._replace(extension=extension)
            run = run._replace(has_plus=False, groups=run.groups[1:])
        elif wholes and _is_joined(run, countries):
            run = run._replace(has_plus=False)
        if run.groups:
            wholes.append(run.piece(0, len(run.groups)))
            found += runs.numbers(run, countries, found_by)
    return found or wholes


def _is_joined(run: Run, countries: Sequence[str]) -> bool:
    """Whether the plus before a run stands for "and": ``212-555-0100+646-555-0111``."""
    whole = run.piece(0, len(run.groups))
    return bool(_JOINING.fullmatch(run.before)) and (
        any(plans.is_at_home(whole.bare, country) for country in countries)
        or not read_in(whole, countries).e164
    )


def _announced(run: Run, countries: Sequence[str]) -> str:
    """The extension with which a run begins, empty if there is none."""
    first = run.groups[0][0]
    if len(run.groups) > 1 and first in plans.TRUNKS:
        # 8 (495) 123-45-67, 8 (495) 123-45-69
        return ""
    if (
        len(first) <= runs.EXTENSION
        and (len(run.groups) == 1 or (run.is_loose(1) and " " in run.between(1)))
        and _ANNOUNCED.search(run.before)
        and runs.cost(_as_digits(first), countries) >= runs.NO_NUMBER
    ):
        return first
    return ""


def _as_digits(digits: str) -> Written:
    return Written(digits, digits)


def _spreadsheet(text: str) -> str:
    """The digits of a number that a spreadsheet took for a figure."""
    if decimal := _DECIMAL.fullmatch(text):
        return decimal[1]
    exponent = _EXPONENT.fullmatch(text)
    if exponent and len(exponent[2]) == int(exponent[3]):
        return exponent[1] + exponent[2]
    return ""


def _vanity(text: str, countries: Sequence[str]) -> list[Written]:
    """The number in whose letters people see a word, ``1-800-FLOWERS``."""
    match = _VANITY.search(text)
    if not match:
        return []
    digits = re.sub("[^0-9+]", "", characters.dialled(match[0]))
    found = read(_as_digits(digits), countries)
    is_vanity = found.e164 and found.is_known and plans.is_vanity(found.e164)
    return [Written(match[0].strip(), digits)] if is_vanity else []
