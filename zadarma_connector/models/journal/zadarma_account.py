# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, fields, models

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
        """Take what claims to be a notification.

        :param dict params: the form as received
        :param signature: the ``Signature`` header, ``None`` if there was none
        :param token: of the address, empty if it had none
        :return: the answer to the PBX, ``None`` if it could not be verified
        """
        # sudo: zadarma.account - the PBX is no user, its signature is the proof
        accounts_sudo = self.sudo()
        if not token:
            meant = [("active", "=", True)]
        elif _TOKEN.fullmatch(token):
            meant = [("webhook_token", "=", token)]
        else:
            meant = fields.Domain.FALSE
        # nothing else of it, since the PBX waits
        accounts_sudo = accounts_sudo.search_fetch(meant, ["api_secret_stored"])
        for account_sudo in accounts_sudo:
            if verify_notification(params, signature, account_sudo.api_secret_stored):
                journal_sudo = self.env["zadarma.event"].sudo()
                return journal_sudo._receive(account_sudo, params, signature)
        # nobody knows for sure how Zadarma signs transcripts: none of them says that
        # our secret is wrong
        if params.get("event") != notification.SPEECH_RECOGNITION:
            self._count_unverified(accounts_sudo, params, signature)
        return None

    @api.model
    def _count_unverified(self, accounts_sudo, params, signature):
        """Count an unverified notification under the reason that helps most."""
        if not params.get("event"):
            reason = "no_form"
        elif not accounts_sudo:
            reason = "token"
        elif not any(accounts_sudo.mapped("api_secret_stored")):
            reason = "no_secret"
        else:
            reason = "signature" if signature else "unsigned"
        # of several accounts nobody can tell which one was meant
        account_id = accounts_sudo.id if len(accounts_sudo) == 1 else None
        self.env["zadarma.unverified.notification"]._count(account_id, reason)
