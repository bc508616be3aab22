# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.zadarma_connector.tools.phone_text import PhoneIndex


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "zadarma.identifiable"]

    _zadarma_number_fields = ("phone",)
    _zadarma_decisive = (
        *("active", "company_id", "country_id", "partner_id"),
        # a lead that is won or lost is not what a caller calls about
        *("stage_id", "probability"),
    )
    _zadarma_phone_index = PhoneIndex("phone")

    zadarma_call_count = fields.Integer(
        "Calls",
        compute="_compute_zadarma_call_count",
        groups="zadarma_connector.group_zadarma_user",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_zadarma_call_count(self):
        for lead in self:
            lead.zadarma_call_count = self.env["zadarma.call"].search_count(
                lead._zadarma_call_domain()
            )

    def _zadarma_call_domain(self):
        """The calls with this lead's number, and those that somebody put on it."""
        return Domain("lead_id", "in", self.ids) | self._zadarma_document_domain()

    def _merge_dependences(self, opportunities):
        """Calls follow the lead that remains."""
        # sudo: zadarma.call - all of them, also those that the user may not see
        calls_sudo = self.env["zadarma.call"].sudo()
        calls_sudo.search([("lead_id", "in", opportunities.ids)]).lead_id = self
        for call_sudo in calls_sudo.search(opportunities._zadarma_document_domain()):
            call_sudo._put_on(self)
        return super()._merge_dependences(opportunities)

    def action_zadarma_calls(self):
        """The calls of this lead or opportunity."""
        self.ensure_one()
        return self.env["zadarma.call"]._open(list(self._zadarma_call_domain()))
