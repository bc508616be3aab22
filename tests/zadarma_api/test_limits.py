# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How many requests Zadarma accepts, and who may make the next one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zadarma_api.limits import Request, recent, retry_after, wait


def requests(count, at=0, statistics=False, background=False):
    return [Request(at, statistics, background)] * count


def dialling(at):
    return Request(at, statistics=False, background=False)


def background(at):
    return Request(at, statistics=False, background=True)


def statistics(at):
    return Request(at, statistics=True, background=False)


def test_first_request_goes():
    assert wait([], dialling(0)) == 0


@pytest.mark.parametrize("made, seconds", [(99, 0), (100, 50)])
def test_a_hundred_requests_a_minute(made, seconds):
    assert wait(requests(made), dialling(10)) == seconds


@pytest.mark.parametrize("made, seconds", [(49, 0), (50, 50)])
def test_background_work_takes_half_of_them(made, seconds):
    log = requests(made, background=True)
    assert wait(log, background(10)) == seconds
    assert wait(log, dialling(10)) == 0


def test_people_leave_background_work_its_share():
    assert wait(requests(99), background(10)) == 0


@pytest.mark.parametrize("made, seconds", [(2, 0), (3, 50)])
def test_three_of_them_for_statistics(made, seconds):
    log = requests(made, statistics=True)
    assert wait(log, statistics(10)) == seconds
    assert wait(log, dialling(10)) == 0


def test_other_requests_are_not_for_statistics():
    assert wait(requests(99), statistics(10)) == 0


@pytest.mark.parametrize(
    "kind, limit", [(dialling, 100), (background, 50), (statistics, 3)]
)
def test_wait_is_until_the_oldest_that_counts_is_a_minute_old(kind, limit):
    # one more than the limit: when the first is forgotten, the second still counts
    log = [kind(tenth / 10) for tenth in range(limit + 1)]
    assert wait(log, kind(20)) == pytest.approx(0.1 + 60 - 20)
    assert wait(log, kind(61)) == 0


def test_longest_wait_counts():
    log = sorted(
        requests(97, at=0) + requests(3, at=30, statistics=True),
        key=lambda request: request.at,
    )
    assert wait(log, dialling(40)) == 20
    assert wait(log, statistics(40)) == 50


def test_requests_count_for_a_minute():
    log = [dialling(0), dialling(0.5)]
    assert recent(log, 59.9) == log
    assert recent(log, 60) == log[1:]
    assert recent(log, 61) == []


@pytest.mark.parametrize(
    "text, seconds",
    [
        ("0", 0),
        ("22", 22),
        ("3600", 3600),
        ("3601", 3600),
        ("999999999", 3600),
        ("9999999999", None),
        ("٣", None),
        (" 22", None),
        ("-1", None),
        ("1.5", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("", None),
    ],
)
def test_how_long_zadarma_says_to_wait(text, seconds):
    assert retry_after(text) == seconds


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(st.sampled_from([0, 0, 0, 0, 1, 20]), st.booleans(), st.booleans()),
        min_size=150,
        max_size=300,
    )
)
def test_no_minute_holds_too_many(attempts):
    """People wait as they are told, background work gives up: no limit is exceeded."""
    now, log = 0, []
    for gap, for_statistics, in_background in attempts:
        now += gap
        seconds = wait(log, Request(now, for_statistics, in_background))
        assert 0 <= seconds <= 60
        if in_background and seconds:
            continue
        now += seconds
        request = Request(now, for_statistics, in_background)
        # who waited may go
        assert wait(log, request) == 0
        log.append(request)
    for first in log:
        minute = [one for one in log if 0 <= one.at - first.at < 60]
        assert len(minute) <= 100
        assert sum(one.background for one in minute) <= 50
        assert sum(one.statistics for one in minute) <= 3
