# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Texts both ways: sending over real HTTP, and what incoming ones say."""

import json
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zadarma_api import errors, sms
from zadarma_api.client import ZadarmaClient

from pbx_simulator import Account, Simulator

PHONE, OTHER, OWN = "+442037691880", "+4930901820", "442037691881"


@pytest.fixture
def simulator():
    with Simulator([Account()], seed=1, rate_limit=False) as simulator:
        yield simulator


def client_of(url, account=None):
    account = account or Account()
    return ZadarmaClient(
        url, account.key, account.secret, lambda _: None, lambda _: None
    )


@pytest.fixture
def client(simulator):
    return client_of(simulator.url)


def canned(say, **fields):
    body = json.dumps({"status": "success", **fields})
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n"
    return client_of(f"http://{say([(head + body).encode()])}")


# -- sending -------------------------------------------------------------------------


def test_a_text_for_several_numbers(client, simulator):
    simulator.account().change(sms_denied={OTHER.lstrip("+"): "No route"})
    answer = client.send_sms([PHONE, OTHER], "Привіт", OWN)
    assert answer == {
        "currency": "USD",
        "costs": {PHONE: 0.06},
        "denied": {OTHER: "No route"},
        "senders": {PHONE: OWN},
    }
    sent = [(one.number, one.own, one.text) for one in simulator.messages]
    assert sent == [
        (PHONE.lstrip("+"), OWN, "Привіт"),
        (OTHER.lstrip("+"), OWN, "Привіт"),
    ]


def test_without_a_sender_none_is_sent(client, simulator):
    client.send_sms([PHONE], "Hi")
    assert "sender" not in simulator.requests[-1]["params"]


def test_answers_with_less_than_usual(say):
    client = canned(say, cost="0.12", currency="EUR", messages=2)
    answer = client.send_sms([PHONE, OTHER], "Hi")
    assert answer["costs"] == {PHONE: 0.06, OTHER: 0.06}
    # numbers that nobody asked about are passed over
    client = canned(
        say,
        cost=1,
        currency="EUR",
        sms_detalization=[{"number": "1234567", "cost": 1, "senderid": "x"}],
        denied_numbers=[{"number": int(PHONE), "message": None}],
    )
    answer = client.send_sms([PHONE], "Hi")
    assert (answer["costs"], answer["denied"]) == ({}, {PHONE: ""})


@pytest.mark.parametrize("shape", ["texts", "objects"])
def test_senders_in_both_shapes(client, simulator, shape):
    simulator.account().change(sms_senders_shape=shape)
    assert client.get_sms_senders(PHONE) == ["Teamsale", OWN]


@pytest.mark.parametrize("told", [[None], [{"x": "y"}], [True], ["x" * 33], "x", [""]])
def test_no_senders(say, told):
    with pytest.raises(errors.BadAnswer):
        canned(say, senders=told).get_sms_senders(PHONE)


def test_only_two_answers_need_no_status(say):
    body = json.dumps({"senders": ["Shop"], "balance": 1, "currency": "EUR"})
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n"
    client = client_of(f"http://{say([(head + body).encode()])}")
    assert client.get_sms_senders(PHONE) == ["Shop"]
    with pytest.raises(errors.BadAnswer):
        client.get_balance()


def test_channel_of_events(client, simulator, say):
    account = simulator.account()
    account.webhooks.url = "https://odoo.example.com/exec/Zadarma.notify"
    account.webhooks.switches["number_lookup"] = True
    client.switch_sms_notifications_on()
    assert client.get_event_notifications() == {
        "url": account.webhooks.url,
        "sms": True,
    }
    assert account.webhooks.switches["number_lookup"]
    client.delete_event_notifications_url()
    assert client.get_event_notifications()["url"] == ""
    echo = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n?"
    with pytest.raises(errors.Refused):
        client.set_event_notifications_url(f"http://{say([echo])}/")
    client.receive_sms(f"+{OWN}")
    assert account.own_numbers[0].receive_sms


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_whether_a_request_may_have_been_done(say, monkeypatch):
    monkeypatch.setattr(ZadarmaClient, "TIMEOUT", 0.3)
    limit = b"HTTP/1.1 429 Told\r\nContent-Length: 0\r\n\r\n"
    for address, begun in [
        (f"127.0.0.1:{closed_port()}", False),
        ("host.invalid", False),
        (say([limit]), False),
        # the connection is closed, nothing comes, or something else does
        (say([b""]), True),
        (say([b"HTTP/1.1 200 OK\r\n"] * 9, gap=0.2), True),
        (say([b"HTTP/1.1 502 Told\r\nContent-Length: 0\r\n\r\n"]), True),
    ]:
        with pytest.raises(errors.Passing) as caught:
            client_of(f"http://{address}").send_sms([PHONE], "Hi")
        assert caught.value.begun is begun, address


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        ([f"+{OWN}"], OWN),
        (["", "Shop", OWN], "Shop"),
        (["4930901820"], OWN),
        (["+44 (20) 3769-1881"], OWN),
        (["shop "], "Shop"),
        ([], OWN),
    ],
)
def test_sender(wanted, chosen):
    assert sms.choose_sender(["Teamsale", "Shop", OWN], wanted) == chosen


@pytest.mark.parametrize(
    ("told", "is_one"),
    [
        ("+442037691880", True),
        ("442037691880", False),
        ("+42", False),
        ("+STOP", False),
        ("+0442037691880", False),
        ("+44 2037691880", False),
        ("+442037691880\n", False),
        ("+٤٤٢٠٣٧٦٩١٨٨٠", False),
        ("", False),
    ],
)
def test_numbers(told, is_one):
    assert sms.is_number(told) is is_one


@pytest.mark.parametrize(
    ("sender", "number"),
    [
        # a range that phonenumbers does not know
        ("447700900018", "+447700900018"),
        ("12345", "12345"),
        ("0442037691880", "0442037691880"),
        ("Bank", "Bank"),
        ("+STOP", "+STOP"),
    ],
)
def test_senders_that_nobody_knows(sender, number):
    assert sms.written_from(sender) == number


@pytest.mark.parametrize(
    ("number", "country", "takes"),
    [
        ("+447400123456", "GB", True),
        ("+442079460000", "GB", False),
        ("+447700900018", "44", True),
        # mobile or not: nobody can tell
        ("+12015550123", "US", True),
        ("+448001111111", "GB", False),
        ("+99900112233", "+99900112233", False),
        ("+STOP", "+STOP", False),
    ],
)
def test_what_a_number_tells(number, country, takes):
    assert sms.country(number) == country
    assert sms.may_take_sms(number) is takes


def test_sender_without_numbers():
    assert sms.choose_sender(["Teamsale", "Shop"], []) == "Teamsale"
    assert sms.choose_sender([], ["Shop"]) == ""


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("Not enough money on the balance", "money"),
        ("Insufficient funds", "money"),
        ("Wrong number format", "number"),
        ("Destination is not available", "country"),
        ("Sender must be registered in this country", "registration"),
        ("The number is in the stop list", "other"),
        ("", "other"),
    ],
)
def test_reasons(message, reason):
    assert sms.reason(message) == reason


# -- incoming ------------------------------------------------------------------------


def result(**changed):
    told = {"caller_did": OWN, "caller_id": "442037691880", "text": "Hello", **changed}
    return json.dumps({name: one for name, one in told.items() if one is not None})


def test_an_incoming_text():
    assert sms.read_incoming(result(text="При\0віт")) == sms.Incoming(
        OWN, "442037691880", "При\ufffdвіт"
    )
    assert sms.read_incoming(result(caller_id="Bank", more=1)).sender == "Bank"
    assert len(sms.read_incoming(result(text="x" * 9999)).text) == sms.LONGEST_TEXT


@pytest.mark.parametrize(
    "told",
    [
        "",
        "[]",
        "null",
        '"text"',
        "[" * 100_000,
        # what the same secret signs otherwise
        '{"words": []}',
        "+4420376918804420376918812026-10-05 14:03:22",
        result(caller_did=None),
        result(caller_did="Bank"),
        result(caller_id=""),
        result(caller_id=442037691880),
        result(caller_id="x" * 33),
        result(text=None),
        result(text=["Hello"]),
    ],
)
def test_what_is_no_text(told):
    assert sms.read_incoming(told) is None


@given(st.text() | st.recursive(st.text(), st.lists).map(json.dumps))
def test_whatever_is_told(told):
    read = sms.read_incoming(told)
    assert read is None or read.text


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("STOP", "stop"),
        (" stop. ", "stop"),
        ("Stop SMS!", "stop"),
        ("ARRÊT", "stop"),
        # as letters and accents of their own, and wide
        ("ARRE\u0302T", "stop"),
        ("ＳＴＯＰ", "stop"),
        ("Baja", "stop"),
        ("Стоп", "stop"),
        ("відписатися", "stop"),
        ("Отписаться", "stop"),
        ("Abmelden", "stop"),
        ("wypisz", "stop"),
        ("START", "start"),
        ("Старт", "start"),
        ("alta", "start"),
        ("Please stop the delivery", ""),
        ("Don't stop", ""),
        ("stopping by at 5", ""),
        ("", ""),
        ("!", ""),
    ],
)
def test_wishes(text, wish):
    assert sms.wish(text) == wish
