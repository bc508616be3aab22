# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an administrator sees and chooses of the PBX: own numbers, recording, scenarios,
where calls go during time off."""

from datetime import date, timedelta

import pytest

from devtools import browser
from tests.live.test_languages import CUT

ACCOUNT = "/odoo/action-zadarma_connector.action_zadarma_account"
NUMBERS = "/odoo/action-zadarma_connector.action_zadarma_did"
HOTLINE = "380441234567"
SIZES = [(1366, 768), (1920, 1080), (390, 844)]
#: Where a choice is offered: under the field, or on a telephone's width in a window.
OFFERED = (
    ".o_select_menu_item, .o-autocomplete--dropdown-item,"
    " .modal .o_kanban_record, .modal .o_data_row"
)


class Tab:
    """A page of an account's form."""

    def __init__(self, page, url, account, name):
        self._page = page
        page.goto(f"{url}{ACCOUNT}/{account.id}")
        page.click(f".nav-link[name={name}]")

    def row(self, lines, text):
        return self._page.locator(f"[name={lines}] .o_data_row", has_text=text)

    def choose(self, row, field, text):
        """Take one of the choices of a line."""
        cell = row.locator(f"td[name={field}]")
        if not cell.locator("input").count():
            cell.click()
        cell.locator("input").click()
        self._page.locator(OFFERED, has_text=text).first.click()

    def save(self):
        self._page.click(".o_form_button_save")
        self._page.wait_for_selector(".o_form_saved, .o_form_readonly")


@pytest.fixture
def account(odoo, pbx, connect):
    soon = date.today() + timedelta(days=9)
    pbx.change(
        numbers=[
            {
                "number": HOTLINE,
                "name": "Hotline Kyiv",
                "country": "Ukraine",
                "monthly_fee": 3.5,
                "stop_date": f"{soon}",
                "autorenew": False,
            }
        ],
        menu_title="Main menu",
        scenario_titles={"0-1": "Sales", "0-2": "Service"},
    )
    account = connect(odoo)
    # its greeting covers a telephone's width
    odoo.client().call("res.users", "write", [2], {"odoobot_state": "disabled"})
    return account


@pytest.fixture
def opened(odoo, account, page):
    """A function that opens a page of the account's form: ``opened(name, size)``."""
    browser.log_in(page, odoo.url)

    def open_page(name, size):
        page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
        return Tab(page, odoo.url, account, name)

    return open_page


def test_own_numbers(odoo, account, page, opened):
    names = ["Spring sale", "Summer sale", "Autumn sale"]
    odoo.client().call("utm.campaign", "create", [{"name": name} for name in names])
    for size, campaign in zip(SIZES, names, strict=True):
        tab = opened("pbx", size)
        # it is lost soon, which the form says
        page.locator(".alert", has_text="will be lost").wait_for()
        line = tab.row("did_ids", HOTLINE)
        assert "3.50" in line.inner_text() and "Ukraine" in line.inner_text()
        tab.choose(line, "campaign_id", campaign)
        tab.save()
        page.goto(f"{odoo.url}{NUMBERS}")
        # a card on a telephone
        line = page.locator(".o_data_row, .o_kanban_record", has_text="Hotline Kyiv")
        line.wait_for()
        for text in (campaign, "3.50", "USD"):
            assert text in line.inner_text()
        assert "text-danger" in line.locator("[name=paid_until]").get_attribute("class")
        if size[0] > 390:
            assert page.locator(".o_list_renderer").evaluate(CUT) == []
    line.locator(".fw-bold").click()
    page.click(".o_form_view button[name=action_compute_again]")
    page.locator(".modal button", has_text="Compute Again").click()
    page.wait_for_selector(".modal", state="detached")


def test_recording_is_switched_and_logged(account, pbx, page, opened):
    texts = ("Not recorded", "Recorded, with transcript", "Not recorded")
    for size, text in zip(SIZES, texts, strict=True):
        tab = opened("pbx", size)
        line = tab.row("extension_ids", "Extension 101")
        tab.choose(line, "recording", text)
        tab.save()
        said = page.locator(".o-mail-Message", has_text="Administrator").first
        said.filter(has_text=f"Olena: {text}").wait_for()
        recorded = {
            one["number"]: one["recorded"] for one in pbx.settings()["extensions"]
        }
        assert recorded == {"100": True, "101": text != "Not recorded", "102": True}


def test_a_scenario_is_chosen_by_its_name(account, pbx, page, opened):
    for size in SIZES:
        tab = opened("routing", size)
        page.click("[name=routing_rule_ids] .o_field_x2many_list_row_add a")
        line = page.locator("[name=routing_rule_ids] .o_selected_row")
        line.locator("[name=called_number] input").fill(f"+{HOTLINE}")
        tab.choose(line, "scenario_id", "Service")
        tab.save()
    rules = account.read("zadarma.routing.rule", ["scenario"])
    assert [rule["scenario"] for rule in rules] == ["0-2"] * 3
    # the second scenario rings the second extension
    called = pbx.dial("incoming-answered", to="100", pace=0, did=HOTLINE, talk=15)
    assert pbx.calls()[called["pbx_call_id"]]["answered_by"] == ["101"]


def test_where_calls_go_during_time_off(account, page, opened):
    texts = {"deputy": "The deputy", "mobile": "Work mobile", "mailbox": "Mailbox"}
    for size, (choice, text) in zip(SIZES, texts.items(), strict=True):
        tab = opened("pbx", size)
        line = tab.row("extension_ids", "Extension 101")
        line.wait_for()
        switch = page.locator("[name=forward_absent] input")
        if not switch.is_checked():
            # nobody is asked where nothing is forwarded
            assert not line.locator("td[name=absence_target]").count()
            switch.check()
        tab.choose(line, "absence_target", text)
        tab.save()
        [chosen] = account.read("zadarma.extension", ["absence_target"], number="101")
        assert chosen["absence_target"] == choice
        # what is missing for it is said
        page.locator(".alert", has_text="during time off: there is no").wait_for()
