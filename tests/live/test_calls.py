# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls in lists, cards and forms: who took part, and what goes on just now."""

import re

import pytest

from devtools import browser
from tests.live.test_card import STRANGER, Phone
from tests.live.test_languages import install

CALLS = "/odoo/action-zadarma_connector.action_zadarma_call"
STATISTICS = "/odoo/action-zadarma_connector.action_zadarma_call_report"
DASHBOARD = "/odoo/action-zadarma_connector.action_zadarma_dashboard"
WAITING = "/odoo/action-zadarma_connector.action_zadarma_waiting_caller"
TELEPHONE = {"width": 390, "height": 844}
SIZES = (
    *({"width": 1366, "height": 768}, {"width": 1920, "height": 1080}),
    TELEPHONE,
)
LANGUAGES = ("de_DE", "uk_UA")
CARD = ".o_kanban_record:not(.o_kanban_ghost)"
#: Texts that stand out of the window.
OUTSIDE = """
() => [...document.querySelectorAll(".o_action *")]
    .filter(({childNodes}) => [...childNodes].some(
        ({nodeType, data}) => nodeType === Node.TEXT_NODE && data.trim()))
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .map(({textContent}) => textContent)
"""


@pytest.fixture
def console(page):
    """What the browser complained of; a test fails if there is anything."""
    said = []
    page.context.on(
        "console",
        lambda one: said.append(one.text) if one.type in ("error", "warning") else None,
    )
    page.context.on("weberror", lambda thrown: said.append(str(thrown.error)))
    yield said
    assert said == []


@pytest.fixture
def desk(odoo, connect, console):
    """The telephones of a user, 101, and of an employee, 102: a :class:`Phone`."""
    client = odoo.client()
    account = connect(odoo)
    account.give_extension()
    # without the chat that covers a telephone's page at the first login
    values = {"name": "Ursula User", "odoobot_state": "disabled"}
    client.call("res.users", "write", [client.uid], values)
    [marc] = client.call("hr.employee", "create", [{"name": "Marc Demo"}])
    [other] = client.call("zadarma.extension", "search", [("number", "=", "102")])
    client.call("zadarma.extension", "write", [other], {"employee_id": marc})
    return Phone(account), account


def talk(phone, caller, extension):
    """A whole call."""
    call = phone.ring(caller, extension)
    phone.answer(call, extension)
    phone.end(call, extension)


def opened(page, odoo, path, selector):
    page.goto(f"{odoo.url}{path}")
    page.wait_for_selector(selector)


def test_who_took_part_is_everywhere(odoo, desk, page):
    phone, account = desk
    for caller, extension in (
        (account.caller, "101"),
        (STRANGER, "101"),
        (account.caller, "102"),
    ):
        talk(phone, caller, extension)
    account.run_job("cron_follow_up")
    browser.log_in(page, odoo.url)
    page.locator(".o_zadarma_card").first.wait_for(state="detached")

    opened(page, odoo, CALLS, ".o_data_row")
    people = page.locator("td[name=person_id]").all_inner_texts()
    assert sorted(people) == ["Marc Demo", "Ursula User", "Ursula User"]
    # search, and groups
    page.fill(".o_searchview_input", "ursula")
    page.locator(
        ".o_searchview_autocomplete .dropdown-item", has_text="Participant"
    ).click()
    page.wait_for_function("document.querySelectorAll('.o_data_row').length === 2")
    page.click(".o_searchview .o_facet_remove")
    page.click(".o_searchview_dropdown_toggler")
    page.locator(".o_group_by_menu span.o_menu_item", has_text="Participant").click()
    groups = page.locator(".o_group_name")
    groups.nth(1).wait_for()
    assert sorted(groups.all_inner_texts()) == ["Marc Demo (1)", "Ursula User (2)"]

    call = account.read("zadarma.call", [], external_number=STRANGER)[0]["id"]
    opened(page, odoo, f"/odoo/zadarma.call/{call}", ".o_form_view")
    assert page.locator("div[name=person_id]").first.inner_text() == "Ursula User"

    opened(page, odoo, DASHBOARD, "table")
    people = page.locator("table").first
    names = people.locator("tbody td:first-child").all_inner_texts()
    assert sorted(names) == ["Marc Demo", "Ursula User"]

    opened(page, odoo, STATISTICS, ".o_pivot table")
    page.wait_for_selector(".o_pivot th:has-text('Ursula User')")
    assert page.locator(".o_pivot th:has-text('Marc Demo')").count() == 1

    opened(page, odoo, f"/odoo/res.partner/{account.partner}", ".o-mail-Message")
    authors = page.locator(".o-mail-Message-author").all_inner_texts()
    assert {"Marc Demo", "Ursula User"} <= set(authors)


def test_what_goes_on_is_seen_in_list_and_form(odoo, desk, page):
    phone, account = desk
    browser.log_in(page, odoo.url)
    opened(page, odoo, CALLS, ".o_list_view")
    call = phone.ring(account.caller, "101")
    row = page.locator(".o_data_row", has_text="Orchard")
    result = row.locator("td[name=result]")
    result.filter(has_text=re.compile("^Ringing$")).wait_for()
    # the card lies over the page
    page.click(".o_zadarma_dismiss")
    row.locator("td[name=date_start]").click()
    form = page.locator(".o_form_view h1 div[name=result]")
    form.filter(has_text="Ringing").wait_for()
    phone.answer(call, "101")
    form.filter(has_text=re.compile(r"^Talking 0:0\d$")).wait_for()
    before = form.inner_text()
    page.wait_for_function(
        "before => document.querySelector('.o_form_view h1 div[name=result]')"
        ".innerText !== before",
        arg=before,
    )
    page.click(".breadcrumb-item a, .o_back_button")
    result.filter(has_text=re.compile(r"^Talking 0:\d\d$")).wait_for()
    row.locator("td[name=date_start]").click()
    form.filter(has_text="Talking").wait_for()
    phone.end(call, "101")
    form.filter(has_text="Answered").wait_for()
    page.wait_for_selector(".o_arrow_button_current:has-text('Ended')")
    assert page.locator("div[name=duration]").inner_text() == "0:42"


def test_an_agent_s_form_follows_a_colleague_s_talk(odoo, desk, page):
    """With the agent's own customer; nothing tells the agent's browser of it."""
    phone, account = desk
    user = account.make_agent("agent", "agent")
    odoo.client().call("res.partner", "write", [account.partner], {"user_id": user})
    talking = phone.ring(account.caller, "102")
    phone.answer(talking, "102")
    browser.log_in(page, odoo.url, "agent", "agent")
    [call] = account.read("zadarma.call", [])
    opened(page, odoo, f"/odoo/zadarma.call/{call['id']}", ".o_form_view")
    form = page.locator(".o_form_view h1 div[name=result]")
    form.filter(has_text="Talking").wait_for()
    phone.end(talking, "102")
    form.filter(has_text="Answered").wait_for()


def test_withheld_internal_and_missed_calls_say_so(odoo, pbx, desk, page):
    phone, account = desk
    pbx.dial("hidden-caller", pace=0)
    pbx.dial("internal", **{"from": "101", "to": "102"}, pace=0)
    pbx.dial("incoming-missed", **{"from": account.caller}, to="101", pace=0)
    account.wait_for_call(result="missed", external_number=account.caller)
    browser.log_in(page, odoo.url)
    opened(page, odoo, CALLS, ".o_data_row >> nth=2")
    rows = page.locator(".o_data_row")
    assert rows.filter(has_text="Number withheld").count() == 1
    internal = rows.filter(has_text="Internal: 101 Ursula User → 102 Marc Demo")
    assert internal.count() == 1
    missed = rows.filter(has_text="Orchard")
    assert missed.locator("[name=direction] .fa.text-danger").count() == 1
    missed.locator("td[name=date_start]").click()
    page.wait_for_selector(".o_form_view [name=direction] .fa.text-danger")


def test_cards_on_a_telephone_s_width(odoo, pbx, desk, page):
    _phone, account = desk
    pbx.dial("incoming-missed", **{"from": account.caller}, to="101", pace=0)
    account.wait_for_call(result="missed")
    account.run_job("cron_follow_up")
    page.set_viewport_size(TELEPHONE)
    browser.log_in(page, odoo.url)
    for path in (WAITING, CALLS):
        opened(page, odoo, path, CARD)
        card = page.locator(CARD)
        text = card.inner_text()
        assert "Orchard" in text
        assert account.caller in text
        assert page.evaluate(OUTSIDE) == []
        assert card.locator("button:has-text('Call')").is_visible()
    card.locator("button:has-text('Call')").click()
    account.wait_for_call(direction="outgoing", partner_id=account.partner)
    opened(page, odoo, f"/odoo/res.partner/{account.partner}", ".o_form_view")
    number = page.locator(".o_field_widget[name=phone] input")
    room, needed = number.evaluate("one => [one.clientWidth, one.scrollWidth]")
    assert needed <= room


def test_nothing_stands_out_of_the_window(odoo, pbx, desk, page):
    _phone, account = desk
    pbx.dial("hidden-caller", pace=0)
    pbx.dial("incoming-missed", **{"from": account.caller}, to="101", pace=0)
    account.wait_for_call(result="missed", external_number=account.caller)
    account.run_job("cron_follow_up")
    client = odoo.client()
    install(client, LANGUAGES)
    browser.log_in(page, odoo.url)
    for code in ("en_US", *LANGUAGES):
        client.call("res.users", "write", [client.uid], {"lang": code})
        for size in SIZES:
            page.set_viewport_size(size)
            for path in (CALLS, WAITING):
                opened(page, odoo, path, f".o_data_row, {CARD}")
                assert page.evaluate(OUTSIDE) == [], (code, size, path)


def test_a_logged_call_is_told_and_seen_at_once(odoo, desk, page):
    _phone, account = desk
    browser.log_in(page, odoo.url)
    chatter = ".o_form_view .o-mail-Chatter"
    opened(page, odoo, f"/odoo/res.partner/{account.partner}", chatter)
    page.click(".o_cp_action_menus .fa-cog")
    page.locator(".dropdown-item", has_text="Log a Call").click()
    browser.choose(page, ".modal div[name=outcome_id] input", "Wants a call back")
    page.click(".modal button[name=action_log]")
    page.locator(".o_notification", has_text="Orchard").wait_for()
    page.locator(".o-mail-Message", has_text="Wants a call back").wait_for()
    more = page.locator(".o_button_more")
    if more.is_visible():
        # with buttons of other apps there is no room for all
        more.click()
    page.wait_for_selector("button[name=action_zadarma_calls]:has-text('1')")
