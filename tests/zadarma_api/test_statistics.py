# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rows of the PBX statistics, and what they are asked for."""

import json
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zadarma_api import statistics

EXPECTED = {
    "call_id": "1759098756.12265976",
    "sip": "101",
    "callstart": "2026-10-05 14:03:22",
    "clid": "442037691880",
    "destination": "101",
    "disposition": "answered",
    "seconds": "42",
    "is_recorded": "true",
    "pbx_call_id": "in_" + "a" * 40,
}
SEEN = {**EXPECTED, "seconds": 42}
SPECIFIED = {
    **SEEN,
    "sip": 101,
    "clid": 442037691880,
    "destination": 101,
    "is_recorded": True,
}


@pytest.mark.parametrize("row", [SEEN, SPECIFIED])
def test_rows_of_either_spelling_are_the_same_texts(row):
    assert statistics.row_texts(row) == EXPECTED


def test_id_that_is_a_number_keeps_its_digits():
    row = json.loads('{"call_id": 1759098756.12265970}', parse_float=str)
    assert statistics.row_texts(row) == {"call_id": "1759098756.12265970"}


def test_nothing_and_no_are_told_apart():
    row = {"call_id": None, "is_recorded": False}
    assert statistics.row_texts(row) == {"call_id": "", "is_recorded": "false"}


@pytest.mark.parametrize("text", ["true", "True", "1"])
def test_yes(text):
    assert statistics.is_true(text)


@pytest.mark.parametrize("text", ["false", "False", "0", "", "yes please"])
def test_no(text):
    assert not statistics.is_true(text)


@pytest.mark.parametrize(
    "clid, number",
    [
        ("Name (48539923725)", "48539923725"),
        ("Name (the second) (48539923725)", "48539923725"),
        ("Name 101 (101)", "101"),
        ('"Caller" <+48515637746>', "+48515637746"),
        ('"Caller" < 48515637746 > ', "48515637746"),
        ("48515637746", "48515637746"),
        (" +48515637746 ", "+48515637746"),
    ],
)
def test_number_of_a_caller(clid, number):
    assert statistics.clid_number(clid) == number


@pytest.mark.parametrize(
    "clid",
    [
        "",
        "0",
        "anonymous",
        "Anonymous (0)",
        '"" <>',
        "Agent 007",
        "(x)",
        "Sons (12) Ltd",
    ],
)
def test_caller_without_a_number(clid):
    assert statistics.clid_number(clid) == ""


moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1))


@settings(deadline=None)
@given(moments, moments)
def test_windows_cover_a_period_without_gaps(start, end):
    windows = list(statistics.windows(start, end))
    if start >= end:
        assert windows == []
        return
    assert (windows[0][0], windows[-1][1]) == (start, end)
    assert all(
        earlier[1] == later[0]
        for earlier, later in zip(windows, windows[1:], strict=False)
    )
    # February is the shortest month
    assert all(timedelta() < stop - begin <= timedelta(28) for begin, stop in windows)


def test_as_few_windows_as_possible():
    start = datetime(2026, 1, 1)
    assert list(statistics.windows(start, start + timedelta(days=57))) == [
        (start, start + timedelta(days=28)),
        (start + timedelta(days=28), start + timedelta(days=56)),
        (start + timedelta(days=56), start + timedelta(days=57)),
    ]


def leg(pbx_call_id, hour, minute=0):
    return {
        "pbx_call_id": pbx_call_id,
        "callstart": f"2026-10-05 {hour:02}:{minute:02}:00",
    }


@pytest.mark.parametrize(
    "rows, read, ids",
    [
        ([], 0, set()),
        # what began in the last hour is read again
        ([leg("in_1", 9), leg("in_2", 10), leg("in_3", 11, 30)], 2, {"in_1", "in_2"}),
        # a call with a leg on each side is not told in full
        ([leg("in_1", 9), leg("in_2", 9), leg("in_1", 11)], 2, {"in_2"}),
        # a busy hour, rows in no order, rows without a time: taken as they are
        ([leg("in_1", 9), leg("in_2", 9, 30)], 2, {"in_1", "in_2"}),
        ([leg("in_1", 11), leg("in_2", 9)], 2, {"in_1", "in_2"}),
        ([{"pbx_call_id": "in_1"}, {"callstart": "x"}], 2, {"in_1"}),
    ],
)
def test_page_with_another_one_after_it(rows, read, ids):
    assert statistics.settled(rows, is_last=False) == (read, ids)


def test_last_page_is_read_whole():
    rows = [leg("in_1", 9), leg("in_2", 10), leg("in_1", 11), leg("", 11)]
    assert statistics.settled(rows, is_last=True) == (4, {"in_1", "in_2"})
