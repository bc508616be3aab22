# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Notifications that meet each other, other people's locks, or the end of Odoo."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import requests

from devtools import pgbouncer

CALL = "in_ae6b03b3b0765d127ec0b739209346bbc4f0d52d"
OTHER_CALL = "in_1111111111111111111111111111111111111111"
#: The lock under which a call is computed: of account and call.
CALL_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
CALL_ROW = "SELECT id FROM zadarma_call WHERE pbx_call_id = %s FOR UPDATE"
#: Nobody can add to the journal.
JOURNAL_HELD = "LOCK TABLE zadarma_event IN SHARE ROW EXCLUSIVE MODE"
#: Both deliveries of a message have come: one waits for the journal, one for the other.
BOTH_WAIT = """
    SELECT count(*) FROM pg_locks JOIN pg_database ON database = pg_database.oid
    WHERE NOT granted AND datname = current_database() HAVING count(*) = 2
"""
#: So many notifications wait for the journal, each over a connection of its own.
JOURNAL_WAITED_FOR = """
    SELECT count(*) FROM pg_locks JOIN pg_class ON relation = pg_class.oid
    WHERE relname = 'zadarma_event' AND NOT granted HAVING count(*) = {}
"""
LOCK_WAITED_FOR = """
    SELECT pid FROM pg_locks JOIN pg_database ON database = pg_database.oid
    WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()
"""


def start(account, pbx_call_id=CALL):
    return {
        "event": "NOTIFY_START",
        "pbx_call_id": pbx_call_id,
        "call_start": "2026-10-05 14:03:22",
        "caller_id": account.caller,
        "called_did": "442037691881",
    }


def end(account, pbx_call_id=CALL):
    return {
        **start(account, pbx_call_id),
        "event": "NOTIFY_END",
        "duration": "0",
        "disposition": "cancel",
    }


def wall_clock():
    """This moment as the PBX writes it."""
    return f"{datetime.now(ZoneInfo('Europe/Kyiv')):%Y-%m-%d %H:%M:%S}"


def states(account, pbx_call_id=CALL):
    entries = account.read("zadarma.event", ["state"], pbx_call_id=pbx_call_id)
    return [entry["state"] for entry in entries]


def assert_answered(played):
    """Check that every delivery of a call was answered."""
    assert {event["status"] for event in played["events"]} == {200}


def assert_told_in_full(account, truth, ends):
    """Check that a call came out as it happened, once, with all that was said.

    :param truth: what the simulator knows of it
    :param ends: how often the notification of its end arrived
    """
    [call] = account.read(
        "zadarma.call",
        [
            "direction",
            "state",
            "result",
            "disposition",
            "external_number",
            "duration",
            "date_start",
            "partner_id",
            "employee_id",
            "leg_ids",
        ],
        pbx_call_id=truth["pbx_call_id"],
    )
    assert call["partner_id"][0] == account.partner
    assert call["employee_id"][0] == account.employee
    assert {
        "direction": "incoming",
        "state": "ended",
        "result": "answered",
        "disposition": "answered",
        "external_number": truth["caller"],
        "duration": truth["duration"],
        "date_start": truth["start"].replace("T", " ").rstrip("Z"),
    }.items() <= call.items()
    [leg] = account.read(
        "zadarma.call.leg",
        ["extension_number", "pbx_leg_id", "result"],
        call_id=call["id"],
    )
    assert leg == {
        "id": leg["id"],
        "extension_number": "101",
        "pbx_leg_id": truth["legs"][0]["call_id"],
        "result": "answered",
    }
    entries = account.read(
        "zadarma.event",
        ["event", "state", "delivery_count"],
        call_id=call["id"],
        source="notification",
    )
    assert {entry["event"]: entry["delivery_count"] for entry in entries} == {
        "NOTIFY_START": 1,
        "NOTIFY_INTERNAL": 1,
        "NOTIFY_ANSWER": 1,
        "NOTIFY_END": ends,
        "NOTIFY_RECORD": 1,
    }
    assert [entry["state"] for entry in entries] == ["applied"] * 5


@pytest.mark.parametrize("workers", [0, 2], ids=["threads", "workers"])
def test_deliveries_at_the_same_moment(start_odoo, connect, pbx, workers):
    account = connect(start_odoo(workers=workers))
    ends_twice = {"kind": "duplicate", "event": "NOTIFY_END", "times": 2}
    ends_often = {"kind": "duplicate", "event": "NOTIFY_END", "times": 8}
    all_at_once = {"kind": "parallel"}

    def play(*faults):
        return pbx.dial(
            "incoming-answered", to="101", faults=faults, **{"from": account.caller}
        )

    # the six of one call, and one of them again and again
    assert_answered(play(ends_twice, all_at_once))
    assert_answered(play(ends_often, all_at_once))
    # twenty calls
    with ThreadPoolExecutor(20) as pool:
        for played in list(pool.map(play, [ends_twice] * 20)):
            assert_answered(played)

    account.run_scheduled_job()
    calls = pbx.calls()
    assert len(account.read("zadarma.call", [])) == len(calls) == 22
    told = account.read("zadarma.event", [], source="notification")
    assert len(told) == 22 * 5
    for number, truth in enumerate(calls.values()):
        assert_told_in_full(account, truth, ends=8 if number == 1 else 2)


@pytest.mark.parametrize("workers", [0, 2], ids=["threads", "workers"])
def test_no_connection_waits_for_another_one(
    ready, start_odoo, connect, outside, workers
):
    """Behind PgBouncer with as many connections as notifications come at once."""
    several = 2
    with pgbouncer.running(ready.server, several) as port:
        behind = ("--db_host=127.0.0.1", f"--db_port={port}")
        account = connect(start_odoo(workers, options=behind))
        told = [
            {
                **tell(account, f"in_{number:040}"),
                "caller_id": f"+442037691{number:03}",
                "call_start": wall_clock(),
            }
            for number in range(10)
            for tell in (start, end)
        ]
        with ThreadPoolExecutor(several) as pool:
            with outside.holding((JOURNAL_HELD,)):
                first = [pool.submit(account.notify, one) for one in told[:several]]
                outside.wait_for(JOURNAL_WAITED_FOR.format(several))
            rest = [pool.submit(account.notify, one) for one in told[several:]]
            answers = [one.result() for one in (*first, *rest)]
    assert {answer.status_code for answer in answers} == {200}
    rows = outside.rows(
        "SELECT source, state, count(*) FROM zadarma_event GROUP BY 1, 2 ORDER BY 1"
    )
    assert rows == [
        ("notification", "applied", len(told)),
        # what callers were answered who were heard of before they hung up
        ("request", "applied", rows[-1][-1]),
    ]
    calls = outside.rows("SELECT state, count(*) FROM zadarma_call GROUP BY state")
    assert calls == [("ended", 10)]


@pytest.mark.parametrize("workers", [0, 2], ids=["threads", "workers"])
def test_message_without_an_id_that_comes_twice_at_once(
    start_odoo, connect, outside, workers
):
    account = connect(start_odoo(workers=workers))
    texts = [f"Bonjour {number}" for number in range(6)]
    messages = [{"event": "SMS", "result": json.dumps({"text": t})} for t in texts]
    with ThreadPoolExecutor(12) as pool:
        with outside.holding((JOURNAL_HELD,)):
            # neither can see the other one in the journal
            twice = [pool.submit(account.notify, messages[0]) for _time in range(2)]
            outside.wait_for(BOTH_WAIT)
        told = [*twice, *(pool.submit(account.notify, m) for m in messages[1:] * 2)]
        assert [one.result().status_code for one in told] == [200] * 12
    entries = account.read("zadarma.event", ["payload", "state", "delivery_count"])
    counted = {e["payload"]["result"]: e["delivery_count"] for e in entries}
    assert len(entries) == len(counted) == 6
    assert set(counted.values()) == {2}
    assert {entry["state"] for entry in entries} == {"ignored"}


def test_pbx_is_answered_while_its_call_is_held(odoo, connect, outside):
    account = connect(odoo)
    assert account.notify(start(account)).status_code == 200
    with outside.holding(
        (CALL_ROW, CALL),
        (CALL_LOCK, f"zadarma.call {account.id} {OTHER_CALL}"),
    ):
        assert account.notify(end(account)).status_code == 200
        assert account.notify(start(account, OTHER_CALL)).status_code == 200
        assert states(account) == ["applied", "received"]
        assert states(account, OTHER_CALL) == ["received"]
    [call] = account.read("zadarma.call", ["pbx_call_id", "state"])
    assert (call["pbx_call_id"], call["state"]) == (CALL, "ringing")

    account.run_scheduled_job()
    assert states(account) == ["applied", "applied"]
    assert states(account, OTHER_CALL) == ["applied"]
    calls = account.read("zadarma.call", ["pbx_call_id", "state"])
    assert {call["pbx_call_id"]: call["state"] for call in calls} == {
        CALL: "ended",
        OTHER_CALL: "ringing",
    }


def test_nothing_is_taken_without_being_stored(odoo, connect, outside):
    """Somebody holds up the journal: a caller does not wait, and nothing is lost."""
    account = connect(odoo)
    with outside.holding((JOURNAL_HELD,)), ThreadPoolExecutor(1) as pool:
        ending = pool.submit(account.notify, end(account, OTHER_CALL))
        response = account.notify(start(account))
        assert (response.status_code, response.json()) == (200, {})
        assert 1 < response.elapsed.total_seconds() < 4
        # it was not stored, and the PBX is told so
        assert ending.result().status_code == 503
    outside.wait_for("SELECT FROM zadarma_event WHERE event = 'NOTIFY_START'")
    account.run_scheduled_job()
    assert states(account) == ["applied"]
    assert states(account, OTHER_CALL) == []


def test_killed_between_storing_and_applying(odoo, connect, outside):
    account = connect(odoo)
    with (
        outside.holding((CALL_LOCK, f"zadarma.call {account.id} {CALL}")),
        ThreadPoolExecutor(1) as pool,
    ):
        delivery = pool.submit(account.notify, start(account))
        outside.wait_for(LOCK_WAITED_FOR)
        odoo.kill()
        with pytest.raises(requests.ConnectionError):
            delivery.result()
        assert outside.rows("SELECT event, state FROM zadarma_event") == [
            ("NOTIFY_START", "received")
        ]
    assert outside.rows("SELECT id FROM zadarma_call") == []

    odoo.restart()
    account.run_scheduled_job()
    [call] = account.read("zadarma.call", ["pbx_call_id", "state", "partner_id"])
    assert (call["pbx_call_id"], call["state"]) == (CALL, "ringing")
    assert call["partner_id"][0] == account.partner
    assert states(account) == ["applied"]


def test_connection_lost_between_storing_and_applying(odoo, connect, outside):
    account = connect(odoo)
    with (
        outside.holding((CALL_LOCK, f"zadarma.call {account.id} {CALL}")),
        ThreadPoolExecutor(1) as pool,
    ):
        delivery = pool.submit(account.notify, start(account))
        outside.wait_for(LOCK_WAITED_FOR)
        [[pid]] = outside.rows(LOCK_WAITED_FOR)
        outside.execute("SELECT pg_terminate_backend(%s)", pid)
        # it is stored, and what is stored is applied
        assert delivery.result().status_code == 200
    assert states(account) == ["received"]
    # the next one has a connection of its own again
    assert account.notify(end(account)).status_code == 200
    assert states(account) == ["applied", "applied"]
