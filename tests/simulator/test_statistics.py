# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the statistics tell of calls."""

import json
import re
from datetime import UTC, datetime

import pytest

from pbx_simulator import Account
from pbx_simulator.calls.scenarios import SCENARIOS

PATH = "/v1/statistics/pbx/"
OCTOBER = {"start": "2026-10-01 00:00:00", "end": "2026-10-31 23:59:59"}


@pytest.fixture(autouse=True)
def nobody_listens(simulator):
    simulator.account().callinfo.url = ""
    simulator.rate_limit = False


@pytest.fixture
def rows(client):
    """Ask for rows; October and version 2 unless said otherwise."""

    def rows(**params):
        answer = client("GET", PATH, {**OCTOBER, "version": 2, **params})
        assert answer.status_code == 200
        return answer.json()["stats"]

    return rows


def at(simulator, moment):
    """Let a call begin at a moment, UTC, and return what it is in the truth."""
    simulator.clock.now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    simulator.dial("outgoing-no-answer", pace=1)
    return simulator.calls[-1]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_rows_are_the_legs_of_the_truth(simulator, rows, scenario):
    simulator.dial(scenario)
    call = simulator.calls[0].describe()
    told = rows()
    assert [row.pop("clid") for row in told]
    assert told == [
        {
            "call_id": leg["call_id"],
            "sip": leg["extension"],
            "callstart": local(leg["start"]),
            "destination": leg["extension"]
            if call["direction"] == "incoming"
            else call["called"].lstrip("+"),
            "disposition": leg["disposition"],
            "seconds": leg["duration"],
            "is_recorded": "true" if leg["recorded"] else "false",
            "pbx_call_id": call["pbx_call_id"],
        }
        for leg in sorted(call["legs"], key=lambda leg: (leg["start"], leg["call_id"]))
    ]
    assert sum(row["seconds"] for row in told) == call["duration"]


def local(moment):
    """Kyiv's wall clock of a moment in the summer of the truth."""
    hour = int(moment[11:13]) + 3
    return f"{moment[:10]} {hour:02}{moment[13:19]}"


def test_legs_of_one_call(simulator, rows):
    simulator.dial("ring-group", to="101")
    simulator.dial("transfer", to="101")
    group = [
        row for row in rows() if row["pbx_call_id"] == simulator.calls[0].pbx_call_id
    ]
    assert {row["sip"]: row["disposition"] for row in group} == {
        "100": "no answer",
        "101": "answered",
        "102": "no answer",
    }
    assert len({row["call_id"] for row in rows()}) == 5
    transfer = [row for row in rows() if row not in group]
    assert [row["sip"] for row in transfer] == ["101", "102"]
    assert len({row["callstart"] for row in transfer}) == 2


@pytest.mark.parametrize(
    "answer, disposition",
    [({"hangup": 1}, "cancel"), ({"redirect": "blacklist"}, "busy")],
)
def test_call_that_made_nobody_ring(simulator, receiver, rows, answer, disposition):
    simulator.account().callinfo.url = receiver.url
    receiver.answers["NOTIFY_START"] = (200, json.dumps(answer))
    simulator.dial("incoming-answered", did="+48123456789")
    [row] = rows()
    assert (row["sip"], row["destination"]) == ("0", "48123456789")
    assert (row["disposition"], row["seconds"]) == (disposition, 0)
    assert row["pbx_call_id"] == simulator.calls[0].pbx_call_id
    assert re.fullmatch(r"1791198\d{3}\.\d+", row["call_id"])
    assert rows() == [row]


def test_call_is_listed_only_when_it_is_over(simulator, receiver, rows):
    simulator.account().callinfo.url = receiver.url
    listed = {}

    def look():
        listed[receiver.events[-1]] = len(rows())

    receiver.think = look
    simulator.dial("incoming-answered")
    assert listed == {"START": 0, "INTERNAL": 0, "ANSWER": 0, "END": 1, "RECORD": 1}


def test_period_is_the_wall_clock_of_the_account(simulator, rows):
    simulator.account().change(timezone="America/New_York")
    calls = [
        at(simulator, moment)
        for moment in (
            "2026-10-05 03:59:59",
            "2026-10-05 04:00:00",
            "2026-10-06 03:59:59",
            "2026-10-06 04:00:00",
        )
    ]
    told = rows(start="2026-10-05 00:00:00", end="2026-10-05 23:59:59")
    assert [row["pbx_call_id"] for row in told] == [
        call.pbx_call_id for call in calls[1:3]
    ]
    assert [row["callstart"] for row in told] == [
        "2026-10-05 00:00:00",
        "2026-10-05 23:59:59",
    ]


def test_repeated_hour_is_listed_twice(simulator, rows):
    for moment in ("2026-10-25 00:30:00", "2026-10-25 01:30:00"):
        at(simulator, moment)
    told = rows(start="2026-10-25 03:30:00", end="2026-10-25 03:30:00")
    assert [row["callstart"] for row in told] == ["2026-10-25 03:30:00"] * 2


def test_row_belongs_to_the_period_of_its_leg(simulator, rows):
    simulator.dial("transfer", pace=1)
    first, second = rows()
    assert rows(start=second["callstart"]) == [second]
    assert rows(end=first["callstart"]) == [first]


def test_rows_are_told_apart_by_direction(simulator, rows):
    for scenario in ("incoming-missed", "outgoing-answered", "internal"):
        simulator.dial(scenario)
    kinds = {
        kind: {row["pbx_call_id"][: len(kind)] for row in rows(call_type=kind)}
        for kind in ("in", "out")
    }
    assert kinds == {"in": {"in"}, "out": {"out"}}
    assert len(rows(call_type="in")) == 1
    assert len(rows(call_type="out")) == 2


def test_pages(simulator, rows):
    for scenario in [*SCENARIOS, *SCENARIOS]:
        simulator.dial(scenario)
    every = rows()
    assert every == sorted(every, key=lambda row: (row["callstart"], row["call_id"]))
    pages = [rows(skip=skip, limit=7) for skip in range(0, len(every) + 7, 7)]
    assert [len(page) for page in pages[:-2]] == [7] * (len(pages) - 2)
    assert [row for page in pages for row in page] == every
    assert rows(skip=len(every)) == []


def test_page_has_a_thousand_rows_at_most(simulator, rows):
    for _ in range(1001):
        simulator.dial("outgoing-no-answer")
    assert len(rows()) == len(rows(limit=1000)) == 1000
    assert len(rows(skip=1000)) == 1


def test_more_than_a_month_is_cut_off(simulator, client):
    at(simulator, "2026-10-05 11:03:22")
    asked = {"start": "2026-09-03 14:03:22", "end": "2026-12-01 00:00:00"}
    answer = client("GET", PATH, {**asked, "version": 1}).json()
    assert answer == {
        "status": "success",
        "start": "2026-09-03 14:03:22",
        "end": "2026-10-03 14:03:22",
        "version": 1,
        "stats": [],
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": ""},
        {"end": ""},
        {"version": ""},
        {"version": "3"},
        {"start": "2026-10-01"},
        {"start": "2026-10-1 00:00:00"},
        {"start": "2026-02-30 00:00:00"},
        {"start": "0001-01-01 00:00:00"},
        {"start": "9999-12-31 00:00:00", "end": "9999-12-31 00:00:01"},
        {"start": "2026-10-31 00:00:01", "end": "2026-10-31 00:00:00"},
        {"call_type": "internal"},
        {"skip": "-1"},
        {"skip": "many"},
        {"limit": "0"},
        {"limit": "1001"},
    ],
)
def test_wrong_parameters(client, wrong):
    answer = client("GET", PATH, {**OCTOBER, "version": "2", **wrong})
    assert answer.status_code == 400
    assert answer.json() == {"status": "error", "message": "Wrong parameters"}


def test_what_is_left_out_means_the_present_month_so_far(simulator, client):
    for moment in ("2026-09-30 20:59:59", "2026-09-30 21:00:00"):
        at(simulator, moment)
    simulator.clock.now = datetime(2026, 10, 5, 11, 3, 22, 123456, tzinfo=UTC)
    asked = client("GET", PATH).json()
    assert (asked["start"], asked["end"]) == (
        "2026-10-01 00:00:00",
        "2026-10-05 14:03:22",
    )
    assert asked["version"] == 2
    assert [row["callstart"] for row in asked["stats"]] == ["2026-10-01 00:00:00"]
    later = client("GET", PATH, {"start": "2026-10-01 00:00:01"}).json()
    assert (later["end"], later["stats"]) == ("2026-10-05 14:03:22", [])


def test_start_that_is_to_come_has_no_end_yet(client):
    answer = client("GET", PATH, {"start": "2026-10-05 14:03:23"})
    assert answer.json() == {"status": "error", "message": "Wrong parameters"}


@pytest.mark.parametrize("caller", ["anonymous", "sip:44@1.2.3.4", "-1", "+0672220001"])
def test_caller_without_e164(simulator, rows, caller):
    simulator.dial("incoming-missed", from_=caller)
    assert rows()[0]["clid"].replace("Customer", "").strip(' "()<>+')
    simulator.account().change(statistics_types="openapi")
    digits = caller.lstrip("+")
    assert rows()[0]["clid"] == (int(digits) if digits.isdecimal() else 0)


def test_forms_of_the_caller(simulator, rows):
    for _ in range(20):
        simulator.dial("incoming-missed", from_="+48539923725", to="101")
        simulator.dial("outgoing-no-answer", from_="101")
        simulator.dial("internal", from_="101")
    callers = {call.pbx_call_id: call.direction for call in simulator.calls}
    forms = {direction: set() for direction in callers.values()}
    for row in rows():
        forms[callers[row["pbx_call_id"]]].add(row["clid"])
    did = simulator.account().did
    assert forms == {
        "incoming": {
            "Customer (48539923725)",
            '"Customer" <+48539923725>',
            "48539923725",
        },
        "outgoing": {
            "Extension 101 (101)",
            f'"Extension 101" <+{did}>',
            "101",
            did,
        },
        "internal": {"Extension 101 (101)", "101"},
    }


@pytest.mark.parametrize("caller", ["", "0"])
def test_hidden_caller(simulator, rows, caller):
    simulator.dial("hidden-caller", from_=caller)
    assert rows()[0]["clid"] == caller


def test_extension_that_is_gone(simulator, rows):
    for _ in range(9):
        simulator.dial("internal", from_="101")
    simulator.account().change(extensions=["100"])
    assert {row["clid"] for row in rows()} == {"101", "101 (101)"}


def test_types_of_the_specification(simulator, client):
    simulator.account().change(statistics_types="openapi")
    simulator.dial("incoming-answered", from_="+48539923725", to="101")
    answer = client("GET", PATH, {**OCTOBER, "version": 2})
    [leg] = simulator.calls[0].legs
    assert f'"call_id": {leg.call_id}, ' in answer.text
    [row] = answer.json()["stats"]
    assert (row["sip"], row["clid"], row["destination"]) == (101, 48539923725, 101)
    assert row["is_recorded"] is True


def test_rows_that_belong_to_no_call(simulator, rows):
    simulator.dial("outgoing-no-answer")
    real = rows()
    simulator.account().change(statistics_phantoms=3)
    phantoms = rows()[:3]
    assert rows()[3:] == real
    for phantom in phantoms:
        assert (phantom["call_id"], phantom["pbx_call_id"]) == ("", "")
        assert phantom["disposition"] == "call failed"
        assert phantom["callstart"] == OCTOBER["start"]
    pages = [rows(skip=skip, limit=2) for skip in (0, 2, 4)]
    assert pages == [phantoms[:2], [phantoms[2], *real], []]


def test_accounts_have_calls_of_their_own(simulator, client, rows):
    simulator.add_account(Account(key="second", secret="other"))
    simulator.dial("incoming-missed", account="second")
    assert rows() == []
    asked = {**OCTOBER, "version": 2}
    answer = client("GET", PATH, asked, key="second", secret="other")
    assert len(answer.json()["stats"]) == 1
