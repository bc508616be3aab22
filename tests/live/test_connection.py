# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Connecting an account, and whom its notification address believes."""

import pytest

from devtools import rpc
from pbx_simulator.calls import faults

CALLER = "+442037691880"
WRONG_SECRET = "wrong0wrong0wrong0wr"
#: All but a START turned into an END, which carries a genuine signature: Zadarma signs
#: neither the event nor the result.
FORGERIES = sorted(set(faults.FORGERIES) - {"turned-into-end"})
SWITCHES = (
    "notify_start",
    "notify_internal",
    "notify_answer",
    "notify_end",
    "notify_out_start",
    "notify_out_end",
)


def test_from_the_key_to_the_first_call(odoo, pbx):
    client = odoo.client()
    [partner] = client.call(
        "res.partner", "create", [{"name": "Orchard", "phone": "+44 20 3769 1880"}]
    )
    [employee] = client.call("hr.employee", "create", [{"name": "Olena"}])
    values = {"api_url": pbx.url, "api_key": pbx.key, "api_secret": WRONG_SECRET}
    account = client.call("zadarma.account", "create", [{**values, "tz": "Asia/Tokyo"}])

    def press(button):
        action = client.call("zadarma.account", button, account)
        return action["params"]["type"], action["params"]["message"]

    def show(*fields):
        [shown] = client.call("zadarma.account", "read", account, fields)
        return {name: shown[name] for name in fields}

    # a mistake: told what to do about it
    refusal = "Zadarma does not accept this key and secret"
    odoo.expected.append(refusal)
    with pytest.raises(rpc.RpcError, match=refusal) as refused:
        press("action_test_connection")
    assert WRONG_SECRET not in str(refused.value)
    assert show("connected_at", "api_secret", "api_secret_is_set") == {
        "connected_at": False,
        "api_secret": False,
        "api_secret_is_set": True,
    }

    # the connection, which finds the other mistake
    client.call("zadarma.account", "write", account, {"api_secret": pbx.secret})
    assert press("action_test_connection") == (
        "success",
        "Connected. Balance: 10.34 USD",
    )
    assert show("clock_differs") == {"clock_differs": True}
    client.call("zadarma.account", "write", account, {"tz": "Europe/Kyiv"})
    assert show("clock_differs") == {"clock_differs": False}

    # the PBX
    assert press("action_get_pbx") == (
        "success",
        "Internal numbers: 3. Own numbers: 1.",
    )
    assert show("pbx_id") == {"pbx_id": "123456"}
    extensions = client.call(
        "zadarma.extension", "search_read", [], ["number", "name"], order="number"
    )
    assert [(one["number"], one["name"]) for one in extensions] == [
        ("100", "Extension 100"),
        ("101", "Extension 101"),
        ("102", "Extension 102"),
    ]
    client.call(
        "zadarma.extension", "write", [extensions[1]["id"]], {"employee_id": employee}
    )

    # the notifications: Zadarma's check reaches Odoo while the button is pressed
    assert press("action_register_webhooks") == (
        "success",
        "Zadarma will send its notifications to this address.",
    )
    address = f"{odoo.url}/exec/Zadarma.notify"
    assert pbx.settings()["callinfo"] == {
        "url": address,
        "switches": dict.fromkeys(SWITCHES, True),
    }
    assert show("webhook_registered_url", "webhook_is_registered", *SWITCHES) == {
        "webhook_registered_url": address,
        "webhook_is_registered": True,
        **dict.fromkeys(SWITCHES, True),
    }
    assert show("notify_record") == {"notify_record": False}

    # the first call
    played = pbx.dial("incoming-answered", to="101", **{"from": CALLER})
    assert [(one["event"], one["status"]) for one in played["events"]] == [
        ("NOTIFY_START", 200),
        ("NOTIFY_INTERNAL", 200),
        ("NOTIFY_ANSWER", 200),
        ("NOTIFY_END", 200),
        ("NOTIFY_RECORD", 200),
    ]
    assert show("notify_record") == {"notify_record": True}
    truth = pbx.calls()[played["pbx_call_id"]]
    [call] = client.call("zadarma.call", "search_read", [], [])
    assert call["partner_id"] == [partner, "Orchard"]
    assert call["employee_id"] == [employee, "Olena"]
    assert {
        "pbx_call_id": played["pbx_call_id"],
        "state": "ended",
        "result": "answered",
        "external_number": CALLER,
        "extension_number": "101",
        "duration": truth["duration"],
        "date_start": truth["start"].replace("T", " ").rstrip("Z"),
    }.items() <= call.items()


def test_forged_notifications_leave_nothing_behind(odoo, pbx, connect, outside):
    connect(odoo)
    for forgery in FORGERIES:
        for scenario in ("incoming-answered", "ivr", "outgoing-answered"):
            played = pbx.dial(
                scenario,
                faults=[{"kind": "forged", "forgery": forgery}, {"kind": "lost"}],
            )
            outcomes = {(one["fault"], one["status"]) for one in played["events"]}
            assert outcomes == {("forged", 403), ("lost", "lost")}, (forgery, scenario)
    assert outside.rows("SELECT event, payload FROM zadarma_event") == []
    assert outside.rows("SELECT pbx_call_id FROM zadarma_call") == []

    # and do not keep the genuine ones out
    played = pbx.dial("outgoing-answered", faults=[{"kind": "forged"}])
    assert [one["status"] for one in played["events"]] == [403, 200] * 3
    assert outside.rows("SELECT pbx_call_id, result FROM zadarma_call") == [
        (played["pbx_call_id"], "answered")
    ]
    assert outside.rows(
        "SELECT event, delivery_count FROM zadarma_event ORDER BY id"
    ) == [
        ("NOTIFY_OUT_START", 1),
        ("NOTIFY_OUT_END", 1),
        ("NOTIFY_RECORD", 1),
    ]
