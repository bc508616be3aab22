# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import suppress

from odoo import api, fields, models

from ...tools.differing import differing
from ...zadarma_api import answer, errors


class ZadarmaAccount(models.Model):
    """The menus and scenarios of the PBX, and rules for those that are gone."""

    _inherit = "zadarma.account"

    scenario_ids = fields.One2many("zadarma.scenario", "account_id", "Scenarios")

    def action_get_pbx(self):
        result = super().action_get_pbx()
        # one request for each menu: the numbers are worth more than these
        with suppress(errors.ZadarmaError):
            self._bring_scenarios(self._client().get_scenarios())
        return result

    def _check_health(self):
        # it is for choosing alone; a PBX without menus may refuse to list any
        with suppress(errors.Refused, errors.BadAnswer):
            self._bring_scenarios(self._client(background=True).get_scenarios())
        return super()._check_health()

    def _bring_scenarios(self, listed):
        """Take what Zadarma tells of menus and scenarios.

        :param listed: of :meth:`~zadarma_api.client.ZadarmaClient.get_scenarios`
        """
        # sudo: zadarma.scenario - Zadarma's list, which nobody writes by hand
        account_sudo = self.sudo().with_context(active_test=False)
        Scenario_sudo = account_sudo.env["zadarma.scenario"]
        known = account_sudo.scenario_ids.grouped("redirect_to")
        # what no answer can name is of no use
        named = {one["code"]: one for one in listed if answer.is_scenario(one["code"])}
        for code, one in named.items():
            values = {
                **{name: one[name] for name in ("menu", "name")},
                **{"rings": ", ".join(one["rings"]), "active": True},
            }
            scenario = known.pop(code, Scenario_sudo)
            if not scenario:
                scenario.create({"account_id": self.id, "redirect_to": code, **values})
            elif changed := differing(values, scenario):
                scenario.write(changed)
        gone = Scenario_sudo.concat(*known.values())
        gone.filtered("active").active = False

    @api.depends("scenario_ids.active", "routing_rule_ids.scenario")
    def _compute_problems(self):
        return super()._compute_problems()

    def _find_problems(self):
        problems = super()._find_problems()
        # an account whose scenarios are not known yet may have any
        known = self.with_context(active_test=False).scenario_ids
        if not self.connected_at or not known:
            return problems
        for rule in self.routing_rule_ids:
            if rule.scenario and not rule.scenario_id:
                problems.append(
                    self.env._(
                        "A routing rule sends callers to the scenario %s, which the "
                        "PBX does not have any more. Choose another one, or remove "
                        "the rule.",
                        rule.scenario,
                    )
                )
        return problems
