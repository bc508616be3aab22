# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which numbers stand in a text.

What can be inside of a number can also be between two: blanks, dashes, slashes. Among
all ways to cut, the one is taken in which the countries know the numbers.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from . import characters, keys, plans
from .reading import Written, read, read_in

#: A longer text is no number, and must not keep anybody busy.
_LONGEST = 1_000
#: Digits of a number with the way out of a country, and of an extension.
_MOST, _EXTENSION = 19, 6
#: After fewer digits, loose marks are as usual as others: 030/1234567.
_BEFORE_LOOSE = 6
#: Digits by which something may be a number where no country tells.
_PLAUSIBLE = range(7, 14)

_RUN = re.compile(rf"[0-9]+(?:[{characters.INSIDE}]*[0-9]+)*")
_GROUP = re.compile("[0-9]+")
_LOOSE = re.compile(characters.LOOSE)
#: A plus before a number, also before its bracket.
_PLUS = re.compile(r"\+[ (.-]*$")
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

#: Where (0) is a part of the number: Italy, San Marino, the Vatican - and where
#: nobody says which country it is.
_KEEPS_ZERO = frozenset({"39", "378", "379", ""})

# What a way to cut costs. A number that its country knows costs nothing.
_POSSIBLE, _UNKNOWN, _NO_NUMBER = 10, 20, 100
_SUFFIX, _LIKELY_SUFFIX, _LOOSE_INSIDE, _BLANK_CUT, _TIGHT_CUT = 5, 0.5, 1, 3, 25


class _Run(NamedTuple):
    """Digits between which nothing stands that cannot be inside of a number."""

    before: str
    has_plus: bool
    text: str
    groups: list[re.Match[str]]

    def piece(self, start: int, end: int) -> Written:
        groups = self.groups[start:end]
        plus = "+" if self.has_plus and start == 0 else ""
        text = plus + self.text[groups[0].start() : groups[-1].end()]
        if text.count(")") > text.count("("):
            text = f"({text}"
        written = Written(text, plus + "".join(one[0] for one in groups))
        if "(0)" in text and plans.split(f"+{written.abroad}")[0] not in _KEEPS_ZERO:
            return written._replace(digits=re.sub("[(]0[)]|[^0-9+]", "", text))
        return written

    def between(self, index: int) -> str:
        """What stands before a group."""
        return self.text[self.groups[index - 1].end() : self.groups[index].start()]

    def is_loose(self, index: int) -> bool:
        """Whether what stands before a group is more usual between two numbers."""
        return bool(_LOOSE.search(self.between(index)))


def cut(text: str | None, countries: Sequence[str] = ()) -> list[Written]:
    """Find the numbers in a text, in their order.

    :param text: as somebody typed it
    :param countries: see :func:`.reading.read`
    """
    text = characters.plain(text or "")[:_LONGEST]
    if of_spreadsheet := _spreadsheet(text):
        return [_as_digits(of_spreadsheet)]
    found_by = keys.keys(text)
    wholes: list[Written] = []
    found: list[Written] = []
    for run in _runs(text):
        if found and (extension := _announced(run, countries)):
            found[-1] = found[-1]._replace(extension=extension)
            run = run._replace(has_plus=False, groups=run.groups[1:])
        elif wholes and _is_joined(run, countries):
            run = run._replace(has_plus=False)
        if run.groups:
            wholes.append(run.piece(0, len(run.groups)))
            found += _numbers(run, countries, found_by)
    vanity = _vanity(text, countries)
    if vanity and not any(read(one, countries).e164 for one in found):
        return [vanity]
    return found or wholes


def _runs(text: str) -> Iterator[_Run]:
    end = 0
    for match in _RUN.finditer(text):
        before = text[end : match.start()]
        end = match.end()
        has_plus = bool(_PLUS.search(before))
        yield _Run(before, has_plus, match[0], list(_GROUP.finditer(match[0])))


def _is_joined(run: _Run, countries: Sequence[str]) -> bool:
    """Whether the plus before a run stands for "and": ``212-555-0100+646-555-0111``."""
    whole = run.piece(0, len(run.groups))
    return bool(_JOINING.fullmatch(run.before)) and (
        any(plans.is_at_home(whole.bare, country) for country in countries)
        or not read_in(whole, countries).e164
    )


def _announced(run: _Run, countries: Sequence[str]) -> str:
    """The extension with which a run begins, empty if there is none."""
    first = run.groups[0][0]
    if (
        len(first) <= _EXTENSION
        and (len(run.groups) == 1 or (run.is_loose(1) and " " in run.between(1)))
        and _ANNOUNCED.search(run.before)
        and _cost(_as_digits(first), countries) >= _NO_NUMBER
    ):
        return first
    return ""


def _numbers(
    run: _Run, countries: Sequence[str], found_by: frozenset[str]
) -> list[Written]:
    """The numbers of a run, cut in the cheapest way.

    :param found_by: the keys of the whole text
    """
    count = len(run.groups)
    if not any(key[0] in keys.OF_SEVERAL for key in found_by):
        whole = run.piece(0, count)
        return [whole] if _cost(whole, countries) < _NO_NUMBER else []
    # the usual case needs no search: cut at all loose marks, it costs nothing
    ends = [index for index in range(1, count) if run.is_loose(index)] + [count]
    pieces = [run.piece(start, end) for start, end in pairwise([0, *ends])]
    if all(
        len(one.bare) >= keys.WINDOW and not _cost(one, countries) for one in pieces
    ):
        return pieces
    # from each group on: what the rest costs, the number there, where the next one is
    ways: list[tuple[float, Written | None, int]] = [(0, None, 0)] * (count + 1)
    for start in reversed(range(count)):
        ways[start] = min(
            (
                (cost + ways[after][0], number if cost < _NO_NUMBER else None, after)
                for cost, number, after in _pieces(run, start, countries, found_by)
            ),
            key=lambda way: way[0],
        )
    numbers, at = [], 0
    while at < count:
        _rest, number, at = ways[at]
        if number:
            numbers.append(number)
    return numbers


def _pieces(
    run: _Run, start: int, countries: Sequence[str], found_by: frozenset[str]
) -> Iterator[tuple[float, Written, int]]:
    """All numbers that may begin with a group: cost, number, the group after it."""
    count, length, inside = len(run.groups), 0, 0
    for end in range(start + 1, count + 1):
        inside += length >= _BEFORE_LOOSE and run.is_loose(end - 1)
        length += len(run.groups[end - 1][0])
        if length > _MOST and end > start + 1:
            return
        number = run.piece(start, end)
        cost: float = _NO_NUMBER + length
        # a short one that no index would find is none
        if length >= keys.WINDOW or f"{keys.SHORT}{number.bare}" in found_by:
            cost = _cost(number, countries) + _LOOSE_INSIDE * inside
        if end == count:
            yield cost, number, end
            return
        is_loose = run.is_loose(end)
        tight = _BLANK_CUT if " " in run.between(end) else _TIGHT_CUT
        yield cost + (0 if is_loose else tight), number, end
        extension = run.groups[end][0]
        if is_loose and len(extension) <= _EXTENSION and cost < _NO_NUMBER:
            # where no country tells, it is an extension rather than the number's end
            is_likely = cost >= _UNKNOWN and length >= keys.TAIL
            cost += _LIKELY_SUFFIX if is_likely else _SUFFIX
            yield cost, number._replace(extension=extension), end + 1


def _cost(number: Written, countries: Sequence[str]) -> int:
    """How little something looks like a number."""
    found = read_in(number, countries)
    if found.e164:
        return 0 if found.is_known else _POSSIBLE
    is_plausible = len(number.bare) in _PLAUSIBLE
    return _UNKNOWN if is_plausible else _NO_NUMBER + len(number.bare)


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


def _vanity(text: str, countries: Sequence[str]) -> Written | None:
    """The number in whose letters people see a word, ``1-800-FLOWERS``."""
    match = _VANITY.search(text)
    if not match:
        return None
    digits = re.sub("[^0-9+]", "", characters.dialled(match[0]))
    found = read(_as_digits(digits), countries)
    is_vanity = found.e164 and found.is_known and plans.is_vanity(found.e164)
    return Written(match[0].strip(), digits) if is_vanity else None
