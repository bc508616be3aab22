# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ZadarmaCallbackWaiver(models.TransientModel):
    """Why nobody needs to call back."""

    _name = "zadarma.callback.waiver"
    _description = "No Call Back Is Needed"

    callback_ids = fields.Many2many("zadarma.callback", required=True)
    reason = fields.Char(required=True)

    def action_confirm(self):
        """Say so."""
        self.ensure_one()
        self.callback_ids._waive(self.reason)
