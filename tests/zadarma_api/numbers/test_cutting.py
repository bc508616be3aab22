# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where one number ends, and another one or an extension begins."""

import pytest
from zadarma_api.numbers.cutting import cut


@pytest.mark.parametrize("countries", [(), ("RU",), ("UA", "RU")])
@pytest.mark.parametrize(
    "first, between, second",
    [
        ("8 (495) 123-45-67", ", ", "8 (495) 123-45-69"),
        ("8 (495) 123-45-67", "; ", "8 (916) 123-45-69"),
        ("0 (44) 364-57-13", ", ", "0 (44) 364-57-14"),
        ("1 (201) 555-0123", ", ", "1 (201) 555-0124"),
        ("06 (1) 234-5678", ",", "06 (20) 234-5679"),
    ],
)
def test_a_trunk_prefix_after_a_comma_is_no_extension(
    first, between, second, countries
):
    found = cut(first + between + second, countries)
    assert [(one.text, one.extension) for one in found] == [(first, ""), (second, "")]


@pytest.mark.parametrize("country", ["RU", "UA", "GB"])
@pytest.mark.parametrize("extension", ["8", "12", "4321"])
def test_an_extension_and_another_number(extension, country):
    first, second = "+7 495 123-45-67", "+44 20 7946 0018"
    found = cut(f"{first}, {extension}; {second}", (country,))
    assert [(one.digits, one.extension) for one in found] == [
        ("+74951234567", extension),
        ("+442079460018", ""),
    ]
