# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        """An account may have waited for the country of its company."""
        result = super().write(vals)
        if "country_id" in vals:
            # sudo: zadarma.account - whoever may change the company
            accounts_sudo = self.env["zadarma.account"].sudo()
            accounts_sudo.search([("company_id", "in", self.ids)])._look_again()
        return result
