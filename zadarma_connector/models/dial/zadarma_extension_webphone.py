# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.transaction import in_own_transaction

#: How long a key is given out. It works for 72 hours (OpenAPI, ``webrtc.get_key``), so
#: whoever gets it last has a day.
_KEY_LIFE = timedelta(hours=48)
#: Languages of the widget, where they are not called as everywhere.
_LANGUAGES = {"uk": "ua"}
_KNOWN_LANGUAGES = {"ru", "en", "es", "fr", "de", "pl", "ua"}


class ZadarmaExtension(models.Model):
    """The browser phone of an internal number."""

    _inherit = "zadarma.extension"

    # whoever has the key can call at the company's cost: no group reads it
    webphone_key = fields.Char(copy=False, groups=fields.NO_ACCESS)
    webphone_key_at = fields.Datetime(copy=False, groups=fields.NO_ACCESS)
    webphone_key_user_id = fields.Many2one(
        "res.users", copy=False, groups=fields.NO_ACCESS
    )

    def _webphone(self):
        """What the current user's browser needs to start the phone.

        :return: ``{"extension_id", "url", "key", "login", "shape", "position",
            "language"}``
        :raise UserError: it is switched off, or Zadarma gives no key
        """
        account = self.account_id
        if not account.webrtc_enabled:
            raise UserError(
                self.env._("The browser phone is switched off on the Zadarma account.")
            )
        if not account.pbx_id:
            raise UserError(
                self.env._(
                    "The browser phone needs the PBX ID. An administrator brings it "
                    "with Get PBX on the Zadarma account."
                )
            )
        language = (self.env.lang or "en")[:2]
        language = _LANGUAGES.get(language, language)
        # with the number alone the widget refuses: integrationDisabled
        login = f"{account.pbx_id}-{self.number}"
        return {
            "extension_id": self.id,
            "url": account._widget_url(),
            "key": self._webphone_key(login),
            "login": login,
            "shape": account.webrtc_shape,
            "position": account.webrtc_position,
            "language": language if language in _KNOWN_LANGUAGES else "en",
        }

    def _webphone_key(self, login):
        now = fields.Datetime.now()
        if (
            self.webphone_key
            and self.webphone_key_user_id == self.env.user
            and self.webphone_key_at > now - _KEY_LIFE
        ):
            return self.webphone_key
        with self.account_id._zadarma() as client:
            key = client.get_webphone_key(login)
        keep = SQL(
            "UPDATE zadarma_extension SET webphone_key = %s, webphone_key_at = %s,"
            " webphone_key_user_id = %s WHERE id = %s",
            key,
            now,
            self.env.uid,
            self.id,
        )
        in_own_transaction(
            self,
            # a failing statement must not carry the key into the log
            lambda transaction: transaction.env.cr.execute(keep, log_exceptions=False),
        )
        return key
