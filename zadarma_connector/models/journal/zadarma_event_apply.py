# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ...tools.transaction import in_transaction, is_busy, seeing_others
from ...tools.trouble import describe, where
from ...zadarma_api import facts
from .entry import Applied, Entry, said

_logger = logging.getLogger(__name__)

#: How long a notification waits for the call's lock, and for rows that somebody
#: edits: the PBX and the caller wait for the answer.
_LOCK_TIMEOUT = "1500ms"
#: Notifications younger than this are being applied by the request that brought them.
_GRACE = timedelta(seconds=5)
#: So many facts no genuine call has, so it can wait for the scheduled job. Of what
#: Zadarma sends it signs only a part: whoever caught a notification can send it again
#: with ever new other parts.
_FLOOD = 200
#: So often a call is computed in vain before somebody has to look at it.
_TRIES = 5
#: Calls computed in one transaction.
BATCH = 50


class ZadarmaEvent(models.Model):
    """The journal at work: from what was received to calls."""

    _inherit = "zadarma.event"

    @api.model
    def _apply_now(self, account_id, pbx_call_ids):
        """Compute calls from the journal, over a connection of its own.

        :return: as :meth:`_apply_here`
        """
        with seeing_others(self) as event:
            return event._apply_here(account_id, pbx_call_ids)

    @api.model
    def _apply_here(self, account_id, pbx_call_ids, question=None):
        """Compute calls from the journal, in a transaction of this cursor.

        Each of its statements must see what was committed before that statement.

        :param question: the :class:`~.entry.Question` that came with the notification:
            nothing to do if somebody else applied it, and nothing now if there are too
            many
        :return: :class:`~.entry.Applied`, without the calls that are busy or cannot be
            computed
        """
        try:
            return in_transaction(
                self, lambda event: event._apply(account_id, pbx_call_ids, question)
            )
        except Exception as error:
            if is_busy(error):
                # the scheduled job tries again
                _logger.info("calls %s are busy, applied later", pbx_call_ids)
                return Applied()
            if len(pbx_call_ids) == 1:
                self._note_failure(account_id, pbx_call_ids[0], error)
                return Applied()
        # one bad call must not hold up the others
        outcomes = {}
        for pbx_call_id in pbx_call_ids:
            outcomes.update(self._apply_here(account_id, [pbx_call_id]).outcomes)
        return Applied(outcomes)

    @api.model
    def _lock_calls(self, account_id, pbx_call_ids, **settings):
        """Take the locks of calls for the rest of the current transaction.

        :param settings: further ones of PostgreSQL's for this transaction
        :return: ``at once`` or ``later``, when all were had; ``False`` if they were not
            within :data:`_LOCK_TIMEOUT`, which is that of further locks too
        """
        settings["lock_timeout"] = _LOCK_TIMEOUT
        cr = self.env.cr
        names = [f"zadarma.call {account_id} {one}" for one in sorted(pbx_call_ids)]
        cr.execute(
            SQL(
                """
                SELECT bool_and(pg_try_advisory_xact_lock(hashtextextended(name, 0))),
                    %s
                FROM unnest(%s) AS name
                """,
                SQL(", ").join(
                    SQL("set_config(%s, %s, TRUE)", *setting)
                    for setting in settings.items()
                ),
                names,
            )
        )
        if cr.fetchone()[0]:
            return "at once"
        try:
            with cr.savepoint(flush=False):
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
        return "later"

    @api.model
    def _apply(self, account_id, pbx_call_ids, question):
        # What follows from the journal is lost together with the entries' state, if
        # PostgreSQL itself ends at once; then it is made anew, so only the journal
        # waits for the disk.
        had = self._lock_calls(account_id, pbx_call_ids, synchronous_commit="off")
        if not had:
            return Applied()
        if question and had == "at once":
            switchboard = question.switchboard
        else:
            # whoever had the lock may have had it for long
            switchboard = self.env["zadarma.account"].browse(account_id)._switchboard()
        if not question:
            self._drop_surplus(account_id, pbx_call_ids, _FLOOD)
        found = self._find_calls(switchboard, pbx_call_ids, question)
        if not found:
            return Applied()
        sifted, told, sealed = found
        stored = self.env["zadarma.call"]._store_folded(switchboard, told)
        answer = None
        if question and question.asked_at and question.entry_id in sifted.answerable:
            # what goes wrong with the call goes wrong here, and not in what follows
            self.env.cr.flush()
            [pbx_call_id] = pbx_call_ids
            call, _outcome = stored[pbx_call_id]
            answer = self._answer_start(switchboard, call, question.asked_at)
        outcomes = dict.fromkeys(sealed, "unchanged")
        outcomes |= {one: stored[one][1] for one in pbx_call_ids if one in stored}
        return Applied(outcomes, answer)

    @api.model
    def _find_calls(self, switchboard, pbx_call_ids, question):
        """What is known of calls whose locks are had.

        A call that was asked for has facts under several ids, or none, so that not all
        who compute it have the same lock. Their lock is its row, and what was read
        before it was had is read again.

        :return: :class:`~.entry.Sifted`, a list of :class:`~.entry.CallFacts`, and the
            ids of calls that were emptied; ``None`` if there is nothing to do now
        """
        calls = self.env["zadarma.call"]
        held = set()
        while True:
            entries = self._entries(
                SQL(
                    "account_id = %s AND pbx_call_id = ANY(%s)",
                    switchboard.account_id,
                    list(pbx_call_ids),
                ),
                limit=_FLOOD if question else None,
                lock=True,
            )
            if question and (
                len(entries) == _FLOOD
                or any(
                    one.id == question.entry_id and one.state == "applied"
                    for one in entries
                )
            ):
                return None
            entries, sealed = self._leave_sealed(entries)
            sifted = self._sift(switchboard, entries)
            told = calls._attribute(switchboard, sifted.believed, sifted.reserved)
            wanted = set().union(*(one.asked_for for one in told)) - held
            if not wanted:
                return sifted, told, sealed
            calls.browse(sorted(wanted))._lock_for_relink()
            held |= wanted

    @api.model
    def _entries(self, condition, limit=None, lock=False):
        """Read entries that were not ignored.

        Past the ORM, since calls are computed while the PBX waits.

        :param condition: an ``SQL`` on columns of ``zadarma_event``
        :param lock: against users and repeated notifications. Whoever is in our way
            is met here, not by Odoo's own statements: these would log an error for
            what only has to be tried again
        :return: list of :class:`~.entry.Entry`, the oldest first
        :raise psycopg2.OperationalError: somebody else has one of them for too long,
            or changed it since a transaction began that sees no others
        """
        self.flush_model(["state", "call_id"])
        self.env.cr.execute(
            SQL(
                """
                SELECT id, pbx_call_id,
                    COALESCE(CASE WHEN %s THEN call_id END, (
                        SELECT id FROM zadarma_call call
                        WHERE call.account_id = entry.account_id
                            AND call.pbx_call_id = entry.pbx_call_id
                    )),
                    state, doubt, (
                        SELECT count(*) FROM (
                            SELECT DISTINCT pbx_call_id FROM zadarma_event other
                            WHERE %s LIMIT 50
                        ) others
                    ), event, payload, received_at
                FROM zadarma_event entry WHERE state <> 'ignored' AND %s
                ORDER BY id LIMIT %s %s
                """,
                self._is_attributed(),
                self._has_text_of(SQL("entry"), SQL("other")),
                condition,
                limit,
                SQL("FOR NO KEY UPDATE" if lock else ""),
            ),
            log_exceptions=False,
        )
        rows = self.env.cr.fetchall()
        return [
            Entry(entry_id, pbx_call_id, *rest, facts.Fact(event, params, received_at))
            for entry_id, pbx_call_id, *rest, event, payload, received_at in rows
            for params in [said(payload, event=event, pbx_call_id=pbx_call_id)]
        ]

    @api.model
    def _is_attributed(self):
        """Whether an entry's call is the one that it turned out to tell of, as SQL.

        What somebody told gets the call of its id when it is stored, unless it begins
        one, so that marking it applied changes nothing that is in an index; before that
        it is a guess.
        """
        return SQL("(state NOT IN ('received', 'failed') OR source = 'request')")

    @api.model
    def _of_calls(self, call_ids):
        """That an entry turned out to tell of one of some calls, as SQL."""
        return SQL("call_id = ANY(%s) AND %s", list(call_ids), self._is_attributed())

    @api.model
    def _set_applied(self, told):
        """Note which calls entries tell of.

        :param told: pairs of a call's id and a list of :class:`~.entry.Entry`; those
            that are noted already are left alone: writing them would meet whoever is
            counting a repetition just now
        """
        pairs = [
            (entry.id, call_id)
            for call_id, entries in told
            for entry in entries
            if (entry.state, entry.call_id) != ("applied", call_id)
        ]
        if not pairs:
            return
        ids, call_ids = map(list, zip(*pairs, strict=True))
        self.env.cr.execute(
            SQL(
                """
                UPDATE zadarma_event
                SET call_id = told.call_id, state = 'applied', error = NULL,
                    tries = NULL
                FROM unnest(%s, %s) AS told(id, call_id)
                WHERE zadarma_event.id = told.id
                """,
                ids,
                call_ids,
            )
        )
        self.browse(ids).invalidate_recordset(
            ["call_id", "state", "error"], flush=False
        )

    @api.model
    def _note_failure(self, account_id, pbx_call_id, error):
        """A call could not be computed: a bug, or trouble that passes.

        Tried again by the scheduled job; after some tries its entries are *failed*.
        """
        _logger.error(
            "call %s could not be computed: %s\n%s",
            pbx_call_id,
            describe(error),
            where(error),
        )
        in_transaction(
            self,
            lambda event: event.env.cr.execute(
                SQL(
                    """
                    UPDATE zadarma_event SET tries = COALESCE(tries, 0) + 1,
                        error = %s,
                        state = CASE WHEN COALESCE(tries, 0) + 1 >= %s THEN 'failed'
                            ELSE state END
                    WHERE account_id = %s AND pbx_call_id = %s AND state = 'received'
                    """,
                    describe(error),
                    _TRIES,
                    account_id,
                    pbx_call_id,
                )
            ),
        )

    @api.model
    def _cron_apply(self):
        """Apply what was received but not applied: a crash or a busy call."""
        self.env["zadarma.event.waiting"]._clear()
        before = fields.Datetime.now() - _GRACE
        waiting = [
            ("is_waiting", "=", True),
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
        self._take_waiting(before)
