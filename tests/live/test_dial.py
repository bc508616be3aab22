# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls that users ask for, with real transactions and a real callback."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from devtools import rpc


@pytest.fixture
def account(odoo, pbx, connect):
    """A connected account, in which the administrator has extension 101."""
    account = connect(odoo)
    account.give_extension()
    return account


def test_request_becomes_the_call_that_was_made(odoo, pbx, account):
    pbx.change(callback_pace=0)
    answer = odoo.client().call(
        "res.users",
        "zadarma_dial",
        "+44 (0)20 3769 1880",
        "res.partner",
        account.partner,
    )
    call_id = account.wait_for_call(state="ended", result="answered")
    assert answer == {"call_id": call_id, "state": "requested"}


def test_clicks_at_the_same_moment_dial_once(odoo, pbx, account):
    clients = [odoo.client() for _click in range(4)]
    with ThreadPoolExecutor(len(clients)) as at_once:
        answers = list(
            at_once.map(
                lambda client: client.call("res.users", "zadarma_dial", account.caller),
                clients,
            )
        )
    assert len({answer["call_id"] for answer in answers}) == 1
    assert pbx.callbacks() == [{"from": "101", "to": account.caller, "sip": "101"}]


def test_refusal_is_kept_although_the_request_fails(odoo, pbx, account):
    odoo.expected.append("is not registered at Zadarma")
    pbx.change(extensions=[{"number": "101", "online": False}])
    with pytest.raises(rpc.RpcError, match="not registered"):
        odoo.client().call("res.users", "zadarma_dial", account.caller)
    account.wait_for_call(state="ended", result="failed")
    assert not pbx.callbacks()
