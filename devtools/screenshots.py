# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The pictures in the README and on the addon's page in Odoo.

They are of the demo that ./dev run serves.

Run in the environment, which has Playwright: ``python -m devtools.screenshots URL
SIMULATOR CHROMIUM``.
"""

import contextlib
import sys
import threading

from . import browser, demo, places, rpc, simulator
from .errors import Problem

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
    action = f"{url}/odoo/action-zadarma_connector.action_zadarma"
    page.goto(f"{action}_call")
    page.wait_for_selector(".o_data_row td[name=result]")
    _shoot(page, "call-list")
    page.locator(".o_data_row", has_text="Orchard").locator(
        "td[name=result]", has_text="Answered"
    ).first.click()
    page.wait_for_selector(".o_form_view [name=leg_ids]")
    _shoot(page, "call-form")

    page.set_viewport_size({"width": browser.WIDTH, "height": 1220})
    page.goto(f"{action}_account")
    page.click(".o_data_row td[name=name]")
    page.wait_for_selector(".o_form_view [name=webhook_url]")
    _shoot(page, "account-zadarma")
    page.set_viewport_size({"width": browser.WIDTH, "height": 560})
    page.click(".nav-link:has-text('PBX')")
    page.wait_for_selector("[name=extension_ids] .o_data_row")
    _shoot(page, "account-pbx")
    page.click(".nav-link:has-text('Routing')")
    page.wait_for_selector("[name=routing_rule_ids]")
    _shoot(page, "account-routing")
    page.set_viewport_size({"width": browser.WIDTH, "height": 640})
    page.goto(f"{action}_callback")
    page.wait_for_selector(".o_data_row")
    _shoot(page, "waiting-callers")
    client = rpc.Client(url, "demo", "admin", "admin")
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

    page.set_viewport_size({"width": browser.WIDTH, "height": browser.HEIGHT})
    _take_card(page, f"{action}_call", simulator_url)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{action}_call")
    page.wait_for_selector(".o_zadarma_card[data-phase=talking]")
    _shoot(page, "card-phone")


def _take_card(page, address, simulator_url):
    """Take a customer's call at the administrator's telephone."""
    page.goto(address)
    page.wait_for_selector(".o_data_row td[name=result]")
    # it answers when the call is over, which nobody waits for
    threading.Thread(target=_call, args=[simulator_url], daemon=True).start()
    page.wait_for_selector(".o_zadarma_card[data-phase=ringing]")
    _shoot(page, "card-ringing")
    page.wait_for_selector(".o_zadarma_card[data-phase=talking]", timeout=60_000)
    _shoot(page, "card-talking")


def _call(simulator_url):
    numbers = {"from": demo.ORCHARD, "to": "100"}
    with contextlib.suppress(Problem):
        simulator.dial(simulator_url, "incoming-answered", pace=1, **numbers)


def _shoot(page, name):
    page.mouse.move(0, 0)
    # pictures of people come after the text, and what slides in needs a moment
    page.wait_for_timeout(1500)
    page.wait_for_function("[...document.images].every((image) => image.complete)")
    page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    with browser.opened(sys.argv[3]) as opened:
        take(opened, *sys.argv[1:3])
