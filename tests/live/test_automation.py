# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The example of docs/extending.md: an automation rule that tells another system."""

import http.server
import json
import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

DID = {"called_did": "442037691881"}


@pytest.fixture
def other_system():
    """A system that takes webhooks: its address, and the bodies that it got."""
    told = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers["Content-Length"])
            told.append(json.loads(self.rfile.read(length)))
            # one that fails, as far as Odoo can see
            self.send_response(500)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/calls", told
    server.shutdown()
    server.server_close()
    thread.join()


def add_rule(client, field, url):
    """Have another system told when a field of a call is written."""
    [model] = client.call("ir.model", "search", [("model", "=", "zadarma.call")])
    whose = [("model_id", "=", model), ("name", "=", field)]
    fields = client.call("ir.model.fields", "search", whose)
    action = {
        "name": "Tell",
        "model_id": model,
        "state": "webhook",
        "webhook_url": url,
        "usage": "base_automation",
    }
    client.call(
        "base.automation",
        "create",
        [
            {
                "name": f"Rule of {field}",
                "model_id": model,
                "trigger": "on_create_or_write",
                "trigger_field_ids": [(6, 0, fields)],
                "filter_domain": f"[('{field}', '!=', False)]",
                "action_server_ids": [(0, 0, action)],
            }
        ],
    )


def test_a_webhook_is_sent_once_for_each_talk(odoo, connect, other_system):
    url, told = other_system
    account = connect(odoo)
    odoo.expected.append("Webhook call failed")
    add_rule(odoo.client(), "talk_told", url)
    begun = datetime.now(ZoneInfo("Europe/Kyiv")) - timedelta(minutes=1)
    call = {
        "call_start": f"{begun:%Y-%m-%d %H:%M:%S}",
        "pbx_call_id": f"in_{7:040}",
        "caller_id": account.caller,
    }
    talk = {"internal": "101", "destination": "101"}
    over = {**DID, "internal": "101", "last_internal": "101"}
    over |= {"duration": "42", "disposition": "answered", "status_code": "16"}
    # twice, and the end before the beginning
    for event, params in (
        ("NOTIFY_END", over),
        ("NOTIFY_START", DID),
        ("NOTIFY_ANSWER", talk),
        ("NOTIFY_START", DID),
        ("NOTIFY_END", over),
    ):
        assert account.notify({"event": event, **call, **params}).ok
        account.run_job("cron_follow_up")
    [logged] = account.read("zadarma.call", ["talk_told", "result"])
    assert logged["talk_told"] and logged["result"] == "answered"
    assert [one["_id"] for one in told] == [logged["id"]]
