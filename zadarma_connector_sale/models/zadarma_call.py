# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class ZadarmaCall(models.Model):
    """Quotations made of calls."""

    _inherit = "zadarma.call"

    can_quote = fields.Boolean(
        compute="_compute_can_quote", export_string_translation=False
    )

    def _compute_can_quote(self):
        """Only customers are quoted: a quotation needs a contact."""
        may = self.env["sale.order"].has_access("create")
        for call in self:
            call.can_quote = may and bool(call.partner_id)

    def action_create_quotation(self):
        """Open the quotation that was made of this call; make it if there is none.

        :raise AccessError: the user may not see the call, or make no quotations
        :raise UserError: nobody knows who called
        """
        return self._make_document("sale.order", self._make_quotation)

    def _make_quotation(self):
        if not self.partner_id:
            raise UserError(
                self.env._(
                    "Nobody knows who called. Choose or create the contact first."
                )
            )
        Order = self.env["sale.order"].with_company(self.company_id)
        number = self._number_to_show()
        return Order.create(
            {
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "origin": self.env._("Call from %s", number)
                if self.direction == "incoming"
                else self.env._("Call to %s", number),
            }
        )

    def _card_actions(self):
        actions = super()._card_actions()
        if not self.can_quote:
            return actions
        label = (
            self.env._("Open Quotation")
            if self._made_document("sale.order")
            else self.env._("Create Quotation")
        )
        return [*actions, {"label": label, "method": "action_create_quotation"}]
