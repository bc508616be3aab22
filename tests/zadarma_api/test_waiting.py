# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zadarma_api.waiting import MISSED, SERVED, TRIED, Call, episode, judge

NOON = datetime(2026, 10, 5, 12)


def at(minute):
    return NOON + timedelta(minutes=minute)


def calls(*kinds):
    """Calls a minute apart."""
    return [Call(minute, at(minute), kind) for minute, kind in enumerate(kinds)]


@pytest.mark.parametrize(
    "kinds, states",
    [
        ([], []),
        ([SERVED, TRIED], []),
        ([MISSED], ["open"]),
        ([SERVED, MISSED], ["open"]),
        ([TRIED, MISSED], ["open"]),
        ([MISSED, TRIED], ["attempted"]),
        ([MISSED, SERVED], ["done"]),
        ([MISSED, TRIED, SERVED], ["done"]),
        ([MISSED, SERVED, TRIED], ["done"]),
        ([MISSED, TRIED, MISSED], ["attempted", "open"]),
        ([MISSED, SERVED, MISSED], ["done", "open"]),
        ([MISSED, MISSED, SERVED], ["done", "done"]),
    ],
)
def test_what_became_of_missed_calls(kinds, states):
    assert [missed.state for missed in judge(calls(*kinds))] == states


@pytest.mark.parametrize(
    "kinds, waived, states",
    [
        ([MISSED], 0.5, ["not_needed"]),
        ([MISSED, MISSED], 0.5, ["not_needed", "open"]),
        ([MISSED, TRIED], 1.5, ["not_needed"]),
        ([MISSED, SERVED], 1.5, ["done"]),
        ([MISSED, SERVED], 0.5, ["not_needed"]),
    ],
)
def test_nobody_needs_to_call_back(kinds, waived, states):
    assert [one.state for one in judge(calls(*kinds), [at(waived)])] == states


def test_attempts_until_somebody_spoke():
    first, second = judge(calls(MISSED, TRIED, MISSED, TRIED, SERVED, TRIED))
    assert first.attempts == (at(1), at(3))
    assert second.attempts == (at(3),)
    assert first.served_at == second.served_at == at(4)


def test_what_began_in_the_same_second_serves_nobody():
    same = [Call(1, NOON, MISSED), Call(2, NOON, SERVED), Call(3, NOON, MISSED)]
    assert [(one.id, one.state) for one in judge(same)] == [(1, "open"), (3, "open")]


@pytest.mark.parametrize("same", [(SERVED, TRIED), (TRIED, SERVED)])
def test_a_talk_counts_before_a_try_in_the_same_second(same):
    known = [
        Call(0, NOON, MISSED),
        *(Call(n, at(1), kind) for n, kind in enumerate(same, 1)),
    ]
    [missed] = judge(known)
    assert (missed.state, missed.served_at, missed.attempts) == ("done", at(1), ())


def test_the_last_episode():
    missed = judge(calls(MISSED, SERVED, MISSED, TRIED, MISSED))
    assert [one.id for one in episode(missed)] == [2, 4]
    missed = judge(calls(MISSED, MISSED, SERVED))
    assert [one.id for one in episode(missed)] == [0, 1]
    missed = judge(calls(MISSED, MISSED), [at(0.5)])
    assert [one.id for one in episode(missed)] == [1]


ANY_CALLS = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from([MISSED, SERVED, TRIED])), max_size=8
)


@given(ANY_CALLS, st.none() | st.integers(0, 6), st.randoms())
def test_order_changes_nothing(drawn, waived, random):
    known = [Call(i, at(minute), kind) for i, (minute, kind) in enumerate(drawn)]
    waivers = [] if waived is None else [at(waived)]
    in_order = judge(known, waivers)
    random.shuffle(known)
    assert judge(known, waivers) == in_order


@given(ANY_CALLS)
def test_whoever_waits_was_not_spoken_to_since(drawn):
    known = [Call(i, at(minute), kind) for i, (minute, kind) in enumerate(drawn)]
    for missed in judge(known):
        spoken = [
            call.moment
            for call in known
            if call.kind == SERVED and call.moment > missed.moment
        ]
        assert (missed.state == "done") == bool(spoken)
        assert missed.served_at == min(spoken, default=None)
