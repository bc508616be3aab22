# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The client of Zadarma's API, over real HTTP.

Mostly against the simulator, which checks signatures with code of its own; what the
simulator never answers comes from a server of canned answers.
"""

import contextlib
import http.server
import json
import socket
import threading
import traceback
from datetime import date

import pytest
from zadarma_api import answer, download, errors
from zadarma_api.client import ZadarmaClient
from zadarma_api.forwarding import NOWHERE, Forwarding

from pbx_simulator import Account, Extension, Simulator

KEY, SECRET = "demokey0demokey0demo", "demosecret0demosecre"
NOTIFICATIONS = (
    "notify_start",
    "notify_internal",
    "notify_answer",
    "notify_end",
    "notify_out_start",
    "notify_out_end",
)
#: Every method, with arguments that the simulator's account can satisfy.
METHODS = {
    "get_balance": (),
    "get_timezone": (),
    "get_internal_numbers": (),
    "set_recording": ("101", "all"),
    "get_tariff": (),
    "get_scenarios": (),
    "get_internal_info": ("101",),
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
    "set_call_notifications_url": ("http://127.0.0.1:9/",),
    "delete_call_notifications_url": (),
    "switch_call_notifications_on": (),
    "get_event_notifications": (),
    "set_event_notifications_url": ("http://127.0.0.1:9/",),
    "delete_event_notifications_url": (),
    "switch_sms_notifications_on": (),
    "receive_sms": ("+442037691881",),
    "get_sms_senders": ("+442037691880",),
    "send_sms": (["+442037691880"], "Hello"),
    "get_statistics": ("2026-10-01 00:00:00", "2026-10-28 00:00:00", 0),
    "get_recording_links": (180, "1458313316.343456"),
    "delete_recording": ("1458313316.343456",),
    "start_recognition": ("1458313316.343456",),
    "get_recognition": ("1458313316.343456",),
}


FORWARDED = {
    "current_status": "on",
    "type": "phone",
    "destination": "442037691880",
    "condition": "always",
}


def client_of(url, key, secret, acquire=lambda method: None, refused=lambda wait: None):
    return ZadarmaClient(url, key, secret, acquire, refused)


@pytest.fixture
def simulator():
    account = Account(
        key=KEY,
        secret=SECRET,
        extensions=["100", Extension("101", name="Olena")],
        pbx_id=4321,
        balance=18.1636,
        currency="EUR",
        timezone="Asia/Kolkata",
    )
    with Simulator([account], seed=1, rate_limit=False) as simulator:
        yield simulator


@pytest.fixture
def client(simulator):
    return client_of(simulator.url, KEY, SECRET)


class CannedServer:
    """Answers every request with the same thing, and remembers the requests.

    As an address for notifications it passes Zadarma's check.

    :ivar answer: status, headers and body
    :ivar stall: cut the body in the middle and hold the rest back
    """

    def __init__(self):
        self.answer = (200, {}, b"")
        self.stall = False
        self.received = []
        self.released = threading.Event()
        canned = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                canned.received.append((self.command, self.path, body))
                status, headers, content = canned.answer
                if "zd_echo=" in self.path:
                    content = self.path.rpartition("zd_echo=")[2].encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                half = len(content) // 2 if canned.stall else len(content)
                self.wfile.write(content[:half])
                self.wfile.flush()
                if canned.stall:
                    canned.released.wait(30)

            do_POST = do_PUT = do_DELETE = do_GET

            def log_message(self, *_arguments):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}
        )
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def stop(self):
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answers(self, status, content, **headers):
        body = content if isinstance(content, str) else json.dumps(content)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = (status, named, body.encode())


@pytest.fixture
def canned():
    server = CannedServer()
    yield server
    server.stop()


@contextlib.contextmanager
def failure(kind):
    """Expect an error of exactly this class that gives no secret away."""
    with pytest.raises(errors.ZadarmaError) as caught:
        yield caught
    assert type(caught.value) is kind
    shown = "".join(traceback.format_exception(caught.value))
    for text in (shown, str(caught.value), repr(caught.value), caught.value.detail):
        assert SECRET not in text
    # for whoever reads it in a log or on the screen
    assert len(caught.value.detail) <= 300


def success(fields):
    """The text of an answer about the balance that also has these fields, as text."""
    return '{"status":"success","balance":1,"currency":"EUR",' + fields + "}"


# -- methods ------------------------------------------------------------------------


def test_balance(client):
    answer = client.get_balance()
    assert (answer["balance"], answer["currency"]) == (18.1636, "EUR")


def test_timezone(client):
    assert client.get_timezone()["timezone"] == "UTC+5:30"


def test_internal_numbers_are_texts(client):
    assert client.get_internal_numbers() == {
        "pbx_id": "4321",
        "numbers": ["100", "101"],
    }


def test_leading_zeros_of_internal_numbers_stay(canned):
    canned.answers(200, {"status": "success", "pbx_id": "0042", "numbers": ["007"]})
    answer = client_of(canned.url, KEY, SECRET).get_internal_numbers()
    assert answer == {"pbx_id": "0042", "numbers": ["007"]}


def test_internal_info_has_the_name(client):
    assert client.get_internal_info("101")["name"] == "Olena"


def test_internal_info_has_the_addresses_of_recordings(client, simulator):
    assert client.get_internal_info("101")["emails"] == []
    simulator.account().extension("101").record_email = "a@example.com, b@example.com"
    emails = client.get_internal_info("101")["emails"]
    assert emails == ["a@example.com", "b@example.com"]


@pytest.mark.parametrize("recording", ["plain", "optional", "all", "off"])
def test_recording_is_switched_and_told(client, simulator, recording):
    extension = simulator.account().extension("101")
    extension.record_email = "talks@example.com"
    client.set_recording("101", recording)
    assert client.get_internal_info("101")["recording"] == recording
    assert extension.recorded == (recording != "off")
    assert extension.record_email == "talks@example.com", "a matter of its own"


def test_recording_that_is_not_told(canned):
    canned.answers(200, {"status": "success", "record_store": "Sometimes"})
    assert (
        client_of(canned.url, KEY, SECRET).get_internal_info("101")["recording"] == ""
    )


def test_recording_of_nobody(client):
    with pytest.raises(errors.Refused):
        client.set_recording("999", "all")


def test_tariff(client, simulator):
    simulator.account().change(tariff="Corporation", tariff_cost=29.5, currency="EUR")
    assert client.get_tariff() == {
        "name": "Corporation",
        "cost": 29.5,
        "currency": "EUR",
    }


def test_tariff_without_a_fee(canned):
    canned.answers(200, success('"info":{"tariff_name":"Free"}'))
    told = client_of(canned.url, KEY, SECRET).get_tariff()
    assert told == {"name": "Free", "cost": 0, "currency": ""}


@pytest.mark.parametrize("hooks", ["{}", '{"sms":"false"}'])
def test_events_without_sms(canned, hooks):
    canned.answers(200, success(f'"hooks":{hooks}'))
    told = client_of(canned.url, KEY, SECRET).get_event_notifications()
    assert told == {"url": "", "sms": False}


def test_scenarios_are_named_as_answers_name_them(client, simulator):
    simulator.account().change(menu_title="Daytime", scenario_titles={"0-2": "Sales"})
    whole, *scenarios = client.get_scenarios()
    assert whole == {"code": "0-main", "menu": "Daytime", "name": "", "rings": []}
    assert scenarios[1] == {
        "code": "0-2",
        "menu": "Daytime",
        "name": "Sales",
        "rings": ["101"],
    }
    for one in [whole, *scenarios]:
        assert answer.is_scenario(one["code"])
        assert simulator.account().scenario(one["code"])


def test_call_notifications_are_told_as_booleans(client, simulator):
    callinfo = simulator.account().callinfo
    callinfo.url = "https://odoo.example.com/exec/Zadarma.notify"
    callinfo.switches["notify_end"] = True
    assert client.get_call_notifications() == {
        "url": "https://odoo.example.com/exec/Zadarma.notify",
        "notifications": {name: name == "notify_end" for name in NOTIFICATIONS},
    }


def test_no_notification_address_is_an_empty_text(canned):
    canned.answers(200, {"status": "success", "url": None, "notifications": {}})
    answer = client_of(canned.url, KEY, SECRET).get_call_notifications()
    assert answer["url"] == ""
    assert not any(answer["notifications"].values())


def test_telephone_of_an_extension(client, simulator):
    extension = simulator.account().extension("101")
    assert (client.is_online("101"), client.is_forwarded("101")) == (True, False)
    extension.online, extension.forward_to = False, "+442037691880"
    assert (client.is_online("101"), client.is_forwarded("101")) == (False, True)
    with failure(errors.Refused):
        client.is_online("999")


@pytest.mark.parametrize(
    "target",
    [
        Forwarding("phone", "+442037691880"),
        Forwarding("phone", "+442037691880", "noanswer"),
        Forwarding("sip", "100"),
        Forwarding("voicemail", "olena@example.com"),
        Forwarding("menu", "0-1"),
        NOWHERE,
    ],
)
def test_what_is_set_is_told(client, simulator, target):
    simulator.account().extension("101").forward_to = "+380441234567"
    client.set_forwarding("101", target)
    assert client.get_forwarding("101") == target
    assert client.is_forwarded("101") == (target != NOWHERE)


def test_mailbox_greets(client, simulator):
    client.set_forwarding("101", Forwarding("voicemail", "olena@example.com"))
    assert simulator.account().extension("101").greeting == "standart"


def test_forwarding_that_zadarma_refuses(client):
    for number, target in (
        ("999", NOWHERE),
        ("101", Forwarding("sip", "999")),
        ("101", Forwarding("phone", "+12")),
    ):
        with failure(errors.Refused):
            client.set_forwarding(number, target)
    with failure(errors.Refused):
        client.get_forwarding("999")


@pytest.mark.parametrize(
    "told, read",
    [
        (("phone", "+442037691880"), ("phone", "+442037691880")),
        (("phone", "442037691880"), ("phone", "+442037691880")),
        (("sip", "4321-102"), ("sip", "102")),
        (("sip", 102), ("sip", "102")),
        (("voicemail", " Olena@Example.com "), ("voicemail", "olena@example.com")),
        (("sip_uri", "Olena@sip.example.com"), ("sip_uri", "Olena@sip.example.com")),
        (("fax", "a-b"), ("fax", "a-b")),
    ],
)
def test_forwarding_is_read_in_one_form(canned, told, read):
    kind, destination = told
    canned.answers(
        200,
        {
            "status": "success",
            "current_status": "on",
            "type": kind,
            "destination": destination,
            "condition": "noanswer",
        },
    )
    found = client_of(canned.url, KEY, SECRET).get_forwarding("101")
    assert found == Forwarding(*read, "noanswer")


def test_what_is_off_needs_no_destination(canned):
    canned.answers(200, {"status": "success", "current_status": "off"})
    assert client_of(canned.url, KEY, SECRET).get_forwarding("101") == NOWHERE


def test_forwarding_that_is_not_set_after_all(canned):
    client = client_of(canned.url, KEY, SECRET)
    for told, target in (
        ("off", Forwarding("sip", "100")),
        ("on", NOWHERE),
        ("perhaps", NOWHERE),
    ):
        canned.answers(200, {"status": "success", "current_status": told})
        with failure(errors.BadAnswer):
            client.set_forwarding("101", target)


def test_callback_rings_the_extension_first(client, simulator):
    client.request_callback("101", "+442037691880")
    [request] = simulator.callbacks
    asked = {"from": "101", "to": "+442037691880", "sip": "101"}
    assert request.params == asked


def test_domains_of_the_browser_phone(client):
    assert client.get_webphone()["is_exists"] is False
    client.create_webphone("odoo.example.com")
    client.add_webphone_domain("crm.example.com")
    known = client.get_webphone()
    assert known["is_exists"] is True
    assert known["domains"] == ["odoo.example.com", "crm.example.com"]


def test_key_of_the_browser_phone(client):
    assert client.get_webphone_key("4321-101")
    with failure(errors.Refused):
        client.get_webphone_key("4321-999")


def test_all_six_notifications_are_switched_on(client, simulator):
    client.switch_call_notifications_on()
    assert simulator.account().callinfo.switches == dict.fromkeys(NOTIFICATIONS, True)


def test_address_for_notifications_is_registered(client, simulator, canned):
    # with characters that must be escaped alike in the signature and in the body
    url = f"{canned.url}/exec/Zadarma.notify?a=1~b c"
    client.set_call_notifications_url(url)
    assert simulator.account().callinfo.url == url


def test_address_for_notifications_is_deleted(client, simulator):
    simulator.account().callinfo.url = "https://odoo.example.com/exec/Zadarma.notify"
    client.delete_call_notifications_url()
    assert simulator.account().callinfo.url == ""
    assert client.get_call_notifications()["url"] == ""


def test_what_is_sent_is_what_was_signed(canned):
    # requests itself would leave "~" as it is
    canned.answers(200, {"status": "success"})
    url = "https://odoo.example.com/~a b"
    client_of(canned.url, KEY, SECRET).set_call_notifications_url(url)
    assert canned.received == [
        (
            "POST",
            "/v1/pbx/callinfo/url/",
            b"url=https%3A%2F%2Fodoo.example.com%2F%7Ea+b",
        )
    ]


def test_every_method_is_tested_for_its_errors():
    public = {name for name in vars(ZadarmaClient) if name[0].islower()}
    assert set(METHODS) == public


def test_slash_at_the_end_of_the_url_does_not_matter(simulator):
    client = client_of(simulator.url + "/", KEY, SECRET)
    assert client.get_balance()["currency"] == "EUR"
    assert simulator.requests[-1]["path"] == "/v1/info/balance/"


@pytest.fixture
def transferred(simulator):
    """A call of two parts, whose recordings are there at once."""
    simulator.account().recording_delay = 0
    simulator.dial("transfer", to="101", pace=0, talk=5)
    return simulator.calls[-1]


def test_links_of_a_call_and_of_a_part(client, transferred):
    links = client.get_recording_links(180, pbx_call_id=transferred.pbx_call_id)
    parts = [leg.call_id for leg in transferred.legs if leg.recorded]
    assert [download.call_id_of(link) for link in links] == parts
    assert len(parts) == 2
    [link] = client.get_recording_links(180, parts[1])
    assert download.call_id_of(link) == parts[1]


@pytest.mark.parametrize("asked, sent", [(1, 180), (200.9, 200), (9**9, 5_184_000)])
def test_life_of_a_link_is_what_zadarma_allows(canned, asked, sent):
    canned.answers(200, {"status": "success", "link": "https://api.zadarma.com/1.mp3"})
    client_of(canned.url, KEY, SECRET).get_recording_links(asked, "1.2")
    assert canned.received[0][1].endswith(f"?call_id=1.2&lifetime={sent}")


def test_link_and_links_at_once_are_one_list(canned):
    canned.answers(200, {"status": "success", "link": "a", "links": ["a", "b"]})
    links = client_of(canned.url, KEY, SECRET).get_recording_links(180, "1.2")
    assert links == ["a", "b"]


def test_deleted_recording_is_not_found_any_more(client, transferred):
    part = transferred.legs[0].call_id
    client.delete_recording(part)
    for method in (
        client.delete_recording,
        lambda one: client.get_recording_links(180, one),
    ):
        with failure(errors.NotFound) as caught:
            method(part)
        assert caught.value.detail == "File not found"
    [link] = client.get_recording_links(180, pbx_call_id=transferred.pbx_call_id)
    assert download.call_id_of(link) != part


def test_recording_that_was_not_deleted_is_told(canned):
    canned.answers(
        200, {"status": "success", "deleted_files": ["a"], "failed_files": ["b.mp3"]}
    )
    with failure(errors.Refused) as caught:
        client_of(canned.url, KEY, SECRET).delete_recording(pbx_call_id="in_1")
    assert "b.mp3" in caught.value.detail
    assert canned.received == [
        ("DELETE", "/v1/pbx/record/request/", b"pbx_call_id=in_1")
    ]


def test_recognition_is_asked_for_and_told(canned):
    words = [{"channel": 1, "result": [{"s": 0.5, "e": 1, "w": "hello"}]}]
    canned.answers(
        200, {"status": "success", "recognitionStatus": "recognized", "words": words}
    )
    client = client_of(canned.url, KEY, SECRET)
    client.start_recognition("1.2")
    assert client.get_recognition("1.2")["recognitionStatus"] == "recognized"
    assert canned.received == [
        ("PUT", "/v1/speech_recognition/", b"call_id=1.2"),
        ("GET", "/v1/speech_recognition/?call_id=1.2&return=words", b""),
    ]


#: What is made of a number of ours of which little is told.
UNTOLD = {
    "active": False,
    "country": "",
    "monthly_fee": 0.0,
    "currency": "",
    "paid_until": None,
    "autorenew": True,
}


def test_numbers_of_ours_are_e164(canned):
    canned.answers(
        200,
        {
            "status": "success",
            "info": [
                {
                    "number": "442037691880",
                    "status": "on",
                    "description": "London",
                    "number_name": None,
                    "country": "United Kingdom",
                    "monthly_fee": "4.5",
                    "currency": "USD",
                    "stop_date": "2026-12-31 00:00:00",
                    "autorenew": "false",
                },
                {
                    "number": "+48221234567",
                    "status": "parking",
                    "number_name": "Shop",
                    "monthly_fee": 2,
                    "stop_date": "0000-00-00 00:00:00",
                    "autorenew": "true",
                },
                {"number": 4930123456, "status": "on"},
            ],
        },
    )
    assert client_of(canned.url, KEY, SECRET).get_direct_numbers() == [
        {
            "number": "+442037691880",
            "name": "London",
            "active": True,
            "country": "United Kingdom",
            "monthly_fee": 4.5,
            "currency": "USD",
            "paid_until": date(2026, 12, 31),
            "autorenew": False,
        },
        {**UNTOLD, "number": "+48221234567", "name": "Shop", "monthly_fee": 2.0},
        {**UNTOLD, "number": "+4930123456", "name": "", "active": True},
    ]
    assert canned.received == [("GET", "/v1/direct_numbers/", b"")]


@pytest.mark.parametrize("number", [None, "", "ordered", "123456", "1" * 16, "٣" * 9])
def test_number_that_is_none_yet_is_left_out(canned, number):
    ordered = {"number": number, "status": "reserved_checking", "type": "order"}
    ours = {"number": "442037691880", "status": "on", "type": "common"}
    canned.answers(200, {"status": "success", "info": [ordered, {}, ours]})
    told = client_of(canned.url, KEY, SECRET).get_direct_numbers()
    assert [one["number"] for one in told] == ["+442037691880"]


@pytest.mark.parametrize("kind", [int, str])
def test_callback_is_taken_whatever_form_its_answer_repeats(canned, kind):
    canned.answers(
        200,
        {
            "status": "success",
            "from": kind(101),
            "to": kind(442037691880),
            "time": kind(1435573082),
        },
    )
    client = client_of(canned.url, KEY, SECRET)
    assert client.request_callback("101", "+442037691880") is None


@pytest.mark.parametrize(
    "told, online",
    [("true", True), (True, True), (1, True), ("false", False), (False, False)],
)
def test_booleans_come_as_texts_too(canned, told, online):
    canned.answers(200, {"status": "success", "is_online": told})
    assert client_of(canned.url, KEY, SECRET).is_online("101") is online


def test_words_of_what_is_not_recognised_do_not_matter(canned):
    canned.answers(
        200, {"status": "success", "recognitionStatus": "in progress", "words": None}
    )
    told = client_of(canned.url, KEY, SECRET).get_recognition("1.2")
    assert told == {"recognitionStatus": "in progress", "words": []}


# -- errors -------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_wrong_secret_is_told_apart(simulator, method):
    client = client_of(simulator.url, KEY, SECRET[::-1])
    with failure(errors.NotAuthorized) as caught:
        getattr(client, method)(*METHODS[method])
    assert caught.value.detail == "Not authorized"
    assert SECRET[::-1] not in "".join(traceback.format_exception(caught.value))


def test_unknown_key_is_told_apart(simulator):
    with failure(errors.NotAuthorized):
        client_of(simulator.url, "nobodyskey", SECRET).get_balance()


def test_refused_address_of_ours_is_not_authorized(canned):
    canned.answers(403, "<html>Forbidden</html>")
    with failure(errors.NotAuthorized):
        client_of(canned.url, KEY, SECRET).get_balance()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", ["rate-limit-429", "rate-limit-200"])
def test_both_ways_to_tell_the_rate_limit(client, simulator, method, kind):
    simulator.misbehave(kind=kind)
    with failure(errors.RateLimited) as caught:
        getattr(client, method)(*METHODS[method])
    assert caught.value.detail == "You exceeded the rate limit by User Limits"
    assert caught.value.retry_after is None


@pytest.mark.parametrize(
    "header, seconds",
    [
        ("22", 22),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("soon", None),
        ("-1", None),
        ("²", None),
        ("", None),
        ("1e3", None),
        ("86400", 3600),
        ("9" * 9, 3600),
        ("9" * 5000, None),
    ],
)
def test_how_long_to_wait_is_told_if_zadarma_did(canned, header, seconds):
    canned.answers(429, "", Retry_After=header)
    with failure(errors.RateLimited) as caught:
        client_of(canned.url, KEY, SECRET).get_balance()
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("status", [200, 400])
def test_refusal_keeps_zadarmas_words(client, simulator, method, status):
    words = "Url did not return the zd_echo parameter"
    simulator.misbehave(kind="error", message=words, status=status)
    with failure(errors.Refused) as caught:
        getattr(client, method)(*METHODS[method])
    assert caught.value.detail == words


def test_refusal_without_words_has_the_status(canned):
    canned.answers(404, {"status": "error"})
    with failure(errors.Refused) as caught:
        client_of(canned.url, KEY, SECRET).get_balance()
    assert caught.value.detail == "HTTP 404"


def test_address_that_does_not_echo_is_refused(client, simulator):
    with failure(errors.Refused) as caught:
        client.set_call_notifications_url("http://127.0.0.1:9/")
    assert "zd_echo" in caught.value.detail
    assert simulator.account().callinfo.url == ""


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", ["html-200", "html-502", "server-error", "empty"])
def test_what_is_no_answer_of_the_api(client, simulator, method, kind):
    simulator.misbehave(kind=kind)
    with failure(errors.BadAnswer):
        getattr(client, method)(*METHODS[method])


def test_page_of_a_proxy_can_be_recognised(canned):
    canned.answers(200, "<html>\n  <title>Hotel Miramar</title>" + "x" * 10_000)
    with failure(errors.BadAnswer) as caught:
        client_of(canned.url, KEY, SECRET).get_balance()
    assert caught.value.detail.startswith("HTTP 200: <html> <title>Hotel Miramar")


@pytest.mark.parametrize(
    "method, answer",
    [
        ("get_balance", {"balance": 1}),
        ("get_timezone", {"unixtime": 1}),
        ("get_internal_numbers", {"pbx_id": 1}),
        ("get_internal_numbers", {"pbx_id": 1, "numbers": {"100": "101"}}),
        ("get_internal_numbers", {"pbx_id": 1, "numbers": None}),
        ("is_online", {"number": 101}),
        ("is_forwarded", {"pbx_name": "101"}),
        ("get_webphone_key", {}),
        ("get_webphone", {"is_exists": True}),
        ("get_webphone", {"is_exists": True, "domains": "a"}),
        ("get_recording_links", {}),
        ("get_recording_links", {"links": []}),
        ("get_recording_links", {"links": [1]}),
        ("get_recording_links", {"links": 1}),
        ("get_recording_links", {"links": {"1": "a"}}),
        ("get_recording_links", {"link": ["a"]}),
        ("delete_recording", {"failed_files": 1}),
        ("get_balance", {"balance": [], "currency": "EUR"}),
        ("get_balance", {"balance": True, "currency": "EUR"}),
        ("get_balance", {"balance": "inf", "currency": "EUR"}),
        ("get_balance", {"balance": 10**400, "currency": "EUR"}),
        ("get_balance", {"balance": 1, "currency": ["EUR"]}),
        ("get_timezone", {"timezone": False}),
        ("get_internal_numbers", {"pbx_id": [], "numbers": ["100"]}),
        ("get_internal_numbers", {"pbx_id": 1, "numbers": [["100"]]}),
        ("get_internal_numbers", {"pbx_id": 1, "numbers": [None]}),
        ("get_internal_info", {"name": {"first": "Olena"}}),
        ("get_internal_info", {"name": "O" * 1001}),
        ("get_direct_numbers", {}),
        ("get_direct_numbers", {"info": {"number": "442037691880"}}),
        ("get_direct_numbers", {"info": ["442037691880"]}),
        ("get_direct_numbers", {"info": [{"number": ["442037691880"]}]}),
        ("get_direct_numbers", {"info": [{"number": "442037691880", "status": True}]}),
        ("is_online", {"is_online": ["true"]}),
        ("is_forwarded", {"current_status": True}),
        ("get_forwarding", {"current_status": "yes"}),
        ("get_forwarding", {"current_status": "on", "type": "phone"}),
        ("get_forwarding", {**FORWARDED, "type": None}),
        ("get_forwarding", {**FORWARDED, "condition": []}),
        ("get_forwarding", {**FORWARDED, "destination": "home"}),
        ("set_forwarding", {"current_status": "off"}),
        ("get_webphone_key", {"key": None}),
        ("get_webphone", {"is_exists": True, "domains": [{"a": "b"}]}),
        ("get_call_notifications", {"url": ["a"], "notifications": {}}),
        ("get_call_notifications", {"notifications": {"notify_end": []}}),
        ("get_statistics", {"stats": [{"clid": ["100"]}]}),
        ("get_statistics", {"stats": [[]]}),
        ("get_recognition", {"recognitionStatus": ["recognized"]}),
        ("get_recognition", {"recognitionStatus": "recognized"}),
        ("get_recognition", {"recognitionStatus": "recognized", "words": None}),
        ("get_recognition", {"recognitionStatus": "recognized", "words": "hello"}),
        ("get_recognition", {"words": []}),
        ("get_call_notifications", {"url": ""}),
        ("get_call_notifications", {"url": "", "notifications": None}),
        ("get_call_notifications", {"url": "", "notifications": ["notify_start"]}),
    ],
)
def test_answer_of_another_shape(canned, method, answer):
    canned.answers(200, {"status": "success", **answer})
    with failure(errors.BadAnswer):
        getattr(client_of(canned.url, KEY, SECRET), method)(*METHODS[method])


def test_more_than_is_needed_does_no_harm(canned):
    canned.answers(200, success('"more":' + "[" * 15 + "]" * 15))
    assert client_of(canned.url, KEY, SECRET).get_balance()["balance"] == 1


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        '"success"',
        "null",
        "12",
        "{",
        success('"balance":NaN'),
        success('"more":-Infinity'),
        success('"more":' + "9" * 5000),
        success('"currency":"\\u0000"'),
        success('"currency":"\\ud83d"'),
        success('"\\u0000":1'),
        success('"more":' + "[" * 17 + "]" * 17),
        success('"more":' + "[" * 100_000 + "]" * 100_000),
        success('"more":' + '{"a":' * 5_000 + "1" + "}" * 5_000),
    ],
    ids=lambda text: text[:60],
)
def test_answer_that_is_no_object(canned, text):
    canned.answers(200, text)
    with failure(errors.BadAnswer):
        client_of(canned.url, KEY, SECRET).get_balance()


def test_no_answer_in_time(client, simulator, monkeypatch):
    monkeypatch.setattr(ZadarmaClient, "TIMEOUT", 0.2)
    simulator.misbehave(kind="timeout", seconds=60)
    with failure(errors.TimedOut):
        client.get_balance()


def test_answer_that_stops_in_the_middle(canned, monkeypatch):
    monkeypatch.setattr(ZadarmaClient, "TIMEOUT", 0.2)
    canned.answers(200, {"status": "success", "balance": 1, "currency": "USD"})
    canned.stall = True
    with failure(errors.TimedOut):
        client_of(canned.url, KEY, SECRET).get_balance()


def test_dropped_connection(client, simulator):
    simulator.misbehave(kind="dropped")
    with failure(errors.Unreachable):
        client.get_balance()


def test_nothing_listens():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        # bound but not listening: nobody else can take the port meanwhile
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        with failure(errors.Unreachable) as caught:
            client_of(url, KEY, SECRET).get_balance()
    assert "refused" in caught.value.detail


@pytest.mark.parametrize(
    "url",
    [
        "https://{host}",  # plain HTTP answers
        "http://127.0.0.1:99999",
        "http://[::1",
        "http://a..b",
    ],
)
def test_address_that_cannot_work(canned, url):
    url = url.format(host=canned.url.removeprefix("http://"))
    with failure(errors.Unreachable) as caught:
        client_of(url, KEY, SECRET).get_balance()
    assert caught.value.detail
    assert not canned.received


@pytest.mark.parametrize("method", METHODS)
def test_redirect_is_not_followed(canned, simulator, method):
    # who controls the redirect would get a signed request to play with
    canned.answers(302, "", Location=f"{simulator.url}/v1/info/balance/")
    with failure(errors.BadAnswer) as caught:
        getattr(client_of(canned.url, KEY, SECRET), method)(*METHODS[method])
    assert "302" in caught.value.detail
    assert len(canned.received) == 1
    assert not simulator.requests


def test_statistics_come_as_texts_with_all_their_digits(canned):
    canned.answer = (
        200,
        {},
        b'{"status":"success","stats":[{"call_id":1439981389.2702773000,"sip":101,'
        b'"is_recorded":true,"clid":null}]}',
    )
    rows = client_of(canned.url, KEY, SECRET).get_statistics("a", "b", 1000)
    # the version that Zadarma recommends
    assert "version=2" in canned.received[0][1]
    assert rows == [
        {
            "call_id": "1439981389.2702773000",
            "sip": "101",
            "is_recorded": "true",
            "clid": "",
        }
    ]


def test_caller_with_an_odd_name_does_not_hide_a_page(canned):
    rows = '"stats":[{"clid":"\\u0000Ol\\ud83da"},{"clid":"Ol\\ud83d\\ude00a"}]'
    canned.answers(200, success(rows))
    told = client_of(canned.url, KEY, SECRET).get_statistics("a", "b", 0)
    assert [row["clid"] for row in told] == ["\ufffdOl\ufffda", "Ol\U0001f600a"]


@pytest.mark.parametrize("stats", [b"{}", b"null", b"[1]", b'"x"'])
def test_statistics_of_another_shape(canned, stats):
    canned.answer = (200, {}, b'{"status":"success","stats":' + stats + b"}")
    with pytest.raises(errors.BadAnswer):
        client_of(canned.url, KEY, SECRET).get_statistics("a", "b", 0)


@pytest.mark.parametrize("balance", [b'"much"', b"null", b"[]"])
def test_balance_that_is_no_number(canned, balance):
    canned.answer = (
        200,
        {},
        b'{"status":"success","currency":"USD","balance":' + balance + b"}",
    )
    with pytest.raises(errors.BadAnswer):
        client_of(canned.url, KEY, SECRET).get_balance()


def test_every_request_is_acquired_first(simulator):
    acquired = []
    client = client_of(simulator.url, KEY, SECRET, acquire=acquired.append)
    client.get_balance()
    client.get_statistics("2026-10-01 00:00:00", "2026-10-28 00:00:00", 0)
    assert acquired == ["info/balance", "statistics/pbx"]


def test_request_that_has_to_wait_is_not_sent(canned):
    def acquire(_method):
        raise errors.RateLimited(retry_after=7)

    with pytest.raises(errors.RateLimited) as caught:
        client_of(canned.url, KEY, SECRET, acquire=acquire).get_balance()
    assert caught.value.retry_after == 7
    assert not canned.received


@pytest.mark.parametrize("headers, wait", [({"Retry-After": "30"}, 30), ({}, None)])
def test_refusal_is_passed_on(canned, headers, wait):
    refused = []
    canned.answer = (429, headers, b"")
    with pytest.raises(errors.RateLimited):
        client_of(canned.url, KEY, SECRET, refused=refused.append).get_balance()
    assert refused == [wait]
