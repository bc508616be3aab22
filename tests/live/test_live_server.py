# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the other live tests rely on, and the demo."""

import pytest

from devtools import browser, demo, rpc


def test_a_killed_server_comes_back_with_what_was_committed(odoo):
    partner = odoo.client().call("res.partner", "create", [{"name": "Kept"}])
    odoo.kill()
    with pytest.raises(OSError):
        odoo.client()
    odoo.restart()
    assert odoo.client().call("res.partner", "read", partner, ["name"]) == [
        {"id": partner[0], "name": "Kept"}
    ]


def test_workers_serve(start_odoo):
    client = start_odoo(workers=2).client()
    assert client.call("res.users", "read", [client.uid], ["login"]) == [
        {"id": client.uid, "login": "admin"}
    ]


def test_a_wrong_password_is_refused(odoo):
    odoo.expected.append("Access Denied")
    with pytest.raises(rpc.RpcError, match="Access Denied"):
        odoo.client(password="wrong")


def test_the_demo_connects_and_plays_its_calls_once(odoo, pbx, monkeypatch):
    monkeypatch.setattr(demo, "KEY", pbx.key)
    monkeypatch.setattr(demo, "SECRET", pbx.secret)
    client = odoo.client()
    for _start in range(2):
        demo.connect(client, pbx.url)
        played = demo.play_calls(client, pbx.url)
    assert played == 0
    calls = client.call("zadarma.call", "search_read", [], ["state", "extension_id"])
    assert len(calls) == len(demo.CALLS)
    assert {call["state"] for call in calls} == {"ended"}
    account = client.call("zadarma.account", "search_read", [], ["name", "api_url"])
    assert [(one["name"], one["api_url"]) for one in account] == [
        (demo.ACCOUNT_NAME, pbx.url)
    ]


def test_the_web_client_opens_without_an_error(odoo, page):
    complaints = []

    def note_console(message):
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    def note_request(request):
        if not request.url.startswith((odoo.url, "data:", "blob:")):
            complaints.append(f"asked the internet for {request.url}")

    def note_response(response):
        if response.status >= 400:
            complaints.append(f"{response.status} for {response.url}")

    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", note_console)
    page.on("request", note_request)
    page.on("response", note_response)
    browser.log_in(page, odoo.url)
    page.wait_for_function("odoo.isReady")
    assert complaints == []
    assert page.evaluate("document.fonts.check('16px FontAwesome')")
