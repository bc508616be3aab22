# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What answers to NOTIFY_START and NOTIFY_IVR make of a call."""

import json
import threading

import pytest

OWN_SCENARIO = ["START", "INTERNAL", "ANSWER", "END", "RECORD"]


@pytest.fixture
def answered(simulator, receiver):
    """Dial with an answer to NOTIFY_START; return the call's truth."""

    def dial(answer, scenario="incoming-answered", status=200, **how):
        text = answer if isinstance(answer, str) else json.dumps(answer)
        receiver.answers["NOTIFY_START"] = (status, text)
        simulator.dial(scenario, **how)
        return simulator.calls[-1].describe()

    return dial


def rung(call):
    return [leg["extension"] for leg in call["legs"]]


def test_redirect_to_an_extension(answered, receiver):
    call = answered({"redirect": "102", "return_timeout": 0}, to="101")
    assert receiver.events == OWN_SCENARIO
    assert rung(call) == call["answered_by"] == ["102"]
    assert call["answers"] == [
        {
            "event": "NOTIFY_START",
            "status": 200,
            "body": '{"redirect": "102", "return_timeout": 0}',
            "outcome": "redirect to 102",
            "ignored": [],
        }
    ]


def test_redirect_comes_back_after_its_timeout(answered, simulator, receiver):
    simulator.account().extension("102").answers = False
    call = answered({"redirect": 102, "return_timeout": 20}, to="101")
    assert receiver.events == [
        "START",
        "INTERNAL",
        "INTERNAL",
        "ANSWER",
        "END",
        "RECORD",
    ]
    assert rung(call) == ["102", "101"]
    assert call["answered_by"] == ["101"]
    assert call["wait_duration"] > 20
    assert (call["rung"], call["returned"]) == (["102", "101"], True)
    assert call["answers"][0]["outcome"] == "redirect to 102, back after 20 s"


def test_redirect_is_answered_before_its_timeout(answered):
    for _ in range(20):
        call = answered({"redirect": "102", "return_timeout": 3}, to="101")
        assert (call["rung"], call["answered_by"]) == (["102"], ["102"])
        assert call["wait_duration"] == 2
        assert not call["returned"]


def test_returned_call(answered, receiver):
    call = answered(
        {"redirect": "102", "return_timeout": 15}, "incoming-returned", to="101"
    )
    events = ["START", "INTERNAL", "INTERNAL", "ANSWER", "END", "RECORD"]
    assert receiver.events == events
    assert call["rung"] == ["102", "101"]
    assert (call["answered_by"], call["returned"]) == (["101"], True)
    assert [leg["disposition"] for leg in call["legs"]] == ["no answer", "answered"]


def test_statistics_of_a_returned_call(answered, client):
    answered({"redirect": "102", "return_timeout": 15}, "incoming-returned", to="101")
    period = {"start": "2026-10-01 00:00:00", "end": "2026-10-31 23:59:59"}
    rows = client("GET", "/v1/statistics/pbx/", {**period, "version": 2}).json()
    assert [(row["sip"], row["disposition"]) for row in rows["stats"]] == [
        ("102", "no answer"),
        ("101", "answered"),
    ]


def test_redirect_without_timeout_never_comes_back(answered, simulator, receiver):
    simulator.account().extension("102").answers = False
    call = answered({"redirect": "102"}, to="101")
    assert receiver.events == ["START", "INTERNAL", "END"]
    assert rung(call) == ["102"]
    assert call["disposition"] == "cancel"


def test_redirect_in_a_missed_call(answered, receiver):
    call = answered(
        {"redirect": "102", "return_timeout": 3}, "incoming-missed", to="101"
    )
    assert rung(call) == ["102", "101"]
    assert receiver.events == ["START", "INTERNAL", "INTERNAL", "END"]
    assert call["disposition"] == "cancel"


def test_redirect_to_an_extension_that_is_not_online(answered, simulator):
    simulator.account().extension("102").online = False
    call = answered({"redirect": "102"}, to="101")
    assert (rung(call), call["disposition"]) == ([], "busy")
    call = answered({"redirect": "102", "return_timeout": 20}, to="101")
    assert (rung(call), call["disposition"]) == (["101"], "answered")


@pytest.mark.parametrize(
    "target, extensions",
    [
        ("0-1", ["100"]),
        ("0-3", ["102"]),
        ("2", ["101"]),
        ("0-main", ["100", "101", "102"]),
    ],
)
def test_redirect_to_a_scenario(answered, target, extensions):
    call = answered({"redirect": target, "return_timeout": 0}, to="101")
    assert rung(call) == extensions
    assert call["answered_by"] == extensions[:1]


def test_blacklist(answered, receiver):
    call = answered({"redirect": "blacklist", "return_timeout": 0})
    assert receiver.events == ["START", "END"]
    assert (call["disposition"], call["status_code"]) == ("busy", 17)
    assert (call["rung"], call["rejected"]) == ([], True)
    assert call["answers"][0]["outcome"] == "reject as busy"


@pytest.mark.parametrize("one", [1, "1"])
def test_hangup(answered, receiver, one):
    call = answered({"hangup": one})
    assert receiver.events == ["START", "END"]
    assert call["disposition"] == "cancel"
    assert call["answers"][0]["outcome"] == "hang up"


def test_caller_name(answered, receiver):
    call = answered({"caller_name": "Zażółć Ltd"})
    assert receiver.events == OWN_SCENARIO
    assert call["caller_name"] == "Zażółć Ltd"


def test_redirect_to_a_forwarded_extension_without_a_telephone(answered, simulator):
    away = {"number": "102", "online": False, "forward_to": "+380441234567"}
    simulator.account().change(extensions=["101", away])
    call = answered({"redirect": "102"}, to="101")
    assert (call["rung"], call["disposition"]) == (["102"], "answered")


def test_rewritten_forwarding(answered, simulator, receiver):
    simulator.account().extension("102").forward_to = "+380441234567"
    answer = {"redirect": "102", "rewrite_forward_number": "48123456789"}
    call = answered(answer, to="101")
    assert call["legs"][0]["destination"] == "+48123456789"
    assert receiver.params[2]["destination"] == "+48123456789"
    assert receiver.params[2]["internal"] == "102"


# Everything else is no instruction


@pytest.mark.parametrize(
    "answer, ignored",
    [
        ([], []),
        ({}, []),
        ("OK", ["the answer is no JSON object"]),
        ("", ["the answer is no JSON object"]),
        ("\xff\xfe", ["the answer is no JSON object"]),
        ("[" * 100_000, ["the answer is no JSON object"]),
        ("[1]", ["the answer is no JSON object"]),
        ("null", ["the answer is no JSON object"]),
        ({"redirect": "999"}, ["redirect to 999, which does not exist"]),
        ({"redirect": "0-9"}, ["redirect to 0-9, which does not exist"]),
        ({"redirect": None}, ["redirect to None, which does not exist"]),
        (
            {"redirect": "102", "return_timeout": 2},
            ["return_timeout 2 is neither 0 nor from 3 to 99999"],
        ),
        (
            {"redirect": "102", "return_timeout": -1},
            ["return_timeout -1 is neither 0 nor from 3 to 99999"],
        ),
        (
            {"redirect": "102", "return_timeout": 1234567},
            ["return_timeout 1234567 is neither 0 nor from 3 to 99999"],
        ),
        ({"hangup": 0, "colour": "blue"}, []),
        ({"rewrite_forward_number": "+48123456789"}, []),
    ],
)
def test_own_scenario(answered, receiver, answer, ignored):
    call = answered(answer, to="101")
    assert receiver.events == OWN_SCENARIO
    assert rung(call) == ["101"]
    assert call["answers"][0]["outcome"] == "own scenario"
    assert call["answers"][0]["ignored"] == ignored


@pytest.mark.parametrize("status", [500, 403, 302, 204])
def test_answer_that_is_no_success(answered, receiver, status):
    call = answered({"hangup": 1}, status=status)
    assert receiver.events == OWN_SCENARIO
    assert call["answers"][0]["ignored"] == [f"status {status}"]


@pytest.mark.parametrize(
    "number, ignored",
    [
        ("123", "rewrite_forward_number 123 is no number"),
        ("+48123456", "102 does not forward"),
    ],
)
def test_forwarding_that_is_not_possible(answered, number, ignored):
    call = answered({"redirect": "102", "rewrite_forward_number": number})
    assert rung(call) == ["102"]
    assert call["legs"][0]["destination"] == "102"
    assert call["answers"][0]["ignored"] == [ignored]


def test_late_answer(answered, simulator, receiver):
    """The call goes on while the answer to its beginning is still awaited."""
    simulator.account().answer_patience = 0.01
    overtaken = threading.Event()

    def think():
        if len(receiver.received) == 1:
            overtaken.wait(20)
        elif receiver.events[-1] == "END":
            overtaken.set()

    receiver.think = think
    call = answered({"hangup": 1}, to="101")
    assert receiver.events == OWN_SCENARIO
    assert rung(call) == call["rung"] == ["101"]
    assert call["answers"][0] == {
        "event": "NOTIFY_START",
        "status": "late",
        "body": "",
        "outcome": "own scenario",
        "ignored": ["the answer came too late"],
    }
    assert [one["status"] for one in call["notifications"]] == [200] * 5


def test_nobody_answers(simulator, monkeypatch):
    simulator.account().callinfo.url = "http://127.0.0.1:9/"
    simulator.dial("incoming-answered")
    assert simulator.calls[0].answers[0]["ignored"] == ["status unreachable"]
    assert simulator.calls[0].disposition == "answered"


# Menus of ours

PLAY = {
    "ivr_saydigits": "123",
    "language": "en",
    "wait_dtmf": {"timeout": 3, "attempts": 1, "maxdigits": 1, "name": "dept"},
}


def test_menu_then_redirect(answered, receiver):
    receiver.answers["NOTIFY_IVR"] = (200, '{"redirect": "102", "return_timeout": 0}')
    call = answered(PLAY, to="101")
    assert receiver.events == ["START", "IVR", "INTERNAL", "ANSWER", "END", "RECORD"]
    ivr = receiver.params[1]
    assert ivr["ivr_saydigits"] == "finished"
    assert ivr["wait_dtmf[name]"] == "dept"
    assert ivr["wait_dtmf[digits]"] == "1"
    assert rung(call) == ["102"]
    outcomes = [answer["outcome"] for answer in call["answers"]]
    assert outcomes == ["play to the caller", "redirect to 102"]


def test_announcement_then_own_scenario(answered, receiver):
    call = answered({"ivr_play": "6adc9efbb4ab2b91"}, to="101")
    assert receiver.events == ["START", "IVR", *OWN_SCENARIO[1:]]
    assert not any(name.startswith("wait_dtmf") for name in receiver.params[1])
    assert rung(call) == ["101"]


def test_endless_menu(answered, receiver):
    receiver.answers["NOTIFY_IVR"] = (200, json.dumps(PLAY))
    call = answered(PLAY)
    assert receiver.events == ["START", *["IVR"] * 5, "END"]
    assert call["disposition"] == "cancel"
