# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IrHttp(models.AbstractModel):
    """What card and telephone need to know of a page's user, with the page."""

    _inherit = "ir.http"

    def session_info(self):
        info = super().session_info()
        if info.get("zadarma"):
            info["zadarma"]["card"] = self.env.user.zadarma_card
            info["zadarma"]["opens"] = self.env.user.zadarma_opens_customer
            info["zadarma"]["bar"] = self.env["res.users"].zadarma_bar()
        return info
