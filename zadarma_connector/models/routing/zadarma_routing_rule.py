# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...zadarma_api import answer
from ..account.zadarma_did import E164


class ZadarmaRoutingRule(models.Model):
    """A rule that comes before the customer's manager; the first that fits decides."""

    _name = "zadarma.routing.rule"
    _description = "Routing Rule"
    _order = "account_id, sequence, id"
    _rec_name = "kind"

    account_id = fields.Many2one(
        "zadarma.account", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("called", "Dialled number"),
            ("tag", "Contact's tag"),
            ("last_talked", "Who talked last"),
        ],
        string="Rule",
        required=True,
        default="called",
    )
    called_number = fields.Char("Number", help="One of your numbers.")
    # in E.164: a caller waits while it is compared
    called_e164 = fields.Char(
        "Number in E.164", compute="_compute_called_e164", store=True
    )
    category_id = fields.Many2one(
        "res.partner.category",
        "Tag",
        ondelete="cascade",
        help="Of the contact who calls, or of its company.",
    )
    extension_id = fields.Many2one(
        "zadarma.extension",
        "Rings",
        ondelete="cascade",
        domain="[('account_id', '=', account_id)]",
        check_company=True,
    )
    scenario_id = fields.Many2one(
        "zadarma.scenario",
        compute="_compute_scenario_id",
        readonly=False,
        domain="[('account_id', '=', account_id)]",
        help="A menu or a scenario of the PBX instead.",
    )
    scenario = fields.Char(
        "Scenario's number",
        help="A scenario of the PBX instead: 1 is the first of the main menu, 2-1 the "
        "first of menu 2, 0-main the whole main menu.",
    )
    days = fields.Integer(
        "Within (days)",
        default=30,
        help="How many days ago the last talk may have been.",
    )

    @api.depends("scenario", "account_id.scenario_ids.active")
    def _compute_scenario_id(self):
        for rule in self:
            rule.scenario_id = rule._known_scenario()

    def _known_scenario(self):
        """The scenario that is typed, if Zadarma lists it."""
        code = self.scenario and answer.whole_code(self.scenario)
        return self.account_id.scenario_ids.filtered(
            lambda one: one.active and one.redirect_to == code
        )[:1]

    @api.onchange("scenario_id")
    def _onchange_scenario_id(self):
        if self.scenario_id != self._known_scenario():
            self.scenario = self.scenario_id.redirect_to

    @api.depends("called_number", "account_id.country_id")
    def _compute_called_e164(self):
        for rule in self:
            rule.called_e164 = rule.account_id._e164(rule.called_number)

    @api.constrains(
        *("kind", "called_number", "category_id", "extension_id", "scenario", "days")
    )
    def _check_complete(self):
        for rule in self:
            if rule.kind == "last_talked":
                if not 0 < rule.days <= 3650:
                    raise ValidationError(
                        self.env._("Within how many days? Enter from 1 to 3650.")
                    )
                continue
            rule._check_condition()
            if rule.scenario and not answer.is_scenario(rule.scenario):
                raise ValidationError(
                    self.env._(
                        "“%(scenario)s” is not a scenario of Zadarma's. Write 1 for "
                        "the first one of the main menu, 2-1 for the first one of "
                        "menu 2, 0-main for the whole main menu.",
                        scenario=rule.scenario,
                    )
                )

    def _check_condition(self):
        """When the rule fits, and that one thing follows from it."""
        if self.kind == "tag":
            if not self.category_id:
                raise ValidationError(
                    self.env._("Which tag of contacts is this rule for?")
                )
            if bool(self.extension_id) == bool(self.scenario):
                raise ValidationError(
                    self.env._(
                        "Enter what happens to callers with the tag %(tag)s: an "
                        "extension or a scenario, not both.",
                        tag=self.category_id.name,
                    )
                )
            return
        if not self.called_number:
            raise ValidationError(self.env._("Which of your numbers is this rule for?"))
        if bool(self.extension_id) == bool(self.scenario):
            raise ValidationError(
                self.env._(
                    "Enter what happens when %(number)s is called: an extension "
                    "or a scenario, not both.",
                    number=self.called_number,
                )
            )

    @api.constrains("kind", "called_number", "account_id")
    def _check_called_number(self):
        """A rule for a number that nobody can dial would never decide anything."""
        for rule in self.filtered(
            lambda one: one.kind == "called" and one.called_number
        ):
            own = rule.account_id._switchboard().own_numbers
            if not E164.fullmatch(rule.called_e164 or ""):
                raise ValidationError(
                    self.env._(
                        "“%(number)s” is not a telephone number that somebody could "
                        "dial. Write it with its country, for example +44 20 3769 "
                        "1880.",
                        number=rule.called_number,
                    )
                )
            # an account that knows none of its numbers yet may have any
            if own and rule.called_e164 not in own:
                raise ValidationError(
                    self.env._(
                        "“%(number)s” is not one of your numbers, so no caller can "
                        "have dialled it. Your numbers: %(numbers)s. Add or accept it "
                        "first.",
                        number=rule.called_number,
                        numbers=", ".join(sorted(own)),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._clean(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._clean(vals))

    def _clean(self, vals):
        """Values without the blanks that copying from a web page brings along; a
        scenario is kept as it is named in an answer."""
        cleaned = {
            name: (value or "").strip() or False
            if name in ("called_number", "scenario")
            else value
            for name, value in vals.items()
        }
        if scenario_id := cleaned.pop("scenario_id", None):
            cleaned["scenario"] = self.scenario_id.browse(scenario_id).redirect_to
        return cleaned
