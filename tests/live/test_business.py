# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The customer's business on the ringing card, and what is done with it."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from devtools import browser

#: Seconds that an awaited thing may take to happen.
PATIENCE = 30
PASSWORD = "Kyiv-4-Lviv"
SIZES = [(1366, 768), (1920, 1080), (390, 844)]
TOLD = {
    "call_start": "2026-10-05 10:00:00",
    "pbx_call_id": "in_0000000000000000000000000000000000000003",
    "caller_id": "+442037691880",
}


def business(client, partner):
    """One overdue invoice, two orders, a late task and an opportunity of a customer;
    all that Odoo's apps need for it."""
    # its greeting covers a telephone's width
    client.call("res.users", "write", [2], {"odoobot_state": "disabled"})
    client.call("account.chart.template", "try_loading", [], "generic_coa", 1)
    due = date.today() - timedelta(days=14)
    [invoice] = client.call(
        "account.move",
        "create",
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner,
                "invoice_date": f"{due - timedelta(days=30)}",
                "invoice_payment_term_id": False,
                "invoice_date_due": f"{due}",
                "invoice_line_ids": [
                    (0, 0, {"name": "Oven", "price_unit": 1200, "tax_ids": []})
                ],
            }
        ],
    )
    client.call("account.move", "action_post", [invoice])
    [product] = client.call("product.product", "create", [{"name": "Oven"}])
    line = (0, 0, {"product_id": product})
    orders = client.call(
        "sale.order", "create", [{"partner_id": partner, "order_line": [line]}] * 2
    )
    client.call("sale.order", "action_confirm", orders)
    [project] = client.call("project.project", "create", [{"name": "Ovens"}])
    late = {"name": "Repair", "project_id": project, "partner_id": partner}
    yesterday = f"{date.today() - timedelta(days=1)} 10:00:00"
    client.call("project.task", "create", [{**late, "date_deadline": yesterday}])
    chance = {"name": "More ovens", "partner_id": partner, "expected_revenue": 5000}
    client.call("crm.lead", "create", [{**chance, "type": "opportunity"}])
    return orders


def tell(account, event, **params):
    did = {} if event == "NOTIFY_ANSWER" else {"called_did": "442037691881"}
    assert account.notify({"event": event, **TOLD, **did, **params}).ok


def ring(account, **params):
    tell(account, "NOTIFY_START", **params)
    tell(account, "NOTIFY_INTERNAL", internal="101", **params)


def end(account, **params):
    tell(account, "NOTIFY_ANSWER", internal="101", destination="101", **params)
    tell(
        account,
        "NOTIFY_END",
        **params,
        internal="101",
        last_internal="101",
        duration="42",
        disposition="answered",
        status_code="16",
    )


@pytest.mark.parametrize("width, height", SIZES)
def test_all_of_it_within_a_second(odoo, connect, page, width, height):
    client = odoo.client()
    account = connect(odoo)
    account.give_extension()
    business(client, account.partner)
    page.set_viewport_size({"width": width, "height": height})
    browser.log_in(page, odoo.url)
    figures = page.locator(".o_zadarma_card[data-phase=ringing] .o_zadarma_figures")
    # the first call loads the card
    began = time.monotonic()
    ring(account)
    figures.wait_for()
    assert time.monotonic() - began < 1 + 2
    texts = [
        " ".join(text.split()) for text in figures.locator("button").all_inner_texts()
    ]
    assert texts[0].startswith("Overdue invoices1")
    assert "1,200.00" in texts[0] and "14 d" in texts[0]
    assert texts[1:3] == ["Late tasks1", "Open orders2"]
    assert texts[3].startswith("Opportunities1") and "5,000.00" in texts[3]
    overflowing = page.evaluate(
        "() => document.querySelector('.o_zadarma_card_body').scrollWidth >"
        " document.querySelector('.o_zadarma_card_body').clientWidth"
    )
    assert not overflowing
    figures.get_by_text("Open orders").click()
    page.wait_for_selector(".o_list_view .o_data_row, .o_kanban_view .o_kanban_record")


def test_who_may_not_see_invoices_sees_none(odoo, connect):
    client = odoo.client()
    account = connect(odoo)
    business(client, account.partner)
    account.give_extension(account.make_agent("agent", "agent"))
    ring(account)
    [call] = account.read("zadarma.call", [])
    own = odoo.client("agent", "agent")
    [card] = own.call("zadarma.call", "card_data", [call["id"]])
    labels = {one["label"] for one in card["figures"]}
    assert not labels & {"Overdue invoices", "Open orders", "Opportunities"}


def test_put_on_an_order_from_the_card_and_taken_off(odoo, connect, page):
    client = odoo.client()
    account = connect(odoo)
    account.give_extension()
    orders = business(client, account.partner)
    browser.log_in(page, odoo.url)
    ring(account)
    # a call that ended before the page listens has no card
    page.locator(".o_zadarma_card").wait_for()
    end(account)
    card = page.locator(".o_zadarma_card[data-phase=ended]")
    card.locator(".o_zadarma_put_on").click()
    page.wait_for_selector(".o_zadarma_offers .dropdown-item")
    page.locator(
        ".o_zadarma_offers .dropdown-item", has_text="Sales Order"
    ).first.click()
    card.locator(".o_zadarma_document").wait_for()
    name = card.locator(".o_zadarma_document button").first.inner_text().strip()
    card.locator(".o_zadarma_document button").first.click()
    page.wait_for_selector(".o_form_view .o-mail-Message:has-text('Incoming call')")
    page.locator(".oe_stat_button[name=action_zadarma_document_calls]").click()
    page.wait_for_selector(".o_data_row:has-text('Orchard')")
    [order] = account.read("sale.order", ["id"], name=name)
    assert order["id"] in orders
    card.locator(".o_zadarma_take_off").click()
    card.locator(".o_zadarma_document").wait_for(state="detached")
    [call] = account.read("zadarma.call", [])
    assert client.call("zadarma.call", "documents", [call["id"]]) == []


def test_the_customer_opens_when_i_pick_up_but_not_over_what_is_unsaved(
    odoo, connect, page
):
    account = connect(odoo)
    account.give_extension()
    odoo.client().call(
        "res.users",
        "write",
        [2],
        {"odoobot_state": "disabled", "zadarma_opens_customer": True},
    )
    browser.log_in(page, odoo.url)
    other = page.context.new_page()
    other.goto(f"{odoo.url}/odoo")
    other.wait_for_selector(".o_main_navbar")
    ring(account)
    for tab in (page, other):
        tab.wait_for_selector(".o_zadarma_card[data-phase=ringing]")
    tell(account, "NOTIFY_ANSWER", internal="101", destination="101")
    for tab in (page, other):
        tab.wait_for_selector(".o_zadarma_card[data-phase=talking]")
    opened = []
    deadline = time.monotonic() + PATIENCE
    while not opened and time.monotonic() < deadline:
        other.wait_for_timeout(200)
        opened = [tab for tab in (page, other) if tab.locator(".o_form_view").count()]
    # and no other one
    other.wait_for_timeout(1500)
    opened = [tab for tab in (page, other) if tab.locator(".o_form_view").count()]
    assert len(opened) == 1
    [tab] = opened
    assert "Orchard" in tab.locator(".o_form_view").inner_text() or (
        tab.locator(".o_form_view input").first.input_value() == "Orchard"
    )
    other.close()
    # something that is not saved
    page.goto(f"{odoo.url}/odoo/contacts/new")
    page.fill(".o_form_view [name=name] input, .o_form_view [name=name] textarea", "Bo")
    again = {**TOLD, "pbx_call_id": f"in_{4:040}", "call_start": "2026-10-05 10:05:00"}
    for event, extra in (
        ("NOTIFY_START", {"called_did": "442037691881"}),
        ("NOTIFY_INTERNAL", {"called_did": "442037691881", "internal": "101"}),
        ("NOTIFY_ANSWER", {"internal": "101", "destination": "101"}),
    ):
        assert account.notify({"event": event, **again, **extra}).ok
    page.wait_for_selector(".o_zadarma_card[data-phase=talking]")
    page.wait_for_timeout(1500)
    value = page.input_value(
        ".o_form_view [name=name] input, .o_form_view [name=name] textarea"
    )
    assert value == "Bo"


def planned_call(client, partner, user):
    """Plan a call with a customer, as somebody; return its id."""
    [kind] = client.call(
        "ir.model.data",
        "search_read",
        [("module", "=", "mail"), ("name", "=", "mail_activity_data_call")],
        ["res_id"],
    )
    [model] = client.call("ir.model", "search", [("model", "=", "res.partner")])
    activity = {
        "activity_type_id": kind["res_id"],
        "res_model_id": model,
        "res_id": partner,
        "user_id": user,
        "summary": "Ask about the oven",
        "date_deadline": f"{date.today()}",
    }
    [planned] = client.call("mail.activity", "create", [activity])
    return planned


@pytest.mark.parametrize("width, height", SIZES)
def test_a_planned_call_is_done_with_one_click(odoo, connect, page, width, height):
    client = odoo.client()
    account = connect(odoo)
    account.give_extension()
    client.call("res.users", "write", [2], {"odoobot_state": "disabled"})
    planned_call(client, account.partner, 2)
    page.set_viewport_size({"width": width, "height": height})
    browser.log_in(page, odoo.url)
    ring(account)
    page.wait_for_selector(".o_zadarma_card[data-phase=ringing]")
    assert not page.locator(".o_zadarma_planned").count()
    end(account)
    card = page.locator(".o_zadarma_card[data-phase=ended]")
    button = card.locator(".o_zadarma_planned")
    button.filter(has_text="Ask about the oven").wait_for()
    assert account.read("mail.activity", []), "never by itself"
    card.locator(".o_zadarma_note").fill("They want two.")
    button.dblclick()
    page.locator(".o_notification", has_text="Ask about the oven is done").wait_for()
    button.wait_for(state="detached")
    told = client.call("mail.message", "search", [("body", "like", "They want two.")])
    assert len(told) == 1
    assert not account.read("mail.activity", [], res_model="res.partner")


def test_the_salesperson_hears_of_it_once(odoo, connect, page, outside):
    client = odoo.client()
    account = connect(odoo)
    account.give_extension()
    [group] = account.read(
        "ir.model.data", ["res_id"], module="base", name="group_user"
    )
    [salesperson] = client.call(
        "res.users",
        "create",
        [
            {
                "name": "Jana",
                "login": "jana",
                "password": PASSWORD,
                "group_ids": [(4, group["res_id"])],
                "notification_type": "inbox",
            }
        ],
    )
    client.call("res.partner", "write", [account.partner], {"user_id": salesperson})
    # their own choice, off by default
    own = odoo.client("jana", PASSWORD)
    [person] = own.call("res.users", "read", [salesperson], ["zadarma_tell_me"])
    assert person["zadarma_tell_me"] is False
    own.call("res.users", "write", [salesperson], {"zadarma_tell_me": True})
    # not of the past, of which nobody is told
    now = datetime.now(ZoneInfo("Europe/Kyiv"))
    ring(account, call_start=f"{now:%Y-%m-%d %H:%M:%S}")
    end(account, call_start=f"{now:%Y-%m-%d %H:%M:%S}")
    [talk] = account.read("zadarma.call", [])
    client.call("zadarma.call", "card_note", [talk["id"]], "They want two.")
    for _time in range(2):
        account.run_job("cron_follow_up")
        # ten minutes, in which the note is written, are over
        outside.execute(
            "UPDATE zadarma_call SET tell_at = tell_at - interval '11 minutes'"
        )
        account.run_job("cron_tell")
    browser.log_in(page, odoo.url, "jana", PASSWORD)
    page.goto(f"{odoo.url}/odoo/action-mail.action_discuss?active_id=mail.box_inbox")
    told = page.locator(".o-mail-Message", has_text="They want two.")
    told.first.wait_for()
    assert told.count() == 1
    assert "spoke with Orchard" in told.inner_text()


@pytest.mark.parametrize("width, height", SIZES)
def test_tags_from_the_card_and_in_the_list(odoo, connect, page, width, height):
    client = odoo.client()
    account = connect(odoo)
    account.give_extension()
    client.call("res.users", "write", [2], {"odoobot_state": "disabled"})
    client.call(
        "zadarma.call.tag",
        "create",
        [{"name": "Delivery", "color": 3}, {"name": "Quality", "color": 5}],
    )
    page.set_viewport_size({"width": width, "height": height})
    browser.log_in(page, odoo.url)
    ring(account)
    # a call that ended before the page listens has no card
    page.locator(".o_zadarma_card").wait_for()
    end(account)
    card = page.locator(".o_zadarma_card[data-phase=ended]")
    card.locator(".o_zadarma_tag").click()
    for name in ("Delivery", "Quality"):
        # they show before they are stored
        with page.expect_response("**/zadarma.call/card_tags*"):
            page.locator(".o_zadarma_tag_item", has_text=name).click()
    page.keyboard.press("Escape")
    card.locator(".o_tag", has_text="Quality").wait_for()
    assert card.locator(".o_tag").all_inner_texts() == ["Delivery", "Quality"]
    [call] = account.read("zadarma.call", ["tag_ids"])
    assert len(call["tag_ids"]) == 2
    if width == SIZES[-1][0]:
        return
    page.goto(f"{odoo.url}/odoo/action-zadarma_connector.action_zadarma_call")
    for tag, found in (("Quality", 1), ("Complaint", 0)):
        page.fill(".o_searchview_input", tag)
        page.click(".o_searchview_autocomplete :text('Tags')")
        page.locator(".o_facet_values", has_text=tag).wait_for()
        page.wait_for_selector(".o_data_row" if found else ".o_nocontent_help")
        assert page.locator(".o_data_row").count() == found
        page.click(".o_facet_remove")
    page.click(".o_searchview_dropdown_toggler")
    page.locator(".o_group_by_menu .o_menu_item", has_text="Tag").first.click()
    page.locator(".o_group_header", has_text="Quality").wait_for()


def test_of_several_at_once_one_makes_it(start_odoo, connect):
    """Pressed by several at once, of a call that rings: one quotation, one task, and
    one planned call that is done."""
    odoo = start_odoo(workers=2)
    client = odoo.client()
    account = connect(odoo)
    planned = planned_call(client, account.partner, 2)
    business(client, account.partner)
    ring(account)
    [call] = account.read("zadarma.call", [])
    clients = [odoo.client() for _ in range(4)]

    def press(method, *values):
        with ThreadPoolExecutor(len(clients)) as pool:
            return list(
                pool.map(
                    lambda one: one.call("zadarma.call", method, [call["id"]], *values),
                    clients,
                )
            )

    for method, model in (
        ("action_create_quotation", "sale.order"),
        ("action_create_task", "project.task"),
    ):
        before = len(account.read(model, []))
        opened = {action["res_id"] for action in press(method)}
        assert len(opened) == 1
        assert len(account.read(model, [])) == before + 1
    end(account)
    assert sorted(press("card_done", planned)) == [False, False, False, True]
