# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Both signatures, against figures made with the official SDK."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx_simulator.protocol import signing

DATA = Path(__file__).resolve().parents[1] / "data"
REQUESTS = json.loads((DATA / "request_signature_vectors.json").read_text())
NOTIFICATIONS = json.loads((DATA / "notification_signature_vectors.json").read_text())


@pytest.mark.parametrize("vector", REQUESTS["vectors"], ids=lambda v: f"{v['n']}")
def test_request(zadarma, vector):
    signature = signing.request_signature(
        REQUESTS["secret"], vector["path"], zadarma.flat(vector["params"])
    )
    assert f"{REQUESTS['key']}:{signature}" == vector["authorization"]


@pytest.mark.parametrize(
    "path, params, signature",
    [
        (
            "/v1/request/callback/",
            {"from": "499499-100", "sip": "499499-100", "to": "50688887777"},
            "OGIxZDkyNzJmNzQzMmQwNzUzMTJlYjhmMTM4NGU2MzgxY2VhODhhOQ==",
        ),
        (
            "/v1/webrtc/get_key/",
            {"sip": "499499-101"},
            "MmJmM2RmMjEwZTVjZWQ4NzIzODBlNjcwNmFjOWMxMmE1ZjY5MmNiZQ==",
        ),
        (
            "/v1/info/balance/",
            {},
            "NjlkOTQzYjZhNzRhMmZjZjQ1YTY5MjYxYzE1YTM1YTEwMWE3ZWMxOA==",
        ),
    ],
)
def test_request_signed_by_the_npm_package(path, params, signature):
    made = signing.request_signature("sk000000000000000000", path, params.items())
    assert made == signature


@pytest.mark.parametrize(
    "vector", NOTIFICATIONS["vectors"], ids=lambda v: v["params"]["event"]
)
def test_notification(vector):
    signature = signing.notification_signature(
        NOTIFICATIONS["secret"], vector["params"]
    )
    assert signature == vector["signature"]


def test_lists_without_numbers_are_counted():
    numbered = [("number[0]", "A"), ("number[1]", "B")]
    unnumbered = [("number[]", "A"), ("number[]", "B")]
    assert signing.request_signature("s", "/v1/sms/send/", unnumbered) == (
        signing.request_signature("s", "/v1/sms/send/", numbered)
    )


NAMES = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=12)


@given(st.dictionaries(NAMES, st.text(max_size=20), max_size=5), st.randoms())
def test_order_on_the_wire_does_not_matter(zadarma, params, randomness):
    path = "/v1/sms/send/"
    shuffled = randomness.sample(list(params.items()), len(params))
    expected = zadarma.sign_request("s", path, zadarma.form(sorted(params.items())))
    assert signing.request_signature("s", path, shuffled) == expected
