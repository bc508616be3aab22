# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from ...zadarma_api import answer

#: Nobody waits longer for one person.
_LONGEST_RETURN = 120


class ZadarmaAccount(models.Model):
    """The account's routing: who rings when a customer calls."""

    _inherit = "zadarma.account"

    route_to_manager = fields.Boolean(
        "Ring the customer's manager",
        help="The salesperson of the contact, else of its company, rings first.",
    )
    route_timeout = fields.Integer(
        "Rings for (s)",
        default=20,
        help="Then the call comes back to the scenario of the PBX.",
    )
    route_working_hours = fields.Boolean(
        "Heed working hours",
        help="Whoever is on leave or outside of their working hours does not ring: "
        "their deputy does, or the PBX goes on with its own scenario.",
    )
    routing_rule_ids = fields.One2many("zadarma.routing.rule", "account_id")

    @api.constrains("route_timeout")
    def _check_route_timeout(self):
        for account in self:
            if not answer.SHORTEST_RETURN <= account.route_timeout <= _LONGEST_RETURN:
                raise ValidationError(
                    self.env._(
                        "A manager's telephone can ring from %(least)s to %(most)s "
                        "seconds before the call comes back.",
                        least=answer.SHORTEST_RETURN,
                        most=_LONGEST_RETURN,
                    )
                )

    def write(self, vals):
        if not {"route_to_manager", "company_id"}.isdisjoint(vals):
            self.env.registry.clear_cache()
        return super().write(vals)

    @ormcache("self.id")
    def _is_routed(self):
        """Whether anything could be said to the PBX: it waits, so this is cached."""
        blocked = self.env["zadarma.blocked"].search_count(
            [("company_id", "=", self.company_id.id)], limit=1
        )
        return bool(self.route_to_manager or self.routing_rule_ids or blocked)

    def action_rehearse_routing(self):
        """Ask who would ring."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who rings?"),
            "res_model": "zadarma.routing.rehearsal",
            "view_mode": "form",
            "target": "new",
            "context": {"default_account_id": self.id},
        }
