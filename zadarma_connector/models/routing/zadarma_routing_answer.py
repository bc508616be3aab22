# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import logging
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.transaction import in_own_transaction
from ...tools.trouble import describe, where
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
        return self._in_time(
            pbx_call_id,
            lambda routing: routing._route(account.id, pbx_call_id, received),
        )

    @api.model
    def _in_time(self, pbx_call_id, action):
        """Do something in a transaction of its own that cannot hold up a caller.

        :param action: called with this model
        :return: what it returned; ``{}`` if that went wrong
        """

        def limited(routing):
            routing.env.cr.execute(
                SQL("SET LOCAL statement_timeout = %s", _STATEMENT_TIMEOUT)
            )
            return action(routing)

        try:
            return in_own_transaction(self, limited)
        except Exception as error:
            # whatever it is, the call goes on
            _logger.warning(
                "call %s could not be routed: %s\n%s",
                pbx_call_id,
                describe(error),
                where(error),
            )
            return {}

    @api.model
    def _route(self, account_id, pbx_call_id, received):
        """Decide about a call, and keep what was decided and why."""
        if not self.env["zadarma.account"].browse(account_id)._is_routed():
            return {}
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
        taken = time.monotonic() - received
        if taken > _PATIENCE:
            decision = Decision(NOBODY, {}, [*decision.why, ("late", {})])
        self._keep(call, decision, taken)
        return decision.answer

    @api.model
    def _answer_again(self, account, pbx_call_id):
        """What was answered for this call a moment ago."""
        return self._in_time(
            pbx_call_id, lambda routing: routing._told(account.id, pbx_call_id)
        )

    @api.model
    def _told(self, account_id, pbx_call_id):
        decision = self.env["zadarma.event"].search_fetch(
            [
                ("account_id", "=", account_id),
                ("pbx_call_id", "=", pbx_call_id),
                ("event", "=", facts.ROUTED),
                ("received_at", ">", fields.Datetime.now() - _REPETITION),
            ],
            ["payload"],
            order="id",
            limit=1,
        )
        payload = decision.payload or {}
        told = {name: payload[name] for name in _ANSWER if name in payload}
        if told:
            told["return_timeout"] = int(told["return_timeout"])
        return told

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
