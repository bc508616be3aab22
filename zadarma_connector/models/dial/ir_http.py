# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Tell the web client with which extensions its user can call, if any.

        ``False`` leaves Odoo's telephone links as they are, and nothing of ours is
        loaded or asked for.
        """
        info = super().session_info()
        info["zadarma"] = self.env["res.users"]._zadarma_session_info()
        return info
