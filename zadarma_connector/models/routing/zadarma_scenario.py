# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ZadarmaScenario(models.Model):
    """What the PBX can run for a caller: a menu, or a scenario of it, as Zadarma lists
    them; what is gone is archived."""

    _name = "zadarma.scenario"
    _description = "PBX Scenario"
    _order = "redirect_to, id"
    _rec_names_search = ["name", "menu", "redirect_to"]

    # first in the index of _redirect_unique
    account_id = fields.Many2one("zadarma.account", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    redirect_to = fields.Char(required=True, help="What it is named by in an answer.")
    menu = fields.Char()
    name = fields.Char()
    rings = fields.Char(
        help="The internal numbers that it rings, one group after another."
    )
    active = fields.Boolean(default=True)

    _redirect_unique = models.Constraint(
        "UNIQUE(account_id, redirect_to)", "This account already has this scenario."
    )

    @api.depends("redirect_to", "menu", "name", "rings")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for scenario in self:
            menu = scenario.menu or scenario.redirect_to
            if not scenario.name:
                scenario.display_name = self.env._("%s (whole menu)", menu)
                continue
            name = f"{menu}: {scenario.name}"
            scenario.display_name = (
                f"{name} ({scenario.rings})" if scenario.rings else name
            )
