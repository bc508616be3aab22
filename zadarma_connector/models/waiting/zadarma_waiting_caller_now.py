# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ZadarmaWaitingCaller(models.Model):
    """Who speaks with a caller, or tries to, just now: nobody calls them twice."""

    _inherit = "zadarma.waiting.caller"

    calling = fields.Char("Current call", compute="_compute_calling")

    def _compute_calling(self):
        # sudo: zadarma.call - who calls back concerns everybody who could
        calls_sudo = (
            self.env["zadarma.call"]
            .sudo()
            .search(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("external_number", "in", self.mapped("number")),
                    ("state", "!=", "ended"),
                ],
                order="id",
            )
        )
        latest = {
            (call.company_id, call.external_number): call
            for call in calls_sudo
            if call.direction == "outgoing" or call.state == "in_progress"
        }
        for caller in self:
            call_sudo = latest.get((caller.company_id, caller.number))
            caller.calling = call_sudo and caller._calling_text(call_sudo)

    def _calling_text(self, call_sudo):
        """Say who it is, and whether they speak already."""
        person = (
            call_sudo.person_id.name
            or call_sudo.extension_number
            or self.env._("Somebody")
        )
        if call_sudo.state == "in_progress":
            return self.env._("%s is talking", person)
        return self.env._("%s is calling", person)
