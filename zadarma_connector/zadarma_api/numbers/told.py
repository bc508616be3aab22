# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The numbers that a text tells, in E.164."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from . import cutting, reading
from .reading import Reading, Written


class Told(NamedTuple):
    """A number in a text, and how it is read.

    :param written: as it stands there
    :param reading: its number, or why it has none
    """

    written: Written
    reading: Reading


def tell(text: str | None, countries: Sequence[str] = ()) -> list[Told]:
    """What stands in a text.

    :param text: as somebody typed it
    :param countries: see :func:`.reading.read`
    """
    found = cutting.cut(text, countries)
    return [Told(one, reading.read(one, countries)) for one in found]


def numbers(texts: Iterable[str | None], countries: Sequence[str] = ()) -> list[str]:
    """The numbers in some texts in E.164, each once, in their order.

    :param texts: as somebody typed them
    :param countries: see :func:`.reading.read`
    """
    found = (one.reading.e164 for text in texts for one in tell(text, countries))
    return [*filter(None, dict.fromkeys(found))]
