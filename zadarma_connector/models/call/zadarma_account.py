# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ZadarmaAccount(models.Model):
    _inherit = "zadarma.account"

    def _is_in_use(self):
        # sudo: zadarma.call - whether there are any at all
        calls_sudo = self.env["zadarma.call"].sudo()
        return super()._is_in_use() or bool(
            calls_sudo.search_count([("account_id", "=", self.id)], limit=1)
        )
