# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How texts with a number are found in an index, whatever the notation.

Most texts are one number, and have one key: its last :data:`TAIL` digits. A text in
which several may stand, or a number with an extension, has more: which digits are one
number depends on a country, so every :data:`WINDOW` digits in a row are a key. A key
identifies nobody; :mod:`.matching` judges what was found, and says yes to nothing that
was not found.

The keys are made by a list of replacements, which Python and PostgreSQL both do.
"""

import functools
import re

from . import characters, plans

#: Of a million contacts, one in a thousand strangers shares nine digits with one of
#: them by chance; eight digits, one in a hundred.
TAIL = 9
#: In so many of its last digits all notations of a number agree.
CORE = 6
#: A shorter number, with its plus, may be written with fewer.
_LONG_ENOUGH = 10
#: Numbers in company are few, and may be short.
WINDOW = 7
#: Characters of a text in which numbers are looked for: a dozen of them. Making the
#: keys of one that is ten times as long takes a hundred times as long.
LONGEST = 256
#: With what the keys of numbers in company begin: short ones, and windows.
SHORT, LONG = "sw"
OF_SEVERAL = SHORT + LONG

#: The name of the function in the database, see :func:`function_sql`.
FUNCTION = "zadarma_phone_keys"

#: What most texts are: one number, with a blank or dash here and there.
_SIMPLE = "^[+]?[0-9]([ -]?[0-9]){0,12}$"
#: Letters that may stand for digits: a number with them has few digits of its own.
_VANITY = "[A-Za-z]{3}", "^([^0-9]*[0-9]){3,8}[^0-9]*$"
_ONE_BY_ONE = "([0-9])" * (WINDOW - 1)
_SHIFTED = "|".join(
    "".join(rf"\{n}" for n in range(first, WINDOW + 1))
    for first in range(1, WINDOW + 1)
)
#: What is replaced by what, one after another, in what characters.plain leaves. Both
#: languages understand these patterns the same.
_STEPS = (
    # 380443645713.0 of a spreadsheet
    (r"^ *([0-9]{7,15})[.,]0{1,2} *$", r"\1"),
    # | between two numbers, : where one may end, nothing inside
    (f"[^0-9{characters.INSIDE}]+", "|"),
    (characters.LOOSE, "/"),
    ("[^0-9/|]+", ""),
    ("([0-9]{6,})/+", r"\1:"),
    ("/+", ""),
    ("^[|:]+|[|:]+$", ""),
    # more than one number: once as a whole, and once cut
    (r"^(.*[|:].*|[0-9]{14,})$", r"\1|=\1|"),
    (":(?=.*=)", ""),
    # s before what is short, and of the rest, each beginning
    (rf"([=|:])([0-9]{{1,{WINDOW - 1}}})(?=[|:])", rf"\1{SHORT}\2"),
    ("[=:]+", "|"),
    (rf"{_ONE_BY_ONE}([0-9]+)(?=\|)", _SHIFTED),
    # w before each window, and what is left over goes
    (rf"([0-9]{{{WINDOW}}})(?=[0-9]*\|)", rf"|{LONG}\1|"),
    (rf"(^|\|)[0-9]{{1,{WINDOW - 1}}}(?=\|)", r"\1"),
    # one number
    (rf"^[0-9]+(?=[0-9]{{{TAIL}}}$)", ""),
)


def _compose(text: str) -> str:
    """A text and, if letters in it may be digits, the same in digits."""
    if all(re.search(pattern, text) for pattern in _VANITY):
        return f"{text}|{characters.dialled(text)}"
    return text


def keys(text: str) -> frozenset[str]:
    """The keys under which a text is found.

    :param text: as somebody typed it
    """
    return _keys(text[:LONGEST])


@functools.lru_cache(maxsize=1000)
def _keys(text: str) -> frozenset[str]:
    if re.search(_SIMPLE, text):
        return frozenset({re.sub("[^0-9]", "", text)[-TAIL:]})
    text = characters.plain(_compose(text))
    for pattern, replacement in _STEPS:
        text = re.sub(pattern, replacement, text)
    return frozenset(filter(None, text.split("|")))


def function_sql() -> str:
    """The body of :data:`FUNCTION`, which does in PL/pgSQL what :func:`keys` does.

    Written out where it is used, thousands of characters would be parsed and planned
    for each look-up.
    """
    letters = characters.LETTERS + characters.LETTERS.lower()
    begin = f'"left"($1, {LONGEST})'
    is_vanity = " AND ".join(f"{begin} ~ '{pattern}'" for pattern in _VANITY)
    expression = (
        f"translate({begin} || CASE WHEN {is_vanity}"
        f" THEN '|' || translate({begin}, '{letters}', '{characters.KEYPAD * 2}')"
        f" ELSE '' END, {_quoted(characters.WRITTEN)}, {_quoted(characters.MEANT)})"
    )
    for pattern, replacement in _STEPS:
        expression = (
            f"regexp_replace({expression}, {_quoted(pattern)}, {_quoted(replacement)},"
            " 'g')"
        )
    return (
        f"BEGIN RETURN CASE WHEN $1 ~ '{_SIMPLE}'"
        f" THEN ARRAY[right(translate($1, '+ -', ''), {TAIL})]"
        f" ELSE string_to_array({expression}, '|') END; END"
    )


def keys_sql(column: str) -> str:
    """The SQL expression of :func:`keys`, an array.

    :param column: the SQL name of the text
    """
    return f"{FUNCTION}({column})"


def cores(text: str) -> set[str]:
    """What :func:`core` may be of the numbers that a text may mean: it finds the
    numbers of a text as :func:`look_up` finds the texts of a number.

    Numbers that :func:`look_up` has no key for may be found as well.

    :param text: as somebody typed it
    """
    return {one[-CORE:] for one in keys(text)} | {""}


def core(number: str) -> str:
    """The last digits of a number, empty if it is a short one.

    :param number: in E.164, or whatever the PBX sent
    """
    return number[-CORE:] if len(number) >= _LONG_ENOUGH else ""


def core_sql(column: str) -> str:
    """The SQL expression of :func:`core`.

    :param column: the SQL name of the number
    """
    return (
        f"CASE WHEN length({column}) >= {_LONG_ENOUGH}"
        f" THEN right({column}, {CORE}) ELSE '' END"
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@functools.lru_cache(maxsize=10_000)
def look_up(number: str) -> frozenset[str]:
    """The keys of all texts that may mean a number.

    :param number: in E.164, or whatever the PBX sent
    """
    found = set()
    for written in _forms(number):
        tail = written[-TAIL:]
        is_short = len(written) < WINDOW
        found |= {tail, SHORT + tail if is_short else LONG + tail[-WINDOW:]}
    return frozenset(found)


def _forms(number: str) -> set[str]:
    """Digits that people write for a number, as far as their last ones differ."""
    if not plans.E164.fullmatch(number):
        digits = "".join(filter(str.isdecimal, characters.plain(number)))
        return {digits, digits.lstrip("0")} - {""}
    forms = set()
    for one in _namesakes(plans.renumbered(number)):
        code, national = plans.split(one)
        home = plans.at_home(one)
        forms |= {national, home, home.removeprefix("0")}
        if len(national) < TAIL:
            # what stands before it is among the last digits
            forms |= {f"0{national}", f"8{national}", f"{code}0{national}"}
            forms |= {f"{way}{code}{national}" for way in ("", "0", "00", "011")}
            forms |= {f"{way}{code}0{national}" for way in ("00", "011")}
    return forms - {""}


def _namesakes(e164: str) -> set[str]:
    """The numbers in E.164 that are written for the same telephone."""
    names = {e164}
    code, national = plans.split(e164)
    if code == "54":
        names |= {f"+54{nine}{national.removeprefix('9')}" for nine in ("", "9")}
    if code == "55" and len(national) == 11:
        names.add(f"+55{national[:2]}{national[3:]}")
    return names
