# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Scenarios that happen seldom, or on few accounts only."""

import re
from collections import Counter, defaultdict
from datetime import timedelta

import pytest

from pbx_simulator import SimulatorError
from pbx_simulator.calls.scenarios import SCENARIOS
from pbx_simulator.simulator import PLAYBOOK

PATH = "/v1/statistics/pbx/"
OCTOBER = {"start": "2026-10-01 00:00:00", "end": "2026-10-30 23:59:59", "version": 2}
ANSWERED = ["START", "INTERNAL", "ANSWER", "END", "RECORD"]
TRANSFER = ["START", *ANSWERED[1:3] * 2, "END", "RECORD", "RECORD"]
OUTGOING = ["OUT_START", "OUT_END", "RECORD"]
SEQUENCES = {
    "blind-transfer": TRANSFER,
    "attended-transfer": TRANSFER,
    "mailbox": ["START", "INTERNAL", "END"],
    "forwarded": ["START", "ANSWER", "END", "RECORD"],
    "ivr-no-key": ["START", "IVR", *ANSWERED[1:]],
    "outgoing-answer-told": ["OUT_START", "ANSWER", "OUT_END", "RECORD"],
    "callback-own-number": ANSWERED,
    "callback-transfer": ["OUT_START", *ANSWERED[1:3], "OUT_END", "RECORD", "RECORD"],
    "callback-consultation": [*OUTGOING, *OUTGOING],
    "callback-emergency": [*OUTGOING, *OUTGOING],
    "callback-second-customer": [*OUTGOING, *OUTGOING],
}
SIGNED = {
    "START": ("caller_id", "called_did", "call_start"),
    "INTERNAL": ("caller_id", "called_did", "call_start"),
    "IVR": ("caller_id", "called_did", "call_start"),
    "END": ("caller_id", "called_did", "call_start"),
    "ANSWER": ("caller_id", "destination", "call_start"),
    "OUT_START": ("internal", "destination", "call_start"),
    "OUT_END": ("internal", "destination", "call_start"),
    "RECORD": ("pbx_call_id", "call_id_with_rec"),
}
ALL = [*SEQUENCES, "field-account"]


@pytest.fixture
def dial(simulator, receiver):
    """Dial, and return the first call and its notifications by event."""

    def dial(scenario, **how):
        receiver.received.clear()
        before = len(simulator.calls)
        simulator.dial(scenario, **how)
        call = simulator.calls[before]
        told = defaultdict(list)
        for params in receiver.params:
            if params["pbx_call_id"] == call.pbx_call_id:
                told[params["event"].removeprefix("NOTIFY_")].append(params)
        return call, told

    return dial


@pytest.fixture
def rows(simulator, client):
    """Return what statistics list of a call."""

    def rows(call):
        simulator.rate_limit = False
        stats = client("GET", PATH, OCTOBER).json()["stats"]
        return [row for row in stats if row["pbx_call_id"] == call.pbx_call_id]

    return rows


def test_all_scenarios_are_here():
    assert set(PLAYBOOK) == {*SCENARIOS, *ALL}


@pytest.mark.parametrize("scenario", SEQUENCES)
def test_sequence(simulator, receiver, scenario):
    result = simulator.dial(scenario)
    assert [it["event"] for it in result["events"]] == [
        f"NOTIFY_{event}" for event in SEQUENCES[scenario]
    ]
    assert {it["status"] for it in result["events"]} == {200}
    assert result["pbx_call_id"] == receiver.params[0]["pbx_call_id"]
    assert Counter(receiver.events) == Counter(SEQUENCES[scenario])


@pytest.mark.parametrize("scenario", ALL)
def test_signatures(simulator, receiver, zadarma, scenario):
    simulator.dial(scenario)
    secret = simulator.account().secret
    for event, request in zip(receiver.events, receiver.received, strict=True):
        text = "".join(request.form[name] for name in SIGNED[event])
        assert request.headers["Signature"] == zadarma.sign(secret, text)


@pytest.mark.parametrize("pace", [0, 0.3, 1])
@pytest.mark.parametrize("scenario", ALL)
def test_times(simulator, receiver, clock, scenario, pace):
    """Notifications come in their order and at their time; nothing is to come yet."""
    begun, arrived = clock(), []
    receiver.think = lambda: arrived.append(clock())
    simulator.dial(scenario, pace=pace)
    ends = [at for at, event in enumerate(receiver.events) if event.endswith("END")]
    by_id = {call.pbx_call_id: call for call in simulator.calls}
    for at in ends:
        call = by_id[receiver.params[at]["pbx_call_id"]]
        if at == ends[-1]:
            late = arrived[at] - call.end
            assert timedelta() <= late < timedelta(seconds=1)
        assert call.start <= call.end <= clock()
        for leg in call.legs:
            assert call.start <= leg.start <= leg.end <= call.end
    if pace == 1:
        assert simulator.calls[0].start == begun.replace(microsecond=0)


@pytest.mark.parametrize("scenario", ALL)
def test_truth(simulator, receiver, scenario):
    simulator.dial(scenario)
    for call in simulator.calls:
        ends = [
            params
            for params in receiver.params
            if params["event"].endswith("END")
            and params["pbx_call_id"] == call.pbx_call_id
        ]
        assert call.end and len(ends) == 1
        assert ends[0]["disposition"] == call.disposition
        assert int(ends[0]["duration"]) == call.duration
        recorded = any(leg.recorded for leg in call.legs)
        assert ends[0]["is_recorded"] == ("1" if recorded else "0")
        if call.disposition == "answered":
            assert call.start < call.answer < call.end
            assert call.duration > 0
        else:
            assert (call.answer, call.duration, call.answered_by) == (None, 0, [])


@pytest.mark.parametrize("scenario", ALL)
def test_statistics(simulator, client, scenario):
    simulator.dial(scenario)
    stats = client("GET", PATH, OCTOBER).json()["stats"]
    listed = {row["pbx_call_id"] for row in stats}
    assert listed == {call.pbx_call_id for call in simulator.calls}
    assert stats == sorted(stats, key=lambda row: (row["callstart"], row["call_id"]))


def test_same_seed_gives_the_same_afternoon(account, clock, simulator):
    simulator.account().callinfo.url = ""
    simulator.dial("field-account")
    first = [call.describe() for call in simulator.calls]
    simulator.reset()
    simulator.account().callinfo.url = ""
    simulator.dial("field-account")
    again = [call.describe() for call in simulator.calls]
    assert [call["pbx_call_id"] for call in again] == [
        call["pbx_call_id"] for call in first
    ]
    assert [call["caller_id"] for call in again] == [
        call["caller_id"] for call in first
    ]


# Transfers


@pytest.mark.parametrize("kind", ["blind", "attended"])
def test_transfer(dial, rows, kind):
    call, told = dial(f"{kind}-transfer", to="101")
    first, second = told["INTERNAL"]
    assert "transfer_from" not in first and "transfer_type" not in first
    assert (second["internal"], second["transfer_from"]) == ("102", "101")
    assert second["transfer_type"] == kind
    assert [answer["internal"] for answer in told["ANSWER"]] == ["101", "102"]
    assert (told["END"][0]["internal"], told["END"][0]["last_internal"]) == (
        "101",
        "102",
    )
    ours, theirs = call.legs
    assert call.answered_by == ["101", "102"]
    # Both speak first, if it is attended; else nobody does before the colleague.
    assert (ours.end > theirs.answer) == (kind == "attended")
    assert [row["seconds"] for row in rows(call)] == [ours.duration, theirs.duration]
    assert call.duration == ours.duration + theirs.duration


# Whom no extension serves


def test_mailbox(dial, rows):
    call, told = dial("mailbox", to="101")
    [end] = told["END"]
    assert (end["disposition"], end["status_code"]) == ("answered", "16")
    assert (end["internal"], end["last_internal"]) == ("101", "101")
    assert (end["is_recorded"], "call_id_with_rec" in end) == ("0", False)
    assert call.answered_by == []
    assert call.wait_duration == 25
    rang, took = rows(call)
    assert (rang["sip"], rang["disposition"], rang["seconds"]) == (
        "101",
        "no answer",
        0,
    )
    assert (took["sip"], took["disposition"]) == ("0", "answered")
    assert took["seconds"] == call.duration > 0
    assert took["destination"] == call.called.lstrip("+")


@pytest.mark.parametrize("telephone", [None, "+380441234567", "380441234567"])
def test_forwarded_outside(dial, rows, telephone):
    call, told = dial("forwarded", to=telephone, talk=180)
    [answer], [end] = told["ANSWER"], told["END"]
    assert re.fullmatch(r"\+[0-9]{12}", answer["destination"])
    if telephone:
        assert answer["destination"] == "+380441234567"
    for params in (answer, end):
        assert "internal" not in params and "last_internal" not in params
    assert (end["disposition"], end["duration"]) == ("answered", "180")
    assert (end["is_recorded"], len(told["RECORD"])) == ("1", 1)
    [row] = rows(call)
    assert (row["sip"], row["seconds"]) == ("0", 180)
    assert row["destination"] == answer["destination"].lstrip("+")
    assert call.answered_by == []


# Menus without a key


def test_no_key(dial):
    call, told = dial("ivr-no-key", to="101")
    [ivr] = told["IVR"]
    assert ivr["wait_dtmf[name]"] == "menu"
    assert (ivr["wait_dtmf[digits]"], ivr["wait_dtmf[default_behaviour]"]) == ("", "1")
    assert call.answered_by == ["101"]


@pytest.mark.parametrize(
    "default, events, outcome",
    [
        ("hangup", ["START", "IVR", "END"], "cancel"),
        ("blacklist", ["START", "IVR", "END"], "busy"),
        ("102", ["START", "IVR", *ANSWERED[1:]], "102"),
        ("0-3", ["START", "IVR", *ANSWERED[1:]], "102"),
        ("nowhere", ["START", "IVR", "IVR", *ANSWERED[1:]], "101"),
        (None, ["START", "IVR", "IVR", *ANSWERED[1:]], "101"),
    ],
)
def test_what_our_menu_does_without_a_key(dial, receiver, default, events, outcome):
    keys = '{"name": "dept"' + (f', "default": "{default}"' if default else "") + "}"
    receiver.answers["NOTIFY_START"] = (
        200,
        '{"ivr_play": "1a", "wait_dtmf": ' + keys + "}",
    )
    call, _told = dial("ivr-no-key", to="101")
    assert receiver.events == events
    assert outcome in (call.disposition, *call.answered_by)


def test_answer_to_no_key_comes_first(dial, receiver):
    receiver.answers["NOTIFY_START"] = (
        200,
        '{"ivr_play": "1a", "wait_dtmf": {"name": "dept", "default": "hangup"}}',
    )
    receiver.answers["NOTIFY_IVR"] = (200, '{"redirect": "102"}')
    call, _told = dial("ivr-no-key", to="101")
    assert call.answered_by == ["102"]


# Outgoing calls


def test_answer_of_an_outgoing_call(dial, simulator):
    call, told = dial("outgoing-answer-told", from_="101", to="+442037691880")
    [answer] = told["ANSWER"]
    assert answer["pbx_call_id"].startswith("out_")
    assert (answer["internal"], answer["destination"]) == ("101", "+442037691880")
    assert answer["caller_id"] == simulator.account().did
    assert call.answer


@pytest.mark.parametrize("to", ["112", "17", "900", "118712"])
def test_short_number(dial, rows, to):
    call, told = dial("outgoing-answered", from_="101", to=to)
    assert [params["destination"] for params in told["OUT_START"]] == [to]
    assert "dst_e164" not in told["OUT_START"][0]
    assert (call.called, rows(call)[0]["destination"]) == (to, to)


# Callbacks


@pytest.mark.parametrize(
    "from_, caller",
    [
        ("0672220001", "+0672220001"),
        ("+0672220001", "+0672220001"),
        ("380672220001", "+380672220001"),
    ],
)
def test_callback_from_an_own_number(dial, simulator, from_, caller):
    call, told = dial("callback-own-number", from_=from_, to="101")
    assert {params["caller_id"] for params in told["START"] + told["END"]} == {caller}
    assert told["START"][0]["called_did"] == simulator.account().did
    assert call.pbx_call_id.startswith("in_")
    assert call.answered_by == ["101"]


def test_number_of_its_customer_is_national_if_none_is_named(dial):
    call, _told = dial("callback-own-number")
    assert call.caller.startswith("+0")


@pytest.mark.parametrize(
    "scenario", [name for name in SEQUENCES if name.startswith("callback-")]
)
def test_callback_that_needs_a_number(simulator, scenario):
    with pytest.raises(SimulatorError, match="'x' is"):
        simulator.dial(scenario, from_="x")


def test_second_call_of_the_same_extension(simulator):
    simulator.dial("callback-second-customer", from_="102", to="+442037691880")
    call, other = simulator.calls
    assert call.caller == other.caller == "102"
    assert (call.called, other.called != call.called) == ("+442037691880", True)
    assert call.answer < other.start < other.end < call.end


# Callers in all clothes

CALLERS = [
    "+0672220001",
    "+00380672220001",
    "anonymous",
    "unknown1",
    "Restricted",
    "номер скрыт",
    "1",
    "-1",
    "#31#",
    "anonymous@10.20.30.40",
    "Anonymous <anonymous@1.2.3.4>",
    "sip:+442037691880@example.com",
    "442037691880@example.com",
    "<sip:442037691880@10.20.30.40>",
    "Ann (442037691880)",
    "900",
]


@pytest.mark.parametrize("caller", CALLERS)
def test_caller_is_told_as_it_is(dial, caller):
    call, told = dial("incoming-answered", from_=caller)
    texts = {params["caller_id"] for event in ANSWERED[:4] for params in told[event]}
    assert texts == {caller}
    assert call.caller == caller


@pytest.mark.parametrize("caller", ["anonymous", "1", "Anonymous <anonymous@1.2.3.4>"])
def test_hidden_caller(dial, caller):
    _call, told = dial("hidden-caller", from_=caller)
    assert told["START"][0]["caller_id"] == caller


@pytest.mark.parametrize("caller", ["+442037691880", "Ann (442037691880)"])
def test_hidden_caller_with_a_number(simulator, caller):
    with pytest.raises(SimulatorError, match="is a number"):
        simulator.dial("hidden-caller", from_=caller)


# The captured account


@pytest.fixture
def field(simulator, receiver):
    """Play it, and return what was told of each call."""
    simulator.dial("field-account")
    told = defaultdict(list)
    for params in receiver.params:
        told[params["pbx_call_id"]].append(params)
    return list(told.values())


def form(caller):
    return re.sub("67222....|442220000", "N", caller)


def test_field_account_has_its_counts(field):
    assert len(field) == 62
    told = Counter(form(params["caller_id"]) for call in field for params in call)
    assert told == {"+380N": 65, "+0N": 69, "N": 12, "380N": 5}
    calls = Counter(form(call[0]["caller_id"]) for call in field)
    assert calls["+0N"] == 32


def test_field_account_has_its_shapes(field, simulator):
    ends = {"answered": 0, "cancel": 0}
    for params in (params for call in field for params in call):
        event = params["event"].removeprefix("NOTIFY_")
        assert ("calltype" in params) == (event != "START")
        assert params.get("calltype", "normal") == "normal"
        if event == "ANSWER":
            assert params["destination"] == simulator.account().did
            assert simulator.account().extension(params["internal"])
        if event == "END":
            ends[params["disposition"]] += 1
            assert params["status_code"] == "16"
            named = params.get("internal"), params.get("last_internal")
            assert all(named) == (params["disposition"] == "answered")
        if event == "OUT_END":
            assert (params["disposition"], params["status_code"]) == ("cancel", "0")
    assert ends == {"answered": 10, "cancel": 49}


def test_people_of_the_field_account_call_in_several_notations(simulator):
    simulator.dial("field-account")
    forms = defaultdict(set)
    for call in simulator.calls:
        if call.direction == "incoming":
            assert re.fullmatch(r"\+38067222\d{4}", call.caller)
            forms[call.caller].add(form(call.caller_id))
    assert any({"+0N", "+380N"} <= told for told in forms.values())


@pytest.mark.parametrize("given", [{"from_": "+442037691880"}, {"to": "101"}])
def test_field_account_has_its_own_parties(simulator, given):
    with pytest.raises(SimulatorError, match="says itself who calls whom"):
        simulator.dial("field-account", **given)
