# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ...zadarma_api import answer
from .zadarma_extension_absence import EXTENSION

#: What is needed of each; by itself Odoo would read everything.
_ACCOUNT = ["company_id", "route_to_manager", "route_timeout", "route_working_hours"]
_CUSTOMER = ["complete_name", "active", "user_id", "commercial_partner_id"]
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

    Asked for the PBX while the caller hears the first ring, and by the rehearsal. It
    changes nothing. Any doubt means no instruction: the PBX has a scenario of its own.
    """

    _name = "zadarma.routing"
    _description = "Routing of Incoming Calls"

    @api.model
    def _decide(self, account, caller, called, moment, found, manager=None):
        """Decide whom to ring, and change nothing.

        :param account: the ``zadarma.account``
        :param caller: E.164, empty if withheld
        :param called: the dialled number, E.164
        :param moment: UTC, when the call comes
        :param found: who has the caller's number, an
            :class:`~.zadarma_identification.Identification`
        :param manager: whether the manager rings; as the account says if not given
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
        if not customer:
            return Decision(NOBODY, {}, why)
        if not (account.route_to_manager if manager is None else manager):
            why.append(("manager_off", {}))
            return Decision(NOBODY, {}, why)
        decision = self._decide_manager(account, customer, moment, why)
        return decision or Decision(NOBODY, {}, why)

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
        if extension and extension._has_left():
            why.append(("left", {"person": extension.display_name}))
            return None
        return self._ring(rule.kind, account, target, customer, why)

    @api.model
    def _decide_last_talked(self, rule, caller, called, customer, moment, why):
        account = rule.account_id
        days = {"days": str(rule.days)}
        if not caller:
            return None
        whose = SQL("external_number = %s", caller)
        if customer:
            whose = SQL("partner_id = %s", customer.id)
        # materialized: else the planner might look through all calls by time
        rows = account.env.execute_query(
            SQL(
                """
                WITH talks AS MATERIALIZED (
                    SELECT extension_id, date_start FROM zadarma_call
                    WHERE %(whose)s AND account_id = %(account)s AND result = 'answered'
                        AND in_doubt IS NOT TRUE
                        AND NOT COALESCE(ghost_answer, false)
                        AND extension_id IS NOT NULL
                        AND date_start BETWEEN %(since)s AND %(moment)s
                )
                SELECT extension_id, date_start FROM talks
                ORDER BY date_start DESC LIMIT 1
                """,
                whose=whose,
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
        extension._fetch_person()
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
            EXTENSION,
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
        extension = extension._present_or_deputy(moment, why)
        if not extension:
            return None
        return self._ring(rule, account, extension.number, customer, why)

    @api.model
    def _ring(self, rule, account, target, customer, why):
        told = answer.ring(target, account.route_timeout, customer.complete_name or "")
        return Decision(rule, told, why)
