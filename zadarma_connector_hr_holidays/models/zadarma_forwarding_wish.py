# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ZadarmaForwardingWish(models.Model):
    """Who is back from leave, or never left, wishes for nothing any more."""

    _inherit = "zadarma.forwarding.wish"

    def _is_over(self, now):
        if super()._is_over(now):
            return True
        if self.res_model != "hr.leave":
            return False
        leave = self.env["hr.leave"].browse(self.res_id)
        return not self.forwarding_id.extension_id._is_forwarded_for(leave, now)
