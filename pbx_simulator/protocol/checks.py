# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checks of single values.

Each takes the name under which the value was given, returns the value in its final
form, or raises `SimulatorError` with a sentence that says what would be right.
"""

import re
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from .errors import SimulatorError

T = TypeVar("T")
Names = TypeVar("Names", bound=Iterable[str])
Number = TypeVar("Number", bound=float)

_KINDS: dict[object, str] = {
    bool: "true or false",
    str: "a text",
    dict: "an object",
    list: "a list",
}


def typed(name: str, value: object, kind: type[T] | tuple[type[T], ...]) -> T:
    """Return the value if it is of this type (or one of these)."""
    # A bool is an int to Python, and 1 is no answer to "on or off?".
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise SimulatorError(
            f"{name}: {value!r} is not {_KINDS.get(kind, 'a number')}."
        )
    return value


def known(name: str, values: Names, names: Collection[str]) -> Names:
    """Return a dictionary (or list of names) if it has no others than these names."""
    unknown = sorted(str(one) for one in values if one not in names)
    if unknown:
        raise SimulatorError(
            f"{name}: there is no {', '.join(unknown)}, only {', '.join(names)}."
        )
    return values


def one_of(name: str, value: object, choices: Collection[T]) -> T:
    # One by one, since values of JSON need not be hashable.
    for choice in choices:
        if choice == value:
            return choice
    if isinstance(choices, range):
        words = f"from {choices.start} to {choices.stop - 1}"
    else:
        words = f"one of {', '.join(map(str, choices))}"
    raise SimulatorError(f"{name}: {value!r} is not {words}.")


def none_of(owner: str, **values: object) -> None:
    """Refuse what was told of something that has no such thing."""
    for name, value in values.items():
        if value is not None:
            raise SimulatorError(f"{name}: {owner} has none.")


def number(name: str, value: object) -> float:
    return typed(name, value, (int, float))


def positive(name: str, value: Number) -> Number:
    if number(name, value) <= 0:
        raise SimulatorError(f"{name}: {value!r} must be above zero.")
    return value


def integer(name: str, value: object) -> int:
    return typed(name, value, int)


def not_negative(name: str, value: Number) -> Number:
    if number(name, value) < 0:
        raise SimulatorError(f"{name}: {value!r} is below zero.")
    return value


def count(name: str, value: object) -> int:
    """Return a whole number that is not below zero."""
    return not_negative(name, integer(name, value))


def phone_number(name: str, value: object) -> str:
    """Return an E.164 number with its plus sign."""
    match = re.fullmatch(r"\+?([1-9][0-9]{6,14})", str(value))
    if not match:
        raise SimulatorError(
            f"{name}: {value!r} is no phone number: give country code and number, 7 "
            "to 15 digits, for example +442037691880."
        )
    return f"+{match[1]}"


def phone_digits(name: str, value: object) -> str:
    """Return an E.164 number without its plus sign."""
    return phone_number(name, value).lstrip("+")


def dialled(name: str, value: object) -> str:
    """Return the digits of a number in whatever notation people dial it."""
    if not re.fullmatch(r"\+?[0-9]{7,15}", str(value)):
        raise SimulatorError(f"{name}: {value!r} is no number of 7 to 15 digits.")
    return str(value).lstrip("+")


def caller(name: str, value: object) -> str:
    """Return a caller as telephone networks show them.

    E.164 gets its plus sign. Other digits (with or without a plus or `#31#`), a word
    for who is not shown, and names and addresses of SIP stay as they are.
    """
    text = str(value)
    if re.fullmatch(r"[1-9][0-9]{6,14}", text):
        return f"+{text}"
    shown = r"\+?[0-9]{1,20}|-1|#31#\+?[0-9]*|[^\W\d_][^\d_]*[0-9]?|.*(@.+|[(<].+[)>])"
    if len(text) <= 128 and text.isprintable() and re.fullmatch(shown, text):
        return text
    return phone_number(name, value)


def withheld(name: str, value: object) -> str:
    """Return what is told of a caller who shows no number."""
    if value == "":
        return value
    text = caller(name, value)
    if re.search("[0-9]{7}", text):
        raise SimulatorError(
            f"{name}: {value!r} is a number: give nothing, 0, or another word for one "
            "that is withheld, for example anonymous."
        )
    return text


def domain(name: str, value: object) -> str:
    """Return the name of a host in lower case, or its IPv4 address."""
    text = typed(name, value, str)
    if not re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", text):
        raise SimulatorError(
            f"{name}: {value!r} is no domain such as odoo.example.com: give it without "
            "https://."
        )
    return text.lower()


def currency(name: str, value: object) -> str:
    text = str(value)
    if not re.fullmatch("[A-Z]{3}", text):
        raise SimulatorError(f"{name}: {value!r} is no ISO 4217 code such as USD.")
    return text


def moment(name: str, value: Any) -> datetime:
    """Return a moment in UTC.

    :param value: aware datetime, or its ISO 8601 text
    """
    try:
        is_text = isinstance(value, str)
        read: datetime = datetime.fromisoformat(value) if is_text else value
        # A moment without a zone means a different one on each machine.
        if read.tzinfo:
            return read.astimezone(UTC)
    except (AttributeError, OverflowError, ValueError):
        pass
    raise SimulatorError(
        f"{name}: {value!r} is no moment: give date, time and zone as ISO 8601 has "
        "them, for example 2026-10-05T11:03:22Z."
    )


def date(name: str, value: Any) -> str:
    """Return a date as `YYYY-MM-DD`."""
    try:
        text = datetime.strptime(value, "%Y-%m-%d").strftime("%Y-%m-%d")
        if text == value:
            return text
    except (TypeError, ValueError):
        pass
    raise SimulatorError(f"{name}: {value!r} is no date such as 2026-10-05.")


def timezone(name: str, value: Any) -> str:
    """Return the IANA name of a zone that this machine knows."""
    try:
        return ZoneInfo(value).key
    except (KeyError, ValueError, TypeError, OSError):
        raise SimulatorError(
            f"{name}: {value!r} is no time zone that this machine knows: give an IANA "
            "name, for example Europe/Kyiv (the package tzdata has them)."
        ) from None
