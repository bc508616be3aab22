# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whatever comes as an answer, the client returns what it promises or says why not."""

import itertools
import json
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from zadarma_api import errors
from zadarma_api.client import ZadarmaClient
from zadarma_api.forwarding import Forwarding

#: Every method, with arguments that are taken.
CALLS = {
    "get_balance": (),
    "get_timezone": (),
    "get_internal_numbers": (),
    "get_internal_info": ("101",),
    "set_recording": ("101", "all"),
    "get_tariff": (),
    "get_scenarios": (),
    "get_direct_numbers": (),
    "is_online": ("101",),
    "is_forwarded": ("101",),
    "get_forwarding": ("101",),
    "set_forwarding": ("101", Forwarding("phone", "+442037691880")),
    "request_callback": ("101", "+442037691880"),
    "get_webphone_key": ("4321-101",),
    "get_webphone": (),
    "create_webphone": ("odoo.example.com",),
    "add_webphone_domain": ("odoo.example.com",),
    "get_call_notifications": (),
    "set_call_notifications_url": ("https://odoo.example.com/",),
    "delete_call_notifications_url": (),
    "switch_call_notifications_on": (),
    "get_event_notifications": (),
    "set_event_notifications_url": ("https://odoo.example.com/",),
    "delete_event_notifications_url": (),
    "switch_sms_notifications_on": (),
    "receive_sms": ("+442037691881",),
    "get_sms_senders": ("+442037691880",),
    "send_sms": (["+442037691880", "+4930901820"], "Hello", "Shop"),
    "get_statistics": ("a", "b", 0),
    "get_recording_links": (180, "1.2"),
    "delete_recording": ("1.2",),
    "start_recognition": ("1.2",),
    "get_recognition": ("1.2",),
}
#: What the fields of answers are called.
NAMES = """
    balance currency timezone pbx_id numbers name info number number_name description
    status is_online current_status key is_exists domains url notifications notify_start
    type destination condition hooks sms senders senderid cost sms_detalization
    denied_numbers record_store info tariff_name ivrs menu_id title scenarios id
    first_sips stats clid link links failed_files recognitionStatus words channel
    result message
""".split()
#: Texts that mean something, beside any others.
WORDS = ["success", "error", "true", "false", "on", "442037691880", "recognized", ""]

texts = st.sampled_from(WORDS) | st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("\0\ud800\udfff"),
    max_size=8,
)
scalars = (
    st.none() | st.booleans() | st.integers() | st.just(10**500) | st.floats() | texts
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(NAMES) | texts, inner, max_size=5),
    max_leaves=12,
)
objects = st.fixed_dictionaries(
    {"status": st.sampled_from(["success"] * 9 + ["error", None])},
    optional={name: values for name in NAMES if name != "status"},
)


def fits(value, hint):
    """Whether a value is of a type, as far as the client's annotations go."""
    if is_typeddict(hint):
        hints = get_type_hints(hint)
        return value.keys() == hints.keys() and all(
            fits(value[name], hints[name]) for name in hints
        )
    if hint is Any:
        return True
    if hint is type(None):
        return value is None
    origin, inner = get_origin(hint) or hint, get_args(hint)
    if type(value) is not origin:
        return False
    if origin is list:
        return all(fits(one, inner[0]) for one in value)
    if origin is dict:
        return all(
            fits(name, inner[0]) and fits(one, inner[1]) for name, one in value.items()
        )
    return True


def test_wrong_values_do_not_fit():
    hints = get_type_hints(ZadarmaClient.get_webphone)["return"]
    assert fits({"is_exists": True, "domains": ["a"]}, hints)
    assert not fits({"is_exists": 1, "domains": ["a"]}, hints)
    assert not fits({"is_exists": True, "domains": [1]}, hints)
    assert not fits({"is_exists": True}, hints)


def test_all_methods_are_called():
    assert set(CALLS) == {name for name in vars(ZadarmaClient) if name[0].islower()}


@pytest.fixture
def answered(say):
    """Call a method that gets these bytes for an answer."""
    answer = []
    url = f"http://{say(answer)}"
    client = ZadarmaClient(url, "key", "secret", lambda _: None, lambda _: None)

    def answered(method, status, body):
        head = f"HTTP/1.1 {status} Told\r\nContent-Length: {len(body)}\r\n\r\n"
        answer[:] = [head.encode() + body]
        return getattr(client, method)(*CALLS[method])

    return answered


def texts_in(value):
    """All texts in a value, names of fields included."""
    if isinstance(value, dict):
        return [*value, *itertools.chain(*map(texts_in, value.values()))]
    if isinstance(value, list | tuple):
        return list(itertools.chain(*map(texts_in, value)))
    return [value] if isinstance(value, str) else []


def check(answered, method, status, body):
    """It returns what it promises, storable, or raises what it may."""
    try:
        value = answered(method, status, body)
    except errors.ZadarmaError as error:
        told = [error.detail]
        assert len(error.detail) <= 200
    else:
        assert fits(value, get_type_hints(getattr(ZadarmaClient, method))["return"])
        told = texts_in(value)
    for text in told:
        # what PostgreSQL does not take
        assert not set(text) & set("\0\ud800\udfff")


bounded = settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.parametrize("method", CALLS)
@bounded
@given(answer=objects)
def test_any_fields(answered, method, answer):
    check(answered, method, 200, json.dumps(answer).encode())


@bounded
@given(
    method=st.sampled_from(sorted(CALLS)),
    status=st.integers(200, 599).filter(lambda status: status not in (204, 304)),
    body=values.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=40),
)
def test_any_body(answered, method, status, body):
    check(answered, method, status, body)
