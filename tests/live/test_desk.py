# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calling from Odoo's pages, in a real browser: button, dialler, browser phone."""

import pytest

from devtools import browser

BUTTON = ".o_zadarma_call_button"


@pytest.fixture
def account(odoo, pbx, connect):
    """A connected account, in which the administrator has extension 101."""
    account = connect(odoo)
    account.give_extension()
    pbx.change(callback_pace=0)
    return account


@pytest.fixture
def with_browser_phone(odoo, pbx, account):
    """The browser phone, switched on and allowed on Odoo's pages."""
    client = odoo.client()
    client.call("zadarma.account", "write", [account.id], {"webrtc_enabled": True})
    client.call("zadarma.account", "action_register_webphone", [account.id])


def open_contact(page, odoo, account):
    page.goto(f"{odoo.url}/odoo/res.partner/{account.partner}")
    page.wait_for_selector(f".o_form_view {BUTTON}")


def wait_until_up(page):
    """Wait until a page has the browser phone, and the phone its line to the PBX."""
    page.wait_for_function(
        "window.zdrmWPhI?.session &&"
        " odoo.__WOWL_DEBUG__.root.env.services.zadarma_webphone.phone?.extensionId"
    )


def test_button_of_a_contact(odoo, pbx, account, page):
    browser.log_in(page, odoo.url)
    open_contact(page, odoo, account)
    page.dblclick(BUTTON)
    page.wait_for_selector(".o_zadarma_card[data-phase=ended]")
    call_id = account.wait_for_call(result="answered", res_model="res.partner")
    [call] = account.read("zadarma.call", ["partner_id", "res_id"], id=call_id)
    assert (call["partner_id"][0], call["res_id"]) == (account.partner,) * 2
    assert pbx.callbacks() == [{"from": "101", "to": account.caller, "sip": "101"}]


def test_refusal_is_told_in_words(odoo, pbx, account, page):
    odoo.expected.append("is not registered at Zadarma")
    pbx.change(extensions=[{"number": "101", "online": False}])
    browser.log_in(page, odoo.url)
    open_contact(page, odoo, account)
    page.click(BUTTON)
    page.wait_for_selector(".o_zadarma_card:has-text('101 is not registered')")
    # told once
    assert not page.locator(".modal, .o_notification").count()
    assert pbx.callbacks() == []


def test_user_without_an_extension_has_odoos_link(odoo, connect, page):
    account = connect(odoo)
    browser.log_in(page, odoo.url)
    page.goto(f"{odoo.url}/odoo/res.partner/{account.partner}")
    # shown by Odoo when the mouse is there
    page.wait_for_selector(".o_phone_form_link", state="attached")
    assert not page.locator(BUTTON).count()
    assert not page.locator("button[title=Phone]").count()


def test_dialler_calls_back_whom_nobody_heard(odoo, pbx, account, page):
    # colleagues' calls have long names, which do not push the list to the side
    pbx.dial("internal", **{"from": "101", "to": "102"})
    pbx.dial("incoming-missed", **{"from": account.caller, "to": "101"})
    browser.log_in(page, odoo.url)
    page.click("button[title=Phone]")
    page.wait_for_selector(".o_zadarma_telephone:has-text('is registered')")
    calls = page.locator(".o_zadarma_dialler_list", has_text="Internal:")
    calls.wait_for()
    assert calls.evaluate("one => one.scrollWidth <= one.clientWidth")
    page.click(".o_zadarma_dialler button:has-text('Missed')")
    page.click(".o_zadarma_dialler_list button:has-text('Orchard')")
    account.wait_for_call(direction="outgoing", result="answered")
    assert [one["to"] for one in pbx.callbacks()] == [account.caller]


def test_dialler_finds_a_name(odoo, pbx, account, page):
    browser.log_in(page, odoo.url)
    page.click("button[title=Phone]")
    page.fill(".o_zadarma_dialler input", "Orch")
    page.wait_for_selector(".o_zadarma_dialler_list button:has-text('Orchard')")
    # Discuss behind it may take the focus when it is loaded
    page.press(".o_zadarma_dialler input", "Enter")
    account.wait_for_call(direction="outgoing", result="answered")


def test_browser_phone_dials_from_any_tab(odoo, pbx, account, with_browser_phone, page):
    other = page.context.new_page()
    browser.log_in(page, odoo.url)
    page.wait_for_selector("#zdrmWPhI")
    open_contact(other, odoo, account)
    [phone] = pbx.webphones()
    assert phone["sip"].endswith("-101")
    assert phone["key"] not in page.content()
    assert phone["key"] not in other.content()
    wait_until_up(page)
    other.click(BUTTON)
    account.wait_for_call(result="answered", res_id=account.partner)
    assert pbx.callbacks() == []
    assert not other.locator("#zdrmWPhI").count()
    page.close()
    other.wait_for_selector("#zdrmWPhI")
    [phone, _gone] = sorted(pbx.webphones(), key=lambda one: one["state"] == "gone")
    assert phone["state"] == "registered"


@pytest.mark.parametrize(
    "fault, sentence",
    [
        ({"webphone_fault": "integrationDisabled"}, "register its domain"),
        (None, "something blocks"),
    ],
)
def test_telephone_rings_when_the_browser_phone_fails(
    odoo, pbx, account, with_browser_phone, page, fault, sentence
):
    if fault:
        pbx.change(**fault)
    else:
        page.route("**/webphoneWebRTCWidget/**", lambda route: route.abort())
    browser.log_in(page, odoo.url)
    open_contact(page, odoo, account)
    page.wait_for_selector(f".o_notification:has-text('{sentence}')")
    page.click(BUTTON)
    account.wait_for_call(result="answered", res_id=account.partner)
    assert len(pbx.callbacks()) == 1


def test_refused_microphone_makes_the_telephone_ring(
    odoo, pbx, account, with_browser_phone, page
):
    pbx.change(webphone_fault="microphone")
    browser.log_in(page, odoo.url)
    open_contact(page, odoo, account)
    page.wait_for_selector("#zdrmWPhI")
    wait_until_up(page)
    page.click(BUTTON)
    page.wait_for_selector(".o_notification:has-text('microphone')")
    account.wait_for_call(result="answered", res_id=account.partner)
    account.wait_for_call(result="failed", res_id=account.partner)
    assert len(pbx.callbacks()) == 1
