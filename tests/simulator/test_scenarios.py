# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls as they are when nothing goes wrong."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from pbx_simulator import Account, Simulator, SimulatorError
from pbx_simulator.calls.parties import colleague_of
from pbx_simulator.calls.scenarios import SCENARIOS

NOW = datetime(2026, 10, 5, 11, 3, 22, tzinfo=UTC)
ANSWERED = ["START", "INTERNAL", "ANSWER", "END", "RECORD"]
SEQUENCES = {
    "incoming-answered": ANSWERED,
    "incoming-missed": ["START", "INTERNAL", "END"],
    "incoming-returned": ANSWERED,
    "incoming-busy": ["START", "INTERNAL", "END"],
    "ring-group": ["START", "INTERNAL", "INTERNAL", "INTERNAL", *ANSWERED[2:]],
    "transfer": ["START", *ANSWERED[1:3] * 2, "END", "RECORD", "RECORD"],
    "ivr": ["START", "IVR", *ANSWERED[1:]],
    "hidden-caller": ANSWERED,
    "outgoing-answered": ["OUT_START", "OUT_END", "RECORD"],
    "outgoing-no-answer": ["OUT_START", "OUT_END"],
    "internal": ["OUT_START", "OUT_END", "RECORD"],
}
NOT_ANSWERED = {
    "incoming-missed": ("cancel", 16),
    "incoming-busy": ("busy", 17),
    "outgoing-no-answer": ("no answer", 19),
}
# What Zadarma documents of each event, and what is sent besides.
PARAMETERS = {
    "START": "call_start pbx_call_id caller_id called_did",
    "INTERNAL": "call_start pbx_call_id caller_id called_did internal",
    "ANSWER": "call_start pbx_call_id caller_id destination internal",
    "IVR": "call_start pbx_call_id caller_id called_did wait_dtmf[name] "
    "wait_dtmf[digits] wait_dtmf[default_behaviour]",
    "END": "call_start pbx_call_id caller_id called_did internal duration disposition "
    "status_code is_recorded call_id_with_rec calltype last_internal call_id",
    "OUT_START": "call_start pbx_call_id caller_id internal destination dst_e164 "
    "calltype",
    "OUT_END": "call_start pbx_call_id caller_id internal destination duration "
    "disposition status_code is_recorded call_id_with_rec calltype",
    "RECORD": "pbx_call_id call_id_with_rec",
}
ONLY_ANSWERED = {"internal", "last_internal", "call_id", "call_id_with_rec"}


def test_all_scenarios_are_here():
    assert set(SEQUENCES) == set(SCENARIOS)


@pytest.mark.parametrize("scenario", SEQUENCES)
def test_sequence(simulator, receiver, scenario):
    result = simulator.dial(scenario)
    assert receiver.events == SEQUENCES[scenario]
    assert result == {
        "scenario": scenario,
        "pbx_call_id": receiver.params[0]["pbx_call_id"],
        "events": [
            {"event": f"NOTIFY_{event}", "status": 200} for event in receiver.events
        ],
    }


@pytest.mark.parametrize("scenario", SEQUENCES)
def test_parameters(simulator, receiver, scenario):
    simulator.dial(scenario)
    for event, params in zip(receiver.events, receiver.params, strict=True):
        expected = {"event", *PARAMETERS[event].split()}
        if event == "END" and scenario in NOT_ANSWERED:
            expected -= ONLY_ANSWERED
        if event == "OUT_END" and scenario in NOT_ANSWERED:
            expected -= {"call_id_with_rec"}
        if scenario == "internal":
            expected -= {"dst_e164"}
        assert set(params) == expected


@pytest.mark.parametrize("scenario", SEQUENCES)
def test_signatures(simulator, receiver, zadarma, scenario):
    simulator.dial(scenario)
    signed = {
        "ANSWER": ("caller_id", "destination", "call_start"),
        "OUT_START": ("internal", "destination", "call_start"),
        "OUT_END": ("internal", "destination", "call_start"),
        "RECORD": ("pbx_call_id", "call_id_with_rec"),
    }
    others = ("caller_id", "called_did", "call_start")
    secret = simulator.account().secret
    for event, request in zip(receiver.events, receiver.received, strict=True):
        text = "".join(request.form[name] for name in signed.get(event, others))
        assert request.headers["Signature"] == zadarma.sign(secret, text)


@pytest.mark.parametrize("scenario", SEQUENCES)
def test_transport(simulator, receiver, scenario):
    simulator.dial(scenario)
    for request in receiver.received:
        assert request.method == "POST"
        assert request.mimetype == "application/x-www-form-urlencoded"
        assert request.headers["User-Agent"] == "Zadarma API v1"


@pytest.mark.parametrize("scenario", SEQUENCES)
def test_end_and_truth_agree(simulator, receiver, scenario):
    simulator.dial(scenario)
    call = simulator.calls[0].describe()
    end = next(it for it in receiver.params if it["event"].endswith("END"))
    disposition, code = NOT_ANSWERED.get(scenario, ("answered", 16))
    assert end["disposition"] == call["disposition"] == disposition
    assert int(end["status_code"]) == call["status_code"] == code
    assert int(end["duration"]) == call["duration"]
    assert sum(leg["duration"] for leg in call["legs"]) == call["duration"]
    recorded = [leg["call_id"] for leg in call["legs"] if leg["recorded"]]
    told = [it for it in receiver.params if it["event"] == "NOTIFY_RECORD"]
    assert [params["call_id_with_rec"] for params in told] == recorded
    if disposition == "answered":
        assert end["is_recorded"] == "1"
        assert end["call_id_with_rec"] == recorded[-1]
        assert call["duration"] > 0
        assert call["start"] < call["answer"] < call["end"]
    else:
        assert end["is_recorded"] == "0"
        assert call["duration"] == 0
        assert call["answer"] is None
        assert recorded == call["answered_by"] == []


def test_incoming_call(simulator, receiver):
    simulator.dial(
        "incoming-answered", from_="442037691880", to="101", did="48123456789"
    )
    start, internal, answer, end, _record = receiver.params
    call = simulator.calls[0].describe()
    for params in (start, internal, end):
        assert params["caller_id"] == "+442037691880"
        assert params["called_did"] == "48123456789"
    assert internal["internal"] == answer["internal"] == answer["destination"] == "101"
    assert end["internal"] == end["last_internal"] == "101"
    assert end["call_id"] == end["call_id_with_rec"] == call["legs"][0]["call_id"]
    assert start["pbx_call_id"].startswith("in_")
    assert len(start["pbx_call_id"]) == 43
    assert call["direction"] == "incoming"
    assert (call["caller"], call["called"]) == ("+442037691880", "+48123456789")
    assert call["answered_by"] == ["101"]


def test_missed_call(simulator):
    simulator.dial("incoming-missed", to="102")
    [leg] = simulator.calls[0].describe()["legs"]
    assert (leg["extension"], leg["answer"]) == ("102", None)
    assert simulator.calls[0].wait_duration == 25


def test_ring_group(simulator, receiver):
    simulator.account().extension("100").online = False
    simulator.dial("ring-group", to="102")
    rung = [params["internal"] for params in receiver.params[1:3]]
    assert rung == ["101", "102"]
    assert receiver.params[3]["internal"] == "102"
    legs = simulator.calls[0].describe()["legs"]
    results = [(leg["extension"], leg["disposition"]) for leg in legs]
    assert results == [("101", "no answer"), ("102", "answered")]


def test_a_colleague_is_the_next_who_is_online():
    account = Account(extensions=["100", {"number": "101", "online": False}, "102"])
    first, offline, last = account.extensions
    assert colleague_of(account, first) is last
    assert colleague_of(account, offline) is last
    assert colleague_of(account, last) is first
    last.online = False
    with pytest.raises(SimulatorError, match="No other extension is online"):
        colleague_of(account, first)


def test_transfer(simulator, receiver):
    simulator.dial("transfer", to="102")
    end = receiver.params[receiver.events.index("END")]
    assert (end["internal"], end["last_internal"]) == ("102", "100")
    first, second = simulator.calls[0].legs
    assert simulator.calls[0].answered_by == ["102", "100"]
    assert first.end <= second.answer
    assert first.call_id != second.call_id
    assert end["call_id"] == second.call_id


def test_ivr(simulator, receiver):
    simulator.dial("ivr")
    ivr = receiver.params[1]
    assert ivr["wait_dtmf[name]"] == "menu"
    assert ivr["wait_dtmf[digits]"] == "1"


@pytest.mark.parametrize("caller", [None, "", "0"])
def test_hidden_caller(simulator, receiver, caller):
    simulator.dial("hidden-caller", from_=caller)
    assert {it["caller_id"] for it in receiver.params[:4]} == {caller or ""}


def test_outgoing_call(simulator, receiver):
    simulator.dial("outgoing-answered", from_="101", to="+442037691880")
    start, end, _record = receiver.params
    assert start["caller_id"] == "0"
    assert end["caller_id"] == simulator.account().did
    for params in (start, end):
        assert params["pbx_call_id"].startswith("out_")
        assert params["internal"] == "101"
        assert params["destination"] == "+442037691880"
    call = simulator.calls[0]
    assert (call.direction, call.caller, call.called) == (
        "outgoing",
        "101",
        "+442037691880",
    )


def test_internal_call(simulator, receiver):
    simulator.dial("internal", from_="102")
    assert receiver.params[0]["internal"] == "102"
    assert receiver.params[0]["destination"] == "100"
    call = simulator.calls[0]
    assert (call.direction, call.caller, call.called) == ("internal", "102", "100")


def test_call_start_is_the_wall_clock_of_the_account(simulator, receiver):
    simulator.account().change(timezone="America/New_York")
    simulator.dial("incoming-missed", pace=1)
    assert {params["call_start"] for params in receiver.params} == {
        "2026-10-05 07:03:22"
    }
    assert simulator.calls[0].start == NOW


def test_extension_that_is_not_recorded(simulator, receiver):
    simulator.account().extension("101").recorded = False
    simulator.dial("incoming-answered", to="101")
    assert receiver.events == ["START", "INTERNAL", "ANSWER", "END"]
    assert receiver.params[-1]["is_recorded"] == "0"
    assert "call_id_with_rec" not in receiver.params[-1]


def test_extension_that_forwards(simulator, receiver):
    simulator.account().extension("101").forward_to = "+380441234567"
    simulator.dial("incoming-answered", to="101")
    answer = receiver.params[2]
    assert (answer["destination"], answer["internal"]) == ("+380441234567", "101")


def test_extension_that_forwards_to_a_colleague(simulator, receiver):
    extension = simulator.account().extension("101")
    extension.forward_type, extension.forward_to = "sip", "102"
    simulator.dial("incoming-answered", to="101")
    answer = receiver.params[2]
    assert (answer["destination"], answer["internal"]) == ("102", "101")


def test_extension_that_forwards_later_rings_first(simulator, receiver):
    extension = simulator.account().extension("101")
    extension.forward_to, extension.forward_condition = "+380441234567", "noanswer"
    simulator.dial("incoming-answered", to="101")
    assert receiver.params[2]["destination"] == "101"


# What is sent, and how fast


@pytest.mark.parametrize(
    "switch", ["start", "internal", "answer", "end", "out_start", "out_end"]
)
def test_switched_off_by_the_api(simulator, receiver, switch):
    event = switch.upper()
    simulator.account().callinfo.switches[f"notify_{switch}"] = False
    scenario = "outgoing-answered" if "OUT" in event else "incoming-answered"
    result = simulator.dial(scenario)
    assert receiver.events == [it for it in SEQUENCES[scenario] if it != event]
    assert {"event": f"NOTIFY_{event}", "status": "switched off"} in result["events"]


@pytest.mark.parametrize(
    "tick, event", [("notify_record", "RECORD"), ("notify_ivr", "IVR")]
)
def test_not_ticked_in_the_cabinet(simulator, receiver, tick, event):
    simulator.account().cabinet[tick] = False
    simulator.dial("ivr")
    assert receiver.events == [it for it in SEQUENCES["ivr"] if it != event]


def test_no_address(simulator, receiver):
    simulator.account().callinfo.url = ""
    result = simulator.dial("incoming-missed")
    assert [it["status"] for it in result["events"]] == ["no address"] * 3
    assert simulator.calls[0].disposition == "cancel"


def test_nobody_listens(simulator):
    simulator.account().callinfo.url = "http://127.0.0.1:9/"
    result = simulator.dial("incoming-missed")
    assert [it["status"] for it in result["events"]] == ["unreachable"] * 3


def test_no_answer_in_time(simulator, receiver, monkeypatch):
    monkeypatch.setattr("pbx_simulator.calls.parcel.TIMEOUT", 0.05)
    done = threading.Event()
    receiver.think = done.wait
    result = simulator.dial("incoming-missed")
    done.set()
    assert [it["status"] for it in result["events"]] == ["timeout"] * 3


def test_redirects_are_not_followed(simulator, receiver):
    receiver.answers["NOTIFY_END"] = (302, "")
    result = simulator.dial("incoming-missed")
    assert result["events"][-1]["status"] == 302
    assert receiver.events == ["START", "INTERNAL", "END"]


def test_nothing_is_sent_again(simulator, receiver):
    receiver.answers["NOTIFY_END"] = (500, "")
    result = simulator.dial("incoming-missed")
    assert result["events"][-1]["status"] == 500
    assert receiver.events.count("END") == 1


@pytest.mark.parametrize("pace", [0, 0.3, 1])
@pytest.mark.parametrize("scenario", SEQUENCES)
def test_end_is_notified_when_the_call_ended(
    simulator, receiver, clock, scenario, pace
):
    arrived = []
    receiver.think = lambda: arrived.append(clock())
    simulator.dial(scenario, pace=pace)
    call = simulator.calls[0]
    end = next(at for at, event in enumerate(receiver.events) if event.endswith("END"))
    assert timedelta() <= arrived[end] - call.end < timedelta(seconds=1)
    if pace == 1:
        assert call.start == NOW
    for leg in call.legs:
        assert int(leg.call_id.partition(".")[0]) == leg.start.timestamp()
        assert call.start <= leg.start <= call.end


def test_call_that_an_answer_cuts_short_ends_before_now(simulator, receiver):
    receiver.answers["NOTIFY_START"] = (200, '{"hangup": 1}')
    simulator.dial("incoming-answered")
    assert simulator.calls[0].end < NOW


def test_pace_changes_nothing_but_the_waiting(account, clock):
    calls, waited = {}, {}
    length = timedelta()
    for pace in (1, 0.1, 0):
        clock.slept.clear()
        # So much later that all of them begin at one moment.
        present = NOW + length * (1 - pace)
        with Simulator(
            [account], 1, clock=lambda now=present: now, sleep=clock.sleep
        ) as simulator:
            simulator.dial("transfer", pace=pace)
            calls[pace] = simulator.calls[0].describe()
            length = simulator.calls[0].end - simulator.calls[0].start
        waited[pace] = sum(clock.slept)
    assert calls[0] == calls[0.1] == calls[1]
    assert waited[0] == 0
    assert waited[0.1] * 10 == pytest.approx(waited[1])
    assert waited[1] > calls[1]["duration"] + calls[1]["wait_duration"]


# The same seed, the same calls


def figures(account, clock, seed, scenarios=SEQUENCES):
    account.callinfo.url = ""
    with Simulator([account], seed=seed, clock=clock, sleep=clock.sleep) as simulator:
        for scenario in scenarios:
            simulator.dial(scenario)
        return [call.describe() for call in simulator.calls]


def test_same_seed_gives_same_calls(account, clock):
    first = figures(account, clock, seed=7)
    assert figures(account, clock, seed=7) == first
    assert len({call["pbx_call_id"] for call in first}) == len(first)


def test_other_seed_gives_other_calls(account, clock):
    ids = {
        figures(account, clock, seed)[0]["pbx_call_id"] for seed in (1, 2, None, None)
    }
    assert len(ids) == 4
