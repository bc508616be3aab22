# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import threading
import time
from collections import Counter, defaultdict

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.transaction import in_transaction

_logger = logging.getLogger(__name__)

#: Counts are written down at most so often by one process, whoever sends how many.
_SECONDS = 30


class _Memory:
    """What this process has not written down yet, by database."""

    def __init__(self):
        self.lock = threading.Lock()
        self.counts = defaultdict(Counter)
        self.written_at = {}


_memory = _Memory()


class ZadarmaUnverifiedNotification(models.Model):
    """How many notifications could not be verified, and why.

    Anybody can send us anything, so nothing of such a request is stored but a count,
    and counts are gathered in memory: a flood becomes one small write in half a minute.
    """

    _name = "zadarma.unverified.notification"
    _description = "Unverified Zadarma Notifications"
    _order = "last_at DESC"

    account_id = fields.Many2one("zadarma.account", index=True, ondelete="cascade")
    reason = fields.Selection(
        [
            ("unsigned", "Without a signature"),
            ("signature", "The signature does not match the secret"),
            ("token", "The address belongs to no account"),
            ("no_secret", "No account has a secret"),
            ("no_form", "Not a notification"),
        ],
        required=True,
    )
    reason_text = fields.Char(compute="_compute_reason_text")
    points_at_us = fields.Boolean(compute="_compute_reason_text")
    count = fields.Integer("Number of notifications", required=True)
    last_at = fields.Datetime(required=True)

    _reason_unique = models.UniqueIndex("(COALESCE(account_id, 0), reason)")

    @api.depends("reason")
    def _compute_reason_text(self):
        reasons = dict(self._fields["reason"]._description_selection(self.env))
        for unverified in self:
            unverified.reason_text = reasons[unverified.reason]
            # strangers send all sorts of things; a wrong signature is more often ours
            unverified.points_at_us = unverified.reason == "signature"

    @api.model
    def _count(self, account_id, reason):
        """Count a notification; may commit, in a transaction that has only read.

        :param account_id: whom it was for, ``None`` if nobody can tell
        """
        database = self.env.cr.dbname
        with _memory.lock:
            _memory.counts[database][account_id, reason] += 1
            now = time.monotonic()
            if now - _memory.written_at.get(database, -_SECONDS) < _SECONDS:
                return
            _memory.written_at[database] = now
            counts = _memory.counts.pop(database)
        try:
            in_transaction(self, lambda model: model._write_down(counts))
        except psycopg2.Error:
            # a count decides nothing, least of all what a stranger is answered
            _logger.info(
                "unverified notifications could not be counted: %s", dict(counts)
            )

    @api.model
    def _write_down(self, counts):
        for (account_id, reason), count in counts.items():
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO zadarma_unverified_notification AS known
                        (account_id, reason, count, last_at)
                    VALUES (%s, %s, %s, now() AT TIME ZONE 'UTC')
                    ON CONFLICT (COALESCE(account_id, 0), reason) DO UPDATE
                    SET count = known.count + excluded.count,
                        last_at = excluded.last_at
                    """,
                    account_id,
                    reason,
                    count,
                ),
                log_exceptions=False,
            )
