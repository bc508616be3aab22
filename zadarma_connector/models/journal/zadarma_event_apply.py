# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import time
from datetime import timedelta

import psycopg2
from psycopg2.pool import PoolError

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ...tools.transaction import in_own_transaction
from ...zadarma_api import facts, notification
from .zadarma_call_attribution import CALLBACK_WINDOW

_logger = logging.getLogger(__name__)

#: How long a notification waits for the call's lock, and for rows that somebody
#: edits: the PBX and the caller wait for the answer.
_LOCK_TIMEOUT = "1500ms"
#: Notifications younger than this are being applied by the request that brought them.
_GRACE = timedelta(seconds=5)
#: A call of which nothing was heard for so long is over: its end was lost.
_SILENCE = timedelta(hours=4)
#: So many facts no genuine call has, so it can wait for the scheduled job. Of what
#: Zadarma sends it signs only a part: whoever caught a notification can send it again
#: with ever new other parts.
_FLOOD = 200
#: Calls computed in one transaction.
BATCH = 50


class ZadarmaEvent(models.Model):
    """The journal at work: from what was received to calls."""

    _inherit = "zadarma.event"

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
        received = time.monotonic()
        try:
            entry_id, pbx_call_id = in_own_transaction(
                self, lambda event: event._journal(account.id, "notification", params)
            )
        except PoolError:
            # too many at once for a second connection: kept with our own, if later
            self._journal(account.id, "notification", params)
            return {}
        if pbx_call_id:
            self._apply_now(account.id, [pbx_call_id], entry_id)
        if params["event"] == notification.START:
            return self.env["zadarma.routing"]._answer(
                account, params.get("pbx_call_id"), received
            )
        return {}

    @api.model
    def _apply_now(self, account_id, pbx_call_ids, entry_id=None):
        """Compute calls from the journal, in a transaction of its own.

        Holds the calls' locks until the *surrounding* transaction ends.

        :param entry_id: the notification that is waiting for its answer: nothing to
            do if somebody else applied it, and nothing now if there are too many
        :return: what ``zadarma.call._refold`` tells; without the calls that are busy
            or cannot be computed
        """
        if not self._lock_calls(account_id, pbx_call_ids):
            return {}
        try:
            return in_own_transaction(
                self, lambda event: event._apply(account_id, pbx_call_ids, entry_id)
            )
        except (psycopg2.OperationalError, PoolError):
            # a row was locked too long, or the server is: the scheduled job tries again
            _logger.info("calls %s are busy, applied later", pbx_call_ids)
            return {}
        except Exception as error:
            if len(pbx_call_ids) > 1:
                # one bad call must not hold up the others
                outcomes = {}
                for pbx_call_id in pbx_call_ids:
                    outcomes.update(self._apply_now(account_id, [pbx_call_id]))
                return outcomes
            _logger.exception("call %s could not be computed", pbx_call_ids[0])
            message = f"{type(error).__name__}: {error}"
            in_own_transaction(
                self,
                lambda event: event._mark_failed(account_id, pbx_call_ids, message),
            )
            return {}

    @api.model
    def _lock_calls(self, account_id, pbx_call_ids):
        """Take the locks of calls for the rest of the current transaction.

        :return: whether all were had within :data:`_LOCK_TIMEOUT`
        """
        cr = self.env.cr
        names = [f"zadarma.call {account_id} {one}" for one in sorted(pbx_call_ids)]
        cr.execute(
            SQL(
                """
                SELECT bool_and(pg_try_advisory_xact_lock(hashtextextended(name, 0)))
                FROM unnest(%s) AS name
                """,
                names,
            )
        )
        if cr.fetchone()[0]:
            return True
        try:
            with cr.savepoint(flush=False):
                cr.execute(SQL("SET LOCAL lock_timeout = %s", _LOCK_TIMEOUT))
                cr.execute(
                    SQL(
                        """
                        SELECT pg_advisory_xact_lock(hashtextextended(name, 0))
                        FROM unnest(%s) AS name
                        """,
                        names,
                    ),
                    log_exceptions=False,
                )
        except (
            psycopg2.errors.LockNotAvailable,
            # two jobs that each have some of the calls that the other one wants
            psycopg2.errors.DeadlockDetected,
        ):
            _logger.info("no lock on calls %s in time, applied later", pbx_call_ids)
            return False
        return True

    @api.model
    def _apply(self, account_id, pbx_call_ids, entry_id):
        self.env.cr.execute(SQL("SET LOCAL lock_timeout = %s", _LOCK_TIMEOUT))
        entries = self._entries(
            SQL(
                "account_id = %s AND pbx_call_id = ANY(%s)",
                account_id,
                list(pbx_call_ids),
            ),
            limit=_FLOOD if entry_id else None,
            lock=True,
        )
        if entry_id and (
            len(entries) == _FLOOD
            or any(one.id == entry_id and one.state == "applied" for one in entries)
        ):
            return {}
        account = self.env["zadarma.account"].browse(account_id)
        return self.env["zadarma.call"]._refold(account._switchboard(), entries)

    @api.model
    def _mark_failed(self, account_id, pbx_call_ids, message):
        self.search(
            [
                ("account_id", "=", account_id),
                ("pbx_call_id", "in", pbx_call_ids),
                ("state", "=", "received"),
            ]
        ).write({"state": "failed", "error": message})

    def action_apply_again(self):
        """Compute the calls of these entries anew, after a bug was mended."""
        self.check_access("read")
        # sudo: zadarma.event - entries change by what they say alone
        for account, entries in self.sudo().grouped("account_id").items():
            ids = sorted(set(filter(None, entries.mapped("pbx_call_id"))))
            for some in split_every(BATCH, ids, list):
                self.sudo()._apply_now(account.id, some)
        self.invalidate_recordset()

    def action_ignore(self):
        """Put aside for good what failed because it tells of no call."""
        self.check_access("read")
        # sudo: zadarma.event - only what can never be applied, and only its state
        self.sudo().filtered(
            lambda entry: entry.state == "failed" and not entry.pbx_call_id
        ).write({"state": "ignored"})

    # -- what nobody told --------------------------------------------------------

    @api.model
    def _note(self, call, event, **params):
        """Put something into the journal that we did or noticed, and apply it.

        :param call: the ``zadarma.call`` that it is about
        :param event: of :mod:`~zadarma_api.facts`
        """
        account = call.account_id
        told = {"event": event, "call": str(call.id), **params}
        if call.pbx_call_id:
            told["pbx_call_id"] = call.pbx_call_id
        self._journal(account.id, "request", told, call_id=call.id)
        entries = self._entries(SQL("call_id = %s", call.id))
        call._compute_calls(account._switchboard(), {call.id: entries})

    @api.model
    def _cron_apply(self):
        """Apply what was received but not applied: a crash or a busy call."""
        before = fields.Datetime.now() - _GRACE
        waiting = [
            ("state", "=", "received"),
            ("received_at", "<", before),
            ("pbx_call_id", "!=", False),
        ]
        accounts = self._read_group(
            waiting, ["account_id"], ["pbx_call_id:array_agg_distinct"]
        )
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=sum(len(ids) for account, ids in accounts))
        for account, ids in accounts:
            for some in split_every(BATCH, ids, list):
                self._apply_now(account.id, some)
                # the commit also gives back the calls' locks
                if not progress(len(some)):
                    return

    @api.model
    def _cron_close(self):
        """End requests that never became a call, and calls whose end was lost."""
        now = fields.Datetime.now()
        open_calls = self.env["zadarma.call"].search(
            [("state", "!=", "ended"), ("create_date", "<", now - CALLBACK_WINDOW)]
        )
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(open_calls))
        for call in open_calls:
            heard = call.event_ids.mapped("received_at")
            silence = now - max(heard, default=call.create_date)
            if call.state == "requested" and silence > CALLBACK_WINDOW:
                self._note_now(call, facts.EXPIRED, reason=facts.EXPIRED)
            elif silence > _SILENCE:
                self._note_now(call, facts.NO_NEWS)
            if not progress(1):
                return

    @api.model
    def _note_now(self, call, event, **params):
        """As :meth:`_note`, in a transaction of its own and under the call's lock."""
        name = call.pbx_call_id or f"request {call.id}"
        if self._lock_calls(call.account_id.id, [name]):
            in_own_transaction(
                self,
                lambda journal: journal._note(
                    journal.env["zadarma.call"].browse(call.id), event, **params
                ),
            )
