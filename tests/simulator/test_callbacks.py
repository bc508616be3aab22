# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls that are asked for over the API."""

import threading

import pytest

PATH = "/v1/request/callback/"
CUSTOMER = "+442037691880"
OCTOBER = {"start": "2026-10-01 00:00:00", "end": "2026-10-31 23:59:59", "version": 2}
SHAPES = ("one", "two-one-id", "two-ids")


@pytest.fixture
def call_back(simulator, client):
    """Ask for a callback and return its call when it is over."""

    def call_back(settings=None, **params):
        simulator.account().change(**(settings or {}))
        sent = {"from": "101", "to": CUSTOMER, "sip": "101", **params}
        answer = client("GET", PATH, sent)
        assert answer.status_code == 200
        simulator.callbacks[-1].wait()
        return simulator.calls[-1]

    return call_back


def told(receiver):
    """What the notifications say: event, destination, calltype, result."""
    return [
        (
            params["event"].removeprefix("NOTIFY_"),
            params.get("destination"),
            params.get("calltype"),
            params.get("disposition"),
        )
        for params in receiver.params
    ]


def test_answer(simulator, client):
    answer = client("GET", PATH, {"from": "101", "to": CUSTOMER, "sip": "101"})
    assert answer.json() == {
        "status": "success",
        "from": "101",
        "to": CUSTOMER,
        "time": 1791198202,
    }


def test_answer_comes_before_the_call_is_over(simulator, receiver, client):
    go_on = threading.Event()
    receiver.think = lambda: go_on.wait(20)
    client("GET", PATH, {"from": "101", "to": CUSTOMER})
    assert not simulator.callbacks[0].over
    go_on.set()
    simulator.callbacks[0].wait()
    assert simulator.callbacks[0].over
    assert simulator.calls[0].disposition == "answered"


def test_told_as_one_call(simulator, receiver, call_back):
    call = call_back()
    assert told(receiver) == [
        ("OUT_START", CUSTOMER, "normal", None),
        ("OUT_END", CUSTOMER, "normal", "answered"),
        ("RECORD", None, None, None),
    ]
    start, end, record = receiver.params
    ids = {start["pbx_call_id"], end["pbx_call_id"], record["pbx_call_id"]}
    assert ids == {call.pbx_call_id}
    assert start["internal"] == end["internal"] == "101"
    assert int(end["duration"]) == call.duration > 0
    assert end["call_id_with_rec"] == record["call_id_with_rec"]
    assert (end["is_recorded"], end["status_code"]) == ("1", "16")


@pytest.mark.parametrize("shape", ["two-one-id", "two-ids"])
def test_told_as_two_calls(simulator, receiver, call_back, shape):
    call = call_back({"callback_shape": shape})
    assert told(receiver) == [
        ("OUT_START", "101", "callback_leg1", None),
        ("OUT_START", CUSTOMER, "callback_leg2", None),
        ("OUT_END", CUSTOMER, "callback_leg2", "answered"),
        ("OUT_END", "101", "callback_leg1", "answered"),
        ("RECORD", None, None, None),
    ]
    ours, theirs, theirs_end, ours_end, record = receiver.params
    assert ours["pbx_call_id"] == ours_end["pbx_call_id"] == call.pbx_call_id
    assert theirs["pbx_call_id"] == theirs_end["pbx_call_id"] == record["pbx_call_id"]
    same = ours["pbx_call_id"] == theirs["pbx_call_id"]
    assert same == (shape == "two-one-id")
    assert theirs["pbx_call_id"].startswith("out_")
    assert {params["internal"] for params in receiver.params[:4]} == {"101"}
    assert ours["call_start"] == ours_end["call_start"] < theirs["call_start"]
    assert int(theirs_end["duration"]) == call.duration
    assert int(ours_end["duration"]) > call.duration
    assert (theirs_end["is_recorded"], ours_end["is_recorded"]) == ("1", "0")


@pytest.mark.parametrize("shape", SHAPES)
def test_signatures(simulator, receiver, zadarma, call_back, shape):
    call_back({"callback_shape": shape})
    secret = simulator.account().secret
    for request in receiver.received:
        names = ("internal", "destination", "call_start")
        if request.form["event"] == "NOTIFY_RECORD":
            names = ("pbx_call_id", "call_id_with_rec")
        text = "".join(request.form[name] for name in names)
        assert request.headers["Signature"] == zadarma.sign(secret, text)


@pytest.mark.parametrize("shape", SHAPES)
def test_truth_is_one_call(simulator, call_back, shape):
    call = call_back({"callback_shape": shape})
    assert simulator.calls == [call]
    assert (call.scenario, call.direction) == ("callback", "outgoing")
    assert (call.caller, call.called) == ("101", CUSTOMER)
    assert call.answered_by == ["101"]
    legs = {leg.destination: leg for leg in call.legs}
    assert set(legs) == {"101", CUSTOMER}
    assert legs["101"].answer < legs[CUSTOMER].answer == call.answer
    assert call.duration == (call.end - call.answer).total_seconds()
    assert call.wait_duration == (call.answer - call.start).total_seconds()
    assert call.start == min(leg.start for leg in call.legs)


RESULTS = {
    "no-answer": ({"callback_outcome": "no-answer"}, "no answer", "19"),
    "busy": ({"callback_outcome": "busy"}, "busy", "17"),
    "not-picked-up": ({"callback_outcome": "not-picked-up"}, "no answer", "19"),
    "no money": ({"balance": 0}, "no money", "21"),
    "offline": ({"extensions": [{"number": "101", "online": False}]}, "failed", "34"),
    "deaf": ({"extensions": [{"number": "101", "answers": False}]}, "no answer", "19"),
}


def test_forwarded_extension_needs_no_telephone(simulator, call_back):
    away = {"number": "101", "online": False, "forward_to": "+442037691881"}
    assert call_back({"extensions": [away]}).disposition == "answered"


@pytest.mark.parametrize("result", RESULTS)
def test_nobody_talks_as_one_call(simulator, receiver, call_back, result):
    settings, disposition, code = RESULTS[result]
    call = call_back(settings)
    assert told(receiver) == [
        ("OUT_START", CUSTOMER, "normal", None),
        ("OUT_END", CUSTOMER, "normal", disposition),
    ]
    assert receiver.params[1]["status_code"] == code
    assert receiver.params[1]["duration"] == receiver.params[1]["is_recorded"] == "0"
    assert (call.disposition, call.duration) == (disposition, 0)
    assert (call.answer, call.answered_by) == (None, [])


@pytest.mark.parametrize("result", RESULTS)
def test_nobody_talks_as_two_calls(simulator, receiver, call_back, result):
    settings, disposition, _code = RESULTS[result]
    call = call_back({**settings, "callback_shape": "two-ids"})
    if result in ("no-answer", "busy"):
        expected = [
            ("OUT_START", "101", "callback_leg1", None),
            ("OUT_START", CUSTOMER, "callback_leg2", None),
            ("OUT_END", CUSTOMER, "callback_leg2", disposition),
            ("OUT_END", "101", "callback_leg1", "answered"),
        ]
        # Who waits for the customer is connected, but talks to nobody.
        assert int(receiver.params[3]["duration"]) > 0
    else:
        expected = [
            ("OUT_START", "101", "callback_leg1", None),
            ("OUT_END", "101", "callback_leg1", disposition),
        ]
    assert told(receiver) == expected
    assert (call.disposition, call.duration, call.answer) == (disposition, 0, None)


def test_predicted_calls_the_customer_first(simulator, receiver, call_back):
    call = call_back({"callback_shape": "two-one-id"}, predicted="1")
    destinations = [params.get("destination") for params in receiver.params]
    assert destinations == [CUSTOMER, "101", "101", CUSTOMER, None]
    legs = {leg.destination: leg for leg in call.legs}
    assert legs[CUSTOMER].answer < legs["101"].answer == call.answer
    assert call.duration == legs["101"].duration < legs[CUSTOMER].duration


def test_predicted_customer_who_does_not_answer(simulator, receiver, call_back):
    settings = {"callback_shape": "two-ids", "callback_outcome": "busy"}
    call = call_back(settings, predicted="true")
    assert [leg.destination for leg in call.legs] == [CUSTOMER]
    assert call.disposition == "busy"


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("outcome", ["answered", "no-answer", "not-picked-up"])
def test_statistics_list_what_was_told(
    simulator, receiver, client, call_back, shape, outcome
):
    call_back({"callback_shape": shape, "callback_outcome": outcome})
    rows = client("GET", "/v1/statistics/pbx/", OCTOBER).json()["stats"]
    listed = {
        (
            row["pbx_call_id"],
            row["destination"],
            row["callstart"],
            row["disposition"],
            str(row["seconds"]),
            row["is_recorded"],
        )
        for row in rows
    }
    assert listed == {
        (
            params["pbx_call_id"],
            params["destination"].lstrip("+"),
            params["call_start"],
            params["disposition"],
            params["duration"],
            {"1": "true", "0": "false"}[params["is_recorded"]],
        )
        for params in receiver.params
        if params["event"] == "NOTIFY_OUT_END"
    }
    assert {row["sip"] for row in rows} == {"101"}


def test_statistics_call_it_failed_in_their_own_words(simulator, client, call_back):
    call_back(RESULTS["offline"][0])
    [row] = client("GET", "/v1/statistics/pbx/", OCTOBER).json()["stats"]
    assert row["disposition"] == "call failed"


@pytest.mark.parametrize("params", [{"sip": None}, {"sip": ""}])
def test_without_sip_nothing_is_recorded(simulator, receiver, call_back, params):
    call_back(**params)
    assert receiver.events == ["OUT_START", "OUT_END"]
    assert receiver.params[1]["is_recorded"] == "0"


def test_extension_that_is_not_recorded(simulator, receiver, call_back):
    call_back({"extensions": [{"number": "101", "recorded": False}]})
    assert receiver.events == ["OUT_START", "OUT_END"]


@pytest.mark.parametrize(
    "sent, destination",
    [("442037691880", "+442037691880"), ("00001", "00001")],
)
def test_destination(receiver, call_back, sent, destination):
    call_back(to=sent)
    assert receiver.params[0]["destination"] == destination


@pytest.mark.parametrize("ours", ["123456-100", "123456100", "+442037691899"])
def test_outside_number_is_taken_and_nothing_rings(
    simulator, receiver, client, control, ours
):
    answer = client("GET", PATH, {"from": ours, "to": CUSTOMER})
    assert answer.json()["status"] == "success"
    simulator.callbacks[0].wait()
    assert simulator.calls == receiver.events == []
    [request] = control("GET", "callbacks")[1]
    assert (request["pbx_call_ids"], request["over"]) == ([], True)


def test_from_a_sip_login(simulator, receiver, client):
    """Such a telephone is none of the PBX's, which hears nothing."""
    answer = client("GET", PATH, {"from": "00001", "to": CUSTOMER}).json()
    assert (answer["status"], answer["from"]) == ("success", "00001")
    simulator.callbacks[0].wait()
    assert simulator.calls == receiver.events == []


def test_login_is_answered_with_its_digits(client):
    answer = client("GET", PATH, {"from": "101", "to": "00001"}).json()
    assert answer["to"] == "12345600001"


def test_numbers_instead_of_texts(simulator, client):
    simulator.account().change(callback_types="numbers")
    answer = client("GET", PATH, {"from": "101", "to": CUSTOMER}).json()
    assert (answer["from"], answer["to"]) == (101, 442037691880)
    answer = client("GET", PATH, {"from": "0-1", "to": CUSTOMER}).json()
    assert answer["from"] == "0-1"


@pytest.mark.parametrize("predicted", ["1", "true", "True", "predicted"])
def test_words_for_predicted(call_back, predicted):
    call = call_back({"callback_shape": "two-ids"}, predicted=predicted)
    assert [leg.destination for leg in call.legs] == [CUSTOMER, "101"]


@pytest.mark.parametrize("predicted", ["", "0", "false", "False"])
def test_words_for_not_predicted(call_back, predicted):
    call = call_back({"callback_shape": "two-ids"}, predicted=predicted)
    assert [leg.destination for leg in call.legs] == ["101", CUSTOMER]


# From an own number, and from a scenario: the PBX takes them for incoming calls.

INCOMING = ["START", "INTERNAL", "ANSWER", "END", "RECORD"]


@pytest.mark.parametrize(
    "ours, did",
    [
        ("442037691881", "442037691881"),
        ("+4930901820", "4930901820"),
        ("0-2", "442037691881"),
    ],
)
@pytest.mark.parametrize(
    "theirs, caller", [("0672220001", "+0672220001"), (CUSTOMER, CUSTOMER)]
)
def test_incoming_callback(simulator, receiver, call_back, ours, did, theirs, caller):
    settings = {"numbers": ["4930901820"]}
    call = call_back(settings, **{"from": ours, "to": theirs, "sip": None})
    assert receiver.events == INCOMING
    for params in receiver.params:
        assert params["pbx_call_id"] == call.pbx_call_id
        assert params.get("caller_id", caller) == caller
        assert params.get("called_did", did) == did
    assert call.pbx_call_id.startswith("in_")
    assert (call.direction, call.caller, call.called) == ("incoming", caller, f"+{did}")
    assert call.answered_by == ["101" if ours == "0-2" else "100"]


def test_answer_routes_an_incoming_callback(simulator, receiver, call_back):
    receiver.answers["NOTIFY_START"] = (200, '{"redirect": "102"}')
    call = call_back(**{"from": "0-1"})
    assert call.answered_by == ["102"]


@pytest.mark.parametrize(
    "settings, events, disposition",
    [
        ({"callback_outcome": "busy"}, INCOMING[:-1], "busy"),
        ({"callback_outcome": "no-answer"}, INCOMING[:-1], "no answer"),
        ({"callback_outcome": "not-picked-up"}, ["START", "INTERNAL", "END"], "cancel"),
    ],
)
def test_incoming_callback_in_vain(receiver, call_back, settings, events, disposition):
    call = call_back(settings, **{"from": "0-1"})
    assert receiver.events == events
    assert receiver.params[-1]["disposition"] == call.disposition == disposition
    assert receiver.params[-1]["duration"] == receiver.params[-1]["is_recorded"] == "0"


@pytest.mark.parametrize(
    "settings",
    [{"callback_outcome": "busy"}, {"balance": 0}],
)
def test_predicted_customer_who_is_not_there_is_not_told(
    simulator, receiver, client, settings
):
    simulator.account().change(**settings)
    sent = {"from": "442037691881", "to": CUSTOMER, "predicted": "1"}
    assert client("GET", PATH, sent).status_code == 200
    simulator.callbacks[0].wait()
    assert simulator.calls == receiver.events == []


# What the extension does besides


@pytest.mark.parametrize(
    "aside, destination",
    [("consultation", "102"), ("emergency", "112"), ("second-customer", "+44207946")],
)
@pytest.mark.parametrize("shape", SHAPES)
def test_another_call_meanwhile(
    simulator, receiver, call_back, aside, destination, shape
):
    call_back({"callback_aside": aside, "callback_shape": shape})
    call, other = simulator.calls
    assert call.answer < other.start < other.end < call.end
    assert other.pbx_call_id not in {leg.pbx_call_id for leg in call.legs}
    assert (other.caller, other.disposition) == ("101", "answered")
    assert other.called.startswith(destination)
    assert (other.direction == "internal") == (aside == "consultation")
    started = [it for it in receiver.params if it["event"] == "NOTIFY_OUT_START"]
    assert started[-1]["pbx_call_id"] == other.pbx_call_id
    assert started[-1]["internal"] == "101"
    assert ("dst_e164" in started[-1]) == (aside == "second-customer")
    ended = [it["pbx_call_id"] for it in receiver.params if it["event"].endswith("END")]
    assert ended[0] == other.pbx_call_id
    assert call.pbx_call_id in ended[1:]
    assert call.duration == (call.end - call.answer).total_seconds()


@pytest.mark.parametrize("shape", SHAPES)
def test_customer_who_is_put_through(simulator, receiver, call_back, shape):
    call = call_back({"callback_aside": "transfer", "callback_shape": shape})
    assert simulator.calls == [call]
    internal, answer, *ends = [
        it
        for it in receiver.params
        if it["event"] in ("NOTIFY_INTERNAL", "NOTIFY_ANSWER", "NOTIFY_OUT_END")
    ]
    assert internal["pbx_call_id"] == answer["pbx_call_id"] == call.pbx_call_id
    assert (internal["internal"], internal["transfer_from"]) == ("102", "101")
    assert internal["transfer_type"] == "blind"
    assert internal["caller_id"] == answer["caller_id"] == CUSTOMER
    assert answer["internal"] == answer["destination"] == "102"
    assert {end["internal"] for end in ends} == {"101"}
    assert {end["last_internal"] for end in ends} == {"102"}
    assert len(ends) == (1 if shape == "one" else 2)
    assert call.answered_by == ["101", "102"]
    assert call.duration == (call.end - call.answer).total_seconds()


@pytest.mark.parametrize("aside", ["consultation", "transfer"])
def test_nobody_to_turn_to(simulator, call_back, aside):
    call = call_back({"callback_aside": aside, "extensions": ["101"]})
    assert simulator.calls == [call]
    assert call.answered_by == ["101"]


PHONE = "Check your phone number"
SIP = 'Field "sip" could be only SIP or PBX number'


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"from": None}, PHONE),
        ({"from": ""}, PHONE),
        ({"from": "999"}, PHONE),
        ({"from": "0-9"}, PHONE),
        ({"to": None}, PHONE),
        ({"to": "101"}, PHONE),
        ({"to": "044 123 45 67"}, PHONE),
        ({"from": "1"}, PHONE),
        ({"from": "1234"}, PHONE),
        ({"sip": "123456-101"}, SIP),
        ({"sip": "999"}, SIP),
        ({"predicted": "perhaps"}, "Wrong parameters"),
    ],
)
def test_refused(simulator, client, wrong, message):
    sent = {"from": "101", "to": CUSTOMER, "sip": "101", **wrong}
    answer = client("GET", PATH, sent)
    assert answer.status_code == 400
    assert answer.json() == {"status": "error", "message": message}
    assert simulator.callbacks == simulator.calls == []


def test_post_is_not_understood(simulator, client):
    answer = client("POST", PATH, {"from": "101", "to": CUSTOMER})
    assert answer.status_code == 400
    assert answer.json() == {"status": "error", "message": "Wrong parameters"}
    assert simulator.callbacks == []


def test_requests_and_what_they_became(simulator, control, call_back):
    first = call_back()
    second = call_back({"callback_shape": "two-ids"}, sip=None, predicted="1")
    asked, predicted = control("GET", "callbacks")[1]
    assert asked["params"] == {"from": "101", "to": CUSTOMER, "sip": "101"}
    assert asked["pbx_call_ids"] == [first.pbx_call_id]
    assert predicted["params"] == {"from": "101", "to": CUSTOMER, "predicted": "1"}
    assert predicted["pbx_call_ids"] == [leg.pbx_call_id for leg in second.legs]
    assert len(set(predicted["pbx_call_ids"])) == 2
    assert asked["account"] == simulator.account().key
    assert asked["time"] == "2026-10-05T11:03:22Z"


@pytest.mark.parametrize("pace", [0, 0.1, 1])
def test_call_begins_after_it_was_asked_for(clock, receiver, call_back, pace):
    asked = clock.now
    call = call_back({"callback_pace": pace})
    assert call.start >= asked.replace(microsecond=0)
    lasted = (call.end - call.start).total_seconds()
    waited = sum(clock.slept)
    assert lasted * pace <= waited <= (lasted + 13) * pace


def test_reset_forgets_what_was_asked_for(simulator, receiver, client, control):
    go_on = threading.Event()
    simulator.sleep = lambda _seconds: go_on.wait(20)
    client("GET", PATH, {"from": "101", "to": CUSTOMER})
    request = simulator.callbacks[0]
    simulator.reset()
    go_on.set()
    request.wait()
    assert control("GET", "callbacks")[1] == simulator.calls == receiver.events == []
