# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ZadarmaWaitingCaller(models.Model):
    """An open floor is told who waits, as it is told who is free."""

    _inherit = "zadarma.waiting.caller"

    def _tell(self):
        # sudo: zadarma.account - whether somebody looks
        for account, callers in self.sudo().grouped("account_id").items():
            if account._presence_is_told():
                account._tell_presence(callers.company_id.ids)
        return super()._tell()
