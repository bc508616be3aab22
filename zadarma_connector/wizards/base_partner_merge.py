# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Keep the numbers of the contacts that vanish: a contact has room for one.

        Without this, the calls from these numbers would be nobody's. Numbers of which
        somebody said whose they are stay theirs.
        """
        result = super()._update_foreign_keys(src_partners, dst_partner)
        # sudo: zadarma.account, zadarma.number - each company keeps its own
        companies_sudo = (
            dst_partner.company_id
            or self.env["zadarma.account"]
            .sudo()
            .search([("active", "=", True)])
            .company_id
        )
        numbers_sudo = self.env["zadarma.number"].sudo()
        vanishing = set(src_partners.mapped("phone_sanitized"))
        for number in vanishing - {False, dst_partner.phone_sanitized}:
            known_sudo = numbers_sudo.search(
                [
                    ("number", "=", number),
                    ("company_id", "in", companies_sudo.ids),
                ]
            )
            for company in companies_sudo - known_sudo.company_id:
                numbers_sudo._assign(company, number, dst_partner)
        return result
