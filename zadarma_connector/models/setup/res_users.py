# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        """Somebody with an internal number may have lacked the right to see calls."""
        result = super().write(vals)
        if "group_ids" in vals:
            # sudo: zadarma.extension - whoever may give rights
            extensions_sudo = self.env["zadarma.extension"].sudo()
            theirs = extensions_sudo.search([("user_id", "in", self.ids)])
            theirs.account_id._look_again()
        return result
