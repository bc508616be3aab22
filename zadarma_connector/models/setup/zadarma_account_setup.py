# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import format_list

#: Our own steps of the set-up in their order: each has a method ``_step_<name>``.
STEPS = (
    "connection",
    "clock",
    "country",
    "pbx",
    "notifications",
    "people",
    "rights",
    "routing",
    "recordings",
    "webphone",
    "history",
)


class ZadarmaAccount(models.Model):
    """The set-up: how far an account is on its way from "installed" to "all of it".

    How each step stands is found out anew each time. Only what somebody has put away
    is stored, and with it what was missing then: when something else is missing, the
    step comes back.
    """

    _inherit = "zadarma.account"

    setup_put_away = fields.Json(
        copy=False, help="What was missing of each step when it was dismissed."
    )
    setup_steps = fields.Json("Steps", compute="_compute_setup", compute_sudo=True)
    setup_left = fields.Char(
        compute="_compute_setup",
        compute_sudo=True,
        help="The steps that somebody has to look at.",
    )
    setup_offers_history = fields.Boolean(compute="_compute_setup", compute_sudo=True)

    @api.depends(
        "api_key",
        "api_secret_stored",
        "connected_at",
        "connection_error",
        "clock_differs",
        "country_id",
        "pbx_id",
        "polling",
        "webhook_is_registered",
        "notify_start",
        "route_to_manager",
        "webrtc_enabled",
        "webrtc_domains",
        "extension_ids.user_id",
        "reconciliation_ids",
        "setup_put_away",
    )
    @api.depends_context("lang", "uid")
    def _compute_setup(self):
        for account in self:
            steps = account._steps()
            left = account._left(steps)
            account.setup_left = format_list(
                self.env, [steps[name].heading for name in left]
            )
            account.setup_offers_history = "history" in left
            account.setup_steps = [
                account._show_step(name, step, name in left)
                for name, step in steps.items()
            ]

    def _steps(self):
        """How each step stands: from its name to a :class:`~.setup_step.Step`."""
        self.ensure_one()
        return {name: getattr(self, f"_step_{name}")() for name in self._step_names()}

    @api.model
    def _step_names(self):
        """The steps in their order; other addons add theirs, with a method each."""
        return list(STEPS)

    def _left(self, steps):
        """The names of the steps that are neither done nor put away."""
        return [name for name, step in steps.items() if self._is_left(name, step)]

    def _is_left(self, name, step):
        away = (self.setup_put_away or {}).get(name, ())
        return not set(step.missing) <= set(away)

    def _show_step(self, name, step, is_left):
        """A step for the browser."""
        state = "done"
        if step.missing:
            state = "left" if is_left else "away"
        # the other ones ask Zadarma, or look at what it told
        can_be_done = name in ("connection", "country") or bool(self.connected_at)
        return {
            "name": name,
            "title": step.heading,
            "state": state,
            "told": step.sentences if can_be_done or not step.missing else [],
            "buttons": [
                {"name": button, "label": label} for button, label in step.buttons
            ]
            if can_be_done
            else [],
            "choices": list(step.choices),
            "choose": step.choose,
            "link": step.link if can_be_done else "",
            "waivable": can_be_done and state == "left" and not step.needed,
        }

    # -- putting away --------------------------------------------------------------

    def action_setup_waive(self):
        """Put the step away that the context names."""
        self._put_away({self.env.context.get("setup_step")} & set(self._step_names()))

    def action_setup_put_away(self):
        """Put all away that is left, and go to the account."""
        self._put_away(self._step_names())
        return self.action_setup_account()

    def _put_away(self, names):
        self.ensure_one()
        self.check_access("write")
        # sudo: whose right it is to know what is missing does not matter here
        steps = self.sudo()._steps()
        self.setup_put_away = self._still_away(steps) | {
            name: steps[name].missing for name in names if steps[name].missing
        }

    def _still_away(self, steps):
        """What was put away, but steps that have been done since: when something is
        missing of them again, that is news."""
        away = self.setup_put_away or {}
        return {name: away[name] for name in away if steps[name].missing}

    def _find_problems(self):
        problems = super()._find_problems()
        rights = self._step_rights()
        # what else falls behind is a problem by itself, or nobody misses it
        if self.connected_at and rights.buttons and self._is_left("rights", rights):
            problems.append(rights.sentences[0])
        return problems

    def _check_health(self):
        result = super()._check_health()
        # sudo: whose right it is to know what is missing does not matter here
        away = self._still_away(self.sudo()._steps())
        if away != (self.setup_put_away or {}):
            self.setup_put_away = away
        return result

    # -- opening -------------------------------------------------------------------

    @api.model
    def action_setup_any(self):
        """Open the set-up of the account that needs it, or of a new one."""
        accounts = self.search([("company_id", "in", self.env.companies.ids)])
        left = accounts.filtered("setup_left")
        return (left or accounts)[:1].action_setup()

    def action_setup(self):
        """Open the set-up of this account, of a new one for none."""
        # with an id of its own, so that a reloaded page is the set-up again
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "zadarma_connector.action_zadarma_setup_form"
        )
        return {**action, "res_id": self.id}

    def action_setup_account(self):
        """Open the account with all its settings."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "zadarma_connector.action_zadarma_account"
        )
        return {**action, "views": [(False, "form")], "res_id": self.id}
