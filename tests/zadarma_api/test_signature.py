# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Signatures, against what Zadarma's own SDK makes of the same input."""

import base64
import binascii
import hashlib
import hmac
import json
from pathlib import Path

import pytest
from zadarma_api import facts, signature

DATA = Path(__file__).parent.parent / "data"
REQUESTS = json.loads((DATA / "request_signature_vectors.json").read_text())
NOTIFICATIONS = json.loads((DATA / "notification_signature_vectors.json").read_text())
SECRET = NOTIFICATIONS["secret"]
SIGNED = [vector for vector in NOTIFICATIONS["vectors"] if vector.get("signature")]


@pytest.mark.parametrize("vector", REQUESTS["vectors"], ids=lambda v: str(v["n"]))
def test_request_is_signed_as_by_the_sdk(vector):
    query = signature.encode_query(vector["params"])
    assert query == vector["signed_qs"]
    signed = signature.sign_request(vector["path"], query, REQUESTS["secret"])
    assert f"{REQUESTS['key']}:{signed}" == vector["authorization"]


@pytest.mark.parametrize("vector", SIGNED, ids=lambda v: v["params"]["event"])
def test_notification_of_the_sdk_is_genuine(vector):
    params = vector["params"]
    assert signature.signed_string(params["event"], params) == vector["signed_string"]
    assert signature.verify_notification(params, vector["signature"], SECRET)


@pytest.mark.parametrize("vector", SIGNED, ids=lambda v: v["params"]["event"])
def test_raw_digest_signature_is_refused(vector):
    digest = hmac.new(
        SECRET.encode(), vector["signed_string"].encode(), hashlib.sha1
    ).digest()
    raw = base64.b64encode(digest).decode()
    assert not signature.verify_notification(vector["params"], raw, SECRET)


@pytest.mark.parametrize(
    "given",
    [None, "", "é", "=" * 56, binascii.hexlify(b"x" * 20).decode()],
    ids=["missing", "empty", "not ascii", "padding", "bare hex"],
)
def test_wrong_signature_is_refused(given):
    assert not signature.verify_notification(SIGNED[0]["params"], given, SECRET)


@pytest.mark.parametrize("secret", [None, False, ""])
def test_nothing_is_genuine_without_a_secret(secret):
    params = SIGNED[0]["params"]
    forged = signature.sign_notification(params["event"], params, "")
    assert not signature.verify_notification(params, forged, secret)


@pytest.mark.parametrize("name", ["caller_id", "called_did", "call_start"])
def test_change_of_a_signed_value_is_noticed(name):
    vector = SIGNED[0]
    changed = {**vector["params"], name: "1" + vector["params"][name]}
    assert not signature.verify_notification(changed, vector["signature"], SECRET)


def test_unknown_event_is_genuine_under_any_known_rule():
    vector = SIGNED[0]
    renamed = {**vector["params"], "event": "NOTIFY_SOMETHING_NEW"}
    assert signature.verify_notification(renamed, vector["signature"], SECRET)
    assert not signature.verify_notification(renamed, "wrong", SECRET)


def test_unknown_event_without_signed_values_is_refused():
    # the signature of the empty text would open the door to any content
    empty = signature.sign_notification("SMS", {}, SECRET)
    assert not signature.verify_notification({"event": "NEW", "x": "y"}, empty, SECRET)


def test_event_without_a_name_or_a_rule_is_refused():
    vector = SIGNED[0]
    for event in ("", "SPEECH_RECOGNITION", *facts.OURS):
        params = {**vector["params"], "event": event}
        assert not signature.verify_notification(params, vector["signature"], SECRET)


def test_rightly_signed_transcript_is_genuine():
    params = {
        "event": "SPEECH_RECOGNITION",
        "result": '{"words": []}',
        "lang": "en-EN",
        "call_id": "1458313316.343456",
        "pbx_call_id": "in_" + "a" * 40,
        "voicemail": "0",
    }
    # the same text in an event whose rule others tell as well
    signed = signature.sign_notification("SMS", params, SECRET)
    assert signature.verify_notification(params, signed, SECRET)
    changed = {**params, "result": '{"words": [1]}'}
    assert not signature.verify_notification(changed, signed, SECRET)


@pytest.mark.parametrize("vector", REQUESTS["vectors"], ids=lambda v: str(v["n"]))
@pytest.mark.parametrize("event", [*signature.SIGNED_PARAMETERS, "SOMETHING_NEW"])
def test_signature_of_a_request_proves_no_notification(vector, event):
    secret, query = REQUESTS["secret"], vector["signed_qs"]
    signed = signature.sign_request(vector["path"], query, secret)
    checksum = hashlib.md5(query.encode()).hexdigest()
    names = signature.SIGNED_PARAMETERS.get(event, ("result",))
    parts = [vector["path"], query, checksum][: len(names) - 1]
    rest = (vector["path"] + query + checksum)[sum(map(len, parts)) :]
    params = {"event": event, **dict(zip(names, [*parts, rest], strict=True))}
    assert not signature.verify_notification(params, signed, secret)


@pytest.mark.parametrize("name", ["request", "notification"])
def test_vectors_are_those_that_zadarma_s_sdk_made(name):
    file_name = f"{name}_signature_vectors.json"
    shared = DATA.parents[2] / "shared" / "zadarma" / file_name
    if shared.is_file():
        assert json.loads((DATA / file_name).read_text()) == json.loads(
            shared.read_text()
        )
