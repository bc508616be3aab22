# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The control API."""

import json

import pytest
import requests
from werkzeug.test import create_environ
from werkzeug.wrappers import Request

from pbx_simulator import control as control_api


def test_dial(control, receiver):
    status, values = control(
        "POST",
        "calls",
        {
            "scenario": "incoming-answered",
            "from": "+442037691880",
            "to": "101",
            "did": "442037691881",
            "talk": 33,
            "pace": 0,
            "faults": [{"kind": "duplicate", "event": "NOTIFY_END"}],
        },
    )
    assert status == 200
    assert receiver.events == ["START", "INTERNAL", "ANSWER", "END", "END", "RECORD"]
    assert receiver.params[1]["internal"] == "101"
    assert values["scenario"] == "incoming-answered"
    assert values["pbx_call_id"] == receiver.params[0]["pbx_call_id"]
    assert values["events"][0] == {"event": "NOTIFY_START", "status": 200}
    assert values["events"][3]["fault"] == "duplicate"
    assert receiver.params[3]["duration"] == "33"


@pytest.mark.parametrize(
    "call, sentence",
    [
        ({}, "scenario: None is not one of incoming-answered, "),
        ({"scenario": "lunch"}, "scenario: 'lunch' is not one of incoming-answered, "),
        ({"scenario": ["internal"]}, "scenario: ['internal'] is not one of "),
        ({"form": "1"}, "call: there is no form, only scenario, from, to, "),
        ({"to": "999"}, "to: '999' is no extension of this account; online are: 100, "),
        ({"to": "102"}, "to: '102' is not online; online are: 100, 101."),
        ({"from": "12ab"}, "from: '12ab' is no phone number: give country code and "),
        ({"from": ""}, "from: '' is no phone number"),
        ({"from": "a" * 129}, "from: 'aaa"),
        ({"from": "anony\nmous"}, "from: 'anony\\nmous' is no phone number"),
        ({"did": "0800"}, "did: '0800' is no phone number"),
        ({"scenario": "hidden-caller", "from": "+442037691880"}, "from: '+4420"),
        ({"scenario": "outgoing-answered", "from": "999"}, "from: '999' is no ext"),
        ({"scenario": "outgoing-answered", "to": "x"}, "to: 'x' is no phone number"),
        (
            {"scenario": "outgoing-answered", "did": "442037691881"},
            "did: only incoming",
        ),
        (
            {"scenario": "internal", "from": "101", "to": "101"},
            "to: extension 101 cann",
        ),
        ({"scenario": "internal", "to": "+442037691880"}, "to: '+442037691880' is no "),
        ({"pace": -1}, "pace: -1 is below zero."),
        ({"pace": "fast"}, "pace: 'fast' is not a number."),
        ({"talk": 0}, "talk: 0 must be above zero."),
        ({"talk": 1.5}, "talk: 1.5 is not a number."),
        ({"faults": "lost"}, "faults: 'lost' is not a list."),
        ({"faults": [{"kind": "explode"}]}, "faults: kind: 'explode' is not one of"),
        ({"account": "nobody"}, "account: 'nobody' is not one of "),
    ],
)
def test_call_that_is_not_possible(control, simulator, receiver, call, sentence):
    simulator.account().extension("102").online = False
    default = {"scenario": "incoming-answered"} if call else {}
    status, values = control("POST", "calls", {**default, **call})
    assert status == 400
    assert values["error"].startswith(sentence)
    assert receiver.events == simulator.calls == []


def test_api_answers_while_a_call_is_played(control, client, receiver):
    """As when the receiver of a notification asks the API before it answers."""
    asked = []
    receiver.think = lambda: asked.append(client("GET", "/v1/info/balance/"))
    control("POST", "calls", {"scenario": "incoming-missed"})
    assert [answer.status_code for answer in asked] == [200, 200, 200]


@pytest.mark.parametrize("scenario", ["transfer", "internal"])
def test_call_that_needs_two_extensions(control, scenario):
    control("PUT", "accounts/demokey0demokey0demo", {"extensions": ["100"]})
    status, values = control("POST", "calls", {"scenario": scenario})
    assert status == 400
    assert values["error"] == (
        "This scenario needs 2 extensions that are online; the account has 1."
    )


@pytest.mark.parametrize("body", ["", "{", "[]", '"text"'])
def test_body_that_is_no_object(simulator, body):
    answer = requests.post(f"{simulator.url}/_pbx/calls", data=body, timeout=20)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_calls_are_told_as_they_were(control, simulator):
    missed = {"scenario": "incoming-missed", "to": "101", "pace": 1}
    control("POST", "calls", missed)
    control("POST", "calls", {"scenario": "internal"})
    status, calls = control("GET", "calls")
    assert status == 200
    assert calls == [call.describe() for call in simulator.calls]
    assert [call["scenario"] for call in calls] == ["incoming-missed", "internal"]
    assert calls[0]["start"] == "2026-10-05T11:03:22Z"
    assert calls[0]["notifications"][0]["params"]["event"] == "NOTIFY_START"


def test_one_call_is_told(control, simulator):
    for _ in range(2):
        control("POST", "calls", {"scenario": "internal", "to": "102"})
    call = simulator.calls[0]
    assert control("GET", f"calls/{call.pbx_call_id}") == (200, call.describe())
    assert call.rung == ["102"]
    missing = {"error": "There is no call out_1."}
    assert control("GET", "calls/out_1") == (404, missing)


def test_requests_are_told_without_secrets(control, client, simulator):
    client("POST", "/v1/pbx/webhooks/hooks/", {"sms": "true"})
    client("GET", "/v1/info/balance/", secret="wrong")
    simulator.misbehave(kind="server-error")
    client("GET", "/v1/info/balance/")
    status, told = control("GET", "requests")
    key = simulator.account().key
    assert status == 200
    assert told == [
        {
            "key": key,
            "method": method,
            "path": path,
            "params": params,
            "status": status,
            "misbehaviour": misbehaviour,
        }
        for method, path, params, status, misbehaviour in [
            ("POST", "/v1/pbx/webhooks/hooks/", {"sms": "true"}, 200, None),
            ("GET", "/v1/info/balance/", {}, 401, None),
            ("GET", "/v1/info/balance/", {}, 500, "server-error"),
        ]
    ]


def test_account_is_told_without_its_secret(control, simulator):
    account = simulator.account()
    status, values = control("GET", f"accounts/{account.key}")
    assert status == 200
    assert values["key"] == account.key
    assert values["callinfo"]["url"] == account.callinfo.url
    assert values["extensions"][1] == {
        "number": "101",
        "name": "Extension 101",
        "online": True,
        "answers": True,
        "recorded": True,
        "record_email": "",
        "recognition": "optional",
        "forward_to": "",
        "forward_type": "phone",
        "forward_condition": "always",
        "greeting": "no",
    }
    assert account.secret not in json.dumps(values)
    assert account.secret not in repr(account)


def test_account_is_changed(control, simulator, client):
    changes = {
        "extensions": ["200", {"number": "105", "name": "Ann", "online": False}],
        "balance": 0.5,
        "timezone": "Europe/Warsaw",
        "callinfo": {"switches": {"notify_end": False}},
        "cabinet": {"notify_record": False},
    }
    before = simulator.account().callinfo.url
    status, values = control("PUT", f"accounts/{simulator.account().key}", changes)
    assert status == 200
    assert [it["number"] for it in values["extensions"]] == ["105", "200"]
    assert values["callinfo"]["url"] == before
    assert values["callinfo"]["switches"]["notify_end"] is False
    assert values["callinfo"]["switches"]["notify_start"] is True
    assert values["cabinet"] == {"notify_record": False, "notify_ivr": True}
    assert client("GET", "/v1/pbx/internal/").json()["numbers"] == [105, 200]
    assert client("GET", "/v1/info/balance/").json()["balance"] == 0.5


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"secret": "x"}, "account: there is no secret, only extensions"),
        ({"extensions": []}, "extensions: give at least one extension."),
        ({"extensions": "100"}, "extensions: '100' is not a list."),
        ({"extensions": ["99"]}, "'99' is no extension: give three digits"),
        ({"extensions": [{"name": "Ann"}]}, "'' is no extension"),
        ({"extensions": [{"number": "100", "age": 1}]}, "extension: there is no age"),
        ({"extensions": ["100", "100"]}, "extensions: 100 is there twice."),
        (
            {"extensions": [{"number": "100", "online": 1}]},
            "extension 100: online: 1 is",
        ),
        (
            {"extensions": [{"number": "100", "forward_to": "x"}]},
            "forward_to: 'x' is no",
        ),
        ({"balance": "1"}, "balance: '1' is not a number."),
        ({"currency": "dollar"}, "currency: 'dollar' is no ISO 4217 code"),
        ({"timezone": "Mars"}, "timezone: 'Mars' is no time zone"),
        ({"timezone": None}, "timezone: None is no time zone"),
        ({"did": "x"}, "did: 'x' is no phone number"),
        ({"numbers": "1"}, "numbers: '1' is not a list."),
        ({"numbers": ["x"]}, "number: 'x' is no phone number"),
        ({"numbers": ["442037691881"] * 2}, "numbers: 442037691881 is there twice."),
        ({"numbers": [{"name": "Ann"}]}, "number: '' is no phone number"),
        ({"numbers": [{"age": 1}]}, "number: there is no age, only number, name, "),
        (
            {"numbers": [{"number": "442037691881", "status": "off"}]},
            "number 442037691881: status: 'off' is not one of on, parking, ",
        ),
        (
            {"numbers": [{"number": "442037691881", "stop_date": "2026-1-1"}]},
            "number 442037691881: stop_date: '2026-1-1' is no date such as ",
        ),
        ({"callback_aside": "lunch"}, "callback_aside: 'lunch' is not one of , con"),
        ({"callback_types": "words"}, "callback_types: 'words' is not one of texts, "),
        ({"pbx_id": "1"}, "pbx_id: '1' is not a number."),
        ({"limit_refusal": 500}, "limit_refusal: 500 is not one of 429, 200."),
        (
            {"extensions": [{"number": "100", "recognition": "often"}]},
            "recognition: 'often' is not one of off, optional, all.",
        ),
        ({"answer_patience": 0}, "answer_patience: 0 must be above zero."),
        ({"statistics_types": "xml"}, "statistics_types: 'xml' is not one of seen, "),
        ({"statistics_phantoms": -1}, "statistics_phantoms: -1 is below zero."),
        ({"statistics_phantoms": 0.5}, "statistics_phantoms: 0.5 is not a number."),
        (
            {"callback_shape": "three"},
            "callback_shape: 'three' is not one of one, two-",
        ),
        ({"callback_outcome": "ok"}, "callback_outcome: 'ok' is not one of answered, "),
        ({"callback_pace": -1}, "callback_pace: -1 is below zero."),
        ({"callinfo": {"address": ""}}, "callinfo: there is no address, only url, "),
        ({"callinfo": {"url": 1}}, "callinfo: url: 1 is not a text."),
        ({"webhooks": {"switches": {"x": True}}}, "webhooks: there is no x, only"),
        ({"cabinet": {"notify_record": "on"}}, "cabinet: notify_record: 'on' is not "),
    ],
)
def test_change_that_is_not_possible(control, simulator, changes, sentence):
    key = simulator.account().key
    before = simulator.account().describe()
    status, values = control("PUT", f"accounts/{key}", {"pbx_id": 9, **changes})
    assert status == 400
    assert values["error"].startswith(sentence)
    assert simulator.account().describe() == before


def test_account_is_opened(control, client, simulator):
    opened = {"secret": "second", "balance": 7, "extensions": ["300"]}
    assert control("PUT", "accounts/secondkey", opened)[0] == 200
    answer = client("GET", "/v1/info/balance/", key="secondkey", secret="second")
    assert answer.json()["balance"] == 7
    status, values = control("POST", "calls", {"scenario": "incoming-missed"})
    assert status == 400
    assert values["error"] == (
        "account: say which one, by its key: demokey0demokey0demo, secondkey."
    )
    call = {"scenario": "incoming-missed", "account": "secondkey"}
    assert control("POST", "calls", call)[0] == 200
    assert simulator.calls[0].account == "secondkey"


def test_unknown_account(control):
    status, values = control("PUT", "accounts/nobody", {"balance": 1})
    assert status == 400
    assert values["error"] == "There is no account nobody; to open it, give its secret."
    assert control("GET", "accounts/nobody")[0] == 404


def test_behaviour(control, client):
    order = {"kind": "server-error", "times": 2, "path": "/v1/info/balance/"}
    assert control("POST", "behaviour", order)[0] == 200
    statuses = [client("GET", "/v1/info/balance/").status_code for _ in range(3)]
    assert statuses == [500, 500, 200]


@pytest.mark.parametrize(
    "order, sentence",
    [
        ({}, "behaviour: kind: None is not one of timeout, dropped, "),
        ({"kind": "explode"}, "behaviour: kind: 'explode' is not one of timeout"),
        ({"kind": "empty", "often": 2}, "behaviour: there is no often, only kind, "),
        ({"kind": "empty", "times": 0}, "times: 0 must be above zero."),
        ({"kind": "empty", "times": 1.5}, "times: 1.5 is not a number."),
        ({"kind": "timeout", "seconds": -1}, "seconds: -1 must be above zero."),
        ({"kind": "error", "status": 99}, "status: 99 is not from 200 to 599."),
        ({"kind": "error", "message": 1}, "message: 1 is not a text."),
        ({"kind": "empty", "path": 1}, "path: 1 is not a text."),
    ],
)
def test_behaviour_that_is_not_possible(control, client, order, sentence):
    status, values = control("POST", "behaviour", order)
    assert status == 400
    assert values["error"].startswith(sentence)
    assert client("GET", "/v1/info/balance/").status_code == 200


def test_reset(control, client, simulator):
    key = simulator.account().key
    first = control("POST", "calls", {"scenario": "incoming-missed"})[1]
    for _ in range(3):
        client("GET", "/v1/statistics/pbx/")
    control("PUT", f"accounts/{key}", {"balance": 1})
    control("PUT", "accounts/secondkey", {"secret": "second"})
    control("POST", "behaviour", {"kind": "empty", "times": 9})
    assert control("POST", "reset")[0] == 200
    assert control("GET", "calls")[1] == control("GET", "requests")[1] == []
    assert client("GET", "/v1/info/balance/").json()["balance"] == 10.34
    period = {"start": "2026-10-01 00:00:00", "end": "2026-10-31 23:59:59"}
    statistics = client("GET", "/v1/statistics/pbx/", {**period, "version": 2})
    assert statistics.json()["stats"] == []
    assert list(simulator.accounts) == [key]
    assert control("POST", "calls", {"scenario": "incoming-missed"})[1] == first


def test_unknown_address(control):
    status, values = control("GET", "lunch")
    assert status == 404
    assert "Control API" in values["error"]


def test_wrong_verb(control):
    status, values = control("PUT", "calls", {})
    assert (status, values) == (405, {"error": "Use GET or POST."})


def test_other_machines_are_turned_away(simulator):
    environ = create_environ("/_pbx/calls", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    response = control_api.answer(Request(environ), simulator)
    assert response.status_code == 403
    environ = create_environ("/_pbx/calls", environ_base={"REMOTE_ADDR": "::1"})
    assert control_api.answer(Request(environ), simulator).status_code == 200
