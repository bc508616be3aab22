# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The texts of each language have room where they are shown."""

import pytest

from devtools import browser, translations
from tests.live.test_card import STRANGER, Phone

#: Odoo's codes of :data:`translations.LANGUAGES`.
CODES = ("de_DE", "es_ES", "fr_FR", "pl_PL", "ru_RU", "uk_UA")

#: Actions of lists with filters, and what of each has to fit: the journal's sentences
#: are as long as they are.
LISTS = {
    "zadarma_call": "table",
    "zadarma_waiting_caller": "table",
    "zadarma_did": "table",
    "zadarma_event": "thead",
}

#: The items of a list's menu that are not the same for all of Odoo.
FILTERS = (
    ".o_menu_item:not(.o_add_custom_filter, .o_add_custom_group_menu, .o_add_favorite)"
)

#: Texts that are cut, or stand out of what they are in.
CUT = """
root => {
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const cut = new Set();
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        const range = document.createRange();
        range.selectNodeContents(text);
        const place = range.getBoundingClientRect();
        const hidden = text.parentElement.closest(".visually-hidden, option");
        if (!text.textContent.trim() || !place.width || hidden) {
            continue;
        }
        for (let box = text.parentElement; box; box = box.parentElement) {
            const {left, right} = box.getBoundingClientRect();
            const isInline = getComputedStyle(box).display === "inline";
            if (!isInline && (place.right > right + 1 || place.left < left - 1)) {
                cut.add(text.textContent.trim());
            }
            if (box === root) {
                break;
            }
        }
    }
    // the choices are not laid out, the one that is shown is
    for (const field of root.querySelectorAll("input[placeholder], select")) {
        const canvas = document.createElement("canvas").getContext("2d");
        const style = getComputedStyle(field);
        canvas.font = style.font;
        const said = field.placeholder || field.selectedOptions[0].textContent;
        const room =
            field.clientWidth -
            parseFloat(style.paddingLeft) -
            parseFloat(style.paddingRight);
        if (canvas.measureText(said).width > room + 1) {
            cut.add(said);
        }
    }
    return [...cut];
}
"""


@pytest.fixture
def pbx_options():
    return ["--no-rate-limit"]


def test_all_languages_are_looked_at():
    assert tuple(code[:2] for code in CODES) == translations.LANGUAGES


def test_texts_fit_where_they_are_shown(odoo, pbx, connect, page):
    client = odoo.client()
    account = connect(odoo)
    account.give_extension()
    pbx.dial("incoming-missed", to="101", **{"from": account.caller}, pace=0)
    pbx.dial("incoming-answered", to="101", **{"from": account.caller}, talk=9, pace=0)
    install(client, CODES)
    phone = Phone(account)
    # each language has bundles of its own
    page.set_default_timeout(browser.FIRST_PATIENCE)
    browser.log_in(page, odoo.url)
    cut = {}
    for code in ["en_US", *CODES]:
        client.call("res.users", "write", [client.uid], {"lang": code})
        page.goto(f"{odoo.url}/odoo/action-zadarma_connector.action_zadarma_call")
        page.wait_for_selector(".o_list_view")
        # the one who is known has more to show, the other one more to choose
        for caller in (account.caller, STRANGER):
            # the card while it rings, during the call, and afterwards
            call = phone.ring(caller, "101")
            cut[code, caller, "ringing"] = _cut(page, "ringing")
            phone.answer(call, "101")
            cut[code, caller, "talking"] = _cut(page, "talking")
            phone.end(call, "101")
            cut[code, caller, "ended"] = _cut(page, "ended")
            page.click(".o_zadarma_dismiss")
        page.click(".o_menu_systray .fa-phone")
        page.wait_for_selector(".o_zadarma_dialler .dropdown-item")
        cut[code, "dialler"] = page.locator(".o_zadarma_dialler").evaluate(CUT)
        browser.follow(page, "/odoo/action-zadarma_connector.action_zadarma_account")
        page.wait_for_selector(f".o_data_row:not({browser.LEFT})")
        cut[code, "accounts"] = page.locator("thead").evaluate(CUT)
        page.click(".o_data_row td[name=name]")
        secret = page.locator("[name=api_secret] input")
        secret.wait_for()
        connection = page.locator(".o_inner_group", has=secret)
        cut[code, "account"] = connection.evaluate(CUT)
    assert {place: texts for place, texts in cut.items() if texts} == {}


def test_lists_and_their_filters_fit(odoo, pbx, connect, page):
    client = odoo.client()
    account = connect(odoo)
    account.give_extension()
    for caller in (STRANGER, account.caller):
        pbx.dial("incoming-missed", to="101", **{"from": caller}, pace=0)
    account.run_job("cron_follow_up")
    # one waits still, the other one was tried
    pbx.dial("outgoing-no-answer", **{"from": "101", "to": account.caller}, pace=0)
    account.run_job("cron_follow_up")
    states = account.read("zadarma.waiting.caller", ["state"])
    assert {one["state"] for one in states} == {"open", "attempted"}
    install(client, CODES)
    page.set_default_timeout(browser.FIRST_PATIENCE)
    browser.log_in(page, odoo.url)
    cut = {}
    for code in ["en_US", *CODES]:
        client.call("res.users", "write", [client.uid], {"lang": code})
        page.reload()
        for name, part in LISTS.items():
            page.wait_for_selector(".o_action_manager > *")
            browser.follow(page, f"/odoo/action-zadarma_connector.action_{name}")
            page.wait_for_selector(f".o_list_view .o_data_row:not({browser.LEFT})")
            cut[code, name, "list"] = page.locator(part).evaluate(CUT)
            title = page.locator(".o_control_panel_breadcrumbs")
            cut[code, name, "title"] = title.evaluate(CUT)
            page.click(".o_searchview_dropdown_toggler")
            menu = page.locator(".o_search_bar_menu")
            menu.wait_for()
            ours = menu.locator(FILTERS)
            cut[code, name, "filters"] = ours.evaluate_all(
                f"filters => filters.flatMap({CUT})"
            )
    assert {place: texts for place, texts in cut.items() if texts} == {}


def _cut(page, phase):
    """What is cut in the card of the call that is in some phase."""
    card = page.locator(f".o_zadarma_card[data-phase={phase}]")
    card.locator(".o_zadarma_call").wait_for()
    plan = card.locator(".o_zadarma_plan")
    # with a contact only
    if phase == "talking" and plan.count():
        plan.click()
        card.locator(".o_zadarma_activities button").first.wait_for()
    return card.evaluate(CUT)


def install(client, codes):
    """Load the addons' translations into some languages."""
    languages = client.call(
        "res.lang",
        "search",
        [("code", "in", codes), ("active", "in", (True, False))],
    )
    [wizard] = client.call(
        "base.language.install", "create", [{"lang_ids": [(6, 0, languages)]}]
    )
    client.call("base.language.install", "lang_install", [wizard])
