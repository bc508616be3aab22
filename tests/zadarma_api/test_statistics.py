# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rows of the PBX statistics, and what they are asked for."""

import json
from datetime import datetime, timedelta

import pytest
from zadarma_api import statistics
from zadarma_api.facts import STATISTICS, Fact
from zadarma_api.notification import END

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


def test_what_is_asked_for_is_what_zadarma_gives():
    """OpenAPI: a thousand rows, a month; more would be cut without a word."""
    assert statistics.PAGE == 1000
    assert timedelta(days=28) == statistics.WINDOW


@pytest.mark.parametrize(
    "text, word",
    [
        ("answered", "answered"),
        (" No  Answer ", "no answer"),
        ("NO_ANSWER", "no answer"),
        ("no-money,no limit", "no money, no limit"),
        (" Teleported ", "Teleported"),
        ("", ""),
        (None, ""),
    ],
)
def test_word_for_how_a_call_went(text, word):
    assert statistics.disposition(text) == word


@pytest.mark.parametrize(
    "event, params, answered",
    [
        (STATISTICS, {"disposition": "answered", "seconds": "0"}, True),
        (STATISTICS, {"disposition": "Answered"}, True),
        (STATISTICS, {"disposition": "busy", "seconds": "42"}, False),
        (STATISTICS, {"disposition": "", "seconds": "42"}, False),
        (STATISTICS, {"disposition": "teleported", "seconds": "42"}, True),
        (STATISTICS, {"disposition": "teleported", "seconds": "0"}, False),
        (END, {"disposition": "answered"}, True),
        (END, {"disposition": "teleported", "duration": "42"}, True),
        (END, {"disposition": "teleported", "duration": "0"}, False),
        (END, {"duration": "42"}, False),
    ],
)
def test_who_was_answered(event, params, answered):
    fact = Fact(event, params, datetime(2026, 10, 5))
    assert statistics.is_answered(fact) is answered
