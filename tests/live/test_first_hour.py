# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From "installed" to "a call appeared", and to all that the manual describes: by
clicks and fields alone, which are counted."""

import re

import pytest

from devtools import browser
from tests.live.test_languages import CUT, install

CALLER = "+442037691880"
#: Who works here, by the numbers that they will have.
AGENTS = {"101": "Olena Kovalchuk", "102": "Jana Novak", "103": "Tom Baker"}
#: Clicks and fields.
MOST_FOR_CALLS = (6, 3)
MOST_FOR_ALL = (15, 6)
LEFT_AFTER_CONNECTING = {
    *("country", "people", "rights", "recordings", "webphone", "sms", "history"),
}
#: Pixels of a notebook, a large screen and a telephone.
WIDTHS = (1366, 1920, 390)


class Hand:
    """An administrator's hand, which counts what it does.

    :ivar clicks: how many so far
    :ivar fields: how many fields were filled in
    """

    def __init__(self, page):
        self._page = page
        self.clicks = self.fields = 0

    def click(self, selector):
        # at the edge: the marker of a tour of Odoo's may lie over the middle
        found = self._page.locator(selector).filter(visible=True).first
        found.click(position={"x": 8, "y": 8})
        self.clicks += 1

    def fill(self, field, value):
        self._page.fill(f"[name={field}] input", value)
        self.fields += 1

    def choose(self, field, text):
        """Fill in a field that offers choices, and click one of them."""
        browser.choose(self._page, f"[name={field}] input", text)
        self.fields += 1
        self.clicks += 1

    def press(self, step, button):
        """Press a button of the set-up, and wait until its step is done."""
        self.click(f"[data-step={step}] button[name={button}]")
        self._page.wait_for_selector(f"[data-step={step}][data-state=done]")

    @property
    def counted(self):
        """Clicks and fields so far."""
        return self.clicks, self.fields


@pytest.fixture
def pbx_options():
    return ["--extensions=" + ",".join(AGENTS)]


def test_from_settings_to_all_that_the_manual_describes(odoo, pbx, page, capsys):
    complaints = []
    page.on("console", lambda said: complaints.append((said.type, said.text)))
    page.set_default_timeout(browser.FIRST_PATIENCE)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Emulation.setTimezoneOverride", {"timezoneId": "Europe/Kiev"})
    # Odoo's Invoicing, which is there for the tests, gives the company a country
    odoo.client().call("res.company", "write", [1], {"country_id": False})
    browser.log_in(page, odoo.url)
    for name in AGENTS.values():
        _hire(page, odoo.url, name)
    pbx.change(
        extensions=[
            {"number": "101", "name": AGENTS["101"]},
            {"number": "102", "name": AGENTS["102"].upper()},
            {"number": "103", "name": "Desk", "record_email": _email(AGENTS["103"])},
        ]
    )
    hand = Hand(page)

    # from Settings to the first call
    page.goto(f"{odoo.url}/odoo/settings")
    hand.click(".settings_tab [data-key=zadarma_connector]")
    hand.click("button:has-text('Connect Zadarma')")
    hand.fill("api_url", pbx.url)
    hand.fill("api_key", pbx.key)
    hand.fill("api_secret", pbx.secret)
    hand.press("connection", "action_setup_connect")
    assert pbx.secret not in page.content()
    assert _states(page, "left") == LEFT_AFTER_CONNECTING
    pbx.dial("incoming-answered", to="101", pace=0, **{"from": CALLER})
    hand.click(".o_navbar_apps_menu button")
    hand.click(".o_app[data-menu-xmlid='zadarma_connector.menu_zadarma']")
    page.wait_for_selector(f".o_data_row:has-text('{CALLER}')")
    for_calls = hand.counted

    # all the rest
    hand.click("[data-menu-xmlid='zadarma_connector.menu_zadarma_configuration']")
    hand.click("[data-menu-xmlid='zadarma_connector.menu_zadarma_setup']")
    hand.click("button[name=action_setup_country]")
    hand.choose("country_id", "Ukraine")
    hand.click(".modal .o_form_button_save")
    page.wait_for_selector("[data-step=country][data-state=done]")
    hand.press("people", "action_setup_accept_people")
    hand.press("rights", "action_setup_give_right")
    hand.press("webphone", "action_setup_webphone")
    hand.click("button[name=action_import_history]")
    hand.click(".modal button[name=action_begin]")
    page.wait_for_selector(".o_form_view [name=progress]:visible")
    for_all = hand.counted

    with capsys.disabled():
        print(f"\nfirst call: {_told(for_calls)}; all of it: {_told(for_all)}")
    for counted, most in ((for_calls, MOST_FOR_CALLS), (for_all, MOST_FOR_ALL)):
        assert all(one <= at_most for one, at_most in zip(counted, most, strict=True))
    page.goto(f"{odoo.url}/odoo/action-zadarma_connector.action_zadarma_setup")
    page.wait_for_selector("[data-step=history]")
    # another addon's, for those who want it
    page.click("[data-step=sms] button[name=action_receive_sms]")
    page.locator("button[name=action_receive_sms]").wait_for(state="detached")
    hand.press("sms", "action_setup_send_sms")
    assert _states(page, "left") == set()
    assert [said for said in complaints if said[0] in ("error", "warning")] == []


@pytest.mark.parametrize("code", ["en_US", "de_DE", "uk_UA"])
def test_the_set_up_and_settings_fit(odoo, connect, page, code):
    client = odoo.client()
    connect(odoo)
    if code != "en_US":
        install(client, [code])
        client.call("res.users", "write", [client.uid], {"lang": code})
    page.set_default_timeout(browser.FIRST_PATIENCE)
    browser.log_in(page, odoo.url)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": browser.HEIGHT})
        page.goto(f"{odoo.url}/odoo/action-zadarma_connector.action_zadarma_setup")
        page.wait_for_selector("[data-step=history]")
        assert page.locator(".o_form_sheet").evaluate(CUT) == [], width
        page.goto(f"{odoo.url}/odoo/settings")
        page.click(".settings_tab [data-key=zadarma_connector]")
        accounts = page.locator("[name=zadarma_account_ids]")
        settings = page.locator(".o_setting_box", has=accounts)
        notifications = settings.locator("td[name=webhook_is_registered] i")
        notifications.wait_for()
        assert settings.evaluate(CUT) == [], width
        _is_inside(notifications, width)


def test_connect_without_a_key_says_what_is_missing(odoo, page):
    odoo.expected.append("Enter the key and the secret first")
    page.set_default_timeout(browser.FIRST_PATIENCE)
    browser.log_in(page, odoo.url)
    page.goto(f"{odoo.url}/odoo/action-zadarma_connector.action_zadarma_setup")
    # the first thing to type is the key: the address stays as it is
    page.wait_for_selector("[name=api_key] input:focus")
    page.click("[data-step=connection] button[name=action_setup_connect]")
    dialog = page.locator(".modal", has_text="Enter the key and the secret first")
    dialog.wait_for()
    assert "Something went wrong" not in dialog.inner_text()
    assert dialog.locator(".modal-title").inner_text() == "Not connected yet"


def test_a_time_zone_is_chosen_of_those_that_it_may_be(odoo, connect, pbx, page):
    """It is saved by the choice: what is ticked is so."""
    account = connect(odoo)
    client = odoo.client()
    client.call("zadarma.account", "action_test_connection", [account.id])
    client.call("zadarma.account", "write", [account.id], {"tz": "Asia/Tokyo"})
    page.set_default_timeout(browser.FIRST_PATIENCE)
    browser.log_in(page, odoo.url)
    page.goto(f"{odoo.url}/odoo/action-zadarma_connector.action_zadarma_setup")
    choice = page.locator("[data-step=clock][data-state=left] .o_zadarma_choice")
    choice.wait_for()
    offered = choice.locator("option").all_inner_texts()
    assert "Asia/Tokyo" not in offered
    choice.select_option("Europe/Athens")
    page.wait_for_selector("[data-step=clock][data-state=done]")
    [kept] = account.read("zadarma.account", ["tz"])
    assert kept["tz"] == "Europe/Athens"


def _is_inside(locator, width):
    """Require that somebody can see it without scrolling to the side."""
    box = locator.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= width


def _states(page, state):
    """The names of the steps that are in some state."""
    steps = page.locator(f"[data-state={state}]").all()
    return {step.get_attribute("data-step") for step in steps}


def _told(counted):
    return "{} clicks and {} fields".format(*counted)


def _email(name):
    return f"{name.split()[0].lower()}@example.com"


def _hire(page, url, name):
    """Make a user, as it was done before anybody thought of Zadarma."""
    page.goto(f"{url}/odoo/action-base.action_res_users/new")
    page.fill("[name=name] input", name)
    page.fill("[name=login] input", _email(name))
    page.click(".o_form_button_save")
    page.wait_for_url(re.compile(r"/users/\d+$"))
