# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What somebody does, by hand-made examples: each rule once, and at its edges."""

from datetime import datetime, timedelta

import pytest
from zadarma_api.presence import Part, Presence, im_status_in_call, presence

NOW = datetime(2026, 10, 5, 11, 0)


def ago(**passed):
    return NOW - timedelta(**passed)


def part(**values):
    """Somebody's telephone rings for a caller, since five seconds."""
    rung = {
        "is_incoming": True,
        "result": None,
        "speaks": True,
        "began_at": ago(seconds=9),
        "answered_at": None,
        "heard_at": ago(seconds=5),
    }
    return Part(**{**rung, **values})


TALK = part(result="answered", answered_at=ago(minutes=2), heard_at=ago(minutes=2))


@pytest.mark.parametrize(
    ("is_away", "state"), [(False, "free"), (True, "away")], ids=["there", "away"]
)
def test_whoever_has_no_call(is_away, state):
    assert presence([], is_away, NOW) == Presence(state)


@pytest.mark.parametrize("is_away", [False, True])
def test_a_call_counts_before_the_calendar(is_away):
    assert presence([part()], is_away, NOW) == Presence("ringing", ago(seconds=5))
    assert presence([TALK], is_away, NOW) == Presence("talking", ago(minutes=2))


@pytest.mark.parametrize(
    "values",
    [
        # a colleague picked up
        {"result": "no_answer", "speaks": False},
        # handed the caller on
        {"result": "answered", "speaks": False, "answered_at": ago(minutes=2)},
    ],
)
def test_whoever_has_no_part_any_more_is_free(values):
    assert presence([part(**values)], False, NOW) == Presence("free")


def test_who_is_rung_while_a_colleague_talks():
    rung = part(speaks=False, answered_at=ago(minutes=2))
    assert presence([rung], False, NOW) == Presence("ringing", ago(seconds=5))


@pytest.mark.parametrize("result", [None, "answered", "no_answer"])
@pytest.mark.parametrize("speaks", [True, False])
def test_who_dialled_talks_from_the_start(result, speaks):
    """Also whom a colleague called: nothing tells when they picked up."""
    dialled = part(is_incoming=False, result=result, speaks=speaks)
    assert presence([dialled], False, NOW) == Presence("talking", ago(seconds=9))
    told = dialled._replace(answered_at=ago(seconds=2))
    assert presence([told], False, NOW) == Presence("talking", ago(seconds=2))


def test_of_several_calls_the_talk_counts():
    second = part(heard_at=ago(seconds=1))
    for parts in ([second, TALK], [TALK, second]):
        assert presence(parts, False, NOW) == Presence("talking", ago(minutes=2))
    assert presence([part(), second], False, NOW).since == ago(seconds=5)


@pytest.mark.parametrize(
    ("values", "before", "after"),
    [
        ({}, timedelta(minutes=3), "free"),
        ({"result": "answered"}, timedelta(hours=4), "free"),
        ({"is_incoming": False}, timedelta(hours=4), "free"),
    ],
    ids=["rung", "talk", "dialled"],
)
def test_a_lost_end_keeps_nobody_busy(values, before, after):
    second = timedelta(seconds=1)
    still = part(**values, heard_at=NOW - before + second)
    assert presence([still], False, NOW).state != after
    lost = part(**values, heard_at=NOW - before)
    assert presence([lost], False, NOW).state == after
    assert presence([lost], True, NOW).state == "away"


def on_leave(status):
    """As Time Off adds it: to Odoo's own words only."""
    return f"leave_{status}" if status in PLAIN else status


PLAIN = ("online", "away", "busy", "offline")


@pytest.mark.parametrize("status", [*PLAIN, "bot", "im_partner"])
def test_a_call_and_leave_come_to_the_same_either_way(status):
    in_call = im_status_in_call(status)
    assert im_status_in_call(on_leave(status)) == (
        in_call if in_call.startswith("call_") else on_leave(status)
    )
    assert on_leave(in_call) == im_status_in_call(on_leave(status))


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ("online", "call_online"),
        ("leave_away", "call_away"),
        ("busy", "call_busy"),
        ("offline", "offline"),
        ("leave_offline", "leave_offline"),
        ("bot", "bot"),
        ("im_partner", "im_partner"),
    ],
)
def test_what_discuss_shows_of_who_talks(status, shown):
    assert im_status_in_call(status) == shown
