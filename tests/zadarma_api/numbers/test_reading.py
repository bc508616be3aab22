# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""In which country a number is read, where it could be another one."""

import pytest
from zadarma_api.numbers.callers import caller
from zadarma_api.numbers.cutting import cut
from zadarma_api.numbers.reading import INVALID, NO_COUNTRY, read


def reading(text, *countries):
    [one] = cut(text)
    return read(one, countries)


@pytest.mark.parametrize("country", [None, "GB", "DE", "US"])
def test_three_zeros_lead_nowhere(country):
    assert not caller("000441212345678", country).is_read


def test_a_plus_before_a_national_number_gives_it_no_country():
    assert caller("+0441212345678") == ("+0441212345678", False)
    assert reading("+0441212345678").reason == NO_COUNTRY


@pytest.mark.parametrize("countries", [(), ("GB",), ("GB", "DE")])
def test_a_way_out_without_a_number_behind_it(countries):
    assert reading("001212345678", *countries).reason == INVALID


@pytest.mark.parametrize("text", ["4930123456", "49 30 123456"])
def test_a_whole_number_is_sure_whatever_the_likeliest_country_is(text):
    found = reading(text, "GB", "DE")
    assert (found.e164, found.is_sure) == ("+4930123456", True)


def test_a_way_out_of_the_country_is_sure_as_well():
    found = reading("00048123456789", "GB", "PL")
    assert (found.e164, found.is_sure) == ("+48123456789", True)


def test_an_old_zero_where_there_is_none_any_more():
    assert caller("0512345678", "PL") == ("+48512345678", True)
