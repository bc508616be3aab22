# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls that were over before anybody listened."""

from datetime import UTC, datetime, timedelta

import pytest

from pbx_simulator import Simulator, SimulatorError
from pbx_simulator.calls.scenarios import SCENARIOS

START = datetime(2026, 9, 20, tzinfo=UTC)
END = datetime(2026, 10, 5, 11, 3, 22, tzinfo=UTC)
PERIOD = {"from": "2026-09-20T00:00:00Z", "to": "2026-10-05T11:03:22Z"}
PATH = "/v1/statistics/pbx/"


def ask(client, **params):
    period = {"start": "2026-09-15 00:00:00", "end": "2026-10-06 00:00:00"}
    return client("GET", PATH, {**period, "version": 2, **params}).json()["stats"]


def test_calls_lie_within_the_period(simulator, receiver):
    simulator.fill_history(200, START, END)
    assert len(simulator.calls) == 200
    assert {call.scenario for call in simulator.calls} == set(SCENARIOS)
    assert min(call.start for call in simulator.calls) < START + timedelta(days=1)
    assert max(call.end for call in simulator.calls) > END - timedelta(days=1)
    for call in simulator.calls:
        assert START <= call.start <= call.end <= END
        assert call.disposition
    assert {leg.extension for call in simulator.calls for leg in call.legs} == {
        "100",
        "101",
        "102",
    }
    assert receiver.events == []


def test_calls_just_fit(simulator):
    simulator.fill_history(50, END - timedelta(hours=1), END)
    for call in simulator.calls:
        assert END - timedelta(hours=1) <= call.start <= call.end <= END


def test_statistics_list_them(simulator, client):
    simulator.rate_limit = False
    simulator.fill_history(800, START, END)
    simulator.dial("transfer")
    simulator.fill_history(100, START, END)
    rows = []
    while page := ask(client, skip=len(rows)):
        rows += page
    assert rows == sorted(rows, key=lambda row: (row["callstart"], row["call_id"]))
    listed = {(row["pbx_call_id"], row["call_id"], row["seconds"]) for row in rows}
    assert len(listed) == len(rows) > 1000
    assert listed == {
        (call.pbx_call_id, leg.call_id, leg.duration)
        for call in simulator.calls
        for leg in call.legs
    }


def test_same_seed_gives_same_history(account, clock):
    pasts = []
    for seed in (1, 1, 2):
        with Simulator([account], seed=seed, clock=clock) as simulator:
            simulator.fill_history(20, START, END)
            pasts.append([call.describe() for call in simulator.calls])
    assert pasts[0] == pasts[1] != pasts[2]


def test_only_scenarios_that_are_possible(simulator):
    simulator.account().change(extensions=["100"])
    simulator.fill_history(100, START, END)
    assert {call.scenario for call in simulator.calls} == set(SCENARIOS) - {
        "transfer",
        "internal",
    }


def test_no_extension_is_online(simulator):
    for extension in simulator.account().extensions:
        extension.online = False
    with pytest.raises(SimulatorError, match="needs an extension that is online"):
        simulator.fill_history(1, START, END)


def test_over_the_control_api(control, simulator):
    answer = control("POST", "history", {"count": 3, **PERIOD})
    assert answer == (200, {"status": "filled"})
    assert len(simulator.calls) == 3
    control("PUT", "accounts/secondkey", {"secret": "second"})
    control("POST", "history", {"count": 1, "account": "secondkey", **PERIOD})
    assert simulator.calls[3].account == "secondkey"


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"count": 0}, "count: 0 must be above zero."),
        ({"count": "many"}, "count: 'many' is not a number."),
        ({"from": None}, "from: None is no moment: give date, time and zone as ISO"),
        ({"from": "2026-09-20T00:00:00"}, "from: '2026-09-20T00:00:00' is no moment"),
        ({"to": "yesterday"}, "to: 'yesterday' is no moment"),
        ({"from": "0001-01-01T00:00:00+14:00"}, "from: '0001-01-01T00:00:00+14:00' is"),
        ({"to": "2026-10-05T11:03:24Z"}, "to: 2026-10-05T11:03:24Z lies in the future"),
        ({"from": "2026-10-05T10:30:00Z"}, "to: it must lie an hour or more after"),
        ({"account": "nobody"}, "account: 'nobody' is not one of "),
        ({"scenario": "transfer"}, "history: there is no scenario, only count, from"),
    ],
)
def test_history_that_is_not_possible(control, simulator, wrong, sentence):
    status, values = control("POST", "history", {"count": 1, **PERIOD, **wrong})
    assert status == 400
    assert values["error"].startswith(sentence)
    assert simulator.calls == []


def test_calls_are_told_in_pages(control, simulator):
    simulator.fill_history(5, START, END)
    every = control("GET", "calls")[1]
    assert len(every) == 5
    assert control("GET", "calls?after=3")[1] == every[3:]
    assert control("GET", "calls?after=1&limit=2")[1] == every[1:3]
    assert control("GET", "calls?after=5")[1] == []


@pytest.mark.parametrize(
    "query, sentence",
    [
        ("after=-1", "after: '-1' is no whole number from 0 on."),
        ("limit=x", "limit: 'x' is no whole number from 0 on."),
        ("skip=1", "calls: there is no skip, only after, limit."),
    ],
)
def test_page_that_is_not_possible(control, query, sentence):
    assert control("GET", f"calls?{query}") == (400, {"error": sentence})
