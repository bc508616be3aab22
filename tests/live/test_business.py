# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The customer's business on the ringing card, and what is done with it."""

import time
from datetime import date, timedelta

import pytest

from devtools import browser

#: Seconds that an awaited thing may take to happen.
PATIENCE = 30
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


def ring(account):
    tell(account, "NOTIFY_START")
    tell(account, "NOTIFY_INTERNAL", internal="101")


def end(account):
    tell(account, "NOTIFY_ANSWER", internal="101", destination="101")
    tell(
        account,
        "NOTIFY_END",
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
    [group] = account.read(
        "ir.model.data",
        ["res_id"],
        module="zadarma_connector",
        name="group_zadarma_user",
    )
    values = {"name": "Agent", "login": "agent", "password": "agent"}
    [agent] = client.call(
        "res.users", "create", [{**values, "group_ids": [(4, group["res_id"])]}]
    )
    account.give_extension(agent)
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
