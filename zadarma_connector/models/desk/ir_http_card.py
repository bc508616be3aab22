# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IrHttp(models.AbstractModel):
    """What the caller's card needs to know when a page is loaded."""

    _inherit = "ir.http"

    def session_info(self):
        info = super().session_info()
        if info.get("zadarma"):
            info["zadarma"]["card"] = self.env.user.zadarma_card
        return info
