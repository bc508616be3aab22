# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...tools.phone_text import PhoneIndex


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "zadarma.identifiable"]

    _zadarma_number_fields = ("phone",)
    _zadarma_phone_index = PhoneIndex("phone")

    # callers are looked up by it while the phone rings
    phone_sanitized = fields.Char(index="btree_not_null")
    zadarma_call_count = fields.Integer(
        "Calls",
        compute="_compute_zadarma_call_count",
        groups="zadarma_connector.group_zadarma_user",
    )

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
        self.env["zadarma.relink"]._note({number for [number] in numbers})
        return result

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_zadarma_call_count(self):
        """A company's calls include those of its people."""
        self.zadarma_call_count = 0
        family = self.with_context(active_test=False).search(
            [("id", "child_of", self.ids)]
        )
        counts = self.env["zadarma.call"]._read_group(
            [("partner_id", "in", family.ids)], ["partner_id"], ["__count"]
        )
        own = set(self.ids)
        for partner, count in counts:
            # sudo: res.partner - only the way up to the contacts that are asked for
            relative_sudo = partner.sudo()
            while relative_sudo:
                if relative_sudo.id in own:
                    self.browse(relative_sudo.id).zadarma_call_count += count
                relative_sudo = relative_sudo.parent_id

    def action_zadarma_calls(self):
        """The calls of this contact and its people."""
        self.ensure_one()
        return self.env["zadarma.call"]._open([("partner_id", "child_of", self.id)])

    def action_zadarma_choose(self):
        """Say that it was this contact who called; the call is in the context."""
        self.ensure_one()
        call = self.env["zadarma.call"].browse(self.env.context["zadarma_call_id"])
        call._choose(self)
