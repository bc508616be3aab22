# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Deliveries that go wrong on purpose."""

import threading

import pytest

from pbx_simulator import SimulatorError, faults

CALL = ["START", "INTERNAL", "ANSWER", "END", "RECORD"]


def dial(simulator, *faults_, scenario="incoming-answered"):
    return simulator.dial(scenario, faults=list(faults_))


def test_duplicate(simulator, receiver):
    fault = {"kind": "duplicate", "event": "NOTIFY_END", "times": 3}
    result = dial(simulator, fault)
    assert receiver.events == [
        "START",
        "INTERNAL",
        "ANSWER",
        "END",
        "END",
        "END",
        "RECORD",
    ]
    ends = receiver.received[3:6]
    assert ends[0].get_data() == ends[1].get_data() == ends[2].get_data()
    end = {"event": "NOTIFY_END", "status": 200, "fault": "duplicate"}
    assert result["events"][3:6] == [end] * 3


def test_every_notification_twice(simulator, receiver):
    dial(simulator, {"kind": "duplicate"})
    assert receiver.events == [event for event in CALL for _ in range(2)]


def test_lost(simulator, receiver):
    result = dial(simulator, {"kind": "lost", "event": "NOTIFY_ANSWER"})
    assert receiver.events == ["START", "INTERNAL", "END", "RECORD"]
    lost = {"event": "NOTIFY_ANSWER", "status": "lost", "fault": "lost"}
    assert result["events"][2] == lost
    assert simulator.calls[0].answered_by == ["100"]


def test_everything_lost(simulator, receiver):
    result = dial(simulator, {"kind": "lost"})
    assert receiver.events == []
    assert [event["status"] for event in result["events"]] == ["lost"] * 5


def test_reorder(simulator, receiver):
    fault = {"kind": "reorder", "event": "NOTIFY_START", "after": "NOTIFY_END"}
    result = dial(simulator, fault)
    assert receiver.events == ["INTERNAL", "ANSWER", "END", "START", "RECORD"]
    sent = [event["event"].removeprefix("NOTIFY_") for event in result["events"]]
    assert sent == receiver.events


def test_reorder_in_a_chain(simulator, receiver):
    dial(
        simulator,
        {"kind": "reorder", "event": "NOTIFY_START", "after": "NOTIFY_ANSWER"},
        {"kind": "reorder", "event": "NOTIFY_ANSWER", "after": "NOTIFY_END"},
    )
    assert receiver.events == ["INTERNAL", "END", "ANSWER", "START", "RECORD"]


def test_reorder_after_what_never_comes(simulator, receiver):
    fault = {"kind": "reorder", "event": "NOTIFY_START", "after": "NOTIFY_IVR"}
    dial(simulator, fault)
    assert receiver.events == ["INTERNAL", "ANSWER", "END", "RECORD", "START"]


def test_delay_lets_others_overtake(simulator, receiver):
    fault = {"kind": "delay", "event": "NOTIFY_INTERNAL", "seconds": 13}
    dial(simulator, fault)
    assert receiver.events == ["START", "ANSWER", "INTERNAL", "END", "RECORD"]


def test_delay_beyond_the_end(simulator, receiver, clock):
    dial(simulator, {"kind": "delay", "event": "NOTIFY_START", "seconds": 3600})
    assert receiver.events == ["INTERNAL", "ANSWER", "END", "RECORD", "START"]


def test_delays_end_in_the_order_in_which_they_are_due(simulator, receiver):
    dial(
        simulator,
        {"kind": "delay", "event": "NOTIFY_START", "seconds": 3600},
        {"kind": "delay", "event": "NOTIFY_INTERNAL", "seconds": 13},
    )
    assert receiver.events == ["ANSWER", "INTERNAL", "END", "RECORD", "START"]


def test_delay_waits_at_the_pace_of_the_call(simulator, clock):
    fault = {"kind": "delay", "event": "NOTIFY_START", "seconds": 3600}
    simulator.dial("incoming-missed", pace=1, faults=[fault])
    assert sum(clock.slept) == pytest.approx(3600)


def test_parallel(simulator, receiver):
    # Nobody gets an answer before all have asked: only at once they can.
    together = threading.Barrier(7)
    receiver.think = lambda: together.wait(timeout=20)
    result = dial(simulator, {"kind": "parallel"}, scenario="ring-group")
    assert sorted(receiver.events) == sorted([*CALL, "INTERNAL", "INTERNAL"])
    assert {event["status"] for event in result["events"]} == {200}
    sent = [event["event"].removeprefix("NOTIFY_") for event in result["events"]]
    assert sent == ["START", "INTERNAL", "INTERNAL", "INTERNAL", *CALL[2:]]


def test_parallel_with_duplicate_and_lost(simulator, receiver):
    dial(
        simulator,
        {"kind": "parallel"},
        {"kind": "duplicate", "event": "NOTIFY_END"},
        {"kind": "lost", "event": "NOTIFY_ANSWER"},
    )
    assert sorted(receiver.events) == ["END", "END", "INTERNAL", "RECORD", "START"]


@pytest.mark.parametrize(
    "scenario, event",
    [
        ("incoming-answered", "START"),
        ("incoming-answered", "ANSWER"),
        ("incoming-answered", "END"),
        ("incoming-answered", "RECORD"),
        ("outgoing-answered", "OUT_END"),
        ("hidden-caller", "START"),
    ],
)
@pytest.mark.parametrize(
    "forgery", ["wrong-secret", "raw-digest", "missing", "other-values"]
)
def test_forged(simulator, receiver, zadarma, forgery, scenario, event):
    fault = {"kind": "forged", "event": f"NOTIFY_{event}", "forgery": forgery}
    result = dial(simulator, fault, scenario=scenario)
    assert receiver.events.count(event) == 2
    at = receiver.events.index(event)
    forged, true = receiver.received[at : at + 2]
    text = "".join(forged.form.get(name, "") for name in SIGNED[event])
    secret = simulator.account().secret
    given = forged.headers.get("Signature")
    assert given != zadarma.sign(secret, text)
    if forgery == "raw-digest":
        assert given == zadarma.sign_raw(secret, text)
    if forgery == "missing":
        assert given is None
    if forgery == "other-values":
        assert given == true.headers["Signature"]
        assert forged.form != true.form
    assert true.headers["Signature"] == zadarma.sign(
        secret, "".join(true.form.get(name, "") for name in SIGNED[event])
    )
    assert result["events"][at]["fault"] == "forged"
    assert "fault" not in result["events"][at + 1]


SIGNED = {
    "START": ("caller_id", "called_did", "call_start"),
    "END": ("caller_id", "called_did", "call_start"),
    "ANSWER": ("caller_id", "destination", "call_start"),
    "OUT_END": ("internal", "destination", "call_start"),
    "RECORD": ("pbx_call_id", "call_id_with_rec"),
}


def test_start_turned_into_an_end_is_validly_signed(simulator, receiver):
    fault = {"kind": "forged", "event": "NOTIFY_START", "forgery": "turned-into-end"}
    dial(simulator, fault, scenario="incoming-missed")
    assert receiver.events == ["END", "START", "INTERNAL", "END"]
    forged, start = receiver.received[:2]
    assert forged.headers["Signature"] == start.headers["Signature"]
    assert forged.form["disposition"] == "answered"
    assert forged.form["duration"] == "3600"
    assert simulator.calls[0].disposition == "cancel"


def test_forged_instead_of_the_true_one(simulator, receiver):
    dial(
        simulator,
        {"kind": "forged", "event": "NOTIFY_END"},
        {"kind": "lost", "event": "NOTIFY_END"},
    )
    assert receiver.events == CALL


def test_several_forgeries_of_one(simulator, receiver):
    fault = {"kind": "forged", "event": "NOTIFY_END"}
    dial(simulator, fault, {**fault, "forgery": "missing"})
    assert receiver.events == ["START", "INTERNAL", "ANSWER", *["END"] * 3, "RECORD"]
    signatures = [it.headers.get("Signature") for it in receiver.received[3:6]]
    assert signatures[1] is None
    assert len(set(signatures)) == 3


def test_answer_to_a_forged_one_is_not_obeyed(simulator, receiver):
    receiver.answers["NOTIFY_START"] = (200, '{"hangup": 1}')
    dial(
        simulator,
        {"kind": "forged", "event": "NOTIFY_START"},
        {"kind": "lost", "event": "NOTIFY_START"},
    )
    assert simulator.calls[0].disposition == "answered"


def test_answer_to_a_late_start_is_not_obeyed(simulator, receiver):
    receiver.answers["NOTIFY_START"] = (200, '{"hangup": 1}')
    fault = {"kind": "reorder", "event": "NOTIFY_START", "after": "NOTIFY_INTERNAL"}
    dial(simulator, fault)
    assert simulator.calls[0].disposition == "answered"
    assert simulator.calls[0].answers == []


def test_first_of_two_answers_is_obeyed(simulator, receiver):
    def hang_up_once():
        text = "{}" if len(receiver.received) > 1 else '{"hangup": 1}'
        receiver.answers["NOTIFY_START"] = (200, text)

    receiver.think = hang_up_once
    dial(simulator, {"kind": "duplicate", "event": "NOTIFY_START"})
    assert receiver.events == ["START", "START", "END"]
    assert len(simulator.calls[0].answers) == 1


@pytest.mark.parametrize(
    "fault, words",
    [
        ("lost", "'lost' is not an object"),
        ({}, "None is not one of duplicate, reorder"),
        ({"kind": "explode"}, "'explode' is not one of duplicate, reorder"),
        ({"kind": "lost", "event": "NOTIFY_LUNCH"}, "not one of NOTIFY_START"),
        ({"kind": "lost", "times": 2}, "there is no times, only kind, event"),
        ({"kind": "duplicate", "times": 1}, "1 is not from 2 to 20"),
        ({"kind": "duplicate", "times": "2"}, "'2' is not a number"),
        ({"kind": "reorder", "event": "NOTIFY_END"}, "needs an event and the one"),
        ({"kind": "reorder", "after": "NOTIFY_END"}, "needs an event and the one"),
        ({"kind": "delay", "seconds": 0}, "0 must be above zero"),
        ({"kind": "delay", "seconds": True}, "True is not a number"),
        ({"kind": "forged", "forgery": "nice"}, "'nice' is not one of wrong-secret"),
        ({"kind": "forged", "forgery": "turned-into-end"}, "only NOTIFY_START"),
    ],
)
def test_fault_that_is_not_possible(simulator, receiver, fault, words):
    with pytest.raises(SimulatorError, match=words):
        dial(simulator, fault)
    assert receiver.events == []


def test_faults_are_a_list():
    with pytest.raises(SimulatorError, match="is not a list"):
        faults.read({"kind": "lost"})
