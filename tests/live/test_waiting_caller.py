# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whoever called in vain becomes one task, and is called back."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest

from devtools import browser

JOB = "cron_follow_up"
WAITING = "zadarma.waiting.caller"
#: Seconds: long enough to be a person, and shorter than some wait in vain.
TALK = 11
#: None of them is the one that they dial: nobody waits at that.
NUMBERS = [f"+44203769{number}" for number in range(1890, 1900)]
#: The account's own ones.
DIDS = [f"+44203769{number}" for number in range(1881, 1884)]


@pytest.fixture
def pbx_options():
    # dialling asks the API for more than a real day would
    return ["--no-rate-limit", f"--numbers={','.join(DIDS)}"]


def test_parallel_calls_open_one_task_for_each_caller(start_odoo, connect, pbx):
    odoo = start_odoo(workers=2, cron=True)
    account = connect(odoo)

    def play(numbered):
        index, number = numbered
        scenario = "incoming-missed" if index % 3 else "incoming-answered"
        did = DIDS[index // len(NUMBERS)]
        pbx.dial(scenario, to="101", did=did, **{"from": number})

    # Each caller three times, two of them in vain, all at the same time. Each time at
    # another of our numbers: of two calls that differ in their ids only, which no
    # signature covers, the second has no consequences.
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(play, enumerate(NUMBERS * 3)))
    account.run_scheduled_job()
    account.wait_until_followed_up()

    calls = account.read(
        "zadarma.call",
        ["external_number", "date_start", "result", "callback_state"],
    )
    assert len(calls) == len(NUMBERS) * 3
    waiting = set()
    for number in NUMBERS:
        same = [call for call in calls if call["external_number"] == number]
        spoken = [one["date_start"] for one in same if one["result"] == "answered"]
        for call in same:
            served = call["date_start"] < max(spoken, default="")
            missed = call["result"] == "missed"
            state = ("done" if served else "open") if missed else False
            assert call["callback_state"] == state, call
            if state == "open":
                waiting.add(number)
    callers = account.read(WAITING, ["number", "state", "activity_ids"])
    assert len(callers) == len({caller["number"] for caller in callers})
    for caller in callers:
        tasks = 1 if caller["number"] in waiting else 0
        assert len(caller["activity_ids"]) == tasks, caller
    assert {one["number"] for one in callers if one["state"] == "open"} == waiting


def test_team_lead_finds_who_waits_and_calls_back(odoo, pbx, connect, page):
    account = connect(odoo)
    account.give_extension()
    pbx.change(callback_pace=0)
    pbx.dial("incoming-missed", to="101", **{"from": account.caller})
    account.run_job(JOB)

    browser.log_in(page, odoo.url)
    page.goto(f"{odoo.url}/odoo/action-zadarma_connector.action_zadarma_call")
    page.wait_for_selector(".o_data_row:has-text('Orchard')")
    page.click(".o_searchview_dropdown_toggler")
    page.click(".o_filter_menu .o_menu_item:has-text('Missed, not called back')")
    page.wait_for_selector(".o_facet_values:has-text('Missed, not called back')")
    row = page.locator(".o_data_row", has_text="Orchard")
    assert row.locator("td[name=callback_state]").inner_text() == "Waiting"

    page.goto(f"{odoo.url}/odoo/action-zadarma_connector.action_zadarma_waiting_caller")
    row = page.locator(".o_data_row", has_text="Orchard")
    row.wait_for()
    assert [one["missed_count"] for one in account.read(WAITING, ["missed_count"])] == [
        1
    ]
    row.locator("button[name=action_call]").click()
    page.wait_for_selector(".o_zadarma_card:has-text('Orchard')")
    account.wait_for_call(direction="outgoing", result="answered")
    account.run_job(JOB)

    page.reload()
    page.wait_for_selector("text=Nobody is waiting for a call back")
    [caller] = account.read(WAITING, ["state", "activity_ids"])
    assert (caller["state"], caller["activity_ids"]) == ("done", [])


def test_what_nobody_told_changes_what_is_to_be_done(odoo, pbx, connect):
    account = connect(odoo)

    def play(numbers, scenario):
        for number in numbers:
            pbx.dial(scenario, to="101", talk=TALK, **{"from": number})

    first_told, last_told, never_told = NUMBERS[:3], NUMBERS[3:6], NUMBERS[6:]
    begin = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
    play(first_told, "incoming-missed")
    account.run_job(JOB)
    assert len(account.read(WAITING, [], state="open")) == len(first_told)
    odoo.stop()
    play(last_told + never_told, "incoming-missed")
    play(first_told + never_told[:2], "incoming-answered")
    odoo.start()
    play(last_told, "incoming-answered")
    account.run_job(JOB)
    assert_right(account, pbx.calls(), known=first_told)

    account.reconcile(begin, begin + datetime.timedelta(hours=2))
    account.run_job(JOB)
    states = assert_right(account, pbx.calls(), known=NUMBERS)
    assert states == {"open", "done"}


def assert_right(account, truth, known):
    """Check who waits, and that there is a task for each.

    :param truth: of all calls, which began in other seconds than they were played in
    :param known: the numbers of whose missed calls Odoo can know
    :return: the states that there are
    """
    right = {}
    for number in known:
        same = [call for call in truth.values() if call["caller"] == number]
        kinds = {call["start"]: call["disposition"] == "answered" for call in same}
        missed = max(start for start, answered in kinds.items() if not answered)
        told = account.read("zadarma.call", ["pbx_call_id"], external_number=number)
        heard = {truth[call["pbx_call_id"]]["start"] for call in told}
        served = any(kinds[start] and start > missed for start in heard)
        right[number] = "done" if served else "open"
    callers = account.read(WAITING, ["state", "number", "activity_ids"])
    assert {caller["number"]: caller["state"] for caller in callers} == right
    for caller in callers:
        assert len(caller["activity_ids"]) == (caller["state"] == "open"), caller
    return set(right.values())


def test_dashboard_tells_the_true_figures(odoo, pbx, connect, page):
    account = connect(odoo)
    for scenario in ("incoming-missed", "incoming-answered", "incoming-answered"):
        pbx.dial(scenario, to="101", **{"from": account.caller})
    pbx.dial("outgoing-no-answer", **{"from": "101", "to": account.caller})
    account.run_job(JOB)

    browser.log_in(page, odoo.url)
    page.goto(f"{odoo.url}/odoo/action-zadarma_connector.action_zadarma_dashboard")
    page.click(".btn:has-text('30 days')")

    def tile(name):
        found = page.locator(f".o_zadarma_tile[data-name={name}]")
        return found.locator(".o_zadarma_value").inner_text()

    page.wait_for_selector(".o_zadarma_tile")
    assert tile("calls") == "4"
    assert tile("missed") == "1"
    assert tile("answer_rate") == "67 %"
    people = page.locator(".o_zadarma_dashboard table").first
    [row] = people.locator("tbody tr").all()
    assert row.locator("td").all_inner_texts()[:4] == ["Olena", "4", "2", "1"]
    [caller] = account.read(WAITING, ["state"])
    assert tile("waiting") == str(int(caller["state"] in ("open", "attempted")))
    page.click(".o_zadarma_tile[data-name=missed]")
    page.wait_for_selector(".o_list_view .o_data_row")
    assert page.locator(".o_list_view .o_data_row").count() == 1
    page.go_back()
    page.click(".o_zadarma_tile[data-name=waiting]")
    page.wait_for_selector(".o_breadcrumb:has-text('Waiting Callers')")
