# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A team lead's lists, at a desk's widths and a telephone's: who waits and who calls
them back, while all of it changes."""

import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from devtools import browser

JOB = "cron_follow_up"
WAITING = "zadarma.waiting.caller"
CALLERS = "/odoo/action-zadarma_connector.action_zadarma_waiting_caller"
STRANGER = "+4930901820"
SIZES = {
    "laptop": {"width": 1366, "height": 768},
    "monitor": {"width": 1920, "height": 1080},
    "telephone": {"width": 390, "height": 844},
}
KYIV = ZoneInfo("Europe/Kyiv")


@pytest.fixture
def complaints(page):
    """What the browser's console complains about."""
    told = []
    page.on(
        "console",
        lambda one: told.append(one.text) if one.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: told.append(str(error)))
    return told


@pytest.fixture
def desk(odoo, pbx, connect):
    """A connected account; Jana, an agent, has extension 102."""
    account = connect(odoo)
    client = odoo.client()
    jana = account.make_agent("jana", name="Jana Demo")
    [extension] = account.read("zadarma.extension", [], number="102")
    client.call("zadarma.extension", "write", [extension["id"]], {"user_id": jana})
    # its greeting covers a telephone's width
    client.call("res.users", "write", [client.uid, jana], {"odoobot_state": "disabled"})
    return account


def miss(pbx, account, number):
    pbx.dial("incoming-missed", to="101", **{"from": number})
    account.run_job(JOB)


def wait_until_watched(page, account):
    """Wait until the server knows that somebody has a live list open."""
    deadline = time.monotonic() + 20
    while not account.read("zadarma.account", ["live_until"])[0]["live_until"]:
        assert time.monotonic() < deadline, "nobody watches"
        page.wait_for_timeout(100)


def call_out(account, event, number, began, **params):
    """Jana calls a number, as the PBX tells it.

    :param began: datetime in Kyiv's time, after whoever is called back called
    """
    told = {
        "event": event,
        "pbx_call_id": f"out_{'1' * 40}",
        "call_start": f"{began:%Y-%m-%d %H:%M:%S}",
        "internal": "102",
        "destination": number,
        **params,
    }
    assert account.notify(told).ok


@pytest.mark.parametrize("size", ["laptop", "monitor"])
def test_who_waits_is_handed_over_and_called_back(
    odoo, pbx, desk, page, complaints, size
):
    page.set_viewport_size(SIZES[size])
    miss(pbx, desk, desk.caller)
    browser.log_in(page, odoo.url)
    page.goto(odoo.url + CALLERS)
    row = page.locator(".o_data_row", has_text="Orchard")
    row.wait_for()
    table = page.locator(".o_list_renderer")
    assert table.evaluate("one => one.scrollWidth <= one.clientWidth")
    # and the widths that are given leave room for names
    assert row.locator("td[name=partner_id]").bounding_box()["width"] > 100

    # nothing selected: nothing happens, and it says so
    for button in ("Hand Over", "Close Without Calling"):
        page.click(f".o_control_panel button:has-text('{button}')")
        page.locator(".o_notification:has-text('Select the callers first')").wait_for()
        page.click(".o_notification_close")
        assert not page.locator(".modal").count()
    [caller] = desk.read(WAITING, ["state", "date_due"])
    assert caller["state"] == "open"

    row.locator(".o_list_record_selector input").click()
    page.click(".o_control_panel button:has-text('Hand Over')")
    browser.choose(page, ".modal [name=user_id] input", "Jana")
    page.click(".modal .btn-primary:has-text('Hand Over')")
    page.wait_for_selector(".o_notification:has-text('Jana Demo calls Orchard back')")
    row.locator("td[name=holder_id]", has_text="Jana Demo").wait_for()
    [handed] = desk.read(WAITING, ["holder_id", "date_due"])
    assert handed["holder_id"][1] == "Jana Demo"
    assert handed["date_due"] == caller["date_due"]

    # whoever is called back while somebody looks
    wait_until_watched(page, desk)
    began = datetime.now(KYIV)
    call_out(desk, "NOTIFY_OUT_START", desk.caller, began)
    row.locator("td[name=calling]", has_text="Jana Demo is calling").wait_for()
    over = {"disposition": "busy", "duration": "0"}
    call_out(desk, "NOTIFY_OUT_END", desk.caller, began, **over)
    desk.run_job(JOB)
    row.locator("td[name=state]", has_text="Not reached").wait_for()
    assert not row.locator("td[name=calling]").inner_text()

    page.click(".o_searchview_dropdown_toggler")
    page.click(".o_group_by_menu .o_menu_item:has-text('Assigned to')")
    page.locator(".o_group_header", has_text="Jana Demo").wait_for()
    assert not complaints


def test_on_a_telephone(odoo, pbx, desk, page, complaints):
    page.set_viewport_size(SIZES["telephone"])
    miss(pbx, desk, desk.caller)
    [caller] = desk.read(WAITING, [])
    browser.log_in(page, odoo.url)
    page.goto(f"{odoo.url}{CALLERS}/{caller['id']}")
    page.wait_for_selector(".o_form_view")
    page.click(".o_statusbar_buttons button[title=More]")
    page.click(".o-dropdown-item-unstyled-button button:has-text('Hand Over')")
    page.click(".modal [name=user_id] input")
    page.locator(".o_kanban_record, .dropdown-item", has_text="Jana").first.click()
    page.click(".modal .btn-primary:has-text('Hand Over')")
    page.wait_for_selector("[name=holder_id]:has-text('Jana Demo')")
    assert not complaints


def test_lists_change_under_the_hands(odoo, pbx, desk, page, complaints):
    for number in (desk.caller, STRANGER):
        miss(pbx, desk, number)
    browser.log_in(page, odoo.url)
    page.goto(odoo.url + CALLERS)
    selected = page.locator(".o_data_row", has_text="Orchard")
    selected.locator(".o_list_record_selector input").click()
    wait_until_watched(page, desk)

    # one more, and one less
    miss(pbx, desk, "+380443645713")
    page.locator(".o_data_row", has_text="+380443645713").wait_for()
    # a talk that is over now: were it longer, it would have begun before they waited
    pbx.dial("incoming-answered", to="101", talk=1, **{"from": STRANGER})
    desk.run_job(JOB)
    page.locator(".o_data_row", has_text=STRANGER).wait_for(state="detached")
    assert page.locator(".o_data_row").count() == 2
    assert selected.locator(".o_list_record_selector input").is_checked()
    assert page.locator(".o_data_row input:checked").count() == 1

    # calls too: the page that somebody is on
    page.goto(f"{odoo.url}/odoo/action-zadarma_connector.action_zadarma_call")
    page.locator(".o_data_row").first.wait_for()
    total = page.locator(".o_data_row").count()
    page.click(".o_pager_value")
    page.fill(".o_pager_value input, input.o_pager_value", f"2-{total}")
    page.keyboard.press("Enter")
    page.wait_for_function(
        f"document.querySelectorAll('.o_data_row').length === {total - 1}"
    )
    page.locator(".o_data_row .o_list_record_selector input").first.click()
    selected = page.locator(".o_data_row:has(input:checked)")
    shown = selected.inner_text()
    call_out(desk, "NOTIFY_OUT_START", STRANGER, datetime.now(KYIV))
    page.wait_for_selector(f".o_pager_limit:has-text('{total + 1}')")
    assert page.locator(".o_pager_value").inner_text().startswith("2-")
    assert selected.inner_text() == shown
    assert not complaints


@pytest.mark.parametrize("size", SIZES)
def test_what_is_behind_the_dashboard(odoo, pbx, desk, page, complaints, size):
    page.set_viewport_size(SIZES[size])
    for scenario in ("incoming-missed", "incoming-answered", "incoming-answered"):
        pbx.dial(scenario, to="101", **{"from": desk.caller})
    pbx.dial("incoming-answered", to="102", **{"from": STRANGER})
    desk.run_job(JOB)
    browser.log_in(page, odoo.url)

    def open_dashboard():
        page.goto(f"{odoo.url}/odoo/action-zadarma_connector.action_zadarma_dashboard")
        page.click(".btn:has-text('30 days')")
        page.wait_for_selector(".btn.active:has-text('30 days')")
        page.wait_for_selector(".o_zadarma_dashboard tbody tr")

    def listed():
        page.wait_for_selector(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)")
        return page.locator(
            ".o_data_row, .o_kanban_record:not(.o_kanban_ghost)"
        ).count()

    open_dashboard()
    page.click(".o_zadarma_dashboard tbody tr:has-text('Jana') [role=button]")
    page.wait_for_selector(".o_breadcrumb:has-text('Jana Demo')")
    assert listed() == 1

    # the answered part of the last bar: the lowest, at the right
    open_dashboard()
    canvas = page.locator(".o_zadarma_chart canvas").first
    canvas.scroll_into_view_if_needed()
    x, y = canvas.evaluate(
        """async (canvas) => {
            const middle = () => {
                const [bars] = Object.values(Chart.instances)
                    .filter((chart) => chart.canvas === canvas)
                    .map((chart) => chart.getDatasetMeta(0).data);
                const bar = bars[bars.length - 1];
                return [bar.x, (bar.y + bar.base) / 2];
            };
            // it grows, and moves when the page gets its last shape
            for (let then = []; String(then) !== String(middle()); ) {
                then = middle();
                await new Promise((resolve) => setTimeout(resolve, 300));
            }
            return middle();
        }"""
    )
    canvas.click(position={"x": x, "y": y})
    page.wait_for_selector(".o_breadcrumb:has-text('Answered calls: ')")
    assert listed() == 3
    assert not complaints


@pytest.mark.parametrize("size", SIZES)
def test_a_history_tells_each_reader_what_they_may_see(
    odoo, pbx, desk, page, complaints, size
):
    page.set_viewport_size(SIZES[size])
    client = odoo.client()
    [jana] = desk.read("res.users", [], login="jana")
    client.call("res.users", "write", [jana["id"]], {"password": "jana-s-own"})
    pbx.dial("incoming-answered", to="101", **{"from": desk.caller})
    call = desk.wait_for_call(result="answered")
    client.call("zadarma.call", "card_note", [call], "Wants three trees")
    desk.run_job(JOB)
    line = page.locator(".o-mail-Message", has_text="Incoming call: Answered")

    # Olena's call is not Jana's to see
    browser.log_in(page, odoo.url, "jana", "jana-s-own")
    page.goto(f"{odoo.url}/odoo/res.partner/{desk.partner}")
    line.wait_for()
    assert "Wants three trees" not in page.content()
    assert not line.locator(".o-mail-Message-body a").count()
    page.context.clear_cookies()

    browser.log_in(page, odoo.url)
    page.goto(f"{odoo.url}/odoo/res.partner/{desk.partner}")
    line.wait_for()
    assert "Wants three trees" in line.inner_text()
    line.locator("a", has_text="Incoming call").click()
    page.wait_for_selector(".o_form_view [name=wait_duration]")
    assert not complaints
