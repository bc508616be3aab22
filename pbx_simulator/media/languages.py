# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The languages that can be recognized, as the API names them."""

import re

LANGUAGE = "en-EN"  # when none is asked for


def is_language(text: str) -> bool:
    """Tell whether a text names a language and a country, as `en-EN` does.

    The official specification gives examples, no list.
    """
    return bool(re.fullmatch("[a-z]{2,3}-[A-Z]{2}", text))
