# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import logging
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.trouble import describe, where
from ...zadarma_api import answer, facts
from .zadarma_account_routing import Settings
from .zadarma_routing import NOBODY, Decision

_logger = logging.getLogger(__name__)

#: The PBX does not say how long it waits; a later answer could only be ignored.
_PATIENCE = 1.0
#: No statement of ours may hold up a caller.
_STATEMENT_TIMEOUT = "500ms"
#: A repeated notification gets the answer again for so long.
_REPETITION = timedelta(minutes=1)
#: What is kept of an answer: not the caller's name, which is looked up again.
_ANSWER = ("redirect", "return_timeout")
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
    def _answer(self, switchboard, call, received):
        """The answer to NOTIFY_START of a call that was just computed.

        :param switchboard: the account's ``Switchboard``
        :param call: the ``zadarma.call``
        :param received: ``time.monotonic()`` when the PBX began to wait
        :return: dict, empty for no instruction
        """
        return self._in_time(call.id, lambda: self._route(switchboard, call, received))

    @api.model
    def _in_time(self, name, action):
        """Do something that can neither hold up a caller nor undo what was done.

        :param name: of the call, for the log
        :param action: called without arguments
        :return: what it returned; ``{}`` if that went wrong
        """
        cr = self.env.cr
        try:
            with cr.savepoint():
                cr.execute(SQL("SET LOCAL statement_timeout = %s", _STATEMENT_TIMEOUT))
                return action()
        except Exception as error:
            # whatever it is, the call goes on
            _logger.warning(
                "call %s could not be routed: %s\n%s",
                name,
                describe(error),
                where(error),
            )
            return {}

    @api.model
    def _route(self, switchboard, call, received):
        """Decide about a call, and keep what was decided and why."""
        account = self.env["zadarma.account"].browse(switchboard.account_id)
        settings = Settings(**switchboard.settings["routing"])
        # without rules, blocked callers and the switch there is nothing to decide
        if not settings.manager and not account._is_routed():
            return {}
        call.fetch(_CALL)
        if call.direction != "incoming" or call.state == "ended":
            return {}
        decision = self._decide(
            switchboard,
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
    def _answer_again(self, account_id, pbx_call_id):
        """What was answered for this call a moment ago."""
        return self._in_time(
            pbx_call_id, lambda: self._answered(account_id, pbx_call_id)
        )

    @api.model
    def _answered(self, account_id, pbx_call_id):
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
        if "redirect" not in payload:
            return {}
        told = {
            "redirect": payload["redirect"],
            "return_timeout": int(payload["return_timeout"]),
        }
        if answer.is_rejection(told["redirect"]):
            return told
        found = dict(json.loads(payload["why"])).get("customer", {})
        customer = self.env["res.partner"].browse(found.get("customer")).exists()
        return answer.ring(*told.values(), customer.complete_name or "")

    @api.model
    def _keep(self, call, decision, taken):
        """Put a decision into the journal, as a fact about the call.

        It is on the disk before the PBX hears of it, and so is the call.
        """
        self.env.cr.execute("SET LOCAL synchronous_commit TO DEFAULT")
        told = {
            name: str(decision.answer[name])
            for name in _ANSWER
            if name in decision.answer
        }
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
