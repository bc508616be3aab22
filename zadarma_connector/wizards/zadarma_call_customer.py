# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ZadarmaCallCustomer(models.TransientModel):
    """Which contact was at the other end of a call."""

    _name = "zadarma.call.customer"
    _description = "Customer of a Call"

    call_id = fields.Many2one("zadarma.call", "Phone Call", required=True)
    # not as superuser: anybody may ask about any id
    number = fields.Char(related="call_id.external_number", related_sudo=False)
    company_id = fields.Many2one(related="call_id.company_id", related_sudo=False)
    partner_id = fields.Many2one("res.partner", "Contact", required=True)

    def action_assign(self):
        """Give the contact the call and the number.

        The contact's own form shows the number if it has room for it.
        """
        self.ensure_one()
        if proposed := self.call_id._choose(self.partner_id):
            return proposed
        if not self.partner_id.phone and self.partner_id.has_access("write"):
            self.partner_id.phone = self.call_id._number_to_show()
        return None
