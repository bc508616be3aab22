# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The pictures in the README and on the addon's page in Odoo.

They are of the demo that ./dev run serves.

Run in the environment, which has Playwright: ``python -m devtools.screenshots URL
SIMULATOR CHROMIUM``.
"""

import contextlib
import sys
import threading
import time

from . import browser, dark_mode, demo, places, rpc, simulator
from .errors import Problem

#: Seconds until the demo's calls are transcribed.
PATIENCE = 600
#: What a customer writes by SMS.
QUESTION = "Can you deliver an hour earlier on Monday?"
FOLDER = places.CHECKOUT.joinpath(
    "zadarma_connector", "static", "description", "screenshots"
)


def take(page, url, simulator_url):
    """Take all pictures.

    :param page: a Playwright page
    :param url: of a running demo
    :param simulator_url: of its simulator
    """
    browser.log_in(page, url)
    client = rpc.Client(url, "demo", "admin", "admin")
    action = f"{url}/odoo/action-zadarma_connector.action_zadarma"
    calls = f"{action}_call"
    usual = {"width": browser.WIDTH, "height": browser.HEIGHT}
    _take_call(page, calls)
    _take_setup(page, f"{action}_setup")
    accounts = client.call("zadarma.account", "search", [])
    for button in ("action_setup_give_right", "action_setup_put_away"):
        client.call("zadarma.account", button, accounts)
    _take_account(page, f"{action}_account")
    _take_lists(page, url, action, client)
    page.set_viewport_size(usual)
    _wait_for_transcripts(client)
    _take_recording(page, calls)
    _take_messages(page, url, client, simulator_url)
    _take_floor(page, f"{action}_floor", simulator_url)
    _take_card(page, calls, simulator_url)
    _take_on_a_telephone(page, simulator_url)
    page.set_viewport_size(usual)
    _take_in_dark(page, url, client, calls)


def _take_call(page, calls):
    page.goto(calls)
    page.wait_for_selector(".o_data_row td[name=result]")
    _shoot(page, "call-list")
    page.locator(".o_data_row", has_text="Orchard").locator(
        "td[name=result]", has_text="Answered"
    ).first.click()
    page.wait_for_selector(".o_form_view [name=leg_ids]")
    _shoot(page, "call-form")


def _take_setup(page, setup):
    page.set_viewport_size({"width": browser.WIDTH, "height": 860})
    page.goto(setup)
    page.wait_for_selector("[data-step=history]")
    _shoot(page, "set-up")


def _take_account(page, accounts):
    page.set_viewport_size({"width": browser.WIDTH, "height": 1220})
    page.goto(accounts)
    page.click(".o_data_row td[name=name]")
    page.wait_for_selector(".o_form_view [name=webhook_url]")
    _shoot(page, "account-zadarma")
    page.set_viewport_size({"width": browser.WIDTH, "height": 660})
    page.click(".nav-link:has-text('PBX')")
    page.wait_for_selector("[name=extension_ids] .o_data_row")
    _shoot(page, "account-pbx")
    page.click(".nav-link:has-text('Routing')")
    page.wait_for_selector("[name=routing_rule_ids]")
    _shoot(page, "account-routing")


def _take_lists(page, url, action, client):
    page.set_viewport_size({"width": browser.WIDTH, "height": 640})
    page.goto(f"{action}_waiting_caller")
    page.wait_for_selector(".o_data_row")
    _shoot(page, "waiting-callers")
    known = [("phone_sanitized", "=", demo.ORCHARD)]
    [contact] = client.call("res.partner", "search", known, limit=1)
    page.goto(f"{url}/odoo/res.partner/{contact}")
    page.wait_for_selector(".o_form_view .o_field_phone")
    _shoot(page, "call-button")
    page.click(".o_menu_systray button[title=Phone]")
    page.wait_for_timeout(800)
    _shoot(page, "dialler")
    page.goto(f"{action}_dashboard")
    page.wait_for_timeout(3000)
    _shoot(page, "dashboard")


def _take_recording(page, calls):
    page.goto(calls)
    page.click(".o_zadarma_listen[data-state=kept] >> nth=0")
    page.wait_for_selector(".o_zadarma_phrase")
    _shoot(page, "recording")
    page.keyboard.press("Escape")


def _take_messages(page, url, client, simulator_url):
    """Take a customer's SMS and our answer, in the customer's history."""
    accounts = client.call("zadarma.account", "search", [])
    for button in ("action_receive_sms", "action_setup_send_sms"):
        client.call("zadarma.account", button, accounts)
    simulator.write(simulator_url, QUESTION, demo.ORCHARD)
    known = [("phone_sanitized", "=", demo.ORCHARD)]
    [contact] = client.call("res.partner", "search", known, limit=1)
    page.goto(f"{url}/odoo/res.partner/{contact}")
    page.hover(f".o-mail-Message:has-text('{QUESTION}')")
    page.click(".o-mail-Message button[title='Answer by SMS']")
    page.fill(".modal textarea", "Yes, at seven")
    # Odoo counts the characters when the field is left
    page.keyboard.press("Tab")
    _shoot(page, "sms")
    page.click(".modal .btn-close")


def _take_floor(page, floor, simulator_url):
    """Take the floor while two colleagues are on the telephone."""
    page.set_viewport_size({"width": browser.WIDTH, "height": browser.HEIGHT})
    page.goto(floor)
    page.wait_for_selector(".o_zadarma_person")
    _call(simulator_url, demo.FARO, to="101", talk=40)
    _call(simulator_url, demo.TARTAK, to="102", talk=40)
    talks = ".o_zadarma_person[data-presence=talking] >> nth=1"
    page.wait_for_selector(talks, timeout=60_000)
    _shoot(page, "floor")


def _take_on_a_telephone(page, simulator_url):
    page.set_viewport_size({"width": 390, "height": 844})
    # a list becomes cards when a page is loaded at this width
    page.reload()
    page.wait_for_selector(".o_kanban_record:not(.o_kanban_ghost)")
    page.click(".o_menu_systray button[title=Phone]")
    page.wait_for_selector(".o_zadarma_telephone")
    _shoot(page, "dialler-phone")
    page.keyboard.press("Escape")
    _call(simulator_url, demo.ORCHARD, talk=60)
    page.wait_for_selector(".o_zadarma_card[data-phase=talking]", timeout=60_000)
    _shoot(page, "card-phone")


def _take_in_dark(page, url, client, calls):
    dark_mode.switch_on(page, url, client)
    page.goto(calls)
    page.wait_for_selector(".o_zadarma_card[data-phase=talking]")
    _shoot(page, "card-dark")
    page.click(".o_menu_systray button[title=Phone]")
    page.wait_for_selector(".o_zadarma_telephone")
    _shoot(page, "dialler-dark")


def _wait_for_transcripts(client):
    """Wait until the demo has what was said in its calls, which takes minutes."""
    deadline = time.monotonic() + PATIENCE
    unfinished = [("transcript_state", "!=", "done")]
    while client.call("zadarma.recording", "search_count", unfinished):
        if time.monotonic() > deadline:
            raise Problem("the demo's calls are not transcribed")
        time.sleep(5)


def _take_card(page, address, simulator_url):
    """Take a customer's call at the administrator's telephone, and a stranger's."""
    page.goto(address)
    page.wait_for_selector(".o_data_row td[name=result]")
    _call(simulator_url, demo.ORCHARD, talk=30)
    page.wait_for_selector(".o_zadarma_card[data-phase=ringing]")
    _shoot(page, "card-ringing")
    page.wait_for_selector(".o_zadarma_card[data-phase=talking]", timeout=60_000)
    _shoot(page, "card-talking")
    _call(simulator_url, demo.STRANGER, scenario="incoming-missed")
    page.wait_for_selector(".o_zadarma_card[data-phase=ringing]", timeout=60_000)
    _shoot(page, "card-stack")
    page.click(".o_zadarma_card[data-phase=ringing] .o_zadarma_dismiss")
    page.wait_for_selector(".o_zadarma_card[data-phase=ended]", timeout=60_000)
    page.fill(".o_zadarma_note", "Wants the bread an hour earlier from Monday on")
    page.select_option(".o_zadarma_outcome", index=1)
    page.click(".o_zadarma_plan")
    _shoot(page, "card-ended")
    page.click(".o_zadarma_dismiss")


def _call(simulator_url, caller, scenario="incoming-answered", **settings):
    """Begin a call; the simulator answers when it is over, which nobody waits for."""
    settings = {"from": caller, "to": "100", "pace": 1, **settings}

    def dial():
        with contextlib.suppress(Problem):
            simulator.dial(simulator_url, scenario, **settings)

    threading.Thread(target=dial, daemon=True).start()


def _shoot(page, name):
    page.mouse.move(0, 0)
    # pictures of people come after the text, and what slides in needs a moment
    page.wait_for_timeout(1500)
    page.wait_for_function("[...document.images].every((image) => image.complete)")
    page.wait_for_selector(".o_loading_indicator", state="detached")
    page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    with browser.launched(sys.argv[3]) as launched, browser.opened(launched) as opened:
        take(opened, *sys.argv[1:3])
