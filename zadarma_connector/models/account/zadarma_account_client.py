# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.telling import told
from ...tools.trouble import NotConnected
from ...zadarma_api import errors, limits
from ...zadarma_api.client import ZadarmaClient


class ZadarmaAccount(models.Model):
    """Asking Zadarma, and what to say when that fails."""

    _inherit = "zadarma.account"

    def action_test_connection(self):
        """Ask for the balance and the clock, and show both."""
        self.ensure_one()
        self.check_access("write")
        with self._zadarma() as client:
            self._take_balance(client)
        return told(
            self.env._(
                "Connected. Balance: %(balance).2f %(currency)s",
                balance=self.balance,
                currency=self.balance_currency,
            )
        )

    def _take_balance(self, client):
        """Ask for the balance and the clock, and keep both."""
        balance = client.get_balance()
        timezone = client.get_timezone()
        self.write(
            {
                "balance": balance["balance"],
                "balance_currency": balance["currency"],
                "pbx_clock": timezone["timezone"],
            }
        )
        self._mark_connected()

    def _mark_connected(self):
        """Zadarma accepted our key and secret."""
        self.write({"connected_at": fields.Datetime.now(), "connection_error": False})

    def _client(self, background=False):
        """The client of this account, which keeps to Zadarma's limits.

        :param background: whether nobody waits for the answers
        :raise NotConnected: key or secret is missing
        """
        # sudo: zadarma.account - its users act with a secret that they cannot read
        account_sudo = self.sudo()
        if not account_sudo.api_key or not account_sudo.api_secret_stored:
            raise NotConnected(
                self.env._(
                    "Enter the key and the secret first. Zadarma shows both in your "
                    "personal account under Settings, API and integrations."
                )
            )
        # sudo: zadarma.limiter - nobody touches it by hand
        limiter = self.env["zadarma.limiter"].sudo()
        return ZadarmaClient(
            account_sudo.api_url,
            account_sudo.api_key,
            account_sudo.api_secret_stored,
            acquire=lambda method: limiter._acquire(self.id, method, background),
            refused=lambda retry_after: limiter._limited(self.id, retry_after),
        )

    @contextmanager
    def _zadarma(self):
        """The client for somebody who waits; its errors become sentences for them.

        :raise UserError: key or secret is missing, or a request failed
        """
        try:
            yield self._client()
        except errors.ZadarmaError as error:
            raise UserError(self._explain(error)) from error

    def _explain(self, error):
        """What the user can do about an error of Zadarma's API."""
        explanations = {
            errors.Unreachable: self.env._(
                "Zadarma cannot be reached. Check the Url and this server's access to "
                "the internet. (%(detail)s)",
                detail=error.detail,
            ),
            errors.TimedOut: self.env._(
                "Zadarma did not answer in time. Nothing was changed; try again in a "
                "minute."
            ),
            errors.NotAuthorized: self.env._(
                "Zadarma does not accept this key and secret. Copy both again from "
                "your personal account at Zadarma (Settings, API and integrations), "
                "and if access is limited to certain IP addresses there, add the one "
                "of this server. (%(detail)s)",
                detail=error.detail,
            ),
            errors.RateLimited: self.env._(
                "Zadarma's limit of requests is reached. Wait %(seconds)s s, then try "
                "again.",
                seconds=getattr(error, "retry_after", None) or limits.PERIOD,
            ),
            errors.Refused: self.env._(
                "Zadarma refused the request: %(detail)s", detail=error.detail
            ),
            errors.NotFound: self.env._(
                "Zadarma does not have this recording: not yet, or not any more."
            ),
            errors.NotAudio: self.env._(
                "What Zadarma sent for this recording is not a sound file. "
                "(%(detail)s)",
                detail=error.detail,
            ),
            errors.TooLarge: self.env._(
                "The recording is larger than %(limit)s, so it is not kept. Listen to "
                "it in your personal account at Zadarma.",
                limit=error.detail,
            ),
            errors.ForeignAddress: self.env._(
                "The link leads to %(host)s, which is not Zadarma's, so it was not "
                "followed.",
                host=error.detail,
            ),
            errors.BadAnswer: self.env._(
                "The answer did not come from Zadarma's API. Check the Url, and "
                "whether a proxy or firewall stands in between. (%(detail)s)",
                detail=error.detail,
            ),
        }
        return explanations[type(error)]
