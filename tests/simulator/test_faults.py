# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Deliveries that go wrong on purpose."""

import socket
import struct
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pbx_simulator import Account, Simulator, SimulatorError
from pbx_simulator.calls import faults
from pbx_simulator.calls.scenarios import SCENARIOS

KEY = "demokey0demokey0demo"
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


def replay(event, **keys):
    return {"kind": "replay", "event": event, **keys}


def test_replay_of_an_older_call(simulator, receiver):
    simulator.dial("incoming-missed", from_="+48539923725")
    old = receiver.received[-1]
    result = dial(simulator, replay("NOTIFY_END"))
    assert receiver.events == ["START", "INTERNAL", "END", *CALL[:4], "END", "RECORD"]
    replayed = receiver.received[-2]
    assert replayed.get_data() == old.get_data()
    assert replayed.headers["Signature"] == old.headers["Signature"]
    told = {"event": "NOTIFY_END", "status": 200, "fault": "replay"}
    assert result["events"][4] == told
    kept = simulator.calls[1].describe()["notifications"][4]
    assert kept["params"] == replayed.form.to_dict()
    assert (kept["fault"], kept["status"]) == ("replay", 200)
    assert simulator.calls[0].disposition == "cancel"


@pytest.mark.parametrize(
    "scenario, event, end",
    [
        ("incoming-missed", "NOTIFY_START", "NOTIFY_END"),
        ("incoming-missed", "NOTIFY_INTERNAL", "NOTIFY_END"),
        ("incoming-missed", "NOTIFY_END", "NOTIFY_END"),
        ("outgoing-no-answer", "NOTIFY_OUT_START", "NOTIFY_OUT_END"),
    ],
)
def test_replay_turned_into_an_end(simulator, receiver, zadarma, scenario, event, end):
    simulator.dial(scenario)
    old = receiver.params[receiver.events.index(event.removeprefix("NOTIFY_"))]
    dial(simulator, {**replay(event), "as": end}, scenario=scenario)
    [replayed] = [
        request
        for request in receiver.received
        if request.form.get("duration") == "3600"
    ]
    assert replayed.form["event"] == end
    assert replayed.form["disposition"] == "answered"
    assert replayed.form["pbx_call_id"] == simulator.calls[0].pbx_call_id
    assert replayed.form["call_start"] == old["call_start"]
    text = "".join(replayed.form[name] for name in SIGNED[end.removeprefix("NOTIFY_")])
    signature = zadarma.sign(simulator.account().secret, text)
    assert replayed.headers["Signature"] == signature


def test_first_call_has_nothing_to_replay(simulator, receiver):
    dial(simulator, {"kind": "replay"})
    assert receiver.events == CALL
    dial(simulator, {"kind": "replay"})
    assert receiver.events[5:] == [event for event in CALL for _ in range(2)]


def test_only_what_was_sent_and_genuine_is_replayed(simulator, receiver):
    simulator.add_account(Account(key="second", secret="other"))
    simulator.account("second").callinfo = simulator.account(KEY).callinfo
    others = {"account": "second", "scenario": "incoming-answered"}
    simulator.dial(**others)
    dial_first = {"account": KEY, "scenario": "incoming-answered"}
    forged = {"kind": "forged", "event": "NOTIFY_END"}
    lost = {"kind": "lost", "event": "NOTIFY_END"}
    simulator.dial(**dial_first, faults=[forged, lost])
    before = len(receiver.events)
    simulator.dial(**dial_first, faults=[replay("NOTIFY_END")])
    assert receiver.events[before:] == CALL


def test_running_call_is_not_replayed(simulator, receiver):
    """What is replayed is old: of a call that is over."""
    arrived, go_on = threading.Event(), threading.Event()

    def hold_up():
        if receiver.events == ["START", "INTERNAL"]:
            arrived.set()
            go_on.wait(20)

    receiver.think = hold_up
    running = threading.Thread(target=dial, args=[simulator])
    running.start()
    arrived.wait(20)
    dial(simulator, replay("NOTIFY_START"))
    go_on.set()
    running.join()
    assert receiver.events.count("START") == 2


def test_replays_leave_the_call_as_it_was(simulator, receiver, account, clock):
    receiver.answers["NOTIFY_START"] = (200, "{}")
    for _ in range(2):
        dial(simulator, {"kind": "replay"})
    with Simulator([account], seed=1, clock=clock) as undisturbed:
        for _ in range(2):
            dial(undisturbed)
        figures = [call.describe()["legs"] for call in undisturbed.calls]
    assert [call.describe()["legs"] for call in simulator.calls] == figures


def test_answer_to_a_replay_is_not_obeyed(simulator, receiver):
    dial(simulator)
    before = len(receiver.received)

    def hang_up_the_second():
        second = len(receiver.received) > before + 1
        receiver.answers["NOTIFY_START"] = (200, '{"hangup": 1}' if second else "")

    receiver.think = hang_up_the_second
    dial(simulator, replay("NOTIFY_START"))
    assert simulator.calls[1].disposition == "answered"
    assert len(simulator.calls[1].answers) == 1


def test_replay_does_not_hold_up_what_waits_for_the_true_one(simulator, receiver):
    dial(simulator, scenario="ivr")
    before = len(receiver.events)
    dial(
        simulator,
        {**replay("NOTIFY_IVR"), "as": "NOTIFY_END"},
        {"kind": "reorder", "event": "NOTIFY_START", "after": "NOTIFY_IVR"},
        scenario="ivr",
    )
    assert receiver.events[before:] == ["IVR", "END", "START", *CALL[1:]]


# The receiver dies


def test_connection_that_breaks_off(simulator):
    """As when the receiving server is killed while it works."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up():
            for _ in range(3):
                connection = server.accept()[0]
                connection.recv(10)
                # Closes with a reset, not in good order.
                linger = struct.pack("ii", 1, 0)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                connection.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        simulator.account().callinfo.url = address
        result = dial(simulator, scenario="incoming-missed")
        thread.join()
    assert [event["status"] for event in result["events"]] == ["unreachable"] * 3
    assert simulator.calls[0].disposition == "cancel"


def test_receiver_that_comes_back(simulator, receiver):
    channel = simulator.account().callinfo

    def die():
        channel.url = "http://127.0.0.1:9/"

    def come_back(_seconds):
        if len(simulator.calls[0].notifications) == 3:
            receiver.think = lambda: None
            channel.url = receiver.url

    receiver.think = die
    simulator.sleep = come_back
    statuses = [event["status"] for event in dial(simulator)["events"]]
    assert statuses == [200, "unreachable", "unreachable", 200, 200]


# Many at once


def test_calls_from_many_threads(simulator, receiver):
    scenarios = list(SCENARIOS)
    mixtures = [
        [],
        [{"kind": "duplicate"}],
        [{"kind": "parallel"}],
        [{"kind": "lost", "event": "NOTIFY_END"}],
        [{"kind": "reorder", "event": "NOTIFY_START", "after": "NOTIFY_END"}],
        [{"kind": "forged"}],
        [{"kind": "replay"}],
        [{"kind": "delay", "seconds": 20}],
    ]

    def one(number):
        return dial(
            simulator,
            *mixtures[number % len(mixtures)],
            scenario=scenarios[number % len(scenarios)],
        )

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(one, range(160)))
    ids = {result["pbx_call_id"] for result in results}
    assert len(ids) == len(simulator.calls) == 160
    assert ids == {call.pbx_call_id for call in simulator.calls}
    statuses = [event["status"] for result in results for event in result["events"]]
    assert set(statuses) == {200, "lost"}
    assert statuses.count(200) == len(receiver.received)
    for call in simulator.calls:
        assert call.disposition
        assert all(leg.end and leg.call_id for leg in call.legs)


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
        ({"kind": "replay", "turned_into": "NOTIFY_END"}, "there is no turned_into"),
        ({"kind": "replay", "as": "NOTIFY_END"}, "every event cannot be replayed as"),
        (replay("NOTIFY_START", **{"as": "NOTIFY_ANSWER"}), "not one of NOTIFY_END, "),
        (
            replay("NOTIFY_ANSWER", **{"as": "NOTIFY_END"}),
            "NOTIFY_ANSWER cannot be replayed as NOTIFY_END",
        ),
    ],
)
def test_fault_that_is_not_possible(simulator, receiver, fault, words):
    with pytest.raises(SimulatorError, match=words):
        dial(simulator, fault)
    assert receiver.events == []


def test_faults_are_a_list():
    with pytest.raises(SimulatorError, match="is not a list"):
        faults.read({"kind": "lost"})
