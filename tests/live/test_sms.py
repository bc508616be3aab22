# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""SMS both ways: what Odoo's test transaction cannot show."""

import pytest
from werkzeug.wrappers import Response

from devtools import browser
from pbx_simulator.protocol import replies
from pbx_simulator.server import Server

SEND = "/v1/sms/send/"
OTHER = "+4930901820"
#: The job that sends what was written.
QUEUE = ("ir_cron_sms_scheduler_action", "sms")


@pytest.fixture
def odoo(start_odoo, jobs_when_asked):
    return start_odoo(cron=True)


@pytest.fixture
def account(odoo, connect):
    """A connected account that sends and receives SMS."""
    account = connect(odoo)
    account.client = odoo.client()
    for button in ("action_setup_send_sms", "action_receive_sms"):
        account.client.call("zadarma.account", button, [account.id])
    return account


def compose(account, text, **values):
    """Write an SMS to the customer, as the composer does."""
    values = {
        "res_model": "res.partner",
        "res_id": account.partner,
        "composition_mode": "comment",
        **values,
    }
    composer = account.client.call("sms.composer", "create", [{"body": text, **values}])
    account.client.call("sms.composer", "action_send_sms", composer)


def test_there_and_back(account, pbx):
    compose(account, "Ваш хліб готовий")
    sent = account.wait_for_message(direction="outgoing", state="sent")
    [truth] = pbx.messages()
    assert (truth["number"], truth["own"]) == (
        account.caller.lstrip("+"),
        "442037691881",
    )
    assert (sent["cost"], sent["currency"]) == (truth["cost"], "USD")
    assert sent["partner_id"][0] == account.partner
    [line] = account.read(
        "mail.notification", ["notification_status"], notification_type="sms"
    )
    assert line["notification_status"] == "pending"

    # one of several deliveries of the same SMS is an SMS
    assert pbx.write("Дякую!", account.caller, times=3)["deliveries"] == [200] * 3
    came = account.wait_for_message(direction="incoming", to_follow_up=False)
    assert (came["body"], came["own"]) == ("Дякую!", "+442037691881")
    assert came["partner_id"][0] == account.partner
    [said] = account.read(
        "mail.message", ["model", "res_id"], id=came["mail_message_id"][0]
    )
    assert (said["model"], said["res_id"]) == ("res.partner", account.partner)
    assert pbx.write("No", account.caller, forgery="wrong-secret")["deliveries"] == [
        403
    ]

    window = account.client.call(
        "zadarma.message.answer",
        "create",
        [{"message_id": came["id"], "body": "Bis bald"}],
    )
    account.client.call("zadarma.message.answer", "action_send", window)
    account.wait_for_message(body="Bis bald", state="sent")
    assert pbx.messages()[-1]["own"] == "442037691881"


def test_a_mailing_with_denied_numbers(account, pbx):
    numbers = [f"+4420790{number:05}" for number in range(500)]
    denied = {number.lstrip("+"): "Stop list" for number in numbers[::80]}
    assert len(denied) == 7
    pbx.change(sms_denied=denied, balance=100)
    queue(account, numbers, body="News")
    wait_for_the_queue(account)
    failed = account.read("sms.sms", ["number"], state="error")
    assert {one["number"].lstrip("+") for one in failed} == set(denied)
    truth = pbx.messages()
    assert len(truth) == len({one["number"] for one in truth}) == 500
    paid = sum(one["cost"] for one in account.read("zadarma.message", ["cost"]))
    assert (
        round(paid, 2)
        == round(493 * 0.06, 2)
        == round(100 - pbx.settings()["balance"], 2)
    )


@pytest.fixture
def odoo_s_own(account):
    """The numbers that Odoo's own provider was told of."""
    told = []

    def take(request) -> Response:
        messages = request.json["params"]["messages"]
        sent = [one for message in messages for one in message["numbers"]]
        told.extend(one["number"] for one in sent)
        results = [{"uuid": one["uuid"], "state": "success"} for one in sent]
        return replies.as_json({"jsonrpc": "2.0", "result": results})

    server = Server(take, "127.0.0.1", 0)
    server.start()
    account.client.call("ir.config_parameter", "set_param", "sms.endpoint", server.url)
    yield told
    server.stop()


def queue(account, numbers, **values):
    """Have SMS in the queue; return their ids."""
    return account.client.call(
        "sms.sms",
        "create",
        [{"number": one, "body": "Hi", **values} for one in numbers],
    )


def keep_the_queue_only(ready, odoo, account):
    """Let no job run but the queue's: all are due at once, and a server that ends would
    cut them off. Past Odoo, which refuses it while one runs; this waits for it."""
    ready.server.query(
        f"UPDATE ir_cron SET active = (id = {account.job(*QUEUE)})",
        odoo.database,
    )


def wait_for_the_queue(account):
    account.wait_until(lambda: not account.read("sms.sms", [], state="outgoing"))


def test_two_companies_and_two_providers(account, pbx, odoo_s_own):
    """The queue's one job has both's SMS."""
    [other] = account.client.call("res.company", "create", [{"name": "Other"}])
    [company] = account.read("zadarma.account", ["company_id"])
    ours = [f"+44207946{number:04}" for number in range(40)]
    theirs = [f"+49309018{number:04}" for number in range(40)]
    account.client.call(
        "sms.sms",
        "create",
        [
            {"number": number, "body": "Hi", "zadarma_company_id": owner}
            for pair in zip(ours, theirs, strict=True)
            for number, owner in zip(
                pair, (company["company_id"][0], other), strict=True
            )
        ],
    )
    wait_for_the_queue(account)
    assert [f"+{one['number']}" for one in pbx.messages()] == ours
    assert odoo_s_own == theirs
    assert len(account.read("sms.sms", [], state="pending")) == 80
    kept = account.read("zadarma.message", ["company_id"], state="sent")
    assert [one["company_id"] for one in kept] == [company["company_id"]] * 40


def test_twilio_beside_it(ready, odoo, account, pbx):
    """Zadarma's switch comes first, in the process that installed Twilio and later."""
    client = account.client
    odoo.press("button_immediate_install", "sms_twilio")
    keep_the_queue_only(ready, odoo, account)
    [other] = client.call("res.company", "create", [{"name": "Other"}])
    [company] = account.read("zadarma.account", ["company_id"])
    both = [company["company_id"][0], other]
    client.call("res.company", "write", both, {"sms_provider": "twilio"})
    for again in (False, True):
        if again:
            odoo.restart()
        [sms] = queue(account, [account.caller], zadarma_company_id=both[0])
        # without an account at Twilio it fails, and says so
        [failed] = queue(account, [OTHER], zadarma_company_id=other)
        client.call("sms.sms", "send", [sms, failed])
        account.wait_until(
            lambda sms=sms: account.read("sms.sms", [], id=sms, state="pending")
        )
        wait_for_the_queue(account)
        in_vain = account.read("sms.sms", ["number"], state="error")
        assert {one["number"] for one in in_vain} == {OTHER}
        assert len(pbx.messages()) == len(in_vain) == 1 + again
    settings = client.call("res.config.settings", "create", [{}])
    [shown] = client.call(
        "res.config.settings", "read", settings, ["zadarma_sends_sms"]
    )
    assert shown["zadarma_sends_sms"]


def test_a_number_that_asks_for_no_more(account, pbx):
    pbx.write("Stop", account.caller)
    account.wait_for_message(direction="incoming", to_follow_up=False)
    [blacklisted] = account.read("phone.blacklist", ["number"])
    assert blacklisted["number"] == account.caller
    account.client.call(
        "sms.composer",
        "action_send_sms",
        account.client.call(
            "sms.composer",
            "create",
            [
                {
                    "body": "News",
                    "composition_mode": "mass",
                    "res_model": "res.partner",
                    "res_ids": str([account.partner]),
                }
            ],
        ),
    )
    [kept] = account.read("sms.sms", ["state", "failure_type"])
    assert (kept["state"], kept["failure_type"]) == ("canceled", "sms_blacklist")
    assert [one["incoming"] for one in pbx.messages()] == [True]


def test_a_stranger_becomes_a_lead(account, pbx):
    """With CRM, by the account's rule; who writes again has one."""
    client = account.client
    pbx.write("Who are you?", OTHER)
    came = account.wait_for_message(number=OTHER, to_follow_up=False)
    assert not came["mail_message_id"]
    client.call("zadarma.account", "write", [account.id], {"lead_rule": "every"})
    for text in ("Do you deliver?", "To Berlin?"):
        pbx.write(text, OTHER)
        came = account.wait_for_message(body=text, to_follow_up=False)
        [lead] = account.read("crm.lead", ["name"])
        assert lead["name"] == "SMS from +49 30 901820"
        [line] = account.read(
            "mail.message", ["model", "res_id"], id=came["mail_message_id"][0]
        )
        assert (line["model"], line["res_id"]) == ("crm.lead", lead["id"])
    # an answer is in the lead's chatter
    window = client.call(
        "zadarma.message.answer", "create", [{"message_id": came["id"], "body": "Yes"}]
    )
    client.call("zadarma.message.answer", "action_send", window)
    sent = account.wait_for_message(body="Yes", state="sent")
    [line] = account.read(
        "mail.message", ["model", "res_id"], id=sent["mail_message_id"][0]
    )
    assert (line["model"], line["res_id"]) == ("crm.lead", lead["id"])


def test_a_conversation_in_a_browser(odoo, account, pbx, page):
    pbx.write("Is it ready?\n<b>Ann</b>", account.caller)
    account.wait_for_message(direction="incoming", to_follow_up=False)
    browser.log_in(page, odoo.url)

    # two clicks from the chatter: the button, and Send
    page.goto(f"{odoo.url}/odoo/res.partner/{account.partner}")
    line = page.locator(".o-mail-Message", has_text="Incoming SMS to +442037691881")
    line.wait_for()
    assert "<b>Ann</b>" in line.inner_text()
    line.hover()
    line.locator("[title='Answer by SMS'], [aria-label='Answer by SMS']").first.click()
    page.fill(".modal [name=body] textarea", "Yes, since eight")
    assert "Is it ready?" in page.inner_text(".modal [name=answered]")
    page.click(".modal button[name=action_send]")
    page.wait_for_selector(".modal", state="detached")
    page.wait_for_selector(".o-mail-Message:has-text('Yes, since eight')")
    account.wait_for_message(body="Yes, since eight", state="sent")
    assert pbx.messages()[-1]["own"] == "442037691881"

    # one line for a conversation; opened, it has all
    page.goto(f"{odoo.url}/odoo/action-zadarma_connector_sms.action_zadarma_message")
    row = page.locator(".o_data_row")
    row.wait_for()
    assert "Yes, since eight" in row.inner_text()
    row.locator("td[name=excerpt]").click()
    page.wait_for_selector("[name=conversation_ids] .o_data_row")
    said = page.locator("[name=conversation_ids] td[name=body]").all_inner_texts()
    assert [one.splitlines()[0] for one in said] == ["Yes, since eight", "Is it ready?"]
    # what came in cost nothing
    costs = page.locator("[name=conversation_ids] td[name=cost]").all_inner_texts()
    assert [one.strip() for one in costs] == ["0.0600", ""]
    # what came in can be answered from there, too
    page.click("button[name=action_answer]")
    page.wait_for_selector(".modal [name=body] textarea")


def test_killed_between_zadarma_s_answer_and_our_commit(ready, odoo, account, pbx):
    """At most once: it is not sent again, and whoever sent it is told."""
    keep_the_queue_only(ready, odoo, account)
    pbx.misbehave(kind="timeout", path=SEND, seconds=3)
    account.client.call("sms.sms", "create", [{"number": OTHER, "body": "Hi"}])
    account.wait_for_message(state="sending")
    odoo.kill()
    account.wait_until(pbx.messages)
    odoo.start()
    # what it was in the middle of is done by itself, too, but not always at once
    account.run_job(*QUEUE)
    account.wait_for_message(state="uncertain")
    [kept] = account.read("sms.sms", ["state", "failure_type"])
    assert (kept["state"], kept["failure_type"]) == ("error", "sms_server")
    assert len(pbx.messages()) == 1
    # a person has it sent once more
    [sms] = account.read("sms.sms", [])
    account.client.call("sms.sms", "resend_failed", [sms["id"]])
    account.wait_for_message(state="sent")
    assert len(pbx.messages()) == 2
