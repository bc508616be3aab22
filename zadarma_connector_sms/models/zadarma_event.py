# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.zadarma_connector.zadarma_api import notification, sms


class ZadarmaEvent(models.Model):
    """The event SMS."""

    _inherit = "zadarma.event"

    @api.model
    def _other_events(self):
        return {**super()._other_events(), notification.SMS: "_take_sms"}

    def _take_sms(self):
        told = sms.read_incoming(self.payload.get("result", ""))
        if told:
            self.env["zadarma.message"]._keep_incoming(self, told)
        return bool(told)

    def _summarise(self):
        told = self.event == notification.SMS and sms.read_incoming(
            (self.payload or {}).get("result", "")
        )
        if not told:
            return super()._summarise()
        return self.env._(
            "%(sender)s writes to %(own)s", sender=told.sender, own=told.own
        )
