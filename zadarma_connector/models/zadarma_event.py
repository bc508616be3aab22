# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import json
import logging
from datetime import timedelta

import psycopg2
from psycopg2 import errorcodes
from psycopg2.pool import PoolError

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..zadarma_api import notification
from ..zadarma_api.facts import Fact

_logger = logging.getLogger(__name__)

#: How long a notification waits for the call's lock, and for rows that somebody
#: edits: the PBX and the caller wait for the answer.
_LOCK_TIMEOUT = "1500ms"
#: Tries of a short transaction that met another one. No pause in between: after a
#: conflict the other one is done.
_TRIES = 5
_CONFLICTS = {
    errorcodes.SERIALIZATION_FAILURE,
    errorcodes.DEADLOCK_DETECTED,
    errorcodes.UNIQUE_VIOLATION,
}
#: Notifications younger than this are being applied by the request that brought them.
_GRACE = timedelta(seconds=5)


class ZadarmaEvent(models.Model):
    """The journal: everything that was ever said about calls.

    What arrived is stored and committed first and never changes. Applying it is a
    second, separate transaction, repeated until it succeeds: nothing is lost by a
    crash, a bug or two workers at once.
    """

    _name = "zadarma.event"
    _description = "Zadarma Journal Entry"
    _order = "received_at DESC, id DESC"
    _rec_name = "event"

    account_id = fields.Many2one(
        "zadarma.account", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id")
    call_id = fields.Many2one("zadarma.call", index="btree_not_null")
    source = fields.Selection(
        [
            ("notification", "Notification"),
            ("statistics", "Statistics"),
            ("request", "Request"),
        ],
        required=True,
    )
    event = fields.Char(required=True)
    pbx_call_id = fields.Char(string="PBX call ID")
    payload = fields.Json(required=True)
    payload_text = fields.Text(string="Content", compute="_compute_payload_text")
    fingerprint = fields.Char(
        required=True, help="Tells a repetition from something new."
    )
    received_at = fields.Datetime(string="First received", required=True)
    delivery_count = fields.Integer(string="Times received", default=1, required=True)
    state = fields.Selection(
        [
            ("received", "Received"),
            ("applied", "Applied"),
            ("failed", "Failed"),
            ("ignored", "Ignored"),
        ],
        required=True,
        default="received",
    )
    error = fields.Text()

    _fingerprint_unique = models.UniqueIndex(
        "(account_id, fingerprint)", "This entry is in the journal already."
    )
    _call_index = models.Index(
        "(account_id, pbx_call_id) WHERE pbx_call_id IS NOT NULL"
    )
    _received_index = models.Index("(received_at DESC, id DESC)")
    _waiting_index = models.Index("(received_at) WHERE state = 'received'")

    @api.depends("payload")
    def _compute_payload_text(self):
        for entry in self:
            entry.payload_text = "\n".join(
                f"{name}: {value}" for name, value in (entry.payload or {}).items()
            )

    def write(self, vals):
        if not {"payload", "source"}.isdisjoint(vals):
            raise UserError(
                self.env._("What was received stays as it was: it is evidence.")
            )
        return super().write(vals)

    # -- receiving -------------------------------------------------------------

    @api.model
    def _receive(self, account, params):
        """Take a genuine notification: store it, apply it, answer it.

        Both transactions are our own. The surrounding one only holds the lock of the
        call, so that the second one starts when the lock is had and sees whatever was
        committed before. If it cannot finish soon, the journal keeps the fact and a
        scheduled job applies it.

        :param account: the ``zadarma.account`` that it is for
        :param dict params: its parameters as received
        :return: the answer to the PBX, a dict that may be empty
        """
        entry_id, pbx_call_id = self._in_own_transaction(
            lambda event: event._journal(account.id, "notification", params)
        )
        if pbx_call_id:
            self._apply_now(account.id, pbx_call_id, entry_id)
        return {}

    @api.model
    def _journal(self, account_id, source, params):
        """Store a fact, or count it when it is known.

        :param params: what was said, with ``event``
        :return: the entry's id, and the id of the call to compute: ``None`` if there
            is none, or if it was computed already
        """
        # PostgreSQL stores no NUL characters
        params = {
            name.replace("\0", "\ufffd"): value.replace("\0", "\ufffd")
            for name, value in params.items()
        }
        event = params["event"]
        pbx_call_id = params.get("pbx_call_id")
        state, error = "received", None
        if event not in notification.CALL_EVENTS:
            state = "ignored"
        elif not notification.is_pbx_call_id(pbx_call_id):
            state, error = "failed", "pbx_call_id is missing or malformed"
        payload = json.dumps(params, sort_keys=True)
        fingerprint = hashlib.sha256(f"{source} {payload}".encode()).hexdigest()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO zadarma_event (
                    account_id, source, event, pbx_call_id, payload, fingerprint,
                    received_at, delivery_count, state, error,
                    create_uid, create_date, write_uid, write_date
                ) VALUES (
                    %(account)s, %(source)s, %(event)s, %(pbx_call_id)s, %(payload)s,
                    %(fingerprint)s, clock_timestamp() AT TIME ZONE 'UTC', 1, %(state)s,
                    %(error)s, %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s,
                    now() AT TIME ZONE 'UTC'
                )
                ON CONFLICT (account_id, fingerprint) DO UPDATE
                SET delivery_count = zadarma_event.delivery_count + 1
                RETURNING id, state
                """,
                account=account_id,
                source=source,
                event=event,
                pbx_call_id=pbx_call_id or None,
                payload=payload,
                fingerprint=fingerprint,
                state=state,
                error=error,
                uid=self.env.uid,
            ),
            # a conflict is no error, and the log no place for what callers told
            log_exceptions=False,
        )
        [(entry_id, state)] = self.env.cr.fetchall()
        return entry_id, pbx_call_id if state == "received" else None

    # -- applying --------------------------------------------------------------

    @api.model
    def _apply_now(self, account_id, pbx_call_id, entry_id=None):
        """Compute a call from the journal, in a transaction of its own.

        Holds the call's lock until the *surrounding* transaction ends.

        :param entry_id: nothing to do if this entry was applied by somebody else
        :return: whether the call is up to date now
        """
        if not self._lock_call(account_id, pbx_call_id):
            return False
        try:
            self._in_own_transaction(
                lambda event: event._apply(account_id, pbx_call_id, entry_id)
            )
        except (psycopg2.OperationalError, PoolError):
            # a row was locked too long, or the server is: the scheduled job tries again
            _logger.info("call %s is busy, applied later", pbx_call_id)
            return False
        except Exception as error:
            _logger.exception("call %s could not be computed", pbx_call_id)
            message = f"{type(error).__name__}: {error}"
            self._in_own_transaction(
                lambda event: event._mark_failed(account_id, pbx_call_id, message)
            )
            return False
        return True

    @api.model
    def _lock_call(self, account_id, pbx_call_id):
        """Take the call's lock for the rest of the current transaction.

        :return: whether it was had within :data:`_LOCK_TIMEOUT`
        """
        cr = self.env.cr
        try:
            with cr.savepoint(flush=False):
                cr.execute(SQL("SET LOCAL lock_timeout = %s", _LOCK_TIMEOUT))
                cr.execute(
                    SQL(
                        "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
                        f"zadarma.call {account_id} {pbx_call_id}",
                    ),
                    log_exceptions=False,
                )
        except psycopg2.errors.LockNotAvailable:
            _logger.info("no lock on call %s in time, applied later", pbx_call_id)
            return False
        return True

    @api.model
    def _apply(self, account_id, pbx_call_id, entry_id):
        self.env.cr.execute(SQL("SET LOCAL lock_timeout = %s", _LOCK_TIMEOUT))
        self._lock_rows(account_id, pbx_call_id)
        if entry_id and self.browse(entry_id).state == "applied":
            return
        account = self.env["zadarma.account"].browse(account_id)
        companies = account.company_id.ids
        self.env["zadarma.call"].with_context(allowed_company_ids=companies)._refold(
            account.with_context(allowed_company_ids=companies), pbx_call_id
        )

    @api.model
    def _lock_rows(self, account_id, pbx_call_id):
        """Lock a call and its entries against users and repeated notifications.

        Whoever is in our way is met here, not by Odoo's own statements: these would
        log an error for what only has to be tried again.

        :raise psycopg2.OperationalError: not had in time, or changed meanwhile
        """
        for model in ("zadarma.call", "zadarma.event"):
            self.env.cr.execute(
                SQL(
                    "SELECT FROM %s WHERE account_id = %s AND pbx_call_id = %s"
                    " FOR NO KEY UPDATE",
                    SQL.identifier(self.env[model]._table),
                    account_id,
                    pbx_call_id,
                ),
                log_exceptions=False,
            )

    @api.model
    def _mark_failed(self, account_id, pbx_call_id, message):
        self.search(
            [
                ("account_id", "=", account_id),
                ("pbx_call_id", "=", pbx_call_id),
                ("state", "=", "received"),
            ]
        ).write({"state": "failed", "error": message})

    @api.model
    def _cron_apply(self):
        """Apply what was received but not applied: a crash or a busy call."""
        before = fields.Datetime.now() - _GRACE
        waiting = [("state", "=", "received"), ("received_at", "<", before)]
        groups = self._read_group(waiting, ["account_id", "pbx_call_id"])
        self.env["ir.cron"]._commit_progress(remaining=len(groups))
        for account, pbx_call_id in groups:
            self._apply_now(account.id, pbx_call_id)
            # the commit also gives back the call's lock
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _fact(self):
        """This entry as the fold reads it."""
        return Fact(self.event, self.payload, self.received_at)

    def _in_own_transaction(self, action):
        """Run an action in a short transaction of its own and commit it.

        Odoo would repeat a whole request after a conflict, after sleeping up to two
        seconds, while the PBX waits for our answer; here only the conflict's own few
        statements are repeated, at once.

        :param action: called with this model in the new transaction, as superuser
        :return: what the action returned
        """
        for remaining in reversed(range(_TRIES)):
            try:
                with self.env.registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    result = action(env[self._name])
                    env.flush_all()
                    return result
            except psycopg2.Error as error:
                if not remaining or error.pgcode not in _CONFLICTS:
                    raise
