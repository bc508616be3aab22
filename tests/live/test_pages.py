# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every page that the menus lead to: the browser complains of nothing, and on a
telephone nobody has to scroll to the side."""

from datetime import UTC, datetime, timedelta

import pytest

from devtools import browser
from tests.live.test_languages import install
from tests.live.test_team_lead import SIZES, complaints  # noqa: F401

APP = "zadarma_connector.menu_zadarma"
#: What a page consists of when it is there.
PAGE = (
    ":is(.o_view_controller .o_content > *, .o_zadarma_tile, .o_zadarma_floor > *)"
    f":not({browser.LEFT})"
)
DIALOG = ".modal"
#: What is wider than its place, and moves under a finger; a pivot table is as wide as
#: what somebody asks it.
SIDEWAYS = """
() => [...document.querySelectorAll(".o_action_manager *")]
    .filter((one) => one.scrollWidth > one.clientWidth + 1)
    .filter((one) => ["auto", "scroll"].includes(getComputedStyle(one).overflowX))
    .filter((one) => !one.closest(".o_pivot, .o_notebook_headers, .o_form_view"))
    .map((one) => `${one.className}: ${one.scrollWidth} > ${one.clientWidth}`)
"""


@pytest.fixture
def pbx_options():
    return ["--no-rate-limit"]


@pytest.mark.parametrize("code", ["en_US", "de_DE", "uk_UA"])
def test_pages_of_all_menus(odoo, pbx, connect, page, complaints, code):  # noqa: F811
    account = connect(odoo)
    client = odoo.client()
    _fill(odoo, pbx, account)
    if code != "en_US":
        install(client, [code])
    # the greeting of Odoo's bot covers a telephone's width
    client.call(
        "res.users",
        "write",
        [client.uid],
        {"lang": code, "odoobot_state": "disabled"},
    )
    page.set_default_timeout(browser.FIRST_PATIENCE)
    browser.log_in(page, odoo.url)
    addresses = _addresses(client)
    assert len(addresses) > 25
    for size in ("laptop", "telephone"):
        page.set_viewport_size(SIZES[size])
        # loaded anew: what is made for a telephone is made when it is loaded
        page.goto(odoo.url + addresses[-1])
        page.locator(PAGE).first.wait_for()
        for address in addresses:
            _open(page, address)
            if size == "telephone":
                assert page.evaluate(SIDEWAYS) == [], address
            else:
                page.set_viewport_size(SIZES["monitor"])
                page.set_viewport_size(SIZES[size])
            assert complaints == [], address


def _open(page, address):
    """Open a page, and each of its tabs; or a dialog, over the page before."""
    if page.locator(DIALOG).count():
        page.keyboard.press("Escape")
        page.locator(DIALOG).wait_for(state="detached")
    browser.follow(page, address)
    page.locator(PAGE).first.wait_for()
    for tab in page.locator(".o_notebook_headers .nav-link").all():
        tab.click()


def _fill(odoo, pbx, account):
    """Let there be something on each page."""
    account.give_extension()
    call = {"to": "101", "from": account.caller, "pace": 0}
    pbx.dial("incoming-missed", **call)
    pbx.dial("incoming-answered", **call)
    account.run_job("cron_follow_up")
    now = datetime.now(UTC)
    account.reconcile(now - timedelta(days=2), now - timedelta(days=1))
    client = odoo.client()
    values = {"number": "+4930901821", "reason": "Asks for nothing, again and again"}
    client.call("zadarma.blocked", "create", [values])
    client.call("zadarma.account", "action_rehearse_retention", [account.id])


def _addresses(client):
    """Where the app's menus lead, and to the first record of what they list."""
    addresses = ["/odoo/settings#zadarma_connector"]
    for action in _actions(client):
        addresses.append(f"/odoo/action-{action}")
        [shown] = client.call(
            "ir.actions.act_window",
            "search_read",
            [("id", "=", action)],
            ["res_model", "view_mode"],
        ) or [{"view_mode": ""}]
        if {"list", "form"} <= set(shown["view_mode"].split(",")):
            found = client.call(shown["res_model"], "search", [], limit=1)
            addresses += [f"/odoo/action-{action}/{record}" for record in found]
    return addresses


def _actions(client):
    """The ids of the actions behind the app's menus."""
    menus = client.call("ir.ui.menu", "load_menus", False)
    [app] = [menu for menu in menus.values() if menu.get("xmlid") == APP]
    waiting = list(app["children"])
    while waiting:
        menu = menus[str(waiting.pop())]
        waiting += menu["children"]
        if menu["action_id"]:
            yield menu["action_id"]
