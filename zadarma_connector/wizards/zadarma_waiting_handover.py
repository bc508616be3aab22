# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..tools.telling import told


class ZadarmaWaitingHandover(models.TransientModel):
    """Who calls back instead."""

    _name = "zadarma.waiting.handover"
    _description = "Hand a Waiting Caller Over"

    caller_ids = fields.Many2many(
        "zadarma.waiting.caller", string="Callers", required=True
    )
    able_ids = fields.Many2many("res.users", compute="_compute_able_ids")
    user_id = fields.Many2one(
        "res.users", "Assigned to", required=True, domain="[('id', 'in', able_ids)]"
    )

    @api.depends("caller_ids")
    def _compute_able_ids(self):
        for wizard in self:
            # sudo: hr.employee, res.users - who of them has left
            wizard.able_ids = wizard.caller_ids.sudo()._could_hold()

    def action_confirm(self):
        """Give the tasks away, and say of how many callers.

        :raise UserError: they cannot call back
        """
        self.ensure_one()
        handed = self.caller_ids._hand_to(self.user_id)
        if not handed:
            return told(
                self.env._(
                    "Nothing changed: %s has the task already, or nobody is waiting "
                    "any more.",
                    self.user_id.name,
                ),
                "warning",
            )
        if len(handed) == 1:
            return told(
                self.env._(
                    "%(holder)s calls %(caller)s back.",
                    holder=self.user_id.name,
                    caller=handed.display_name,
                )
            )
        return told(
            self.env._(
                "Callers that %(holder)s calls back now: %(count)s",
                holder=self.user_id.name,
                count=len(handed),
            )
        )
