# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ZadarmaEvent(models.Model):
    """The answer to NOTIFY_START tells whom to ring."""

    _inherit = "zadarma.event"

    @api.model
    def _answer_start(self, account, pbx_call_id, received):
        return self.env["zadarma.routing"]._answer(account, pbx_call_id, received)

    @api.model
    def _answer_again(self, account, pbx_call_id):
        return self.env["zadarma.routing"]._answer_again(account, pbx_call_id)
