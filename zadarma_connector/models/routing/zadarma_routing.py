# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...zadarma_api import answer
from .zadarma_account_routing import Settings
from .zadarma_extension_absence import EXTENSION

#: What is needed; by itself Odoo would read everything.
_CUSTOMER = ["complete_name", "active", "user_id", "commercial_partner_id"]
_RULE = [
    *("kind", "called_number", "called_e164", "category_id", "extension_id"),
    *("scenario", "days"),
]
#: Where no rule decided.
NOBODY = "none"


class Decision(NamedTuple):
    """Whom the PBX shall ring.

    :param rule: that decided: ``blocked``, ``called``, ``tag``, ``last_talked``,
        ``manager``, or ``none``
    :param answer: to the PBX, see :mod:`~zadarma_api.answer`; may be empty
    :param why: list of pairs: what was found out, and its values. Records are ids: who
        they are is looked up when somebody reads it, and nobody's name is left behind
    """

    rule: str
    answer: dict
    why: list


class Asked(NamedTuple):
    """What there is to decide.

    :param account_id: of the ``zadarma.account``
    :param settings: the account's ``Settings``
    :param caller_number: E.164, empty if withheld
    :param called_number: the dialled number, E.164
    :param partner: the ``res.partner`` who certainly calls, or empty
    :param moment: UTC, when the call comes
    :param why: takes what was found out, as in :class:`Decision`
    """

    account_id: int
    settings: Settings
    caller_number: str
    called_number: str
    partner: models.BaseModel
    moment: datetime
    why: list


class Talk(NamedTuple):
    """A call in which somebody talked, and who that was: columns of ``zadarma.call``.

    :param had_person: whether the internal number was anybody's, who may be deleted
    """

    date_start: datetime
    extension_id: int
    had_person: bool
    person_id: int | None
    user_id: int | None
    employee_id: int | None


class ZadarmaRouting(models.AbstractModel):
    """Whom an incoming call shall ring, and why.

    Asked for the PBX while the caller hears the first ring, and by the rehearsal. It
    changes nothing. Any doubt means no instruction: the PBX has a scenario of its own.
    """

    _name = "zadarma.routing"
    _description = "Routing of Incoming Calls"

    @api.model
    def _decide(self, switchboard, caller, called, moment, found, manager=None):
        """Decide whom to ring, and change nothing.

        :param switchboard: the account's ``Switchboard``
        :param caller: E.164, empty if withheld
        :param called: the dialled number, E.164
        :param moment: UTC, when the call comes
        :param found: who has the caller's number, an
            :class:`~.zadarma_identification.Identification`
        :param manager: whether the manager rings; as the account says if not given
        :return: a :class:`Decision`
        """
        # sudo: the PBX asks, or an administrator; the account's company is named
        self = self.sudo().with_context(allowed_company_ids=[switchboard.company_id])
        account_id = switchboard.account_id
        settings = Settings(**switchboard.settings["routing"])
        why = []
        if not caller:
            why.append(("hidden", {}))
        elif blocked := self.env["zadarma.blocked"].search_fetch(
            [("company_id", "=", switchboard.company_id), ("number", "=", caller)],
            ["reason"],
        ):
            why.append(("blocked", {"blocked": blocked.id}))
            return Decision("blocked", answer.reject(), why)
        customer = self._customer(caller, found, why)
        ask = Asked(account_id, settings, caller, called, customer, moment, why)
        # all are of one account, whose name is no part of their order
        rules = self.env["zadarma.routing.rule"].search_fetch(
            [("account_id", "=", account_id)], _RULE, order="sequence, id"
        )
        for rule in rules:
            if decision := getattr(self, f"_decide_{rule.kind}")(rule, ask):
                return decision
        if not customer:
            return Decision(NOBODY, {}, why)
        if not (settings.manager if manager is None else manager):
            why.append(("manager_off", {}))
            return Decision(NOBODY, {}, why)
        return self._decide_manager(ask) or Decision(NOBODY, {}, why)

    @api.model
    def _customer(self, caller, found, why):
        """Who calls; nobody if that is not certain."""
        nobody = self.env["res.partner"]
        if not caller:
            return nobody
        partner = found.partner.with_env(self.env)
        partner.fetch(_CUSTOMER)
        known = {"customer": partner.id}
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
    def _decide_called(self, rule, ask):
        number = {"number": rule.called_number}
        if rule.called_e164 != ask.called_number:
            ask.why.append(("other_number", number))
            return None
        return self._decide_target(rule, "called", number, ask)

    @api.model
    def _decide_tag(self, rule, ask):
        if not ask.partner:
            return None
        tag = {"tag": rule.category_id.id}
        theirs = ask.partner | ask.partner.commercial_partner_id
        theirs.fetch(["category_id"])
        if rule.category_id not in theirs.category_id:
            ask.why.append(("other_tag", tag))
            return None
        return self._decide_target(rule, "tagged", tag, ask)

    @api.model
    def _decide_target(self, rule, reason, values, ask):
        """Ring what a rule that fits is for: an extension, or a scenario."""
        extension = rule.extension_id
        if extension and not extension.active:
            ask.why.append(("gone", {"extension": extension.number}))
            return None
        target = extension.number or rule.scenario
        ask.why.append((reason, {**values, "target": target}))
        if extension and not extension._is_present(ask.moment, False, ask.why):
            return None
        return self._ring(rule.kind, target, ask)

    @api.model
    def _decide_last_talked(self, rule, ask):
        if not ask.caller_number:
            return None
        talk = self._last_talk(rule, ask)
        if not talk:
            ask.why.append(("nobody_talked", {"days": str(rule.days)}))
            return None
        moment = {"moment": fields.Datetime.to_string(talk.date_start)}
        if not talk.had_person:
            extension = self.env["zadarma.extension"].browse(talk.extension_id)
            extension._fetch_person()
            ask.why.append(("talked", {"person": extension.id, **moment}))
            return self._ring_person(rule.kind, extension, ask)
        talker = {"talker": self.env["res.partner"].browse(talk.person_id).id}
        ask.why.append(("talked", {**talker, **moment}))
        # the internal number that they had may be somebody else's by now
        theirs = self._extensions_of(ask, talk.user_id, talk.employee_id)
        if not theirs:
            ask.why.append(("no_number", talker))
            return None
        same = theirs.filtered(lambda one: one.id == talk.extension_id)
        return self._ring_person(rule.kind, same or theirs[0], ask)

    @api.model
    def _last_talk(self, rule, ask):
        """The last call in which somebody talked with the caller: a :class:`Talk`."""
        whose = SQL("external_number = %s", ask.caller_number)
        if ask.partner:
            whose = SQL("partner_id = %s", ask.partner.id)
        # materialized: else the planner might look through all calls by time
        rows = self.env.execute_query(
            SQL(
                """
                WITH talks AS MATERIALIZED (
                    SELECT date_start, extension_id, had_person, person_id, user_id,
                        employee_id
                    FROM zadarma_call
                    WHERE %(whose)s AND account_id = %(account)s AND result = 'answered'
                        AND in_doubt IS NOT TRUE
                        AND NOT COALESCE(ghost_answer, false)
                        AND extension_id IS NOT NULL
                        AND date_start BETWEEN %(since)s AND %(moment)s
                )
                SELECT * FROM talks ORDER BY date_start DESC LIMIT 1
                """,
                whose=whose,
                account=ask.account_id,
                since=ask.moment - timedelta(days=rule.days),
                moment=ask.moment,
            )
        )
        return Talk(*rows[0]) if rows else None

    @api.model
    def _decide_manager(self, ask):
        manager = ask.partner.user_id or ask.partner.commercial_partner_id.user_id
        if not manager:
            ask.why.append(("no_manager", {}))
            return None
        extension = self._extensions_of(ask, manager.id)[:1]
        # whether they left, as their extension asks
        manager.fetch(extension._user_fields())
        person = {"manager": manager.id}
        if not extension:
            ask.why.append(("no_extension", person))
            return None
        ask.why.append(("manager", {**person, "extension": extension.number}))
        return self._ring_person("manager", extension, ask)

    @api.model
    def _extensions_of(self, ask, user_id, employee_id=None):
        """Where a person sits today.

        :param user_id: theirs, which a successor may have by now
        :param employee_id: theirs, where they have one: then it tells who they are
        """
        seats = Domain("user_id", "=", user_id) if user_id else Domain.FALSE
        if employee_id:
            seats &= Domain("employee_id", "=", False)
            seats |= Domain("employee_id", "=", employee_id)
        return self.env["zadarma.extension"].search_fetch(
            seats & Domain("account_id", "=", ask.account_id), EXTENSION
        )

    @api.model
    def _ring_person(self, rule, extension, ask):
        """Ring a person, or the deputy of one who is absent."""
        if not extension.active:
            ask.why.append(("gone", {"extension": extension.number}))
            return None
        extension = extension._present_or_deputy(
            ask.moment, ask.settings.working_hours, ask.why
        )
        if not extension:
            return None
        return self._ring(rule, extension.number, ask)

    @api.model
    def _ring(self, rule, target, ask):
        name = ask.partner.complete_name or ""
        return Decision(rule, answer.ring(target, ask.settings.timeout, name), ask.why)
