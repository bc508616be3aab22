# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ZadarmaBlocking(models.TransientModel):
    """Asks whether a caller is to be turned away, and why."""

    _name = "zadarma.blocking"
    _description = "Blocking a Caller"

    call_id = fields.Many2one("zadarma.call", "Phone Call", required=True)
    number = fields.Char(related="call_id.external_number")
    partner_id = fields.Many2one(related="call_id.partner_id")
    reason = fields.Char()

    def action_confirm(self):
        """Block them, and offer to take it back.

        :raise AccessError: it is a customer, and the user no supervisor
        """
        self.ensure_one()
        self.call_id._block(self.reason)
        return {
            "type": "ir.actions.client",
            "tag": "zadarma_connector.done",
            "params": {
                "message": self.env._(
                    "%(number)s is blocked: from the next call on, the PBX rejects it "
                    "with the busy tone.",
                    number=self.number,
                ),
                "undo": ["zadarma.call", "action_unblock", self.call_id.ids],
            },
        }
