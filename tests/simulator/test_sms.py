# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""SMS, both ways: what is sent and charged, what comes in and is notified."""

import json

import pytest

from pbx_simulator.messages.sms import pieces

PHONE, OTHER, OWN = "442037691880", "4930901820", "442037691881"
SEND = "/v1/sms/send/"


@pytest.fixture
def inbox(simulator, receiver):
    """The account takes SMS, and the channel of events leads to the receiver."""
    account = simulator.account()
    account.webhooks.url = receiver.url
    account.webhooks.switches["sms"] = True
    account.change(numbers=[{"number": OWN, "receive_sms": True}])
    return receiver


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("я" * 70, 1),
        ("я" * 71, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_pieces(text, count):
    assert pieces(text) == count


@pytest.mark.parametrize(
    "sent",
    [
        {"number": [PHONE, OTHER], "sender": OWN},
        {"number": f"{PHONE},+{OTHER}", "caller_id": OWN},
    ],
)
def test_a_text_is_charged_for_each_number_and_piece(client, simulator, control, sent):
    answer = client("POST", SEND, {**sent, "message": "я" * 71}).json()
    assert (answer["messages"], answer["cost"]) == (4, 0.24)
    told = [tuple(one.values()) for one in answer["sms_detalization"]]
    assert told == [(OWN, PHONE, 0.12), (OWN, OTHER, 0.12)]
    assert answer["denied_numbers"] == []
    assert simulator.account().balance == 10.1
    _status, truth = control("GET", "messages")
    assert [(one["number"], one["own"], one["pieces"]) for one in truth] == [
        (PHONE, OWN, 2),
        (OTHER, OWN, 2),
    ]
    assert not any(one["incoming"] or one["denied"] for one in truth)


def test_numbers_without_keys(client, simulator, zadarma):
    """As PHP counts them: `number[]` twice are two numbers."""

    def sign(secret, path, _form):
        form = zadarma.form(
            [("message", "Hi"), ("number[0]", PHONE), ("number[1]", OTHER)]
        )
        return zadarma.sign_request(secret, path, form)

    pairs = zadarma.flat
    zadarma.flat = lambda params: [
        ("message", "Hi"),
        ("number[]", PHONE),
        ("number[]", OTHER),
    ]
    answer = client("POST", SEND, {}, sign=sign).json()
    zadarma.flat = pairs
    assert answer["messages"] == 2


def test_denied_numbers_are_told_and_not_charged(client, simulator):
    simulator.account().change(sms_denied={OTHER: "No route to this number"})
    answer = client("POST", SEND, {"number": [PHONE, OTHER], "message": "Hi"}).json()
    assert (answer["status"], answer["messages"], answer["cost"]) == (
        "success",
        1,
        0.06,
    )
    assert answer["denied_numbers"] == [
        {"number": OTHER, "message": "No route to this number"}
    ]
    assert [one.denied for one in simulator.messages] == ["", "No route to this number"]


@pytest.mark.parametrize(
    ("balance", "sent", "message"),
    [
        (0.05, {}, "Not enough money"),
        (1, {"sender": "Somebody"}, "Wrong sender"),
        (1, {"number": [PHONE, "12"]}, "Wrong parameters"),
        (1, {"number": []}, "Wrong parameters"),
    ],
)
def test_refused_as_a_whole(client, simulator, balance, sent, message):
    simulator.account().change(balance=balance)
    answer = client("POST", SEND, {"number": [PHONE], "message": "Hi", **sent})
    assert (answer.status_code, answer.json()["message"]) == (400, message)
    assert (simulator.messages, simulator.account().balance) == ([], balance)


def test_senders_by_destination(client, simulator):
    account = simulator.account()
    path = "/v1/sms/senderid/"

    def told(number):
        return client("GET", path, {"phones": number}).json()["senders"]

    assert told(PHONE) == ["Teamsale", OWN]
    account.change(sms_senders={"49": ["Haus"], "4930": ["Berlin"], "": ["All"]})
    assert [told(one) for one in ("4930901820", "+49401", PHONE)] == [
        ["Berlin"],
        ["Haus"],
        ["All"],
    ]
    account.change(sms_senders_shape="objects")
    assert told(PHONE) == [{"senderid": "All"}]


def test_templates_are_paged(client):
    def ids(**params):
        answer = client("GET", "/v1/sms/templates/", params).json()
        return [one["id"] for it in answer["list"] for one in it["templates"]]

    assert ids() == ["1", "2", "3"]
    assert ids(skip=1, limit=1) == ["2"]
    assert ids(skip=3) == []


def test_an_incoming_text_is_notified(simulator, inbox, zadarma, control):
    text = 'Привіт / "ok"'
    _status, truth = control("POST", "messages", {"from": f"+{PHONE}", "text": text})
    [request] = inbox.received
    assert request.mimetype == "multipart/form-data"
    assert request.headers["User-Agent"] == "Zadarma API"
    result = request.form["result"]
    assert request.form.to_dict() == {"event": "SMS", "result": result}
    assert r"\u041f" in result and r"\/" in result
    assert json.loads(result) == {"caller_did": OWN, "caller_id": PHONE, "text": text}
    secret = simulator.account().secret
    assert request.headers["Signature"] == zadarma.sign(secret, result)
    assert (truth["incoming"], truth["deliveries"]) == (True, [200])
    assert control("GET", "messages")[1] == [truth]


def test_an_incoming_text_as_a_scenario(simulator, inbox, control):
    ordered = {"scenario": "incoming-sms", "from": f"+{PHONE}", "text": "Hi"}
    told = {"event": "SMS", "status": 200}
    played = {"scenario": "incoming-sms", "pbx_call_id": None, "events": [told]}
    assert control("POST", "calls", ordered) == (200, played)
    assert control("POST", "calls", {"scenario": "incoming-sms"}) == (200, played)
    texts = [json.loads(one.form["result"])["text"] for one in inbox.received]
    assert texts[0] == "Hi" and texts[1]
    assert simulator.calls == []
    status, answer = control("POST", "calls", {"scenario": "nonsense"})
    assert status == 400 and "incoming-sms" in answer["error"]


def test_faults_of_an_incoming_text(simulator, inbox):
    assert simulator.write(PHONE, "Hi", times=3).deliveries == [200] * 3
    forged = simulator.write(PHONE, "Hi", forgery="missing")
    assert "Signature" not in inbox.received[-1].headers
    assert forged.deliveries == [200]


def test_a_text_that_nobody_takes(simulator, inbox, client):
    account = simulator.account()
    path = "/v1/direct_numbers/receive_sms/"
    client("PUT", path, {"number": OWN, "value": "off"})
    assert simulator.write(PHONE, "Hi").deliveries == ["switched off"]
    client("PUT", path, {"number": f"+{OWN}", "value": "on"})
    assert simulator.write("Bank", "Hi").deliveries == [200]
    [listed] = client("GET", "/v1/direct_numbers/").json()["info"]
    assert listed["receive_sms"] == "on"
    account.webhooks.url = ""
    assert simulator.write(PHONE, "Hi").deliveries == ["no address"]
    account.webhooks.switches["sms"] = False
    assert simulator.write(PHONE, "Hi").deliveries == ["switched off"]


def test_a_number_that_cannot_take_texts(simulator, client):
    simulator.account().change(numbers=[{"number": OWN, "sms_possible": False}])
    answer = client(
        "PUT", "/v1/direct_numbers/receive_sms/", {"number": OWN, "value": "on"}
    )
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("path", "values", "wrong"),
    [
        ("messages", {"from": PHONE}, "text"),
        ("messages", {"from": PHONE, "text": ""}, "text"),
        ("messages", {"from": "", "text": "Hi"}, "from"),
        ("messages", {"from": PHONE, "text": "Hi", "did": OTHER}, "did"),
        ("messages", {"from": PHONE, "text": "Hi", "times": 0}, "times"),
        ("messages", {"from": PHONE, "text": "Hi", "forgery": "x"}, "forgery"),
        ("messages", {"from": PHONE, "text": "Hi", "to": "x"}, "message"),
    ],
)
def test_wrong_orders(control, path, values, wrong):
    status, answer = control("POST", path, values)
    assert status == 400
    assert answer["error"].startswith(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"sms_denied": {"x": "y"}},
        {"sms_denied": {PHONE: 1}},
        {"sms_senders": {"+": ["x"]}},
        {"sms_senders": {"": []}},
        {"sms_price": -1},
    ],
)
def test_wrong_settings(control, account, wrong):
    status, answer = control("PUT", f"accounts/{account.key}", wrong)
    assert status == 400
    assert answer["error"].startswith(next(iter(wrong)))
