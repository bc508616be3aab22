# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ZadarmaEvent(models.Model):
    """The answer to NOTIFY_START tells whom to ring."""

    _inherit = "zadarma.event"

    @api.model
    def _answer_start(self, switchboard, call, received):
        return self.env["zadarma.routing"]._answer(switchboard, call, received)

    @api.model
    def _answer_again(self, account_id, pbx_call_id):
        return self.env["zadarma.routing"]._answer_again(account_id, pbx_call_id)
