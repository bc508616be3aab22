# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Texts from outside, made such that they can be kept and shown."""

import re

#: PostgreSQL takes neither NUL nor half of a surrogate pair in a text.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text, with the replacement character for what PostgreSQL does not take."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def excerpt(text: str, longest: int) -> str:
    """The beginning of a text, in one line and storable.

    :param longest: characters
    """
    return storable(" ".join(text.split()))[:longest]
