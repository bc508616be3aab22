# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Telling Odoo in a real browser who called."""

from devtools import browser

LONDON = "+442079460018"


def _open_call(page, odoo, number):
    page.goto(f"{odoo.url}/odoo/action-zadarma_connector.action_zadarma_call")
    page.locator(".o_data_row", has_text=number).first.locator(
        "td[name=date_start]"
    ).click()
    page.wait_for_selector(".o_form_view [name=display_name]")


def test_choosing_among_contacts_with_one_number(odoo, connect, pbx, page):
    account = connect(odoo)
    names = ("Ana Whitfield", "Bea Whitfield")
    odoo.client().call(
        "res.partner", "create", [{"name": name, "phone": LONDON} for name in names]
    )
    pbx.dial("incoming-answered", **{"from": LONDON, "to": "101"})
    browser.log_in(page, odoo.url)
    _open_call(page, odoo, LONDON)
    page.wait_for_selector(".alert:has-text('Several contacts have this number')")
    row = page.locator("[name=candidate_ids] .o_data_row", has_text=names[1])
    row.locator("button:has-text('Choose')").click()
    page.wait_for_selector(f"h1:has-text('{names[1]}')")
    page.wait_for_selector("[name=partner_match]:has-text('Chosen by hand')")
    assert page.locator("button:has-text('Create Contact')").count() == 0

    # the next call from that number needs no choice
    pbx.dial("incoming-missed", **{"from": LONDON, "to": "101"})
    fields = ["partner_id", "partner_match"]
    first, second = account.read("zadarma.call", fields, external_number=LONDON)
    assert first["partner_id"][1] == second["partner_id"][1] == names[1]
    assert [first["partner_match"], second["partner_match"]] == ["manual", "exact"]


def test_new_contact_from_an_unknown_call(odoo, connect, pbx, page):
    account = connect(odoo)
    pbx.dial("incoming-missed", **{"from": LONDON, "to": "101"})
    browser.log_in(page, odoo.url)
    _open_call(page, odoo, LONDON)
    page.click("button:has-text('Create Contact')")
    dialog = page.locator(".modal")
    dialog.locator("[name=name] input, [name=name] textarea").first.fill("Ana")
    assert dialog.locator("[name=phone] input").input_value() == "+44 20 7946 0018"
    dialog.locator(".o_form_button_save, button:has-text('Save')").first.click()
    page.wait_for_selector("h1:has-text('Ana')")
    [call] = account.read("zadarma.call", ["partner_id"], external_number=LONDON)
    assert call["partner_id"][1] == "Ana"


def test_number_of_an_existing_contact(odoo, connect, pbx, page):
    account = connect(odoo)
    pbx.dial("incoming-missed", **{"from": LONDON, "to": "101"})
    browser.log_in(page, odoo.url)
    _open_call(page, odoo, LONDON)
    page.click("button:has-text('Add to Contact')")
    browser.choose(page, ".modal [name=partner_id] input", "Orchard")
    page.click(".modal button:has-text('Assign')")
    page.wait_for_selector("h1:has-text('Orchard')")
    [call] = account.read("zadarma.call", ["partner_id"], external_number=LONDON)
    assert call["partner_id"][0] == account.partner


def test_hidden_caller_is_nobody(odoo, connect, pbx, page):
    connect(odoo)
    pbx.dial("hidden-caller", to="101")
    browser.log_in(page, odoo.url)
    _open_call(page, odoo, "")
    page.wait_for_selector("h1:has-text('Number withheld')")
    for title in ("Create Contact", "Add to Contact", "Change Customer"):
        assert page.locator(f"button:has-text('{title}')").count() == 0
