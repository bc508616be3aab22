# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rows of the PBX statistics, and what they are asked for."""

import json

import pytest
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


@pytest.mark.parametrize(
    "text, told",
    [
        ("0", 0),
        ("42", 42),
        (" 42.0 ", 42),
        ("0:42", 42),
        ("1:02:03", 3723),
        ("42.5", None),
        ("-1", None),
        ("1:60", None),
        ("", None),
        (None, None),
        # the longest talk that makes sense takes a week
        ("604800", 604800),
        ("604801", None),
        ("168:00:00", 604800),
        ("168:00:01", None),
    ],
)
def test_seconds(text, told):
    assert statistics.seconds(text) == told


@pytest.mark.parametrize("text", ["true", "True", "1"])
def test_yes(text):
    assert statistics.is_true(text)


@pytest.mark.parametrize("text", ["false", "False", "0", "", "yes please"])
def test_no(text):
    assert not statistics.is_true(text)
