# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import logging
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.transaction import in_own_transaction
from ...zadarma_api import facts
from .zadarma_routing import NOBODY, Decision

_logger = logging.getLogger(__name__)

#: The PBX does not say how long it waits; a later answer could only be ignored.
_PATIENCE = 1.0
#: No statement of ours may hold up a caller.
_STATEMENT_TIMEOUT = "500ms"
#: A repeated notification gets the answer again for so long.
_REPETITION = timedelta(minutes=1)
_ANSWER = ("redirect", "return_timeout", "caller_name")
#: What is needed of it; by itself Odoo would read everything.
_CALL = [
    "account_id",
    "pbx_call_id",
    "state",
    "direction",
    "external_number",
    "called_number",
    "date_start",
    "partner_id",
    "partner_match",
]


class ZadarmaRouting(models.AbstractModel):
    """What the PBX is told when a call starts, and how that is kept.

    Any error or delay means no instruction: the call goes on.
    """

    _inherit = "zadarma.routing"

    @api.model
    def _answer(self, account, pbx_call_id, received):
        """The answer to NOTIFY_START of a call that is in the log.

        :param account: the ``zadarma.account``
        :param pbx_call_id: the PBX's id of the call
        :param received: ``time.monotonic()`` when the PBX began to wait
        :return: dict, empty for no instruction
        """
        if not account._is_routed():
            return {}
        try:
            return in_own_transaction(
                self, lambda routing: routing._route(account.id, pbx_call_id, received)
            )
        except Exception:
            # whatever it is, the call goes on
            _logger.warning("call %s could not be routed", pbx_call_id, exc_info=True)
            return {}

    @api.model
    def _route(self, account_id, pbx_call_id, received):
        """Decide about a call, and keep what was decided and why."""
        told = self._told(account_id, pbx_call_id)
        if told is not None:
            return told
        call = self.env["zadarma.call"].search_fetch(
            [("account_id", "=", account_id), ("pbx_call_id", "=", pbx_call_id)],
            _CALL,
        )
        if call.direction != "incoming" or call.state == "ended":
            return {}
        decision = self._decide(
            call.account_id,
            call.external_number,
            call.called_number,
            fields.Datetime.now(),
            call._identification(),
        )
        if "caller_name" in decision.answer and self._is_caught(call):
            return {}
        taken = time.monotonic() - received
        if taken > _PATIENCE:
            decision = Decision(NOBODY, {}, [*decision.why, ("late", {})])
        self._keep(call, decision, taken)
        return decision.answer

    @api.model
    def _told(self, account_id, pbx_call_id):
        """What was answered for this call a moment ago; ``None`` if nothing was."""
        self.env.cr.execute(
            SQL(
                """
                SET LOCAL statement_timeout = %s;
                SELECT payload, received_at FROM zadarma_event
                WHERE account_id = %s AND pbx_call_id = %s AND event = %s
                ORDER BY id LIMIT 1
                """,
                _STATEMENT_TIMEOUT,
                account_id,
                pbx_call_id,
                facts.ROUTED,
            )
        )
        for payload, told_at in self.env.cr.fetchall():
            if told_at < fields.Datetime.now() - _REPETITION:
                return {}
            told = {name: payload[name] for name in _ANSWER if name in payload}
            if told:
                told["return_timeout"] = int(told["return_timeout"])
            return told
        return None

    @api.model
    def _is_caught(self, call):
        """Whether the same was told of another call before.

        A signature covers caller, number and time, but not the call's id: whoever
        caught a notification must not learn from it who the customer is.
        """
        same = [
            ("account_id", "=", call.account_id.id),
            ("external_number", "=", call.external_number),
            ("date_start", "=", call.date_start),
            ("id", "<", call.id),
        ]
        return bool(call.search_count(same, limit=1))

    @api.model
    def _keep(self, call, decision, taken):
        """Put a decision into the journal, as a fact about the call."""
        told = {name: str(value) for name, value in decision.answer.items()}
        self.env["zadarma.event"]._store(
            call.account_id.id,
            "request",
            {
                "event": facts.ROUTED,
                "pbx_call_id": call.pbx_call_id,
                "rule": decision.rule,
                **told,
                "why": json.dumps(decision.why),
                "milliseconds": str(round(taken * 1000)),
            },
            call_id=call.id,
        )
        call.routing_rule = decision.rule
