# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

#: Channel of the live list, one for each company, and the type of its messages.
LIVE_CHANNEL = "zadarma_connector.live_list"


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """A supervisor who asks for the live list gets that of the own companies."""
        channels = list(channels)
        if LIVE_CHANNEL in channels:
            channels.remove(LIVE_CHANNEL)
            user = self.env.user
            if user.has_group("zadarma_connector.group_zadarma_supervisor"):
                channels += [(company, LIVE_CHANNEL) for company in user.company_ids]
        return super()._build_bus_channel_list(channels)
