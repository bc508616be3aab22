# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The API against Zadarma's official specification."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import jsonschema
import pytest

import pbx_simulator
from pbx_simulator.calls.scenarios import SCENARIOS
from pbx_simulator.routes import ROUTES

README = Path(pbx_simulator.__file__).with_name("README.md")
# What is known only when there is a simulator.
ADDRESS = "the receiver's"
RECORDED, CALL = "the recording's call_id", "its pbx_call_id"
PHONE = "442037691880"
FORWARD = {
    "status": "on",
    "type": "phone",
    "destination": PHONE,
    "condition": "always",
}
LATER = {"condition": "noanswer"}
TO_COLLEAGUE = {"pbx_number": "101", "type": "sip", "destination": "102"}
OWN, DENIED = "442037691881", "442037691882"
RECORDING, MAIL = "/v1/pbx/internal/recording", "talks@example.com"
RECEPTION = "/v1/direct_numbers/receive_sms"
SMS = {"number": [PHONE], "message": "Hi"}
PERIOD = {"start": "2026-10-01 00:00:00", "end": "2026-10-31 23:59:59", "version": 2}

# Everything that can be asked, with the status that comes.
EXCHANGES = [
    ("GET", "/v1/info/balance", {}, 200),
    ("GET", "/v1/info/timezone", {}, 200),
    ("GET", "/v1/pbx/internal", {}, 200),
    ("GET", "/v1/pbx/internal/101/info", {}, 200),
    ("GET", "/v1/pbx/internal/999/info", {}, 400),
    ("GET", "/v1/pbx/internal/101/status", {}, 200),
    ("GET", "/v1/pbx/internal/999/status", {}, 400),
    ("GET", "/v1/tariff", {}, 200),
    ("GET", "/v1/pbx/ivr", {}, 200),
    ("GET", "/v1/pbx/ivr/scenario", {"menu_id": 0}, 200),
    ("GET", "/v1/pbx/ivr/scenario", {"menu_id": 7}, 400),
    ("PUT", RECORDING, {"id": "101", "status": "on_store"}, 200),
    ("PUT", RECORDING, {"id": "101", "status": "on_email", "email": MAIL}, 200),
    ("PUT", RECORDING, {"id": "101", "status": "off"}, 200),
    ("PUT", RECORDING, {"id": "999", "status": "on"}, 400),
    ("GET", "/v1/pbx/redirection", {"pbx_number": "101"}, 200),
    ("GET", "/v1/pbx/redirection", {"pbx_number": "999"}, 400),
    ("POST", "/v1/pbx/redirection", {**FORWARD, "pbx_number": "101"}, 200),
    ("POST", "/v1/pbx/redirection", {"pbx_number": "101", "status": "off"}, 200),
    ("POST", "/v1/pbx/redirection", {**FORWARD, "pbx_number": "101", **LATER}, 200),
    ("POST", "/v1/pbx/redirection", {**FORWARD, "pbx_number": "999"}, 400),
    ("GET", "/v1/pbx/callinfo", {}, 200),
    ("POST", "/v1/pbx/callinfo/url", {"url": ADDRESS}, 200),
    ("POST", "/v1/pbx/callinfo/url", {"url": "nowhere"}, 400),
    ("DELETE", "/v1/pbx/callinfo/url", {}, 200),
    ("POST", "/v1/pbx/callinfo/notifications", {"notify_end": "true"}, 200),
    ("GET", "/v1/pbx/webhooks", {}, 200),
    ("POST", "/v1/pbx/webhooks/url", {"url": ADDRESS}, 200),
    ("DELETE", "/v1/pbx/webhooks/url", {}, 200),
    ("POST", "/v1/pbx/webhooks/hooks", {"sms": "true"}, 200),
    ("GET", "/v1/pbx/record/request", {"call_id": RECORDED}, 200),
    ("GET", "/v1/pbx/record/request", {"pbx_call_id": CALL}, 200),
    ("GET", "/v1/pbx/record/request", {"call_id": "1.1"}, 400),
    ("DELETE", "/v1/pbx/record/request", {"pbx_call_id": CALL}, 200),
    ("DELETE", "/v1/pbx/record/request", {}, 400),
    ("GET", "/v1/request/callback", {"from": PHONE, "to": f"+{PHONE}"}, 200),
    ("GET", "/v1/request/callback", {"from": PHONE, "to": "00001"}, 200),
    ("GET", "/v1/request/callback", {"from": PHONE, "to": "0441234567"}, 200),
    ("GET", "/v1/webrtc", {}, 200),
    ("PUT", "/v1/webrtc", {"shape": "square", "position": "top_left"}, 200),
    ("PUT", "/v1/webrtc", {"shape": "round"}, 400),
    ("POST", "/v1/webrtc/create", {"domain": "odoo.example.net"}, 200),
    ("POST", "/v1/webrtc/create", {"domain": "odoo.example.net"}, 400),
    ("POST", "/v1/webrtc/domain", {"domain": "odoo.example.net"}, 200),
    ("POST", "/v1/webrtc/domain", {"domain": "https://odoo.example.net"}, 400),
    ("DELETE", "/v1/webrtc/domain", {"domain": "odoo.example.com"}, 200),
    ("DELETE", "/v1/webrtc/domain", {"domain": "odoo.example.net"}, 400),
    ("DELETE", "/v1/webrtc", {}, 200),
    ("POST", "/v1/webrtc/create", {}, 400),
    ("GET", "/v1/webrtc/get_key", {"sip": "101"}, 200),
    ("GET", "/v1/webrtc/get_key", {"sip": "999"}, 400),
    ("GET", "/v1/request/callback", {"from": "999", "to": PHONE}, 400),
    ("GET", "/v1/speech_recognition", {"call_id": RECORDED}, 200),
    ("GET", "/v1/speech_recognition", {"call_id": RECORDED, "return": "words"}, 200),
    ("GET", "/v1/speech_recognition", {"call_id": "1.1"}, 200),
    ("GET", "/v1/speech_recognition", {}, 400),
    ("PUT", "/v1/speech_recognition", {"call_id": RECORDED}, 200),
    ("PUT", "/v1/speech_recognition", {"call_id": CALL}, 400),
    ("GET", "/v1/statistics/pbx", PERIOD, 200),
    ("GET", "/v1/statistics/pbx", {}, 200),
    ("GET", "/v1/statistics/pbx", {"start": "yesterday"}, 400),
    ("GET", "/v1/direct_numbers", {}, 200),
    ("PUT", RECEPTION, {"number": OWN, "value": "on"}, 200),
    ("PUT", RECEPTION, {"number": OWN, "value": "yes"}, 400),
    ("PUT", RECEPTION, {"number": PHONE, "value": "on"}, 400),
    ("POST", "/v1/sms/send", {"number": [PHONE, DENIED], "message": "Hi"}, 200),
    ("POST", "/v1/sms/send", {"number": [DENIED], "message": "Hi"}, 200),
    ("POST", "/v1/sms/send", {"number": [PHONE], "message": ""}, 400),
    ("POST", "/v1/sms/send", {**SMS, "sender": "Somebody"}, 400),
    ("POST", "/v1/sms/send", {**SMS, "language": "english"}, 400),
    ("GET", "/v1/sms/senderid", {"phones": PHONE}, 200),
    ("GET", "/v1/sms/senderid", {}, 400),
    ("GET", "/v1/sms/templates", {"skip": 1, "limit": 1, "language": "de"}, 200),
    ("GET", "/v1/sms/templates", {"limit": 1001}, 400),
]


def deviations():
    """Read the table of README.md: {(method and path, status)}."""
    section = README.read_text().partition("### Where it differs")[2]
    rows = re.findall(r"^\| (\S+(?: \S+)?) +\| (\d{3}) ", section, re.MULTILINE)
    return {(method, int(status)) for method, status in rows}


def differs(openapi, method, path, answer):
    """Tell whether an answer is not as the specification says."""
    template = re.sub("/[0-9]+/", "/{pbxsip}/", path)
    operation = openapi["paths"].get(template, {}).get(method.lower())
    specified = operation and operation["responses"].get(str(answer.status_code))
    if not specified:
        return True
    if "content" not in specified:
        return False
    schema = with_null(specified["content"]["application/json"]["schema"])
    validator = jsonschema.Draft4Validator(schema)
    return not validator.is_valid(answer.json())


def with_null(schema):
    """Return a schema of OpenAPI 3.0 as JSON Schema says that null is possible."""
    if isinstance(schema, list):
        return [with_null(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    converted = {name: with_null(one) for name, one in schema.items()}
    if converted.get("nullable") is True:
        converted["type"] = [converted["type"], "null"]
    return converted


@pytest.mark.parametrize("method, path, sent, status", EXCHANGES)
def test_answers_are_as_specified(
    client, simulator, receiver, openapi, method, path, sent, status
):
    simulator.account().change(
        statistics_types="openapi", statistics_phantoms=1, recording_delay=0
    )
    simulator.account().change(recognition_delay=0, sms_denied={DENIED: "No route"})
    if path != "/v1/webrtc/create" or status != 200:
        client("POST", "/v1/webrtc/create", {"domain": "odoo.example.com"})
    for scenario in SCENARIOS:
        simulator.dial(scenario)
    leg = simulator.calls[0].legs[0]
    simulator.transcripts.begin(simulator.account(), leg, "en-EN")
    known = {ADDRESS: receiver.url, RECORDED: leg.call_id, CALL: leg.pbx_call_id}
    sent = {name: known.get(str(it), it) for name, it in sent.items()}
    answer = client(method, path, sent)
    assert answer.status_code == status
    assert not differs(openapi, method, path, answer)


@pytest.mark.parametrize("method, path, sent, status", EXCHANGES)
def test_refusals_are_as_specified(client, openapi, method, path, sent, status):
    answer = client(method, path, sent, secret="wrong")
    assert answer.status_code == 401
    assert not differs(openapi, method, path, answer)


def required(openapi, method, path):
    """Return the names of the parameters that a method cannot do without."""
    operation = openapi["paths"][path][method.lower()]
    if "requestBody" in operation:
        forms = operation["requestBody"]["content"]
        return set(forms["application/x-www-form-urlencoded"]["schema"]["required"])
    [params] = operation["parameters"]
    return set(params["schema"]["required"])


def differing(client, openapi, *exchanges):
    """Return those whose answers are not as specified, as :func:`deviations` does."""
    answers = [(one, client(*one)) for one in exchanges]
    return {
        (f"{method} {path}", answer.status_code)
        for (method, path, _sent), answer in answers
        if differs(openapi, method, path, answer)
    }


def test_differences_are_those_of_the_manual(client, simulator, openapi):
    """Each line of the table is still true, and nothing else differs."""
    simulator.account().limit_refusal = 200
    seen = set()
    simulator.account().recording_delay = 0
    for channel in ("callinfo", "webhooks"):
        client("DELETE", f"/v1/pbx/{channel}/url")
        answer = client("GET", f"/v1/pbx/{channel}")
        if not urlsplit(answer.json()["url"]).scheme:
            seen.add((f"GET /v1/pbx/{channel}", answer.status_code))
    simulator.dial("incoming-answered")
    one_id = {"pbx_call_id": simulator.calls[0].pbx_call_id}
    answer = client("GET", "/v1/pbx/record/request", one_id)
    if required(openapi, "GET", "/v1/pbx/record/request") - set(one_id):
        seen.add(("GET /v1/pbx/record/request", answer.status_code))
    recorded = {"call_id": simulator.calls[0].legs[0].call_id}
    answer = client("DELETE", "/v1/pbx/record/request", recorded)
    if differs(openapi, "DELETE", "/v1/pbx/record/request", answer):
        seen.add(("DELETE /v1/pbx/record/request", answer.status_code))
    answer = client("GET", "/v1/info/weather")
    if differs(openapi, "GET", "/v1/info/weather", answer):
        seen.add(("any", answer.status_code))
    seen |= differing(
        client,
        openapi,
        ("GET", "/v1/request/callback", {"from": "100", "to": PHONE}),
        ("POST", "/v1/pbx/redirection", {**FORWARD, **TO_COLLEAGUE}),
    )
    answer = client("POST", "/v1/sms/send", {**SMS, "number": f"{PHONE},{OWN}"})
    if answer.json()["messages"] == 2:
        seen.add(("POST /v1/sms/send", answer.status_code))
    simulator.dial("incoming-missed")
    for _ in range(3):
        answer = client("GET", "/v1/statistics/pbx", PERIOD)
    if differs(openapi, "GET", "/v1/statistics/pbx", answer):
        seen.add(("GET /v1/statistics/pbx", answer.status_code))
    answer = client("GET", "/v1/statistics/pbx", PERIOD)
    if differs(openapi, "GET", "/v1/statistics/pbx", answer):
        seen.add(("any", answer.status_code))
    simulator.account().limit_refusal = 429
    answer = client("GET", "/v1/statistics/pbx")
    if differs(openapi, "GET", "/v1/statistics/pbx", answer):
        seen.add(("any", answer.status_code))
    assert seen == deviations()
    assert seen == {
        ("DELETE /v1/pbx/record/request", 200),
        ("GET /v1/pbx/callinfo", 200),
        ("GET /v1/pbx/record/request", 200),
        ("GET /v1/pbx/webhooks", 200),
        ("GET /v1/request/callback", 200),
        ("GET /v1/statistics/pbx", 200),
        ("POST /v1/pbx/redirection", 200),
        ("POST /v1/sms/send", 200),
        ("any", 200),
        ("any", 404),
    }


def test_every_method_is_specified(openapi):
    for rule in ROUTES.iter_rules():
        path = rule.rule.rstrip("/").replace("<number>", "{pbxsip}")
        for method in rule.methods - {"HEAD"}:
            assert method.lower() in openapi["paths"][path]


def test_every_method_is_tried():
    tried = {
        (method, path) for method, path, _sent, status in EXCHANGES if status == 200
    }
    routes = ROUTES.bind("")
    endpoints = {routes.match(path, method)[0] for method, path in tried}
    assert endpoints == {rule.endpoint for rule in ROUTES.iter_rules()}
