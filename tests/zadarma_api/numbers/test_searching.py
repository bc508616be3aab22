# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Searching numbers by what people type of them: case 16 of the field."""

import fnmatch

import pytest
from zadarma_api.numbers import searching


def found(fragment, number, *countries):
    """Whether a column with one number is found by what somebody typed."""
    return any(
        fnmatch.fnmatchcase(number, pattern.replace("%", "*"))
        for pattern in searching.patterns(fragment, countries)
    )


@pytest.mark.parametrize(
    "fragment",
    [
        *("044 222 77 55", "+380 44 222 7755", "222 77 55", "00380 44 222", "00380"),
        *("380442227755", "(044) 222-77-55", "8 (044) 222-77-55", "+38 (044) 222-77"),
        *(
            "7755",
            "044 222",
            "44222",
            "0442",
            "+380 (0)44 222",
            "٠٤٤ ٢٢٢",
            "044\u00a0222",
        ),
        *("+0442227755", "227 755", "+380", " 044 222 77 55 ", "044/222.77"),
    ],
)
def test_case_16_searching_as_people_type(fragment):
    assert found(fragment, "+380442227755", "UA")
    assert not found(fragment, "+48601999888", "UA")


@pytest.mark.parametrize(
    "fragment, country, number",
    [
        ("8 (495) 123", "RU", "+74951234567"),
        ("06 20 123", "HU", "+36201234567"),
        ("020 7946", "GB", "+442079460018"),
        ("(212) 555", "US", "+12125550100"),
        ("1 212 555", "US", "+12125550100"),
        ("06 1234", "IT", "+390612345678"),
        ("011 15 2345-6789", "AR", "+5491123456789"),
        ("011 44 20 7946 0018", "US", "+442079460018"),
        ("020 7946", None, "+442079460018"),
    ],
)
def test_case_16_in_other_countries(fragment, country, number):
    assert found(fragment, number, *filter(None, [country]))


@pytest.mark.parametrize(
    "fragment", ["", None, "Olya", "12", "+1", "%", "_", "044%", "Olya 044", "a@b.c"]
)
def test_what_is_no_part_of_a_number(fragment):
    assert searching.patterns(fragment, ["UA"]) == []


@pytest.mark.parametrize(
    "text",
    [
        *("Olya 044 222 77 55", "044 222-77-55 (Viber)", "044 222 77 55 доб. 12"),
        *("380442227755.0", "Tel.: +380 44 222 77 55", "☎ 0442227755", "044·222·77·55"),
        *("050 111 22 33 / 044 222 77 55", "044 222 77 55\n", "＋380 44 222 77 55"),
        *("Name <sip:380442227755@10.20.30.40>", "tel:+380-44-222-77-55"),
    ],
)
def test_case_16_whole_numbers_as_people_paste_them(text):
    assert found(text, "+380442227755", "UA")
    assert not found(text, "+380442227756", "UA")
    assert not found(text, "+48601999888", "UA")
