# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.zadarma_connector.zadarma_api import sms


class ZadarmaMessage(models.Model):
    """Answering, in the window of ``zadarma.message.answer``."""

    _inherit = "zadarma.message"

    can_be_answered = fields.Boolean(compute="_compute_can_be_answered")

    @api.depends("number")
    def _compute_can_be_answered(self):
        for message in self:
            message.can_be_answered = sms.is_number(message.number or "")

    def action_answer(self):
        """Open a window for an answer to this SMS."""
        self.ensure_one()
        self.check_access("read")
        self._check_can_be_answered()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answer by SMS"),
            "res_model": "zadarma.message.answer",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_message_id": self.id},
        }

    def _check_can_be_answered(self):
        if not self.can_be_answered:
            raise UserError(
                self.env._(
                    "“%s” is a name, not a number: there is nobody to answer to.",
                    self.number,
                )
            )
        # sudo: zadarma.account - whether it sends
        if not self.account_id.sudo().send_sms:
            raise UserError(
                self.env._(
                    "SMS of %s do not go through Zadarma. An administrator switches "
                    "that on in the set-up of the account.",
                    self.company_id.name,
                )
            )
