# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

from ...tools.transaction import in_own_transaction
from ...zadarma_api import facts
from .zadarma_call_callbacks import CALLBACK_WINDOW

#: A call of which nothing was heard for so long is over: its end was lost.
_SILENCE = timedelta(hours=4)


class ZadarmaEvent(models.Model):
    """Ending what the PBX will not end: nothing was heard for too long."""

    _inherit = "zadarma.event"

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
                self._add_own_fact_now(call, facts.EXPIRED, reason=facts.EXPIRED)
            elif silence > _SILENCE:
                self._add_own_fact_now(call, facts.NO_NEWS)
            if not progress(1):
                return

    @api.model
    def _add_own_fact_now(self, call, event, **params):
        """As :meth:`_add_own_fact`, in an own transaction and under the call's lock."""
        name = call.pbx_call_id or f"request {call.id}"
        if self._lock_calls(call.account_id.id, [name]):
            in_own_transaction(
                self,
                lambda journal: journal._add_own_fact(
                    journal.env["zadarma.call"].browse(call.id), event, **params
                ),
            )
