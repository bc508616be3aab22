# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ...zadarma_api import answer

#: Nobody waits longer for one person.
_LONGEST_RETURN = 120


class Settings(NamedTuple):
    """How an account routes, as it comes with its ``Switchboard``: from the account's
    own row, so that nothing that befalls routing befalls its notifications.

    :param manager: whether the customer's manager rings
    :param timeout: how long, in seconds
    :param working_hours: whether whoever is not at work does not ring
    """

    manager: bool
    timeout: int
    working_hours: bool


class ZadarmaAccount(models.Model):
    """The account's routing: who rings when a customer calls."""

    _inherit = "zadarma.account"

    route_to_manager = fields.Boolean(
        "Ring the customer's salesperson",
        default=True,
        help="The telephone of the contact's salesperson rings first; if there is "
        "none, that of its company's.",
    )
    route_timeout = fields.Integer(
        "Rings for (s)",
        default=20,
        help="After this time the call comes back to the scenario of the PBX.",
    )
    route_working_hours = fields.Boolean(
        "Respect working hours",
        help="Telephones of people on leave or outside of their working hours do not "
        "ring: the deputy's does, or the PBX goes on with its own scenario.",
    )
    routing_rule_ids = fields.One2many(
        "zadarma.routing.rule", "account_id", "Routing Rules"
    )

    @api.constrains("route_timeout")
    def _check_route_timeout(self):
        for account in self:
            if not answer.SHORTEST_RETURN <= account.route_timeout <= _LONGEST_RETURN:
                raise ValidationError(
                    self.env._(
                        "A salesperson's telephone can ring from %(least)s s to "
                        "%(most)s s before the call comes back.",
                        least=answer.SHORTEST_RETURN,
                        most=_LONGEST_RETURN,
                    )
                )

    def _is_routed(self):
        """Whether anything could be said to the PBX: one statement, since it waits."""
        self.ensure_one()
        self.flush_recordset(["route_to_manager", "company_id"])
        self.env["zadarma.routing.rule"].flush_model(["account_id", "active"])
        self.env["zadarma.blocked"].flush_model(["company_id"])
        [[is_routed]] = self.env.execute_query(
            SQL(
                """
                SELECT account.route_to_manager IS TRUE OR EXISTS (
                    SELECT FROM zadarma_routing_rule
                    WHERE account_id = account.id AND active
                ) OR EXISTS (
                    SELECT FROM zadarma_blocked WHERE company_id = account.company_id
                )
                FROM zadarma_account account WHERE account.id = %s
                """,
                self.id,
            )
        )
        return is_routed

    def _flush_switchboard(self):
        self.flush_recordset(
            ["route_to_manager", "route_timeout", "route_working_hours"]
        )
        return super()._flush_switchboard()

    @api.model
    def _settings_columns(self):
        routing = SQL(
            """
            json_build_object(
                'manager', account.route_to_manager IS TRUE,
                'timeout', account.route_timeout,
                'working_hours', account.route_working_hours IS TRUE
            )
            """
        )
        return {**super()._settings_columns(), "routing": routing}

    def action_rehearse_routing(self):
        """Ask who would ring."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Routing Test"),
            "res_model": "zadarma.routing.rehearsal",
            "view_mode": "form",
            "target": "new",
            "context": {"default_account_id": self.id},
        }
