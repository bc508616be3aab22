# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...zadarma_api import hearing, notification


class ZadarmaEvent(models.Model):
    """SPEECH_RECOGNITION makes us ask for a transcript sooner, and proves nothing."""

    _inherit = "zadarma.event"

    @api.model
    def _receive(self, switchboard, params, signature):
        answer = super()._receive(switchboard, params, signature)
        part = params.get("call_id", "")
        if params["event"] == notification.SPEECH_RECOGNITION and hearing.is_part(part):
            account = self.env["zadarma.account"].browse(switchboard.account_id)
            self.env["zadarma.recording"]._hurry_transcript(account, part)
        return answer
