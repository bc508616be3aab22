# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...zadarma_api.presence import im_status_in_call


class ResUsers(models.Model):
    """Whether others see in Discuss, and on pictures, that somebody is in a call."""

    _inherit = "res.users"

    @api.depends("zadarma_shows_talks")
    def _compute_im_status(self):
        result = super()._compute_im_status()
        for user in self._zadarma_in_call():
            user.im_status = im_status_in_call(user.im_status)
        return result

    def _zadarma_in_call(self):
        """Those of them who are in a call, and show it."""
        # sudo: zadarma.extension - only who talks
        extensions_sudo = (
            self.sudo()
            .env["zadarma.extension"]
            .search([("user_id", "in", self.filtered("zadarma_shows_talks").ids)])
        )
        return extensions_sudo._talking().user_id & self

    def _tell_im_status(self):
        """Have browsers hear of it, over Odoo's own message."""
        self.invalidate_recordset(["im_status"])
        self.partner_id.invalidate_recordset(["im_status"])
        self.presence_ids._send_presence()


class ResPartner(models.Model):
    _inherit = "res.partner"

    # without saying on what it depends: a field that users inherit is computed with it,
    # and with what that depends on Odoo would remove it when this addon is uninstalled
    def _compute_im_status(self):
        result = super()._compute_im_status()
        for partner in self.user_ids._zadarma_in_call().partner_id & self:
            partner.im_status = im_status_in_call(partner.im_status)
        return result
