# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The browser phone's methods of the API, and the phone itself."""

import threading
import time

import pytest
import requests

from pbx_simulator import Simulator

CUSTOMER = "+442037691880"
WIDGET = "/webphoneWebRTCWidget/v9/"
LOGIN = "123456-101"


@pytest.fixture
def ask(client):
    """Ask the API; return the values."""
    return lambda *request: client(*request).json()


@pytest.fixture
def register(simulator, client):
    """Start a phone as its script would; return what it is told."""
    simulator.account().change(webrtc={"exists": True, "domains": ["example.com"]})

    def register(sip=LOGIN, key=None, origin="https://odoo.example.com:8069"):
        new = client("GET", "/v1/webrtc/get_key/", {"sip": "101"}).json()["key"]
        started = {"key": new if key is None else key, "sip": sip}
        url = f"{simulator.url}{WIDGET}register"
        headers = {"Origin": origin}
        return requests.post(url, started, headers=headers, timeout=20).json()

    return register


# The API


def test_life_of_an_integration(ask):
    settings = {"shape": "rounded", "position": "bottom_right"}
    nothing = {"status": "success", "is_exists": False, "domains": []}
    assert ask("GET", "/v1/webrtc/") == {**nothing, "settings": settings}
    assert ask("DELETE", "/v1/webrtc/")["status"] == "error"
    assert ask("PUT", "/v1/webrtc/", {"shape": "square"})["status"] == "error"
    one, two = {"domain": "a.example.com"}, {"domain": "b.example.com"}
    assert ask("POST", "/v1/webrtc/domain/", one)["status"] == "error"
    assert ask("POST", "/v1/webrtc/create/", one) == {"status": "success"}
    assert ask("POST", "/v1/webrtc/create/", two) == {
        "status": "error",
        "message": "Integration already exists",
    }
    assert ask("POST", "/v1/webrtc/domain/", two) == {"status": "success"}
    ask("PUT", "/v1/webrtc/", {"shape": "square", "position": "top_left"})
    assert ask("GET", "/v1/webrtc/") == {
        "status": "success",
        "is_exists": True,
        "domains": ["a.example.com", "b.example.com"],
        "settings": {"shape": "square", "position": "top_left"},
    }
    assert ask("DELETE", "/v1/webrtc/domain/", one) == {"status": "success"}
    assert ask("GET", "/v1/webrtc/")["domains"] == ["b.example.com"]
    assert ask("DELETE", "/v1/webrtc/") == {"status": "success"}
    assert ask("GET", "/v1/webrtc/")["is_exists"] is False


def test_domains_are_the_same_in_capitals(ask):
    assert ask("POST", "/v1/webrtc/create/", {"domain": "A.Example.com"}) == {
        "status": "success"
    }
    assert ask("GET", "/v1/webrtc/")["domains"] == ["a.example.com"]
    again = {"domain": "a.EXAMPLE.com"}
    assert ask("POST", "/v1/webrtc/domain/", again)["status"] == "error"
    assert ask("DELETE", "/v1/webrtc/domain/", again) == {"status": "success"}


@pytest.mark.parametrize("sip", ["101", LOGIN])
def test_key(ask, sip):
    first = ask("GET", "/v1/webrtc/get_key/", {"sip": sip})
    assert first["status"] == "success"
    assert first["key"] != ask("GET", "/v1/webrtc/get_key/", {"sip": sip})["key"]


@pytest.mark.parametrize("sip", ["", "999", "654321-101"])
def test_no_key(ask, sip):
    answer = ask("GET", "/v1/webrtc/get_key/", {"sip": sip})
    assert answer == {"status": "error", "message": "Wrong parameters"}


@pytest.mark.parametrize(
    "webrtc, sentence",
    [
        ({"domain": []}, "webrtc: there is no domain, only exists, domains, "),
        ({"domains": ["http://x"]}, "webrtc: domains: 'http://x' is no domain such"),
        ({"domains": [5]}, "webrtc: domains: 5 is not a text."),
        ({"shape": "oval"}, "webrtc: shape: 'oval' is not one of square, rounded."),
        ({"position": 1}, "webrtc: position: 1 is not one of top_left, "),
        ([], "webrtc: [] is not an object."),
    ],
)
def test_settings_that_are_not_possible(control, simulator, webrtc, sentence):
    key = simulator.account().key
    status, values = control("PUT", f"accounts/{key}", {"webrtc": webrtc})
    assert status == 400
    assert values["error"].startswith(sentence)


# Who may start a phone


def test_start(register, simulator, control):
    answer = register()
    assert answer["microphone"] == "granted"
    assert simulator.webphones.find(answer["id"])
    _status, (phone,) = control("GET", "webphones")
    assert phone["extension"] == "101"
    assert (phone["state"], phone["sip"]) == ("registered", LOGIN)


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"key": "guess"}, "The key is wrong."),
        ({"key": ""}, "The key is wrong."),
        ({"sip": "101"}, "The login is not the one of the key."),
        ({"sip": "123456-102"}, "The login is not the one of the key."),
        ({"origin": ""}, "The domain  is not registered."),
        ({"origin": "https://badexample.com"}, "The domain badexample.com is not reg"),
    ],
)
def test_refusals(register, control, wrong, sentence):
    answer = register(**wrong)
    assert answer["error_code"] == "integrationDisabled"
    assert answer["error_text"].startswith(sentence)
    _status, (phone,) = control("GET", "webphones")
    assert (phone["state"], phone["error"]) == ("refused", answer["error_text"])


def test_key_expires(register, ask, clock):
    key = ask("GET", "/v1/webrtc/get_key/", {"sip": "101"})["key"]
    clock.sleep(72 * 3600 - 1)
    assert "id" in register(key=key)
    clock.sleep(1)
    assert register(key=key)["error_text"] == "The key has expired."


def test_integration_that_is_disabled_on_demand(register, simulator):
    simulator.account().change(webphone_fault="integrationDisabled")
    assert register()["error_text"] == "The integration is disabled."


@pytest.mark.parametrize("path", ["nobody/events", "js/loader-phone-x.js", "x"])
def test_nothing_there(simulator, path):
    answer = requests.get(f"{simulator.url}{WIDGET}{path}", timeout=20)
    assert answer.status_code == 404


# What it dials


@pytest.fixture
def dial(register, simulator):
    """Dial from a phone; return what it is told, and its call when it is over."""

    def dial(number):
        url = f"{simulator.url}{WIDGET}{register()['id']}/call"
        answer = requests.post(url, {"number": number}, timeout=20).json()
        phone = simulator.webphones.started[-1]
        while phone.call:
            time.sleep(0.01)
        return answer, phone.calls[-1] if phone.calls else None

    return dial


def test_call(dial, simulator, receiver):
    answer, call = dial(CUSTOMER)
    assert answer == {}
    assert (call.caller, call.called, call.direction) == ("101", CUSTOMER, "outgoing")
    assert (call.disposition, call.answered_by) == ("answered", ["101"])
    assert receiver.events[0] == "OUT_START"
    assert receiver.params[0]["internal"] == "101"
    assert simulator.webphones.started[0].describe()["pbx_call_ids"] == [
        call.pbx_call_id
    ]


@pytest.mark.parametrize(
    "settings, number, disposition",
    [
        ({"callback_outcome": "busy"}, CUSTOMER, "busy"),
        ({"callback_outcome": "no-answer"}, CUSTOMER, "no answer"),
        ({"balance": 0}, CUSTOMER, "no money"),
        ({"balance": 0}, "102", "answered"),
        ({}, CUSTOMER.lstrip("+"), "failed"),
    ],
)
def test_calls_that_end_otherwise(dial, simulator, settings, number, disposition):
    simulator.account().change(**settings)
    _answer, call = dial(number)
    assert call.disposition == disposition
    assert call.direction == ("internal" if number == "102" else "outgoing")


@pytest.mark.parametrize("number", ["", "101", "call me", "+4"])
def test_numbers_that_cannot_be_dialled(dial, number):
    answer, call = dial(number)
    assert answer == {"error_code": "callRefused", "error_text": "This is no number."}
    assert call is None


def test_phone_of_a_deleted_extension_cannot_dial(register, simulator):
    url = f"{simulator.url}{WIDGET}{register()['id']}/call"
    simulator.account().change(extensions=["100", "102"])
    answer = requests.post(url, {"number": CUSTOMER}, timeout=20).json()
    assert answer["error_text"] == "There is no such extension any more."
    assert not simulator.calls


def test_unregistered_phone_cannot_dial(simulator):
    url = f"{simulator.url}{WIDGET}nobody/call"
    answer = requests.post(url, {"number": CUSTOMER}, timeout=20).json()
    assert answer["error_text"] == "The phone is not registered."


@pytest.mark.parametrize("after, ended", [(2, "cancel"), (40, "answered")])
def test_hanging_up(account, clock, after, ended):
    """While it rings, and while they talk (it rings at most 15 seconds)."""
    account.webrtc.domains = ["example.com"]
    slept = []

    def sleep(seconds):
        slept.append(seconds)
        if sum(slept) == after:
            requests.post(f"{url}{phone.id}/hangup", timeout=20)

    with Simulator([account], seed=1, clock=clock, sleep=sleep) as simulator:
        url = f"{simulator.url}{WIDGET}"
        key = simulator.webphones.new_key(simulator.account(), "101")
        started = {"key": key, "sip": LOGIN}
        phone = simulator.webphones.start(started, "https://example.com")
        simulator.webphones.dial(phone, CUSTOMER)
        while phone.call:
            time.sleep(0.01)
    (call,) = phone.calls
    assert (call.end - call.start).total_seconds() == after
    assert call.disposition == ended
    assert call.duration == (0 if ended == "cancel" else after - call.wait_duration)


# In Chromium

START = """([key, sip]) => zadarmaWidgetFn(
    key, sip, "rounded", "en", true, {right: "10px", bottom: "5px"}
)"""


@pytest.fixture
def widget(page, simulator, receiver, client):
    """Start the phone on a page of another host; return the page."""
    simulator.account().change(webrtc={"exists": True, "domains": ["127.0.0.1"]})
    key = client("GET", "/v1/webrtc/get_key/", {"sip": "101"}).json()["key"]

    def start(sip=LOGIN):
        page.route("**/favicon.ico", lambda route: route.abort())
        page.goto(f"{receiver.url}?zd_echo=page")
        for name in ("lib", "fn"):
            page.add_script_tag(
                url=f"{simulator.url}{WIDGET}js/loader-phone-{name}.js?sub_v=1"
            )
        page.evaluate(START, [key, sip])
        return page

    return start


def test_widget_registers(widget, simulator, client):
    simulator.account().extension("101").online = False

    def is_online():
        return client("GET", "/v1/pbx/internal/101/status/").json()["is_online"]

    assert is_online() == "false"
    page = widget()
    page.wait_for_function("zdrmWPhI.events?.readyState === 1")
    assert is_online() == "true"
    assert page.locator("#zdrmWPhI").is_visible()
    (phone,) = simulator.webphones.started
    assert phone.started["sip"] == LOGIN
    assert phone.started["form"] == "rounded"
    assert phone.started["language"] == "en"
    assert phone.started["fixed"] == "true"
    assert phone.started["position"] == '{"right":"10px","bottom":"5px"}'
    page.goto("about:blank")
    for _ in range(200):
        if phone.state == "gone":
            break
        page.wait_for_timeout(50)
    assert is_online() == "false"


def test_widget_that_is_refused(widget):
    page = widget(sip="101")
    error = page.locator(".zdrm-webrtc-error")
    error.wait_for()
    assert error.text_content().startswith("integrationDisabled: The login")
    assert not page.locator(".zdrm-phone").is_visible()
    refusal = page.evaluate("zdrmWPhI.apiWidget.call('+442037691880')")
    assert refusal.startswith("notReady")


def test_microphone_that_is_refused(widget, simulator):
    simulator.account().change(webphone_fault="microphone")
    page = widget()
    page.wait_for_function("zdrmWPhI.session")
    refusal = page.evaluate("zdrmWPhI.apiWidget.call('+442037691880')")
    assert refusal == page.locator(".zdrm-webrtc-error").text_content()
    assert refusal == "microphone: Permission denied"
    assert simulator.calls == []


def test_script_that_is_missing(simulator):
    simulator.misbehave(kind="error", status=404, path=f"{WIDGET}*")
    url = f"{simulator.url}{WIDGET}js/loader-phone-lib.js"
    assert requests.get(url, timeout=20).status_code == 404
    assert requests.get(url, timeout=20).status_code == 200


@pytest.fixture
def hold(receiver):
    """Let the call wait at a notification; return what lets it go on."""
    held = {}

    def think():
        params = receiver.params[-1]
        if waiting := held.get((params["event"], params.get("internal"))):
            waiting.wait(20)

    def hold(event, internal):
        held[event, internal] = threading.Event()
        return held[event, internal].set

    receiver.think = think
    yield hold
    for waiting in held.values():
        waiting.set()


@pytest.fixture
def ring(simulator):
    """Dial in a thread of its own; return it."""

    def ring(**arguments):
        thread = threading.Thread(target=simulator.dial, kwargs=arguments)
        thread.start()
        return thread

    return ring


def test_widget_rings_and_talks(widget, receiver, hold, ring):
    page = widget()
    page.wait_for_function("zdrmWPhI.events?.readyState === 1")
    pick_up, hang_up = hold("NOTIFY_INTERNAL", "101"), hold("NOTIFY_ANSWER", "101")
    receiver.answers["NOTIFY_START"] = (200, '{"caller_name": "Orchard"}')
    call = ring(scenario="incoming-answered", from_=CUSTOMER, to="101")
    page.wait_for_function("zdrmWPhI.status === 'incoming'")
    assert page.locator("#zdrm-webphone-phonenumber-input").input_value() == CUSTOMER
    assert page.locator(".zdrm-webphone-callername").text_content() == "Orchard"
    pick_up()
    page.wait_for_function("zdrmWPhI.apiWidget.talking")
    hang_up()
    call.join()
    page.wait_for_function("zdrmWPhI.status === 'wait'")
    assert not page.locator("#zdrm-hangup").is_visible()


def test_colleague_answers(widget, simulator, hold, ring):
    page = widget()
    page.wait_for_function("zdrmWPhI.events?.readyState === 1")
    pick_up, hang_up = hold("NOTIFY_INTERNAL", "102"), hold("NOTIFY_ANSWER", "102")
    call = ring(scenario="ring-group", to="102")
    page.wait_for_function("zdrmWPhI.status === 'incoming'")
    pick_up()
    page.wait_for_function("zdrmWPhI.status === 'wait'")
    assert simulator.calls[0].end is None
    hang_up()
    call.join()
    assert simulator.calls[0].answered_by == ["102"]


def test_callback_rings_the_widget(widget, simulator, client, hold):
    simulator.account().change(callback_shape="two-one-id", callback_pace=0)
    page = widget()
    page.wait_for_function("zdrmWPhI.events?.readyState === 1")
    pick_up = hold("NOTIFY_OUT_START", "101")
    asked = {"from": "101", "to": CUSTOMER, "sip": "101"}
    client("GET", "/v1/request/callback/", asked)
    page.wait_for_function("zdrmWPhI.status === 'incoming'")
    assert page.locator("#zdrm-webphone-phonenumber-input").input_value() == CUSTOMER
    pick_up()
    simulator.callbacks[0].wait()
    page.wait_for_function("zdrmWPhI.status === 'wait'")


def test_widget_dials_and_hangs_up(widget, simulator, hold):
    page = widget()
    page.wait_for_function("zdrmWPhI.events?.readyState === 1")
    go_on = hold("NOTIFY_OUT_START", "101")
    page.fill("#zdrm-webphone-phonenumber-input", CUSTOMER)
    page.click("#zdrm-call")
    page.wait_for_function("zdrmWPhI.apiWidget.callState === 'call'")
    with page.expect_response("**/hangup"):
        page.evaluate("zdrmWebPhone.webCallSession.terminate()")
    go_on()
    page.wait_for_function("zdrmWPhI.status === 'wait'")
    (call,) = simulator.calls
    assert (call.called, call.disposition) == (CUSTOMER, "cancel")
