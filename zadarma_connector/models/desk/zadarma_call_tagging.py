# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ZadarmaCall(models.Model):
    """Tags of a call, as the card sets them."""

    _inherit = "zadarma.call"

    def card_tags(self, tag_ids):
        """Have this call have exactly these tags.

        :param tag_ids: ids of ``zadarma.call.tag``
        :raise AccessError: the user may not see the call
        :raise UserError: whose call it was was removed
        """
        self.check_access("read")
        self._check_not_emptied()
        tags = self.env["zadarma.call.tag"].browse(tag_ids).exists()
        self._lock_for_relink()
        # sudo: zadarma.call - the tags of whoever may see the call
        self.sudo().tag_ids = tags
