# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The example of docs/extending.md is an addon that works."""

import re

from devtools import places

TEXT = (places.CHECKOUT / "docs" / "extending.md").read_text()
FILES = re.findall(r"^`([\w/]+\.py)`:\n\n```python\n(.*?)```", TEXT, re.M | re.S)
#: What the example needs of Odoo's Enterprise edition.
HELPDESK = {
    "__manifest__.py": """{
        "name": "Helpdesk",
        "author": "Nobody",
        "license": "LGPL-3",
        "depends": ["mail"],
        "data": ["ir.model.access.csv"],
    }""",
    "ir.model.access.csv": (
        "id,name,model_id:id,group_id:id,perm_read,perm_write,perm_create,perm_unlink\n"
        "ticket,ticket,model_helpdesk_ticket,base.group_system,1,1,1,1\n"
    ),
    "__init__.py": """
from odoo import fields, models


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["mail.thread"]
    _description = "Ticket"

    name = fields.Char()
    partner_id = fields.Many2one("res.partner", index=True)
    company_id = fields.Many2one("res.company")
    fold = fields.Boolean()
""",
}


def test_the_example_installs_itself_and_works(ready, start_odoo, connect, tmp_path):
    assert len(FILES) == 3
    for name, content in [
        *FILES,
        *((f"helpdesk/{name}", content) for name, content in HELPDESK.items()),
    ]:
        path = tmp_path / "addons" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    odoo = start_odoo(more=tmp_path / "addons")
    client = odoo.client()
    client.call("ir.module.module", "update_list")
    odoo.press("button_immediate_install", "helpdesk")
    account = connect(odoo)
    account.give_extension()
    tickets = client.call(
        "helpdesk.ticket",
        "create",
        [
            {"name": "Cold oven", "partner_id": account.partner},
            {"name": "Done", "partner_id": account.partner, "fold": True},
        ],
    )
    told = {
        "call_start": "2026-10-05 10:00:00",
        "pbx_call_id": "in_0000000000000000000000000000000000000003",
        "caller_id": account.caller,
        "called_did": "442037691881",
    }
    assert account.notify({"event": "NOTIFY_START", **told}).ok
    assert account.notify({"event": "NOTIFY_INTERNAL", "internal": "101", **told}).ok
    [call] = account.read("zadarma.call", [])
    [card] = client.call("zadarma.call", "card_data", [call["id"]])
    [figure] = [one for one in card["figures"] if one["label"] == "Open tickets"]
    assert figure["count"] == 1
    found = client.call("helpdesk.ticket", "search", figure["action"]["domain"])
    assert found == tickets[:1]
    offers = client.call("zadarma.call", "document_offers", [call["id"]])["offers"]
    assert [one["id"] for one in offers] == found
    [action] = [one for one in card["actions"] if one["label"] == "Create Ticket"]
    opened = [
        client.call("zadarma.call", action["method"], [call["id"]]) for _time in "ab"
    ]
    [made] = account.read("helpdesk.ticket", ["partner_id"], name="Call from Orchard")
    assert {one["res_id"] for one in opened} == {made["id"]}
    assert made["partner_id"][0] == account.partner
