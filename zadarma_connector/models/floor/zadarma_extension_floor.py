# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

from ...zadarma_api import errors

#: How often the telephone of an extension is asked about: one request each.
_TELEPHONE_LIFE = timedelta(minutes=5)


class ZadarmaExtension(models.Model):
    """Whether the telephone is registered, as a floor shows it."""

    _inherit = "zadarma.extension"

    telephone_asked_at = fields.Datetime(readonly=True)

    def _telephone_is_due(self):
        asked = [one for one in (self.telephone_asked_at, self.online_at) if one]
        return not asked or max(asked) <= fields.Datetime.now() - _TELEPHONE_LIFE

    def _ask_about_telephone(self, client):
        """Ask, once in that time whatever comes of it.

        :return: whether it is not as it was
        :raise errors.ZadarmaError: of the account, not of this extension alone
        """
        self.telephone_asked_at = fields.Datetime.now()
        self.env["ir.cron"]._commit_progress()
        was = self.online_at and self.online
        try:
            return self._is_online(client) != was
        except errors.Refused:
            # the number is gone
            return False
