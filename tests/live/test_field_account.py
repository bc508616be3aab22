# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The afternoon of a live account, as whoever looks at the call log sees it."""

import datetime
from collections import Counter

import pytest

from pbx_simulator.account.account import DEMO_NUMBER

#: How customers are written here; the last two of the account's twelve nowhere.
WRITTEN = {
    "+380672220000": "+380 67 222 00 00",
    "+380672220001": "067 222 00 01",
    "+380672220002": "(067) 222-00-02",
    "+380672220003": "380672220003",
    "+380672220004": "044 222 33 44 / 067 222 00 04",
    "+380672220005": "8 (067) 222 00 05",
    "+380672220006": "067-222-00-06 (Olya)",
    "+380672220007": "+38 (067) 222 00 07",
    "+380672220008": "0672220008 доб. 12",
    "+380672220009": "380672220009.0",
}
FOLLOW_UP = "cron_follow_up"
CALL = ["pbx_call_id", "direction", "state", "result", "caller_number", "called_number"]
CALL += ["external_number", "partner_id", "partner_match", "employee_id", "duration"]
CALL += ["date_start", "date_answer", "date_end", "confirmed", "in_doubt"]


@pytest.fixture
def pbx_options():
    # how it is with a limit is tested elsewhere
    return ["--no-rate-limit"]


@pytest.fixture
def client(odoo):
    return odoo.client()


@pytest.fixture
def account(client, odoo, connect):
    """An account in Ukraine, with a person at each extension."""
    [country] = client.call("res.country", "search", [("code", "=", "UA")])
    [company] = client.call("res.company", "search", [])
    client.call("res.company", "write", [company], {"country_id": country})
    account = connect(odoo)
    for number, name in (("100", "Petro"), ("102", "Ivan")):
        [person] = client.call("hr.employee", "create", [{"name": name}])
        found = client.call("zadarma.extension", "search", [("number", "=", number)])
        client.call("zadarma.extension", "write", found, {"employee_id": person})
    return account


@pytest.fixture
def customers(client):
    """The contacts by their numbers."""
    new = [{"name": number, "phone": text} for number, text in WRITTEN.items()]
    return dict(zip(WRITTEN, client.call("res.partner", "create", new), strict=True))


def test_field_account(account, customers, pbx):
    begin = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=6)
    played = pbx.dial("field-account")
    assert Counter(event["status"] for event in played["events"]) == {200: 151}
    account.run_scheduled_job()
    account.run_job(FOLLOW_UP)
    truth = pbx.calls()
    before = seen(account, truth, customers)
    assert not any(call["confirmed"] for call in before)
    waiting = seen_waiting(account, truth)

    account.reconcile(begin, datetime.datetime.now(datetime.UTC))
    account.run_job(FOLLOW_UP)

    outcome = ["state", "added", "corrected", "doubted", "error"]
    [run] = account.read("zadarma.reconciliation", outcome, kind="manual")
    run.pop("id")
    assert list(run.values()) == ["done", 0, 0, 0, False]
    after = seen(account, truth, customers)
    assert all(call["confirmed"] for call in after)
    assert [lasting(call) for call in after] == [lasting(call) for call in before]
    assert seen_waiting(account, truth) == waiting


def lasting(call):
    """A call without what statistics may tell otherwise."""
    return {name: call[name] for name in call.keys() - {"confirmed", "caller_number"}}


def seen(account, truth, customers):
    """Compare the call log with what happened, and return it."""
    assert len(truth) == 62
    calls = account.read("zadarma.call", CALL)
    assert Counter(call["pbx_call_id"] for call in calls) == Counter(list(truth))
    extensions = account.read("zadarma.extension", ["number", "employee_id"])
    people = {one["number"]: one["employee_id"] for one in extensions}
    for call in calls:
        happened = truth[call["pbx_call_id"]]
        is_incoming = happened["direction"] == "incoming"
        customer = happened["caller" if is_incoming else "called"]
        # who spoke, else whose telephone rang last
        met = happened["answered_by"] or happened["rung"]
        met = met if is_incoming else [happened["caller"]]
        unanswered = "missed" if is_incoming else "cancelled"
        contact = customers.get(customer)
        name = call["partner_id"] and call["partner_id"][0]
        assert {
            "direction": happened["direction"],
            "state": "ended",
            "result": "answered" if happened["answer"] else unanswered,
            "called_number": happened["called"],
            "external_number": customer,
            "partner_match": "exact" if contact else "none",
            "duration": happened["duration"],
            "date_start": happened["start"].replace("T", " ").rstrip("Z"),
            "in_doubt": False,
        }.items() <= call.items(), happened
        # of our own calls statistics may tell the number that is shown instead
        callers = [happened["caller"]] + [f"+{DEMO_NUMBER}"] * (not is_incoming)
        assert call["caller_number"] in callers, happened
        assert name == (contact or False), happened
        assert call["employee_id"] == (people[met[-1]] if met else False), happened
    entries = account.read("zadarma.event", ["state"])
    assert {one["state"] for one in entries} == {"applied"}
    [told] = account.read("zadarma.account", ["problems"])
    assert not told["problems"]
    return calls


def seen_waiting(account, truth):
    """Compare who waits with what happened, and return it: each person once."""
    waiting = account.read("zadarma.waiting.caller", ["number", "state"])
    last = {}
    for call in sorted(truth.values(), key=lambda call: call["start"]):
        if call["answer"]:
            last[call["caller"]] = "done"
        elif call["direction"] == "incoming":
            last[call["caller"]] = "open"
    states = {one["number"]: one["state"] for one in waiting}
    assert len(states) == len(waiting)
    assert {one for one in states if states[one] == "open"} == {
        one for one in last if last[one] == "open"
    }
    assert states.keys() <= last.keys()
    return waiting
