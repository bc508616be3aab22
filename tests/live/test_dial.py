# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls that users ask for, with real transactions and a real callback."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from devtools import rpc

#: So many wait for somebody else.
WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND datname = current_database() HAVING count(*) = {}
"""


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


def test_both_legs_are_told_at_the_same_moment(odoo, pbx, account, outside):
    """Under ids of their own: not the same lock, but the same call."""
    pbx.change(callback_pace=3600)
    odoo.client().call("res.users", "zadarma_dial", account.caller)
    [[call]] = outside.rows("SELECT id FROM zadarma_call")
    begun = f"{datetime.now(ZoneInfo('Europe/Kyiv')):%Y-%m-%d %H:%M:%S}"
    legs = [
        {
            "event": "NOTIFY_OUT_START",
            "pbx_call_id": f"out_{number * 40}",
            "call_start": begun,
            "internal": "101",
            "destination": destination,
        }
        for number, destination in (("1", account.caller), ("2", "101"))
    ]
    # both have read that neither leg is known when they wait for the call
    row = "SELECT FROM zadarma_call WHERE id = %s FOR UPDATE"
    told = []
    with ThreadPoolExecutor(2) as pool, outside.holding((row, call)):
        for count, leg in enumerate(legs, 1):
            told.append(pool.submit(account.notify, leg))
            outside.wait_for(WAITING.format(count))
        outside.let_go()
        assert [one.result().status_code for one in told] == [200, 200]
    entries = account.read("zadarma.event", ["call_id", "state"], source="notification")
    assert [entry["call_id"][0] for entry in entries] == [call, call]
    assert {entry["state"] for entry in entries} == {"applied"}
    # it is known by the customer's leg, although the other one came last
    [known] = account.read("zadarma.call", ["pbx_call_id", "state"])
    assert (known["pbx_call_id"], known["state"]) == (legs[0]["pbx_call_id"], "ringing")
