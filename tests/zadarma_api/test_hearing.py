# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who may hear a recording because they provably spoke."""

from datetime import datetime

import pytest
from zadarma_api.facts import STATISTICS, Fact
from zadarma_api.hearing import parts, speakers

IN, OUT = "in_" + "a" * 40, "out_" + "b" * 40
FILE = "1-1458313316.343456-100-2016-01-11-100155.mp3"


def row(**values):
    common = {"pbx_call_id": IN, "call_id": "1.1", "disposition": "answered"}
    return Fact(STATISTICS, {**common, **values}, datetime(2026, 1, 1))


@pytest.mark.parametrize(
    "values, numbers",
    [
        ({"sip": "101"}, {"101"}),
        ({"sip": "0", "destination": "102"}, {"102"}),
        ({"sip": "123456-101", "destination": "101"}, {"101"}),
        ({"sip": "101", "disposition": "no answer"}, set()),
        ({"sip": "101", "disposition": "ANSWERED "}, {"101"}),
        ({"sip": "101", "disposition": "spoken", "seconds": "9"}, {"101"}),
        ({"sip": "101", "disposition": "spoken", "seconds": "0"}, set()),
        ({"sip": "0", "destination": "442037691881"}, set()),
        # a colleague who was called
        ({"pbx_call_id": OUT, "sip": "101", "destination": "102"}, {"101", "102"}),
        # an emergency call, not a colleague
        ({"pbx_call_id": OUT, "sip": "101", "destination": "112"}, {"101"}),
    ],
)
def test_rows_that_were_answered(values, numbers):
    assert speakers([row(**values)], [], {"101", "102"}) == numbers


def test_file_that_zadarma_gave_for_the_call():
    assert speakers([], [FILE]) == {"100"}
    assert parts([], [FILE]) == {"1458313316.343456"}


@pytest.mark.parametrize(
    "name", ["", "x.mp3", "1-1.1-100.mp3", "1-1.1-1000-2016-01-11-100155.mp3", FILE * 2]
)
def test_other_names_tell_nothing(name):
    assert speakers([], [name]) == parts([], [name]) == frozenset()


def test_three_digits_that_are_none_of_our_extensions():
    assert speakers([row(sip="900")], [FILE], {"101"}) == frozenset()
    assert speakers([row(sip="900")], [FILE]) == {"900", "100"}


def test_parts_that_statistics_list():
    rows = [row(), row(call_id="0"), row(call_id="", disposition="busy")]
    assert parts(rows, [FILE]) == {"1.1", "1458313316.343456"}
