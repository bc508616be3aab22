# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The caller's card, in real tabs that a real server tells what happens (point 2), and
the list of calls that changes by itself (point 5)."""

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from devtools import browser

DID = "442037691881"
KYIV = ZoneInfo("Europe/Kyiv")
STRANGER = "+4930901820"
CALLS = "/odoo/action-zadarma_connector.action_zadarma_call"


class Phone:
    """Calls that are told step by step.

    :param account: a connected ``Account``, in Kyiv's time
    """

    def __init__(self, account):
        self._account = account
        self._begun = datetime.min.replace(tzinfo=KYIV)

    def ring(self, caller, *extensions):
        """A call begins; return what its further steps need."""
        # two calls of one number in one second would have one signed text
        self._begun = max(datetime.now(KYIV), self._begun + timedelta(seconds=1))
        call = {
            "pbx_call_id": f"in_{time.time_ns():040d}",
            "call_start": f"{self._begun:%Y-%m-%d %H:%M:%S}",
            "caller_id": caller,
        }
        self._notify("NOTIFY_START", call, called_did=DID)
        for number in extensions:
            self._notify("NOTIFY_INTERNAL", call, called_did=DID, internal=number)
        return call

    def answer(self, call, extension):
        self._notify("NOTIFY_ANSWER", call, internal=extension, destination=extension)

    def end(self, call, extension):
        self._notify(
            "NOTIFY_END",
            call,
            called_did=DID,
            internal=extension,
            last_internal=extension,
            duration="42",
            disposition="answered",
            status_code="16",
        )

    def miss(self, call):
        self._notify(
            "NOTIFY_END", call, called_did=DID, duration="0", disposition="cancel"
        )

    def _notify(self, event, call, **params):
        assert self._account.notify({"event": event, **call, **params}).ok


@pytest.fixture
def desk(odoo, connect):
    """The telephones of the administrator, 101, and of Marc, 102."""
    client = odoo.client()
    account = connect(odoo)
    [own] = client.call("zadarma.extension", "search", [("number", "=", "101")])
    person = {"employee_id": False, "user_id": client.uid}
    client.call("zadarma.extension", "write", [own], person)
    [marc] = client.call("hr.employee", "create", [{"name": "Marc Demo"}])
    [other] = client.call("zadarma.extension", "search", [("number", "=", "102")])
    client.call("zadarma.extension", "write", [other], {"employee_id": marc})
    return Phone(account), account


@pytest.fixture
def context(page):
    """One user's browser, for any number of tabs."""
    return page.context


def _tabs(context, odoo, count=1):
    tabs = [context.new_page() for _ in range(count)]
    browser.log_in(tabs[0], odoo.url)
    for tab in tabs:
        tab.goto(f"{odoo.url}{CALLS}")
        tab.wait_for_selector(".o_list_view")
    return tabs


def _phase(tab, phase):
    """Wait until a tab shows a card in some phase, and return its locator."""
    card = tab.locator(f".o_zadarma_card[data-phase={phase}]")
    card.wait_for()
    return card


def test_news_of_calls_take_one_connection_that_stays(odoo, desk, outside):
    phone, account = desk

    def connections():
        """Of this Odoo with the database by which its bus is woken."""
        return outside.rows(
            "SELECT pid FROM pg_stat_activity WHERE datname = 'postgres'"
            " AND query LIKE '%%imbus%%' AND application_name = %s",
            f"odoo-{odoo.process.pid}",
        )

    phone.ring(account.caller, "101")
    [first] = connections()
    call = phone.ring(account.caller, "101")
    phone.end(call, "101")
    assert connections() == [first]


def test_three_tabs_show_one_call_and_notify_once(odoo, desk, context):
    phone, account = desk
    # nobody looks at the tabs, and what the browser would show is counted
    context.add_init_script(
        """
        window.isAway = true;
        window.shown = [];
        Object.defineProperty(document, "hidden", {get: () => window.isAway});
        window.Notification = class extends EventTarget {
            static permission = "granted";
            constructor(title) {
                super();
                window.shown.push(title);
            }
            close() {
                window.shown.push("closed");
            }
        };
        """
    )
    tabs = _tabs(context, odoo, 3)

    def shown():
        return [title for tab in tabs for title in tab.evaluate("window.shown")]

    call = phone.ring(account.caller, "101")
    deadline = time.monotonic() + 20
    while not shown():
        assert time.monotonic() < deadline, "no notification"
        tabs[0].wait_for_timeout(100)
    for tab in tabs:
        tab.evaluate("window.isAway = false")
        tab.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        assert _phase(tab, "ringing").count() == 1
    assert shown() == ["Orchard is calling"]
    phone.answer(call, "101")
    for tab in tabs:
        _phase(tab, "talking")
    assert shown() == ["Orchard is calling", "closed"]
    phone.end(call, "101")
    for tab in tabs:
        _phase(tab, "ended")
    tabs[1].click(".o_zadarma_dismiss")
    for tab in tabs:
        tab.wait_for_selector(".o_zadarma_card", state="detached")


def test_a_stranger_becomes_a_contact_with_a_note_and_an_activity(odoo, desk, context):
    phone, account = desk
    [tab] = _tabs(context, odoo)
    call = phone.ring(STRANGER, "101")
    card = _phase(tab, "ringing")
    assert "+49 30 901820" in card.inner_text()
    assert card.get_by_alt_text("Germany").is_visible()
    card.locator(".o_zadarma_create").click()
    tab.fill(".modal [name=name] input", "Gartenbau Linde")
    tab.click(".modal .o_form_button_save")
    card.locator("h2", has_text="Gartenbau Linde").wait_for()

    # survives reload and navigation
    phone.answer(call, "101")
    _phase(tab, "talking")
    tab.reload()
    card = _phase(tab, "talking")
    card.locator("h2 a").click()
    tab.wait_for_selector(".o_form_view [name=name]")
    phone.end(call, "101")
    card = _phase(tab, "ended")
    assert card.locator(".o_zadarma_clock").inner_text() == "0:42"

    with tab.expect_response(lambda response: "card_note" in response.url):
        card.locator(".o_zadarma_note").fill("Wants three trees")
    with tab.expect_response(lambda response: "card_outcome" in response.url):
        card.locator(".o_zadarma_outcome").select_option("Wants a call back")
    card.locator(".o_zadarma_plan").click()
    card.locator(".o_zadarma_activities button", has_text="Call").click()
    card.locator(".o_zadarma_next", has_text="Call").wait_for()
    # by keyboard, with the focus on the card
    card.locator(".o_zadarma_dismiss").focus()
    tab.keyboard.press("Escape")
    tab.wait_for_selector(".o_zadarma_card", state="detached")

    fields = ["partner_id", "partner_match", "note", "outcome_id"]
    [stored] = account.read("zadarma.call", fields)
    assert stored["partner_id"][1] == "Gartenbau Linde"
    assert stored["partner_match"] == "manual"
    assert stored["note"] == "Wants three trees"
    assert stored["outcome_id"][1] == "Wants a call back"
    [activity] = account.read("mail.activity", ["note"], res_model="res.partner")
    assert "Wants three trees" in activity["note"]


def test_calls_stack_and_a_colleague_answers_one(odoo, desk, context):
    phone, account = desk
    [tab] = _tabs(context, odoo)
    first = phone.ring(account.caller, "101")
    phone.answer(first, "101")
    _phase(tab, "talking")
    second = phone.ring(STRANGER, "101", "102")
    _phase(tab, "ringing")
    # the first one is folded, below
    statuses = tab.locator(".o_zadarma_status").all_inner_texts()
    assert statuses == ["Incoming call", "Talking"]
    phone.answer(second, "102")
    card = _phase(tab, "taken")
    assert "Answered by Marc Demo" in card.inner_text()
    card.wait_for(state="detached")
    assert _phase(tab, "talking").locator("h2").inner_text() == "Orchard"


def test_the_list_of_a_supervisor_changes_by_itself(odoo, desk, context):
    phone, account = desk
    [tab] = _tabs(context, odoo)
    # the server tells once it knows that somebody watches
    deadline = time.monotonic() + 20
    while not account.read("zadarma.account", ["live_until"])[0]["live_until"]:
        assert time.monotonic() < deadline, "nobody watches"
        tab.wait_for_timeout(100)
    call = phone.ring(account.caller, "102")
    row = tab.locator(".o_data_row", has_text="Orchard")
    row.wait_for()
    assert row.locator("td[name=result]").inner_text() == "Ringing"
    phone.answer(call, "102")
    phone.end(call, "102")
    row.locator("td[name=result]", has_text="Answered").wait_for()
    assert tab.locator(".o_zadarma_card").count() == 0, "a colleague's call"


def _top(tab, card):
    """What lies on top where the middle of an element of a card is."""
    return card.evaluate(
        """(el) => {
            const {left, top, width, height} = el.getBoundingClientRect();
            const seen = document.elementFromPoint(left + width / 2, top + height / 2);
            return seen.closest(".o_zadarma_card, .o-overlay-item")?.className || "";
        }"""
    )


@pytest.mark.parametrize("width", [1366, 1920, 390])
def test_cards_fold_move_and_stay_where_they_were_put(odoo, desk, context, width):
    phone, account = desk
    [tab] = _tabs(context, odoo)
    tab.set_viewport_size({"width": width, "height": 800})
    call = phone.ring(account.caller, "101")
    phone.answer(call, "101")
    card = _phase(tab, "talking")
    fold = card.locator(".o_zadarma_fold")
    fold.click()
    card.locator(".o_zadarma_card_body").wait_for(state="detached")
    line = fold.inner_text()
    assert "Orchard" in line
    assert "Talking" in line
    assert card.locator(".o_zadarma_clock").is_visible()
    assert card.bounding_box()["height"] < 50
    stack = tab.locator(".o_zadarma_cards")
    corner = stack.get_attribute("data-corner")
    card.locator(".o_zadarma_move").click()
    moved = stack.get_attribute("data-corner")
    assert moved != corner
    tab.reload()
    _phase(tab, "talking")
    assert stack.get_attribute("data-corner") == moved
    place = stack.bounding_box()
    assert place["x"] >= 0
    assert place["x"] + place["width"] <= width
    phone.end(call, "101")
    card = _phase(tab, "ended")
    # by itself
    card.locator(".o_zadarma_card_body").wait_for(state="detached")


def test_cards_lie_below_what_opens_and_beside_what_has_the_focus(odoo, desk, context):
    phone, account = desk
    [tab] = _tabs(context, odoo)
    phone.ring(account.caller, "101")
    card = _phase(tab, "ringing")
    stack = tab.locator(".o_zadarma_cards")
    body = card.locator(".o_zadarma_card_body")
    assert "o_zadarma_card" in _top(tab, body)
    # a dialog
    tab.keyboard.press("Control+k")
    tab.wait_for_selector(".o_command_palette")
    assert "o-overlay-item" in _top(tab, body)
    tab.keyboard.press("Escape")
    tab.wait_for_selector(".o_command_palette", state="detached")
    # a menu that is as high as the page
    tab.set_viewport_size({"width": 800, "height": 560})
    tab.click(".o_searchview_dropdown_toggler")
    menu = tab.locator(".o_search_bar_menu")
    menu.wait_for()
    ours, theirs = body.bounding_box(), menu.bounding_box()
    assert ours["x"] + ours["width"] > theirs["x"], "they do not meet"
    point = [theirs["x"] + 5, max(ours["y"], theirs["y"]) + 20]
    assert tab.evaluate(
        "([x, y]) =>"
        " Boolean(document.elementFromPoint(x, y).closest('.o-overlay-item'))",
        point,
    )
    tab.keyboard.press("Escape")
    tab.set_viewport_size({"width": 1366, "height": 768})
    # a field
    tab.goto(f"{odoo.url}/odoo/res.partner/{account.partner}")
    _phase(tab, "ringing")
    for name in ("street", "city", "zip", "vat", "phone"):
        field = tab.locator(f".o_form_view [name={name}] input").first
        field.focus()
        tab.wait_for_timeout(200)
        ours, theirs = stack.bounding_box(), field.bounding_box()
        assert (
            ours["x"] >= theirs["x"] + theirs["width"]
            or ours["x"] + ours["width"] <= theirs["x"]
            or ours["y"] >= theirs["y"] + theirs["height"]
            or ours["y"] + ours["height"] <= theirs["y"]
        ), name


def test_whom_nobody_answered_is_called_back_from_the_card(odoo, pbx, desk, context):
    phone, account = desk
    [tab] = _tabs(context, odoo)
    call = phone.ring(account.caller, "101")
    _phase(tab, "ringing")
    phone.miss(call)
    _phase(tab, "missed").locator(".o_zadarma_call_button").click()
    _phase(tab, "dialling")
    assert [one["to"] for one in pbx.callbacks()] == [account.caller]


def test_the_kinds_of_next_activity_are_seen_at_once(odoo, desk, context):
    phone, account = desk
    [tab] = _tabs(context, odoo)
    tab.set_viewport_size({"width": 1366, "height": 500})
    call = phone.ring(account.caller, "101")
    _phase(tab, "ringing")
    phone.miss(call)
    card = _phase(tab, "missed")
    card.locator(".o_zadarma_plan").click()
    card.locator(".o_zadarma_activities").wait_for()
    inside = """card => {
        const body = card.querySelector(".o_zadarma_card_body").getBoundingClientRect();
        const kinds = card.querySelector(".o_zadarma_activities");
        return kinds.getBoundingClientRect().bottom <= body.bottom + 1;
    }"""
    assert card.evaluate("card => card.querySelector('.o_zadarma_card_body').scrollTop")
    assert card.evaluate(inside)


def test_a_missed_call_stays_until_it_is_put_away(odoo, desk, context):
    phone, account = desk
    [tab] = _tabs(context, odoo)
    call = phone.ring(account.caller, "101")
    _phase(tab, "ringing")
    phone.miss(call)
    card = _phase(tab, "missed")
    card.locator(".o_zadarma_card_body").wait_for(state="detached")
    tab.reload()
    card = _phase(tab, "missed")
    # the shortcut goes to it, also out of a field; Escape puts it away
    tab.locator(".o_searchview_input").focus()
    tab.keyboard.press("Alt+Shift+P")
    card.locator(".o_zadarma_note:focus").wait_for()
    tab.keyboard.press("Escape")
    card.wait_for(state="detached")
    tab.reload()
    tab.wait_for_selector(".o_list_view")
    tab.wait_for_timeout(1000)
    assert not tab.locator(".o_zadarma_card").count()
