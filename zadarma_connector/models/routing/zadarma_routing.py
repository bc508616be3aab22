# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import logging
import time
from datetime import UTC, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL, format_datetime

from ...tools.transaction import in_own_transaction
from ...zadarma_api import answer, facts

_logger = logging.getLogger(__name__)

#: The PBX does not say how long it waits; a later answer could only be ignored.
_PATIENCE = 1.0
#: No statement of ours may hold up a caller.
_STATEMENT_TIMEOUT = "500ms"
#: A repeated notification gets the answer again for so long.
_REPETITION = timedelta(minutes=1)
_ANSWER = ("redirect", "return_timeout", "caller_name")
#: What is needed of each; by itself Odoo would read everything.
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
_ACCOUNT = ["company_id", "route_to_manager", "route_timeout", "route_working_hours"]
_CUSTOMER = ["complete_name", "active", "user_id", "commercial_partner_id"]
_EXTENSION = ["account_id", "number", "name", "active", "employee_id", "deputy_id"]
_EMPLOYEE = ["name", "resource_id"]
#: Names of all values in explanations.
_VALUES = (
    "count",
    "customer",
    "days",
    "extension",
    "number",
    "person",
    "reason",
    "target",
)
#: Where no rule decided.
NOBODY = "none"


class Decision(NamedTuple):
    """Whom the PBX shall ring.

    :param rule: that decided: ``blocked``, ``called``, ``last_talked``, ``manager``, or
        ``none``
    :param answer: to the PBX, see :mod:`~zadarma_api.answer`; may be empty
    :param why: list of pairs: what was found out, and its values as texts
    """

    rule: str
    answer: dict
    why: list


class ZadarmaRouting(models.AbstractModel):
    """Whom an incoming call shall ring, and why.

    Asked by the PBX while the caller hears the first ring, and by the rehearsal. Any
    doubt, error or delay means no instruction: the PBX has a scenario of its own.
    """

    _name = "zadarma.routing"
    _description = "Routing of Incoming Calls"

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

    # -- deciding ----------------------------------------------------------------

    @api.model
    def _decide(self, account, caller, called, moment, found):
        """Decide whom to ring, and change nothing.

        :param account: the ``zadarma.account``
        :param caller: E.164, empty if withheld
        :param called: the dialled number, E.164
        :param moment: UTC, when the call comes
        :param found: who has the caller's number, an
            :class:`~.zadarma_identification.Identification`
        :return: a :class:`Decision`
        """
        # sudo: the PBX asks, or an administrator; the account's company is named
        account = account.sudo()
        account.fetch(_ACCOUNT)
        account = account.with_context(allowed_company_ids=account.company_id.ids)
        why = []
        if not caller:
            why.append(("hidden", {}))
        elif blocked := account.env["zadarma.blocked"].search_fetch(
            [("company_id", "=", account.company_id.id), ("number", "=", caller)],
            ["reason"],
        ):
            why.append(("blocked", {"reason": blocked.reason or ""}))
            return Decision("blocked", answer.reject(), why)
        customer = self._customer(account, caller, found, why)
        for rule in account.routing_rule_ids:
            decide = getattr(self, f"_decide_{rule.kind}")
            if decision := decide(rule, caller, called, customer, moment, why):
                return decision
        if account.route_to_manager and customer:
            decision = self._decide_manager(account, customer, moment, why)
            if decision:
                return decision
        return Decision(NOBODY, {}, why)

    @api.model
    def _customer(self, account, caller, found, why):
        """Who calls; nobody if that is not certain."""
        nobody = account.env["res.partner"]
        if not caller:
            return nobody
        partner = found.partner.with_env(account.env)
        partner.fetch(_CUSTOMER)
        known = {"customer": partner.complete_name or ""}
        if found.match == "none":
            why.append(("unknown", {}))
        elif found.match == "ambiguous":
            why.append(("several", {"count": str(len(found.candidates))}))
        elif found.match != "exact":
            why.append(("uncertain", known))
        elif not partner.active:
            why.append(("archived", known))
        else:
            why.append(("customer", known))
            return partner
        return nobody

    @api.model
    def _decide_called(self, rule, caller, called, customer, moment, why):
        account = rule.account_id
        if rule.called_e164 != called:
            why.append(("other_number", {"number": rule.called_number}))
            return None
        extension = rule.extension_id
        if extension and not extension.active:
            why.append(("gone", {"extension": extension.number}))
            return None
        target = extension.number or rule.scenario
        why.append(("called", {"number": rule.called_number, "target": target}))
        return self._ring(rule.kind, account, target, customer, why)

    @api.model
    def _decide_last_talked(self, rule, caller, called, customer, moment, why):
        account = rule.account_id
        days = {"days": str(rule.days)}
        if not caller:
            return None
        # materialized: else the planner might look through all calls by time
        rows = account.env.execute_query(
            SQL(
                """
                WITH talks AS MATERIALIZED (
                    SELECT extension_id, date_start FROM zadarma_call
                    WHERE (external_number = %(caller)s OR partner_id = %(customer)s)
                        AND account_id = %(account)s AND result = 'answered'
                        AND NOT COALESCE(ghost_answer, false)
                        AND extension_id IS NOT NULL
                        AND date_start BETWEEN %(since)s AND %(moment)s
                )
                SELECT extension_id, date_start FROM talks
                ORDER BY date_start DESC LIMIT 1
                """,
                caller=caller,
                customer=customer.id or None,
                account=account.id,
                since=moment - timedelta(days=rule.days),
                moment=moment,
            )
        )
        if not rows:
            why.append(("nobody_talked", days))
            return None
        [(extension_id, talked_at)] = rows
        extension = account.env["zadarma.extension"].browse(extension_id)
        self._fetch_people(extension)
        why.append(
            (
                "talked",
                {
                    "person": extension.display_name,
                    "moment": fields.Datetime.to_string(talked_at),
                },
            )
        )
        return self._ring_person(rule.kind, extension, customer, moment, why)

    @api.model
    def _decide_manager(self, account, customer, moment, why):
        manager = customer.user_id or customer.commercial_partner_id.user_id
        if not manager:
            why.append(("no_manager", {}))
            return None
        extension = account.env["zadarma.extension"].search_fetch(
            [("account_id", "=", account.id), ("user_id", "=", manager.id)],
            _EXTENSION,
            limit=1,
        )
        manager.fetch(["partner_id"])
        manager.partner_id.fetch(["name"])
        person = {"person": manager.name}
        if not extension:
            why.append(("no_extension", person))
            return None
        why.append(("manager", {**person, "extension": extension.number}))
        return self._ring_person("manager", extension, customer, moment, why)

    @api.model
    def _ring_person(self, rule, extension, customer, moment, why):
        """Ring a person, or the deputy of one who is absent."""
        if not extension.active:
            why.append(("gone", {"extension": extension.number}))
            return None
        account = extension.account_id
        if account.route_working_hours and not self._is_present(extension, moment):
            why.append(("absent", {"person": extension.display_name}))
            extension = extension.deputy_id
            self._fetch_people(extension)
            if not extension.active:
                why.append(("no_deputy", {}))
                return None
            why.append(("deputy", {"person": extension.display_name}))
            if not self._is_present(extension, moment):
                why.append(("absent", {"person": extension.display_name}))
                return None
        return self._ring(rule, account, extension.number, customer, why)

    @api.model
    def _fetch_people(self, extensions):
        extensions.fetch(_EXTENSION)
        extensions.employee_id.fetch(_EMPLOYEE)

    @api.model
    def _is_present(self, extension, moment):
        """Whether a person works at that time; whoever has no schedule does."""
        self._fetch_people(extension)
        resource = extension.employee_id.resource_id
        if not resource:
            return True
        begin = moment.replace(tzinfo=UTC)
        intervals, _by_calendar = resource._get_valid_work_intervals(
            begin, begin + timedelta(minutes=1)
        )
        return bool(list(intervals[resource.id]))

    @api.model
    def _ring(self, rule, account, target, customer, why):
        told = answer.ring(target, account.route_timeout, customer.complete_name or "")
        return Decision(rule, told, why)

    # -- explaining --------------------------------------------------------------

    @api.model
    def _explain(self, told, why):
        """Say in words what was decided and why.

        :param dict told: the answer to the PBX
        :param why: as in :class:`Decision`
        :return: list of sentences
        """
        sentences = [self._reason(code, values) for code, values in why]
        redirect = told.get("redirect")
        if not redirect:
            sentences.append(self.env._("The PBX goes on with its own scenario."))
        elif answer.is_rejection(redirect):
            sentences.append(self.env._("The PBX turns the caller away as busy."))
        elif answer.is_scenario(redirect):
            sentences.append(
                self.env._("Scenario %(target)s of the PBX runs.", target=redirect)
            )
        else:
            sentences.append(
                self.env._(
                    "%(extension)s rings for %(seconds)s seconds, then the PBX goes on "
                    "with its own scenario.",
                    extension=redirect,
                    seconds=told["return_timeout"],
                )
            )
        return sentences

    @api.model
    def _reason(self, code, values):
        """One sentence of an explanation."""
        values = {**dict.fromkeys(_VALUES, ""), **values}
        if code == "talked":
            moment = format_datetime(
                self.env,
                fields.Datetime.to_datetime(values["moment"]),
                dt_format="short",
            )
            return self.env._(
                "%(person)s talked with them on %(at)s.",
                person=values["person"],
                at=moment,
            )
        if code == "blocked" and values["reason"]:
            return self.env._("This caller is blocked: %(reason)s.", **values)
        texts = {
            "hidden": self.env._("The caller withholds the number."),
            "blocked": self.env._("This caller is blocked."),
            "unknown": self.env._("No contact has this number."),
            "several": self.env._("%(count)s contacts have this number.", **values),
            "uncertain": self.env._(
                "Probably it is %(customer)s, which is not certain enough.",
                **values,
            ),
            "archived": self.env._("Only an archived contact: %(customer)s.", **values),
            "customer": self.env._("The customer is %(customer)s.", **values),
            "other_number": self.env._("They did not dial %(number)s.", **values),
            "called": self.env._("They dialled %(number)s: %(target)s.", **values),
            "nobody_talked": self.env._(
                "Nobody talked with them in the last %(days)s days.", **values
            ),
            "no_manager": self.env._("Nobody is their salesperson."),
            "no_extension": self.env._(
                "%(person)s, their salesperson, has no internal number.",
                **values,
            ),
            "manager": self.env._(
                "%(person)s is their salesperson, at %(extension)s.", **values
            ),
            "gone": self.env._("%(extension)s is no longer in the PBX.", **values),
            "absent": self.env._("%(person)s is not at work then.", **values),
            "deputy": self.env._("%(person)s is the deputy.", **values),
            "no_deputy": self.env._("There is no deputy."),
            "late": self.env._("Odoo took too long to decide."),
        }
        return texts.get(code, code)
