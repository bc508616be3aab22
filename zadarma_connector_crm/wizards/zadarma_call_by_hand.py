# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ZadarmaCallByHand(models.TransientModel):
    """A call by private telephone with a lead, who may be no contact yet."""

    _inherit = "zadarma.call.by.hand"

    lead_id = fields.Many2one("crm.lead", "Lead or Opportunity")
    partner_id = fields.Many2one(
        required=False, compute="_compute_partner_id", store=True, readonly=False
    )

    @api.depends("lead_id")
    def _compute_partner_id(self):
        for wizard in self.filtered("lead_id"):
            wizard.partner_id = wizard.lead_id.partner_id

    @api.depends("lead_id")
    def _compute_company_id(self):
        with_company = self.filtered("lead_id.company_id")
        for wizard in with_company:
            wizard.company_id = wizard.lead_id.company_id
        return super(ZadarmaCallByHand, self - with_company)._compute_company_id()

    def action_log(self):
        if self.lead_id:
            self.lead_id.check_access("read")
        return super().action_log()

    def _told(self):
        return {**super()._told(), "lead": self.lead_id}
