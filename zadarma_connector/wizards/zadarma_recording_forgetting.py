# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ZadarmaRecordingForgetting(models.TransientModel):
    """Delete all recordings of one person, who asked for it."""

    _name = "zadarma.recording.forgetting"
    _description = "Forgetting a Person's Recordings"

    partner_id = fields.Many2one("res.partner", "Person", required=True)
    at_zadarma = fields.Boolean("At Zadarma too", default=True)
    kept_too = fields.Boolean("Include those marked to be kept")
    calls = fields.Integer(compute="_compute_what")
    recordings = fields.Integer(compute="_compute_what")
    kept = fields.Integer("Marked to be kept", compute="_compute_what")

    @api.depends("partner_id")
    def _compute_what(self):
        for forgetting in self:
            calls = forgetting._calls()
            forgetting.calls = len(calls)
            present = calls.recording_ids.filtered(lambda one: one.state != "deleted")
            unknown = calls.filtered(lambda call: not call.recording_ids)
            forgetting.recordings = len(present) + len(unknown)
            forgetting.kept = len(present.filtered("keep"))

    def _calls(self):
        """The recorded calls of the person, in the current companies.

        Those from one of their numbers too, as far as they are nobody else's.
        """
        accounts = self.env["zadarma.account"].search(
            [("company_id", "in", self.env.companies.ids)]
        )
        numbers = [
            *(
                number
                for account in accounts
                for number in self.partner_id._zadarma_numbers(account)
            ),
            *self.env["zadarma.number"]
            .search([("partner_id", "in", self.partner_id.ids)])
            .mapped("number"),
        ]
        return self.env["zadarma.call"].search(
            [
                ("recorded", "=", True),
                ("state", "=", "ended"),
                "|",
                ("partner_id", "in", self.partner_id.ids),
                "&",
                ("partner_id", "=", False),
                ("external_number", "in", numbers),
            ]
        )

    def action_forget(self):
        """Delete, and show the report."""
        self.ensure_one()
        # sudo: zadarma.recording - administrators delete, but not one by one
        recordings_sudo = self.env["zadarma.recording"].sudo()
        recordings_sudo = recordings_sudo._expect(self._calls().sudo())
        if not self.kept_too:
            recordings_sudo = recordings_sudo.filtered(lambda one: not one.keep)
        reports = recordings_sudo._forget("person", self.at_zadarma)
        self.env.ref("zadarma_connector.cron_delete_remotely")._trigger()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "zadarma_connector.action_zadarma_recording_deletion"
        )
        return {**action, "domain": [("id", "in", reports.ids)]}
