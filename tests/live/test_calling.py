# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Numbers that are called with a click, on Odoo's own pages and on ours."""

import pytest

from devtools import browser

WIDTHS = (1366, 1920, 390)
CONTACTS = "/odoo/action-contacts.action_contacts"
BUTTON = ".o_zadarma_call_button"
#: Where the pieces of a card stand, and how high it is.
LINES = """
() => [...document.querySelectorAll(".o_kanban_record:not(.o_kanban_ghost)")].map(
    (card) => [
        card.getBoundingClientRect().height,
        ...[...card.querySelectorAll("i.fa")]
            .filter((icon) => icon.checkVisibility())
            .map((icon) => icon.getBoundingClientRect().top),
    ].map(Math.round)
)
"""
#: Telephones that are seen in each place with a number.
TELEPHONES = """
(selector) => [...document.querySelectorAll(selector)].map(
    (place) => [...place.querySelectorAll(".fa-phone")].filter(
        (icon) => icon.checkVisibility()
    ).length
)
"""


@pytest.fixture
def quiet(page):
    """A page whose console stays empty."""
    said = []
    page.on(
        "console",
        lambda line: line.type in ("error", "warning") and said.append(line.text),
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert not said


def _kanban(page, odoo):
    page.goto(odoo.url + CONTACTS)
    page.click(".o_switch_view.o_kanban")
    page.wait_for_selector(".o_kanban_record:has-text('Orchard')")


def test_cards_of_contacts_keep_their_lines(odoo, connect, quiet):
    account = connect(odoo)
    client = odoo.client()
    client.call(
        "res.partner",
        "create",
        [
            {
                "name": f"Somebody {number}",
                "phone": "+44 20 7946 00" + f"{number:02}",
                "email": "somebody.with.a.long.address@example.com",
                "city": "London",
            }
            for number in range(4)
        ],
    )
    browser.log_in(quiet, odoo.url)
    lines = {}
    for has_extension in (False, True):
        if has_extension:
            account.give_extension()
        for width in WIDTHS[:2]:
            quiet.set_viewport_size({"width": width, "height": 800})
            _kanban(quiet, odoo)
            assert bool(quiet.locator(BUTTON).count()) == has_extension
            lines[has_extension, width] = quiet.evaluate(LINES)
    for width in WIDTHS[:2]:
        ours, theirs = lines[True, width], lines[False, width]
        assert [len(card) for card in ours] == [len(card) for card in theirs]
        moved = [
            (one, other)
            for pair in zip(ours, theirs, strict=True)
            for one, other in zip(*pair, strict=True)
            if abs(one - other) > 2
        ]
        assert not moved
    cards = f".o_kanban_record:has({BUTTON})"
    assert set(quiet.evaluate(TELEPHONES, cards)) == {1}
    assert not quiet.locator(".o_kanban_record a[href^='tel:']").count()


def test_the_number_is_what_one_clicks(odoo, pbx, connect, quiet):
    account = connect(odoo)
    account.give_extension()
    browser.log_in(quiet, odoo.url)
    for width in WIDTHS:
        quiet.set_viewport_size({"width": width, "height": 800})
        quiet.goto(f"{odoo.url}/odoo/res.partner/{account.partner}")
        button = quiet.locator(f".o_form_view .o_field_phone {BUTTON}")
        button.wait_for()
        assert not quiet.locator("a[href^='tel:']").count()
        # beside the digits, and in the same line
        digits = quiet.locator(".o_field_phone input").bounding_box()
        place = button.bounding_box()
        assert 0 <= place["x"] - (digits["x"] + digits["width"]) < 40
        assert abs(place["y"] - digits["y"]) < digits["height"]
        assert digits["width"] < 300
    quiet.set_viewport_size({"width": browser.WIDTH, "height": browser.HEIGHT})
    quiet.goto(odoo.url + CONTACTS)
    row = quiet.locator(".o_data_row", has_text="Orchard")
    assert not row.locator("a[href^='tel:']").count()
    row.locator(BUTTON, has_text=account.caller).click()
    quiet.wait_for_selector(".o_zadarma_card[data-phase=requested]")
    assert pbx.callbacks() == [{"from": "101", "to": account.caller, "sip": "101"}]


def test_a_call_is_called_back_from_its_own_form(odoo, pbx, connect, quiet):
    account = connect(odoo)
    account.give_extension()
    pbx.dial("incoming-missed", to="101", pace=0, **{"from": account.caller})
    browser.log_in(quiet, odoo.url)
    quiet.goto(f"{odoo.url}/odoo/action-zadarma_connector.action_zadarma_call")
    quiet.click(".o_data_row td[name=date_start]")
    quiet.get_by_role("button", name="Call Back").click()
    quiet.wait_for_selector(".o_zadarma_card[data-phase=requested]")
    assert [one["to"] for one in pbx.callbacks()] == [account.caller]


def test_a_refused_call_is_told_once(odoo, pbx, connect, quiet):
    odoo.expected.append("is not registered at Zadarma")
    account = connect(odoo)
    account.give_extension()
    pbx.change(extensions=[{"number": "101", "online": False}])
    browser.log_in(quiet, odoo.url)
    quiet.goto(f"{odoo.url}/odoo/res.partner/{account.partner}")
    quiet.click(f".o_form_view .o_field_phone {BUTTON}")
    told = quiet.get_by_text("is not registered at Zadarma")
    told.wait_for()
    quiet.wait_for_timeout(1000)
    assert told.count() == 1
    assert quiet.locator(".o_zadarma_card .alert").count() == 1
    assert not quiet.locator(".modal, .o_notification").count()


def test_the_extension_is_chosen_in_a_menu_as_others(odoo, connect, quiet):
    account = connect(odoo)
    account.give_extension()
    client = odoo.client()
    [other] = client.call("zadarma.extension", "search", [("number", "=", "102")])
    person = {"employee_id": False, "user_id": client.uid}
    client.call("zadarma.extension", "write", [other], person)
    browser.log_in(quiet, odoo.url)
    quiet.goto(f"{odoo.url}/odoo/res.partner/{account.partner}")
    quiet.click(f".o_form_view .o_field_phone {BUTTON}")
    padding = "(item) => getComputedStyle(item).padding"
    chosen = quiet.locator(".o-dropdown--menu [role=menuitem]", has_text="102")
    ours = chosen.evaluate(padding)
    quiet.keyboard.press("Escape")
    quiet.click(".o_control_panel .o_cp_action_menus .o-dropdown")
    theirs = quiet.locator(".o-dropdown--menu .o-dropdown-item").first
    assert ours == theirs.evaluate(padding)


def test_the_telephone_counts_who_was_not_heard(odoo, pbx, connect, quiet):
    account = connect(odoo)
    account.give_extension()
    browser.log_in(quiet, odoo.url)
    quiet.goto(odoo.url + CONTACTS)
    quiet.wait_for_selector("button[title=Phone]")
    assert not quiet.locator(".o_zadarma_badge").count()
    pbx.dial("incoming-missed", to="101", **{"from": account.caller})
    badge = quiet.locator(".o_zadarma_badge", has_text="1")
    badge.wait_for()
    assert badge.get_attribute("title") == "Missed calls: 1, waiting callers: 0"
    quiet.click("button[title=Phone]")
    quiet.wait_for_selector(".o_zadarma_dialler_list .text-danger")
    quiet.keyboard.press("Escape")
    badge.wait_for(state="detached")


@pytest.mark.parametrize("width", WIDTHS)
def test_colleagues_are_found_in_the_dialler(odoo, connect, quiet, width):
    account = connect(odoo)
    account.give_extension()
    client = odoo.client()
    # its greeting covers a telephone's width
    client.call("res.users", "write", [client.uid], {"odoobot_state": "disabled"})
    [marc] = client.call("hr.employee", "create", [{"name": "Marc Demo"}])
    [other] = client.call("zadarma.extension", "search", [("number", "=", "102")])
    client.call("zadarma.extension", "write", [other], {"employee_id": marc})
    quiet.set_viewport_size({"width": width, "height": 800})
    browser.log_in(quiet, odoo.url)
    quiet.click("button[title=Phone]")
    for text in ("Marc", "102"):
        quiet.fill(".o_zadarma_dialler input", text)
        found = quiet.locator(".o_zadarma_colleagues", has_text="Marc Demo")
        found.wait_for()
        assert "102" in found.inner_text()
        # without the browser phone it says how they are reached
        assert "Dial colleagues on your telephone" in found.inner_text()
        place = found.bounding_box()
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= width
