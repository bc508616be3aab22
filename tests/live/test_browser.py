# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The administrator's first day, in a real browser."""

from devtools import browser

CALLER = "+442037691880"


def test_from_settings_to_the_first_call(odoo, pbx, page):
    client = odoo.client()
    client.call("res.partner", "create", [{"name": "Orchard", "phone": CALLER}])
    client.call("hr.employee", "create", [{"name": "Olena Kovalchuk"}])
    browser.log_in(page, odoo.url)

    # a dashboard without figures says where they come from
    page.goto(f"{odoo.url}/odoo/action-zadarma_connector.action_zadarma_dashboard")
    page.click("text=Connect Zadarma")
    page.wait_for_selector("[name=setup_steps]")
    page.click(".o_form_button_cancel")
    page.wait_for_selector(".o_zadarma_dashboard")

    # Settings, a new account
    page.goto(f"{odoo.url}/odoo/settings")
    page.click(".settings_tab [data-key=zadarma_connector]")
    page.wait_for_selector("text=Connect Zadarma")
    # step by step; what the set-up does at once is told in test_first_hour
    page.goto(f"{odoo.url}/odoo/action-zadarma_connector.action_zadarma_account/new")
    page.fill("[name=api_url] input", pbx.url)
    page.fill("[name=api_key] input", pbx.key)
    page.fill("[name=api_secret] input", pbx.secret)
    browser.choose(page, "[name=tz] input", "Europe/Kyiv")
    page.click("text=Test Connection")
    page.wait_for_selector(".o_notification:has-text('Connected. Balance')")
    assert pbx.secret not in page.content()
    page.click("button:has-text('Register Notifications')")
    page.wait_for_selector(".o_notification:has-text('to this address')")
    page.wait_for_selector("[name=notify_end] [aria-label=Yes]")
    page.wait_for_selector("[name=notify_record] [aria-label='Not yet']")

    # Get PBX, an employee
    page.click(".nav-link:has-text('PBX')")
    page.click("button:has-text('Get PBX')")
    row = page.locator(".o_data_row", has_text="101")
    row.wait_for()
    row.locator("td[name=employee_id]").click()
    browser.choose(page, ".o_selected_row [name=employee_id] input", "Olena")
    page.click(".o_form_button_save")
    page.wait_for_selector(".o_data_row:has-text('101'):has-text('Olena Kovalchuk')")

    # a customer calls
    pbx.dial("incoming-answered", **{"from": CALLER, "to": "101"})
    page.goto(f"{odoo.url}/odoo/action-zadarma_connector.action_zadarma_call")
    call = page.locator(".o_data_row", has_text="Orchard")
    call.wait_for()
    assert call.locator("td[name=result]").inner_text() == "Answered"
    assert call.locator("td[name=person_id]").inner_text() == "Olena Kovalchuk"
    assert call.locator("td[name=external_number]").inner_text() == CALLER
    assert call.locator("td[name=duration]").inner_text()
    call.locator("td[name=result]").click()
    page.wait_for_selector(".o_form_view .o_arrow_button_current:has-text('Ended')")
    page.click(".nav-link:has-text('PBX')")
    page.wait_for_selector("[name=event_ids] .o_data_row:has-text('NOTIFY_RECORD')")
