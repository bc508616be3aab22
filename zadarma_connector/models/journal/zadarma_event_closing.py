# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ...tools import job
from ...tools.transaction import in_transaction, seeing_others
from ...zadarma_api import facts, presence
from .zadarma_call_callbacks import CALLBACK_WINDOW


class ZadarmaEvent(models.Model):
    """Ending what the PBX will not end: nothing was heard for too long."""

    _inherit = "zadarma.event"

    @api.model
    def _cron_close(self):
        """End requests that never became a call, and calls whose end was lost.

        The longest silent come first: whoever invents calls keeps none open.
        """
        silent = self._silent_calls()
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(silent))
        for call in silent:
            job.guarded(call, self._close, lambda *told: None)
            if not progress(1):
                return

    @api.model
    def _silent_calls(self):
        """Calls that are open although nothing was heard of them for too long."""
        self.flush_model(["call_id"])
        self.env["zadarma.call"].flush_model(["state"])
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT call.id FROM zadarma_call call
                LEFT JOIN LATERAL (
                    SELECT max(received_at) AS heard_at FROM zadarma_event
                    WHERE call_id = call.id
                ) entry ON TRUE
                WHERE call.state <> 'ended' AND call.create_date < %(request)s
                    AND COALESCE(entry.heard_at, call.create_date) < CASE
                        WHEN call.state = 'requested' THEN %(request)s ELSE %(call)s
                    END
                ORDER BY COALESCE(entry.heard_at, call.create_date), call.id
                """,
                request=now - CALLBACK_WINDOW,
                call=now - presence.SILENCE,
            )
        )
        return self.env["zadarma.call"].browse(call_id for [call_id] in rows)

    @api.model
    def _close(self, call):
        if call.state != "requested":
            self._add_own_fact_now(call, facts.NO_NEWS)
        elif self._could_be_heard_of(call):
            self._add_own_fact_now(call, facts.EXPIRED, reason=facts.EXPIRED)

    @api.model
    def _could_be_heard_of(self, call):
        """Whether what came of a request would be known by now; a hook of
        reconciliation."""
        return True

    @api.model
    def _add_own_fact_now(self, call, event, **params):
        """As :meth:`_add_own_fact`, in an own transaction and under the call's lock."""
        account_id, name = call.account_id.id, call.pbx_call_id or f"request {call.id}"

        def add(journal):
            if journal._lock_calls(account_id, [name]):
                same = journal.env["zadarma.call"].browse(call.id)
                journal._add_own_fact(same, event, **params)

        with seeing_others(self) as journal:
            in_transaction(journal, add)
