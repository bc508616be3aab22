# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An answer of Zadarma's API, read field by field.

Whatever stands there instead of what the specification promises makes it a bad answer
(:class:`~errors.BadAnswer`); nothing else can go wrong with it later on.
"""

import json
import math
from typing import Any

from . import errors, statistics
from .texts import storable

#: Lists and objects inside of one another; the specification has four levels.
_DEEPEST = 16
#: Characters of a text; the longest are addresses.
_LONGEST_TEXT = 1000


def decode(body: bytes, mend: bool = False) -> dict[str, Any] | None:
    """The object that an answer is.

    :param mend: whether characters that cannot be stored are replaced. Otherwise an
        answer with one is none.
    :return: ``None`` if it is no answer. Decimals are texts: ids of calls look like
        decimals, and would lose digits as such.
    """
    try:
        answer = json.loads(body, parse_float=str, parse_constant=_no_constant)
        mended = _mended(answer, _DEEPEST)
    except (ValueError, RecursionError):
        return None
    usable = isinstance(answer, dict) and (mend or mended == answer)
    return mended if usable else None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number in JSON")


def _mended(value: Any, levels: int) -> Any:
    if levels < 0:
        raise ValueError("too many levels")
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_mended(part, levels - 1) for part in value]
    if isinstance(value, dict):
        return {
            storable(name): _mended(part, levels - 1) for name, part in value.items()
        }
    return value


class Reply:
    """The fields of an answer, or of an object inside of it.

    Each method raises :class:`~errors.BadAnswer` if the field is missing or of another
    kind.

    :param fields: of :func:`decode`
    """

    def __init__(self, fields: dict[str, Any]) -> None:
        self._fields = fields

    def __contains__(self, name: str) -> bool:
        """Whether it has a field, and that is not null."""
        return self._fields.get(name) is not None

    def text(self, name: str) -> str:
        """A text or a number: identifiers come either way."""
        return _text(name, self._fields.get(name))

    def optional(self, name: str) -> str:
        """The same, empty if it is missing or null."""
        return self.text(name) if name in self else ""

    def texts(self, name: str) -> list[str]:
        """A list of texts or numbers."""
        return [_text(name, value) for value in self.items(name)]

    def flag(self, name: str) -> bool:
        """Yes or no, as a boolean or as a text."""
        value = self._fields.get(name)
        return value if isinstance(value, bool) else statistics.is_true(self.text(name))

    def number(self, name: str) -> float:
        """A number, as such or as a text."""
        try:
            number = float(self.text(name))
        except ValueError as error:
            raise errors.BadAnswer(f"{name} is no number") from error
        if not math.isfinite(number):
            raise errors.BadAnswer(f"{name} is no number")
        return number

    def items(self, name: str) -> list[Any]:
        """A list of whatever it is."""
        value = self._fields.get(name)
        if not isinstance(value, list):
            raise _other(name, value)
        return value

    def objects(self, name: str) -> list["Reply"]:
        """A list of objects."""
        return [_object(name, value) for value in self.items(name)]

    def object(self, name: str) -> "Reply":
        """An object inside of this one."""
        return _object(name, self._fields.get(name))

    def row(self) -> dict[str, Any]:
        """All fields, none of which holds others."""
        for name, value in self._fields.items():
            if isinstance(value, list | dict):
                raise _other(name, value)
        return self._fields


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _other(name, value)
    text = str(value)
    if len(text) > _LONGEST_TEXT:
        raise errors.BadAnswer(f"{name} has {len(text)} characters")
    return text


def _object(name: str, value: Any) -> Reply:
    if not isinstance(value, dict):
        raise _other(name, value)
    return Reply(value)


def _other(name: str, value: Any) -> errors.BadAnswer:
    # not its content, which may be a key
    kind = "missing" if value is None else f"of another kind ({type(value).__name__})"
    return errors.BadAnswer(f"{name} is {kind}")
