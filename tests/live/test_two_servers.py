# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two Odoo servers on one database, as behind a proxy that shares requests out."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from pbx_simulator.protocol import signing

#: How often a call's six notifications are sent.
CALLS = 10


def six(account, number):
    """The six notifications of a call that rings two and is answered by one.

    :param number: of the call: no two have the same id or time
    """
    # 14:00:22 in Kyiv
    part = f"{1791198022 + 60 * number}.4321"
    common = {
        "call_start": f"2026-10-05 14:{number:02}:22",
        "pbx_call_id": call_id(number),
        "caller_id": account.caller,
    }
    dialled = {**common, "called_did": "442037691881"}
    return [
        {**dialled, "event": "NOTIFY_START"},
        {**dialled, "event": "NOTIFY_INTERNAL", "internal": "101"},
        {**dialled, "event": "NOTIFY_INTERNAL", "internal": "102"},
        {
            **common,
            "event": "NOTIFY_ANSWER",
            "internal": "101",
            "destination": "101",
        },
        {
            **dialled,
            "event": "NOTIFY_END",
            "internal": "101",
            "last_internal": "101",
            "duration": "42",
            "disposition": "answered",
            "status_code": "16",
            "is_recorded": "1",
            "call_id_with_rec": part,
        },
        {
            "event": "NOTIFY_RECORD",
            "pbx_call_id": call_id(number),
            "call_id_with_rec": part,
        },
    ]


def call_id(number):
    return f"in_{number:040x}"


@pytest.fixture
def servers(start_odoo):
    """Two servers of one database."""
    return [start_odoo(), start_odoo()]


@pytest.fixture
def account(servers, connect):
    return connect(servers[0])


def deliver(server, pbx, params):
    """Deliver a genuine notification to one of the servers; return the status."""
    session = requests.Session()
    # straight to this machine, whatever proxy the environment names
    session.trust_env = False
    return session.post(
        f"{server.url}/exec/Zadarma.notify",
        data=params,
        headers={"Signature": signing.notification_signature(pbx.secret, params)},
        timeout=30,
    ).status_code


def assert_whole(account, pbx_call_id, times):
    """Check that the call is there once, whole, with all that was told of it."""
    [call] = account.read(
        "zadarma.call",
        ["state", "result", "duration", "partner_id", "employee_id", "leg_ids"],
        pbx_call_id=pbx_call_id,
    )
    assert (call["state"], call["result"], call["duration"]) == (
        "ended",
        "answered",
        42,
    )
    assert call["partner_id"][0] == account.partner
    assert call["employee_id"][0] == account.employee
    legs = account.read(
        "zadarma.call.leg", ["extension_number", "result"], call_id=call["id"]
    )
    assert {leg["extension_number"]: leg["result"] for leg in legs} == {
        "101": "answered",
        "102": "no_answer",
    }
    entries = account.read(
        "zadarma.event", ["state", "delivery_count"], pbx_call_id=pbx_call_id
    )
    assert [(one["state"], one["delivery_count"]) for one in entries] == [
        ("applied", times)
    ] * 6


def test_notifications_of_a_call_come_to_both_in_turn(servers, account, pbx):
    pbx_call_id = call_id(1)
    states = []
    for number, params in enumerate(six(account, 1)):
        assert deliver(servers[number % 2], pbx, params) == 200
        # the next server begins where the last one ended
        [call] = account.read("zadarma.call", ["state"], pbx_call_id=pbx_call_id)
        states.append(call["state"])
    assert states == ["ringing"] * 3 + ["in_progress", "ended", "ended"]
    assert_whole(account, pbx_call_id, times=1)


def test_notifications_come_to_both_at_once(servers, account, pbx):
    """Each to both, all at the same moment: one call, and each is counted twice."""
    numbers = range(1, CALLS + 1)
    with ThreadPoolExecutor(12) as pool:
        statuses = pool.map(
            lambda told: deliver(told[0], pbx, told[1]),
            [
                (server, params)
                for number in numbers
                for params in six(account, number)
                for server in servers
            ],
        )
        assert set(statuses) == {200}
    account.run_scheduled_job()
    assert len(account.read("zadarma.call", [])) == CALLS
    for number in numbers:
        assert_whole(account, call_id(number), times=2)
