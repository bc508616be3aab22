# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..tools.telling import told


class ZadarmaWaitingWaiver(models.TransientModel):
    """Why nobody needs to call back."""

    _name = "zadarma.waiting.waiver"
    _description = "Call Back That Is Not Needed"

    caller_ids = fields.Many2many(
        "zadarma.waiting.caller", string="Callers", required=True
    )
    reason = fields.Char(required=True)

    def action_confirm(self):
        """Keep the decision, and say of how many it is."""
        self.ensure_one()
        waived = self.caller_ids._waive(self.reason)
        if len(waived) == 1:
            return told(self.env._("%s need not be called back.", waived.display_name))
        return told(self.env._("Callers who need not be called back: %s", len(waived)))
