# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ZadarmaForwardingWish(models.Model):
    """Who is back, or has another telephone, wishes for nothing at this one."""

    _inherit = "zadarma.forwarding.wish"

    def _is_over(self, now):
        if super()._is_over(now):
            return True
        if self.reason != "do_not_disturb":
            return False
        user = self.env["res.users"].browse(self.res_id)
        return user != self.forwarding_id.extension_id.user_id or (
            not user._zadarma_is_away(now)
        )
