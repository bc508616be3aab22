# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The number of a caller, where it could be another one."""

import pytest
from zadarma_api.numbers.callers import Caller, caller, said


@pytest.mark.parametrize(
    "text, number",
    [
        ("12", ""),
        ("112", "112"),
        ("000", ""),
        ("(044) 364-57-13", "0443645713"),
        ("<sip:442037691880>", "442037691880"),
        ('"101" <sip:442037691880@10.0.0.1>', "442037691880"),
        ("Name 442037691880", "442037691880"),
        ("Name 442037691880, 442037691881", ""),
    ],
)
def test_what_was_said(text, number):
    assert said(text) == number


@pytest.mark.parametrize(
    "text, country, number",
    [
        # nine digits: rather a number of the country without its zero
        ("957454104", "UA", "+380957454104"),
        ("497657568", "FR", "+33497657568"),
        # ten: rather one with its country whose plus was left out
        ("4792497226", "DE", "+4792497226"),
        ("2306647817", "GB", "+2306647817"),
        # unless people at home write a number of theirs so
        ("0443645713", "UA", "+380443645713"),
        ("2015550123", "US", "+12015550123"),
    ],
)
def test_how_a_number_without_plus_is_read(text, country, number):
    assert caller(text, country) == Caller(number, is_read=True)


def test_who_withholds_the_number():
    assert caller("anonymous").is_withheld is True
    assert caller("112", "UA").is_withheld is False
