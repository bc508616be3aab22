# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ZadarmaCall(models.Model):
    _inherit = "zadarma.call"

    lead_id = fields.Many2one(
        "crm.lead",
        string="Lead or Opportunity",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="sales_team.group_sale_salesman",
        help="The only one with this number that was neither won nor lost then, or the "
        "one that the call was made from, or that was made from the call.",
    )

    @api.model
    def _telling_columns(self):
        return [*super()._telling_columns(), "lead_id"]

    def _documents_left(self):
        # sudo: crm.lead - how many there are
        leads_sudo = self.sudo().lead_id
        return super()._documents_left() | {(one._name, one.id) for one in leads_sudo}

    @api.model
    def _link_values(self, identification):
        leads = identification.records.get("crm.lead", self.env["crm.lead"])
        pending = leads.filtered(lambda lead: lead.won_status == "pending")
        return {
            **super()._link_values(identification),
            "lead_id": pending if len(pending) == 1 else pending.browse(),
        }

    def _link_changes(self, identification):
        return [
            name
            for name in super()._link_changes(identification)
            if name != "lead_id" or not self._keeps_lead()
        ]

    def _keeps_lead(self):
        """Whether the lead is this call's for good, whatever number it has.

        Also one that was won or lost since and has the number still: what came of a
        call must not be forgotten when it came to something.
        """
        if self.res_model == "crm.lead" or (self.made_lead and self.lead_id):
            return True
        # sudo: crm.lead - for a job, or for whoever changes a number
        lead_sudo = self.lead_id.sudo()
        is_over = lead_sudo and lead_sudo.won_status != "pending"
        return is_over and self.external_number in lead_sudo._zadarma_numbers(
            self.account_id
        )

    @api.model
    def _document_values(self, company, document):
        values = super()._document_values(company, document)
        if document and document._name == "crm.lead":
            values["lead_id"] = document.id
        return values

    @api.model
    def _log_by_hand(self, account, partner, values):
        """Of a lead: in its history too, with its number if no contact has one."""
        lead = values["lead"]
        call_sudo = super()._log_by_hand(account, partner, values)
        if lead:
            number = call_sudo.external_number or next(
                iter(lead._zadarma_numbers(account)), False
            )
            call_sudo.write({"lead_id": lead.id, "external_number": number})
            call_sudo._write_history()
        return call_sudo
