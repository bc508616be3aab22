# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where to cut digits between which nothing stands that cannot be inside of a number.

Among all ways to cut, the one is taken in which the countries know the numbers.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from . import characters, keys, plans
from .reading import Written, read_in

#: Digits of a number with the way out of a country, and of an extension.
_MOST, EXTENSION = 19, 6
#: After fewer digits, loose marks are as usual as others: 030/1234567.
_BEFORE_LOOSE = 6
#: Digits by which something may be a number where no country tells.
_PLAUSIBLE = range(7, 14)

_RUN = re.compile(rf"[0-9]+(?:[{characters.INSIDE}]*[0-9]+)*")
_GROUP = re.compile("[0-9]+")
_LOOSE = re.compile(characters.LOOSE)
#: A plus before a number, also before its bracket.
_PLUS = re.compile(r"\+[ (.-]*$")

#: Where (0) is a part of the number: Italy, San Marino, the Vatican - and where
#: nobody says which country it is.
_KEEPS_ZERO = frozenset({"39", "378", "379", ""})

# What a way to cut costs. A number that its country knows costs nothing.
_POSSIBLE, _UNKNOWN, NO_NUMBER = 10, 20, 100
_SUFFIX, _LIKELY_SUFFIX, _LOOSE_INSIDE, _BLANK_CUT, _TIGHT_CUT = 5, 0.5, 1, 3, 25


class Run(NamedTuple):
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


def runs(text: str) -> Iterator[Run]:
    """The runs of a text, in their order.

    :param text: of :func:`.characters.plain`
    """
    end = 0
    for match in _RUN.finditer(text):
        before = text[end : match.start()]
        end = match.end()
        has_plus = bool(_PLUS.search(before))
        yield Run(before, has_plus, match[0], list(_GROUP.finditer(match[0])))


def numbers(
    run: Run, countries: Sequence[str], found_by: frozenset[str]
) -> list[Written]:
    """The numbers of a run, cut in the cheapest way.

    :param found_by: the keys of the whole text
    """
    if not any(key[0] in keys.OF_SEVERAL for key in found_by):
        whole = run.piece(0, len(run.groups))
        return [whole] if cost(whole, countries) < NO_NUMBER else []
    return _at_loose_marks(run, countries) or _cheapest(run, countries, found_by)


def _at_loose_marks(run: Run, countries: Sequence[str]) -> list[Written]:
    """The usual case needs no search: cut at all loose marks, it costs nothing."""
    count = len(run.groups)
    ends = [index for index in range(1, count) if run.is_loose(index)] + [count]
    pieces = [run.piece(start, end) for start, end in pairwise([0, *ends])]
    for one in pieces:
        if len(one.bare) < keys.WINDOW or cost(one, countries):
            return []
    return pieces


def _cheapest(
    run: Run, countries: Sequence[str], found_by: frozenset[str]
) -> list[Written]:
    count = len(run.groups)
    # from each group on: what the rest costs, the number there, where the next one is
    ways: list[tuple[float, Written | None, int]] = [(0, None, 0)] * (count + 1)
    for start in reversed(range(count)):
        ways[start] = min(
            (
                (price + ways[after][0], number if price < NO_NUMBER else None, after)
                for price, number, after in _pieces(run, start, countries, found_by)
            ),
            key=lambda way: way[0],
        )
    found, at = [], 0
    while at < count:
        _rest, number, at = ways[at]
        if number:
            found.append(number)
    return found


def _pieces(
    run: Run, start: int, countries: Sequence[str], found_by: frozenset[str]
) -> Iterator[tuple[float, Written, int]]:
    """All numbers that may begin with a group: cost, number, the group after it."""
    count, length, inside = len(run.groups), 0, 0
    for end in range(start + 1, count + 1):
        inside += length >= _BEFORE_LOOSE and run.is_loose(end - 1)
        length += len(run.groups[end - 1][0])
        if length > _MOST and end > start + 1:
            return
        number = run.piece(start, end)
        price: float = NO_NUMBER + length
        # a short one that no index would find is none
        if length >= keys.WINDOW or f"{keys.SHORT}{number.bare}" in found_by:
            price = cost(number, countries) + _LOOSE_INSIDE * inside
        yield price + _cut_cost(run, end), number, end
        if end < count and run.is_loose(end) and price < NO_NUMBER:
            yield from _with_extension(run, number, end, price)


def _cut_cost(run: Run, index: int) -> int:
    """What it costs to cut before a group."""
    if index == len(run.groups) or run.is_loose(index):
        return 0
    return _BLANK_CUT if " " in run.between(index) else _TIGHT_CUT


def _with_extension(
    run: Run, number: Written, index: int, price: float
) -> Iterator[tuple[float, Written, int]]:
    """A number whose extension a group may be."""
    extension = run.groups[index][0]
    if len(extension) <= EXTENSION:
        # where no country tells, it is an extension rather than the number's end
        is_likely = price >= _UNKNOWN and len(number.bare) >= keys.TAIL
        price += _LIKELY_SUFFIX if is_likely else _SUFFIX
        yield price, number._replace(extension=extension), index + 1


def cost(number: Written, countries: Sequence[str]) -> int:
    """How little something looks like a number."""
    found = read_in(number, countries)
    if found.e164:
        return 0 if found.is_known else _POSSIBLE
    is_plausible = len(number.bare) in _PLAUSIBLE
    return _UNKNOWN if is_plausible else NO_NUMBER + len(number.bare)
