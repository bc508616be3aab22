# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the API answers."""

import hashlib
import json
from pathlib import Path

import pytest
import requests

from pbx_simulator import Account

DATA = Path(__file__).resolve().parents[1] / "data"
VECTORS = json.loads((DATA / "request_signature_vectors.json").read_text())
SIX_SWITCHES = {
    "notify_start": "true",
    "notify_internal": "true",
    "notify_end": "true",
    "notify_out_start": "true",
    "notify_out_end": "true",
    "notify_answer": "true",
}


def test_balance(client):
    assert client("GET", "/v1/info/balance/").json() == {
        "status": "success",
        "balance": 10.34,
        "currency": "USD",
    }


@pytest.mark.parametrize(
    "zone, datetime, offset",
    [
        ("Europe/Kyiv", "2026-10-05 14:03:22", "UTC+3"),
        ("America/New_York", "2026-10-05 07:03:22", "UTC-4"),
        ("Asia/Kolkata", "2026-10-05 16:33:22", "UTC+5:30"),
        ("UTC", "2026-10-05 11:03:22", "UTC+0"),
    ],
)
def test_timezone(client, simulator, zone, datetime, offset):
    simulator.account().change(timezone=zone)
    assert client("GET", "/v1/info/timezone/").json() == {
        "status": "success",
        "unixtime": 1791198202,
        "datetime": datetime,
        "timezone": offset,
    }


def test_extensions(client):
    assert client("GET", "/v1/pbx/internal/").json() == {
        "status": "success",
        "pbx_id": 123456,
        "numbers": [100, 101, 102],
    }


def test_extension_info(client, simulator):
    simulator.account().change(
        extensions=[{"number": "101", "name": "Ann", "recorded": False}]
    )
    info = client("GET", "/v1/pbx/internal/101/info/").json()
    assert info["name"] == "Ann"
    assert info["number"] == 101
    assert info["record_store"] == "false"


@pytest.mark.parametrize("online, text", [(True, "true"), (False, "false")])
def test_extension_status(client, simulator, online, text):
    simulator.account().extension("101").online = online
    assert client("GET", "/v1/pbx/internal/101/status/").json() == {
        "status": "success",
        "pbx_id": 123456,
        "number": 101,
        "is_online": text,
    }


@pytest.mark.parametrize("method", ["info", "status"])
def test_unknown_extension(client, method):
    assert_refused(client("GET", f"/v1/pbx/internal/999/{method}/"), 400)


def test_call_notifications_are_switched_one_by_one(client, simulator):
    simulator.account().callinfo.switches["notify_end"] = False
    assert client("GET", "/v1/pbx/callinfo/").json() == {
        "status": "success",
        "url": simulator.account().callinfo.url,
        "notifications": {**SIX_SWITCHES, "notify_end": "false"},
    }
    sent = {"notify_start": "false", "notify_end": "true", "format": "json"}
    answer = client("POST", "/v1/pbx/callinfo/notifications/", sent)
    switched = {**SIX_SWITCHES, "notify_start": "false"}
    assert answer.json() == {"status": "success", "notifications": switched}
    assert client("GET", "/v1/pbx/callinfo/").json()["notifications"] == switched


def test_event_notifications_are_switched_one_by_one(client):
    answer = client("POST", "/v1/pbx/webhooks/hooks/", {"sms": "true"})
    hooks = {
        "number_lookup": "false",
        "call_tracking": "false",
        "sms": "true",
        "speech_recognition": "false",
    }
    assert answer.json() == {"status": "success", "hooks": hooks}
    assert client("GET", "/v1/pbx/webhooks/").json() == {
        "status": "success",
        "url": "",
        "hooks": hooks,
    }


@pytest.mark.parametrize(
    "path, sent",
    [
        ("/v1/pbx/callinfo/notifications/", {"notify_start": "1"}),
        ("/v1/pbx/callinfo/notifications/", {"notify_record": "true"}),
        ("/v1/pbx/callinfo/notifications/", {}),
        ("/v1/pbx/webhooks/hooks/", {"sms": "True"}),
    ],
)
def test_switch_that_is_not_possible(client, simulator, path, sent):
    before = simulator.account().describe()
    assert_refused(client("POST", path, sent), 400, "Wrong parameters")
    assert simulator.account().describe() == before


@pytest.mark.parametrize("channel", ["callinfo", "webhooks"])
def test_address_is_registered_and_removed(client, simulator, receiver, channel):
    getattr(simulator.account(), channel).url = ""
    path = f"/v1/pbx/{channel}/url/"
    answer = client("POST", path, {"url": receiver.url})
    assert answer.json() == {"status": "success", "url": receiver.url}
    registered = client("GET", f"/v1/pbx/{channel}/").json()["url"]
    assert registered == receiver.url
    assert client("DELETE", path).json() == {"status": "success", "url": ""}
    assert client("GET", f"/v1/pbx/{channel}/").json()["url"] == ""


@pytest.mark.parametrize(
    "echo, status",
    [("another", 200), ("", 200), ("<b>{}</b>", 200), ("{}", 404), ("{}", 302)],
)
def test_address_that_does_not_echo(client, simulator, receiver, echo, status):
    simulator.account().callinfo.url = "https://kept.example.com/"
    receiver.echo, receiver.echo_status = echo, status
    answer = client("POST", "/v1/pbx/callinfo/url/", {"url": receiver.url})
    assert_refused(answer, 400, "Url did not return the zd_echo parameter")
    assert simulator.account().callinfo.url == "https://kept.example.com/"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/", "ftp://example.com/", "no address"]
)
def test_address_that_is_not_there(client, url):
    assert_refused(client("POST", "/v1/pbx/callinfo/url/", {"url": url}), 400)


def test_address_is_missing(client):
    answer = client("POST", "/v1/pbx/callinfo/url/")
    assert_refused(answer, 400, "Wrong parameters")


@pytest.mark.parametrize("path", ["/v1/info/balance", "/v1/info/balance/"])
def test_slash_at_the_end_is_signed_but_not_needed(client, path):
    assert client("GET", path).json()["status"] == "success"


def test_unknown_path(client):
    assert_refused(client("GET", "/v1/info/weather/"), 404, "Wrong method name")


@pytest.mark.parametrize("path", ["/v1/info/balance/", "/v1/info/balance"])
def test_wrong_verb(client, path):
    assert_refused(client("POST", path), 400, "Wrong parameters")


def test_slash_too_many(client):
    assert_refused(client("GET", "/v1//info/balance/"), 404, "Wrong method name")


# Forwarding


def test_forwarding_is_switched_on_and_off(client, simulator):
    told = {
        "status": "success",
        "current_status": "on",
        "pbx_id": "123456",
        "pbx_name": "101",
        "type": "phone",
        "destination": "442037691880",
        "condition": "always",
    }
    sent = {
        "pbx_number": "101",
        "status": "on",
        "type": "phone",
        "destination": "+442037691880",
        "condition": "always",
    }
    path = "/v1/pbx/redirection/"
    assert client("POST", path, sent).json() == told
    assert client("GET", path, {"pbx_number": "101"}).json() == told
    assert simulator.account().extension("101").forward_to == "+442037691880"
    off = client("POST", path, {"pbx_number": "101", "status": "off"}).json()
    assert off == {name: told[name] for name in list(told)[:4]} | {
        "current_status": "off"
    }
    assert simulator.account().extension("101").forward_to == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"pbx_number": "999"},
        {"status": "maybe"},
        {"status": None},
        {"type": "voicemail"},
        {"type": "fax"},
        {"type": "sip", "destination": "999"},
        {"type": "sip", "destination": "101"},
        {"type": "menu", "destination": "0-main"},
        {"type": "sip_uri", "destination": "102"},
        {"condition": "sometimes"},
        {"condition": None},
        {"destination": "home"},
        {"destination": None},
        {"destination": ""},
        {"type": "voicemail", "destination": "a@b.c", "voicemail_greeting": "own"},
        {"type": "voicemail", "destination": "a@b.c", "voicemail_greeting": "rude"},
    ],
)
def test_forwarding_that_is_not_possible(client, simulator, wrong):
    sent = {
        "pbx_number": "101",
        "status": "on",
        "type": "phone",
        "destination": "442037691880",
        "condition": "always",
    }
    answer = client("POST", "/v1/pbx/redirection/", {**sent, **wrong})
    assert_refused(answer, 400, "Wrong parameters")
    assert simulator.account().extension("101").forward_to == ""


@pytest.mark.parametrize(
    "kind, destination",
    [
        ("voicemail", "olena@example.com"),
        ("menu", "0"),
        ("menu", "0-1"),
        ("sip", "102"),
        ("sip", "00001"),
        ("sip_uri", "olena@sip.example.com"),
    ],
)
def test_other_kinds_of_forwarding(client, kind, destination):
    told = {"type": kind, "destination": destination, "condition": "noanswer"}
    sent = {"pbx_number": "101", "status": "on", **told}
    answer = client("POST", "/v1/pbx/redirection/", sent).json()
    assert answer["current_status"] == "on"
    assert {name: answer[name] for name in told} == told
    assert client("GET", "/v1/pbx/redirection/", {"pbx_number": "101"}).json() == answer


def test_greeting_of_a_mailbox_is_lost_unsaid(client, simulator):
    extension = simulator.account().extension("101")
    extension.forward_type, extension.forward_to = "voicemail", "olena@example.com"
    extension.greeting = "own"
    told = client("GET", "/v1/pbx/redirection/", {"pbx_number": "101"}).json()
    assert "own" not in told.values()
    sent = {
        "pbx_number": "101",
        "status": "on",
        **{name: told[name] for name in ("type", "destination", "condition")},
    }
    assert client("POST", "/v1/pbx/redirection/", sent).json() == told
    assert extension.greeting == "no"


# Own numbers


def told_numbers(client):
    return client("GET", "/v1/direct_numbers/").json()["info"]


def test_dialled_number_is_an_own_one(client, simulator, receiver):
    simulator.dial("incoming-missed")
    [number] = told_numbers(client)
    assert number["number"] == receiver.params[0]["called_did"] == "442037691881"
    assert (number["status"], number["type"]) == ("on", "common")
    assert number["number_name"] is None
    simulator.account().change(did="+48123456789")
    assert [one["number"] for one in told_numbers(client)] == ["48123456789"]


def test_own_numbers_are_set(client, simulator):
    second = {
        "number": "+4930901820",
        "name": "Berlin",
        "status": "parking",
        "country": "Germany",
        "description": "Berlin",
        "stop_date": "2026-12-31",
        "autorenew": False,
    }
    simulator.account().change(numbers=[second, "442037691881"])
    number, dialled = told_numbers(client)
    assert dialled["number"] == "442037691881"
    assert (number["number"], number["number_name"]) == ("4930901820", "Berlin")
    assert (number["status"], number["country"]) == ("parking", "Germany")
    assert (number["stop_date"], number["autorenew"]) == (
        "2026-12-31 00:00:00",
        "false",
    )
    assert number["currency"] == "USD"


# Signatures


@pytest.mark.parametrize(
    "wrong",
    [{"secret": "another"}, {"secret": ""}, {"key": "nobody"}, {"key": ""}],
)
def test_wrong_key_or_secret(client, wrong):
    answer = client("GET", "/v1/info/balance/", **wrong)
    assert_refused(answer, 401, "Not authorized")


WRONG_SIGNATURES = {
    "raw digest": lambda zadarma, secret, path, form: zadarma.sign_raw(
        secret, path + form + hashlib.md5(form.encode()).hexdigest()
    ),
    "path without its slash": lambda zadarma, secret, path, form: zadarma.sign_request(
        secret, path.rstrip("/"), form
    ),
    "parameters left out": lambda zadarma, secret, path, form: zadarma.sign_request(
        secret, path, ""
    ),
    "more behind it": lambda zadarma, *signed: zadarma.sign_request(*signed) + "=",
    "empty": lambda *_: "",
}


@pytest.mark.parametrize("wrong", WRONG_SIGNATURES)
def test_wrong_signature(client, simulator, zadarma, wrong):
    def sign(*signed):
        return WRONG_SIGNATURES[wrong](zadarma, *signed)

    sent = {"notify_start": "false"}
    answer = client("POST", "/v1/pbx/callinfo/notifications/", sent, sign=sign)
    assert_refused(answer, 401, "Not authorized")
    assert simulator.account().callinfo.switches["notify_start"]


def test_missing_header(simulator):
    answer = requests.get(f"{simulator.url}/v1/info/balance/", timeout=20)
    assert_refused(answer, 401, "Not authorized")


def test_body_without_content_type_is_no_form(simulator, zadarma):
    path = "/v1/pbx/callinfo/notifications/"
    form = "notify_start=false"
    signature = zadarma.sign_request(simulator.account().secret, path, form)
    answer = requests.post(
        simulator.url + path,
        data=form,
        headers={"Authorization": f"{simulator.account().key}:{signature}"},
        timeout=20,
    )
    assert_refused(answer, 401, "Not authorized")


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda v: f"{v['n']}")
def test_requests_of_the_official_sdk_are_let_in(simulator, zadarma, vector):
    """Over HTTP as it sends them; the method itself may not exist yet."""
    simulator.add_account(Account(key=VECTORS["key"], secret=VECTORS["secret"]))
    where = "params" if vector["verb"] == "GET" else "data"
    answer = requests.request(
        vector["verb"],
        simulator.url + vector["path"],
        headers={"Authorization": vector["authorization"]},
        timeout=20,
        **{where: zadarma.flat(vector["params"])},
    )
    assert answer.json().get("message") != "Not authorized"


def test_accounts_are_told_apart(client, simulator):
    simulator.add_account(Account(key="second", secret="other", balance=7))
    answer = client("GET", "/v1/info/balance/", key="second", secret="other")
    assert answer.json()["balance"] == 7
    assert client("GET", "/v1/info/balance/").json()["balance"] == 10.34
    assert_refused(client("GET", "/v1/info/balance/", key="second"), 401)


# Limits


@pytest.mark.parametrize("refusal", [429, 200])
def test_rate_limit(client, simulator, clock, refusal):
    simulator.account().limit_refusal = refusal
    for left in reversed(range(100)):
        answer = client("GET", "/v1/info/balance/")
        assert answer.json()["status"] == "success"
        assert answer.headers["X-RateLimit-Limit"] == "100"
        assert answer.headers["X-RateLimit-Remaining"] == str(left)
    answer = client("GET", "/v1/info/timezone/")
    assert_refused(answer, refusal, "You exceeded the rate limit by User Limits")
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    assert int(answer.headers["X-RateLimit-Reset"]) == int(clock().timestamp()) + 60
    clock.sleep(60)
    assert client("GET", "/v1/info/balance/").json()["status"] == "success"


def test_statistics_have_a_limit_of_their_own(client):
    path = "/v1/statistics/pbx/"
    statuses = [client("GET", path).status_code for _ in range(4)]
    assert statuses[3] == 429
    assert 429 not in statuses[:3]
    assert client("GET", "/v1/info/balance/").status_code == 200


def test_accounts_have_limits_of_their_own(client, simulator):
    simulator.add_account(Account(key="second", secret="other"))
    for _ in range(4):
        client("GET", "/v1/statistics/pbx/")
    answer = client("GET", "/v1/statistics/pbx/", key="second", secret="other")
    assert answer.status_code != 429


def test_requests_that_are_not_authorized_cost_nothing(client):
    for _ in range(4):
        client("GET", "/v1/statistics/pbx/", secret="wrong")
    assert client("GET", "/v1/statistics/pbx/").status_code != 429


def test_limit_can_be_switched_off(client, simulator):
    simulator.rate_limit = False
    answers = [client("GET", "/v1/statistics/pbx/") for _ in range(4)]
    assert all(answer.status_code != 429 for answer in answers)
    assert "X-RateLimit-Limit" not in answers[0].headers


def assert_refused(answer, status, message=None):
    assert answer.status_code == status
    assert answer.json()["status"] == "error"
    assert answer.json()["message"] == (message or answer.json()["message"])
