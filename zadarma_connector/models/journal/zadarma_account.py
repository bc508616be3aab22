# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, fields, models
from odoo.tools import SQL

from ...zadarma_api import notification
from ...zadarma_api.signature import verify_notification

#: What may stand in an address; anything else is not worth a look into the database.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")


class ZadarmaAccount(models.Model):
    """Whose notification it is, and what the journal knows of an account."""

    _inherit = "zadarma.account"

    notify_record = fields.Boolean(
        "Recording is ready",
        compute="_compute_notify_record",
        compute_sudo=True,
        help="It can only be ticked in your personal account at Zadarma; it shows as "
        "on once the first one has arrived.",
    )

    last_notification_at = fields.Datetime(
        "Last notification", compute="_compute_last_notification_at", compute_sudo=True
    )

    def _compute_last_notification_at(self):
        for account in self:
            last = self.env["zadarma.event"].search(
                [
                    ("account_id", "in", account._origin.ids),
                    ("source", "=", "notification"),
                ],
                order="received_at DESC",
                limit=1,
            )
            account.last_notification_at = last.received_at

    def _compute_notify_record(self):
        for account in self:
            account.notify_record = bool(
                self.env["zadarma.event"].search_count(
                    [
                        ("account_id", "in", account._origin.ids),
                        ("event", "=", notification.RECORD),
                    ],
                    limit=1,
                )
            )

    @api.model
    def _notified(self, params, signature, token):
        """Take what claims to be a notification, as superuser: the PBX is no user, its
        signature is the proof.

        The transaction is committed on the way, more than once.

        :param dict params: the form as received
        :param signature: the ``Signature`` header, ``None`` if there was none
        :param token: of the address, empty if it had none
        :return: the answer to the PBX, ``None`` if it could not be verified
        """
        accounts = self._meant_by(token)
        for secret, switchboard in accounts:
            if verify_notification(params, signature, secret):
                return self.env["zadarma.event"]._receive(
                    switchboard, params, signature
                )
        # nobody knows for sure how Zadarma signs transcripts: none of them says that
        # our secret is wrong
        if params.get("event") != notification.SPEECH_RECOGNITION:
            self._count_unverified(accounts, params, signature)
        return None

    @api.model
    def _meant_by(self, token):
        """The accounts that an address can be of, as of :meth:`_switchboards`."""
        if not token:
            return self._switchboards(SQL("account.active"))
        if not _TOKEN.fullmatch(token):
            return []
        return self._switchboards(
            SQL("account.active AND account.webhook_token = %s", token)
        )

    @api.model
    def _count_unverified(self, accounts, params, signature):
        """Count an unverified notification under the reason that helps most.

        :param accounts: those that can be meant, as of :meth:`_switchboards`
        """
        if not params.get("event"):
            reason = "no_form"
        elif not accounts:
            reason = "token"
        elif not any(secret for secret, _switchboard in accounts):
            reason = "no_secret"
        else:
            reason = "signature" if signature else "unsigned"
        # of several accounts nobody can tell which one was meant
        several = len(accounts) != 1
        account_id = None if several else accounts[0][1].account_id
        self.env["zadarma.unverified.notification"]._count(account_id, reason)
