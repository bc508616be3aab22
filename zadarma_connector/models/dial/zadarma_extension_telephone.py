# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.transaction import in_own_transaction
from ...zadarma_api import errors

#: How long an answer about a telephone counts.
_STATUS_LIFE = timedelta(minutes=1)


class ZadarmaExtension(models.Model):
    """The telephone behind an internal number."""

    _inherit = "zadarma.extension"

    # stored: the web client asks for it with each page
    webrtc_enabled = fields.Boolean(related="account_id.webrtc_enabled", store=True)
    online = fields.Boolean(
        readonly=True, help="A telephone was registered when Zadarma was last asked."
    )
    online_at = fields.Datetime(readonly=True, help="When Zadarma was last asked.")

    def _is_online(self, client, sure=False):
        """Whether a telephone is registered, at most a minute ago.

        :param client: of the account
        :param sure: do not believe an old "no": it may have been switched on since
        """
        known = self.online_at and self.online_at > fields.Datetime.now() - _STATUS_LIFE
        if known and (self.online or not sure):
            return self.online
        online = client.is_online(self.number)
        keep = SQL(
            "UPDATE zadarma_extension SET online = %s, online_at = %s WHERE id = %s",
            online,
            fields.Datetime.now(),
            self.id,
        )
        in_own_transaction(
            self,
            # whoever dials at the same time is in the way, which is no error
            lambda transaction: transaction.env.cr.execute(keep, log_exceptions=False),
        )
        return online

    def _check_reachable(self, client):
        """Tell that nothing would ring.

        :raise UserError: no telephone is registered, and calls are not forwarded
        """
        if self._is_online(client, sure=True):
            return
        try:
            forwarded = client.is_forwarded(self.number)
        except errors.Refused:
            forwarded = False
        if not forwarded:
            raise UserError(
                self.env._(
                    "The telephone of your extension %(number)s is not registered at "
                    "Zadarma, so it cannot ring. Switch it on, or open the app in "
                    "which you use it, and try again.",
                    number=self.number,
                )
            )
