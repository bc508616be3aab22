# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""History is imported as an administrator does it, through the end of Odoo."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest

from devtools import browser

JOB = "cron_reconcile"
#: One page of rows: with the one that is interrupted no more than three requests.
CALLS = 700
FIELDS = ["pbx_call_id", "direction", "result", "duration", "recorded", "confirmed"]


@pytest.fixture
def pbx_options():
    # our own limit is tested elsewhere; here a minute would be waited for
    return ["--no-rate-limit"]


def test_history_is_imported_although_odoo_is_killed(
    start_odoo, pbx, connect, outside, page
):
    odoo = start_odoo()
    account = connect(odoo)
    end = datetime.datetime.now(datetime.UTC)
    begin = end - datetime.timedelta(days=20)
    pbx.fill_history(CALLS, begin.isoformat(), end.isoformat())

    browser.log_in(page, odoo.url)
    page.goto(f"{odoo.url}/odoo/action-zadarma_connector.action_zadarma_account")
    page.click(".o_data_row td[name=name]")
    page.click("button:has-text('Import History')")
    page.click(".modal button:visible:has-text('Import')")
    page.wait_for_selector(".o_form_view [name=progress]")
    with ThreadPoolExecutor() as pool:
        interrupted = pool.submit(account.run_job, JOB)
        outside.wait_for("SELECT FROM zadarma_call LIMIT 1")
        odoo.kill()
        assert interrupted.exception()
    [[known]] = outside.rows("SELECT count(*) FROM zadarma_call")
    assert known < CALLS
    odoo.start()
    # the daily comparison may have its share of the three requests a minute, so one
    # more minute may be needed; what was cut off goes on in the first one
    for _minute in range(2):
        outside.rows("UPDATE zadarma_limiter SET log = NULL RETURNING id")
        account.run_job(JOB)
        [[stored]] = outside.rows("SELECT count(*) FROM zadarma_call")
        assert stored > known

    calls = {call["pbx_call_id"]: call for call in account.read("zadarma.call", FIELDS)}
    truth = pbx.calls()
    assert len(truth) == CALLS
    assert calls.keys() == truth.keys()
    for pbx_call_id, happened in truth.items():
        call = calls[pbx_call_id]
        assert call["confirmed"], happened
        assert call["direction"] == happened["direction"]
        assert call["duration"] == happened["duration"]
        assert call["recorded"] == any(leg["recorded"] for leg in happened["legs"])
        assert (call["result"] == "answered") == (happened["disposition"] == "answered")

    # the form tells how it went
    page.goto(f"{odoo.url}/odoo/action-zadarma_connector.action_zadarma_account")
    page.click(".o_data_row td[name=name]")
    page.click(".nav-link:has-text('Health')")
    # the first, below what began by itself
    row = page.locator("[name=reconciliation_ids] .o_data_row").last
    assert row.locator("td[name=state]").inner_text() == "Done"
    assert "100" in row.locator("td[name=progress]").inner_text()

    # compared again, nothing differs and nothing is written
    last_change = "SELECT max(write_date), count(*) FROM zadarma_call"
    before = outside.rows(last_change)
    outside.rows("UPDATE zadarma_limiter SET log = NULL RETURNING id")
    account.reconcile(begin, end)
    [_first, again] = account.read(
        "zadarma.reconciliation",
        ["state", "added", "corrected", "doubted"],
        kind="manual",
    )
    assert again["state"] == "done"
    assert (again["added"], again["corrected"], again["doubted"]) == (0, 0, 0)
    assert outside.rows(last_change) == before


@pytest.mark.parametrize("width", [1366, 390])
def test_calendars_lie_over_nothing_that_is_needed(odoo, pbx, connect, page, width):
    account = connect(odoo)
    client = odoo.client()
    # the greeting of Odoo's bot covers a telephone's width
    client.call("res.users", "write", [client.uid], {"odoobot_state": "disabled"})
    page.set_viewport_size({"width": width, "height": browser.HEIGHT})
    browser.log_in(page, odoo.url)
    accounts = f"{odoo.url}/odoo/action-zadarma_connector.action_zadarma_account"
    for button in ("action_import_history", "action_reconcile"):
        page.goto(f"{accounts}/{account.id}")
        page.locator(f"button[name={button}]").first.click()
        for field, other in (("date_from", "date_to"), ("date_to", "date_from")):
            page.locator(f".modal [data-field={field}]").click()
            calendar = page.locator(".o_datetime_picker")
            calendar.wait_for()
            for needed in (
                f".modal [data-field={other}]",
                ".modal-footer button[name=action_begin]:visible",
                ".modal-footer .btn-secondary",
            ):
                # Playwright would wait for what is covered
                page.locator(needed).click(trial=True)
            calendar.locator(".o_datetime_buttons .btn-primary").click()
            calendar.wait_for(state="detached")
