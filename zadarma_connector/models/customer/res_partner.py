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

    _zadarma_decisive = (
        *("active", "company_id", "country_id", "parent_id"),
        # whose company's country counts, and for whom a company stands
        "is_company",
    )

    def write(self, vals):
        result = super().write(vals)
        if vals.get("country_id"):
            # sudo: res.company - of whose calls nobody learns anything here
            companies_sudo = self.env["res.company"].sudo()
            companies_sudo = companies_sudo.search([("partner_id", "in", self.ids)])
            self.env["zadarma.relink"]._queue_unread(companies_sudo)
            self.env["zadarma.told.number"]._read_all_anew(companies_sudo)
        return result

    def _zadarma_contact(self):
        return self

    def _zadarma_further_numbers(self):
        # sudo: zadarma.number - nothing of it leaves the server
        numbers_sudo = self.env["zadarma.number"].sudo()
        assigned = numbers_sudo.search([("partner_id", "in", self.ids)])
        return set(assigned.mapped("number"))

    def _zadarma_dependent_texts(self):
        """Of a company's people, and of whatever these contacts stand for."""
        # sudo: res.partner and others - nothing of it leaves the server
        everybody_sudo = self.sudo().with_context(active_test=False)
        people_sudo = everybody_sudo.search([("id", "child_of", self.ids)])
        texts = people_sudo._zadarma_texts() | people_sudo._zadarma_further_numbers()
        for name in self.env["zadarma.identification"]._models():
            if name != self._name:
                others = self.env[name]._zadarma_with_contact(people_sudo)
                texts |= others._zadarma_texts()
        return texts

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
        return call._choose(self)
