# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...tools.phone_text import PhoneIndex


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "zadarma.identifiable"]

    # other addons add the last two
    _zadarma_number_fields = ("phone", "mobile", "phone2")
    _zadarma_phone_index = PhoneIndex("phone")
    _zadarma_mobile_index = PhoneIndex("mobile")
    _zadarma_phone2_index = PhoneIndex("phone2")

    def write(self, vals):
        result = super().write(vals)
        if vals.get("country_id"):
            # sudo: res.company - of whose calls nobody learns anything here
            companies_sudo = self.sudo().ref_company_ids
            self.env["zadarma.relink"]._queue_unread(companies_sudo)
        return result

    def _zadarma_contact(self):
        return self

    def _zadarma_further_numbers(self):
        # sudo: zadarma.number - nothing of it leaves the server
        numbers_sudo = self.env["zadarma.number"].sudo()
        assigned = numbers_sudo.search([("partner_id", "in", self.ids)])
        return set(assigned.mapped("number"))

    def unlink(self):
        # sudo: zadarma.call - nothing of it leaves the server
        calls_sudo = self.env["zadarma.call"].sudo()
        numbers = calls_sudo._read_group(
            [("partner_id", "in", self.ids)], ["external_number"]
        )
        result = super().unlink()
        self.env["zadarma.relink"]._queue({number for [number] in numbers})
        return result

    def action_zadarma_choose(self):
        """Say that it was this contact who called; the call is in the context."""
        self.ensure_one()
        call = self.env["zadarma.call"].browse(self.env.context["zadarma_call_id"])
        call._choose(self)
