# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ZadarmaWaitingWaiver(models.TransientModel):
    """Why nobody needs to call back."""

    _name = "zadarma.waiting.waiver"
    _description = "No Call Back Is Needed"

    caller_ids = fields.Many2many("zadarma.waiting.caller", required=True)
    reason = fields.Char(required=True)

    def action_confirm(self):
        """Say so."""
        self.ensure_one()
        self.caller_ids._waive(self.reason)
