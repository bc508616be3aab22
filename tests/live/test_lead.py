# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Leads made of calls, in a real browser and by several at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from devtools import browser

STRANGER = "+4930901820"
SIZES = [(1366, 768), (1920, 1080), (390, 844)]


def ring(account, event="NOTIFY_START", **params):
    """A stranger calls extension 101."""
    told = {
        "event": event,
        "call_start": "2026-10-05 10:00:00",
        "pbx_call_id": "in_0000000000000000000000000000000000000003",
        "caller_id": STRANGER,
        "called_did": "442037691881",
        **params,
    }
    assert account.notify(told).ok


@pytest.mark.parametrize("width, height", SIZES)
def test_from_the_card_once_however_often(odoo, connect, page, width, height):
    account = connect(odoo)
    account.give_extension()
    # its greeting covers a telephone's width
    odoo.client().call("res.users", "write", [2], {"odoobot_state": "disabled"})
    page.set_viewport_size({"width": width, "height": height})
    complaints = []
    page.on(
        "console",
        lambda one: one.type in ("error", "warning") and complaints.append(one.text),
    )
    browser.log_in(page, odoo.url)
    ring(account)
    ring(account, "NOTIFY_INTERNAL", internal="101")
    ring(account, "NOTIFY_ANSWER", internal="101", destination="101")
    card = page.locator(".o_zadarma_card[data-phase=talking]")
    card.locator(".o_zadarma_action", has_text="Create Lead").dblclick()
    page.wait_for_selector(".o_form_view [name=name]")
    card.locator(".o_zadarma_action", has_text="Open Lead").wait_for()
    [lead] = account.read("crm.lead", ["phone", "country_id", "user_id"])
    assert lead["phone"] == "+49 30 901820"
    assert lead["country_id"][1] == "Germany"
    assert lead["user_id"][0] == 2
    card.locator(".o_zadarma_action", has_text="Open Lead").click()
    page.wait_for_selector(".o_form_view [name=name]")
    assert len(account.read("crm.lead", [])) == 1
    assert not complaints


def test_of_several_at_once_one_makes_it(start_odoo, connect):
    odoo = start_odoo(workers=2)
    account = connect(odoo)
    ring(account)
    [call] = account.read("zadarma.call", [])
    clients = [odoo.client() for _ in range(4)]
    with ThreadPoolExecutor(len(clients)) as pool:
        actions = list(
            pool.map(
                lambda one: one.call(
                    "zadarma.call", "action_create_lead", [call["id"]]
                ),
                clients,
            )
        )
    [lead] = account.read("crm.lead", [])
    assert {action["res_id"] for action in actions} == {lead["id"]}
