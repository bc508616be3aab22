# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whether a text has a number, where a digit more or less decides."""

import pytest
from zadarma_api.numbers.matching import EXACT, PROBABLE, match, needs_no_country


@pytest.mark.parametrize(
    "text, number, same",
    [
        # nine digits agree
        ("030 123456", "+4930123456", PROBABLE),
        ("212345678", "+441212345678", PROBABLE),
        ("123456789", "123456789", PROBABLE),
        # eight do
        ("12345678", "+441212345678", None),
        ("12345678", "12345678", None),
        # there is something else before them
        ("000380311234567", "+380311234567", None),
        ("380311234567", "+380311234567", EXACT),
    ],
)
def test_digits_without_a_country(text, number, same):
    assert match([text], number) == same


def test_all_texts_are_looked_at():
    number = "+442037691880"
    assert match([None, "", "+49 30 901820", "+44 20 3769 1880"], number) == EXACT


@pytest.mark.parametrize(
    "text, whole",
    [
        ("+44 20 3769 1880", True),
        ("+442037691880", True),
        ("020 3769 1880", False),
        ("+44 20 3769 1880 ext 3", False),
        ("", False),
        (None, False),
    ],
)
def test_what_means_the_same_everywhere(text, whole):
    assert needs_no_country(text) is whole
