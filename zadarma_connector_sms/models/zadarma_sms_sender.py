# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.zadarma_connector.tools.transaction import in_own_transaction
from odoo.addons.zadarma_connector.zadarma_api import sms

#: So long it is believed what Zadarma said of a country.
KEPT = timedelta(days=1)


class ZadarmaSmsSender(models.Model):
    """Under which names and numbers SMS may go to a country, as Zadarma said.

    It is asked for a number, but what it allows depends on the country; if a network in
    it allows less, the number is denied.
    """

    _name = "zadarma.sms.sender"
    _description = "Senders of SMS"
    _log_access = False

    account_id = fields.Many2one("zadarma.account", required=True, ondelete="cascade")
    country = fields.Char(
        required=True, help="ISO code, or a country code; or the number."
    )
    senders = fields.Json(required=True)
    told_at = fields.Datetime(required=True)

    _country_unique = models.UniqueIndex("(account_id, country)")

    @api.model
    def _allowed(self, account, client, number):
        """What is allowed for a number: a list of texts.

        :param client: of the account
        :param number: E.164
        :raise errors.ZadarmaError: Zadarma was asked, and did not say
        """
        country = sms.country(number)
        known = self.search(
            [
                ("account_id", "=", account.id),
                ("country", "=", country),
                ("told_at", ">", fields.Datetime.now() - KEPT),
            ]
        )
        if known:
            return known.senders
        senders = client.get_sms_senders(number)
        # whatever becomes of what is being sent
        in_own_transaction(
            self, lambda sender: sender._keep(account.id, country, senders)
        )
        return senders

    @api.model
    def _keep(self, account_id, country, senders):
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO zadarma_sms_sender (account_id, country, senders, told_at)
                VALUES (%s, %s, %s, now() AT TIME ZONE 'UTC')
                ON CONFLICT (account_id, country) DO UPDATE
                SET senders = EXCLUDED.senders, told_at = EXCLUDED.told_at
                """,
                account_id,
                country,
                fields.Json().convert_to_column(senders, self),
            )
        )
