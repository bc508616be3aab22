# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

#: Channels of the live lists, one for each company, and the type of their messages.
LIVE_CHANNEL = "zadarma_connector.live_list"
WAITING_CHANNEL = "zadarma_connector.live_waiting"
#: Who is told what they ask for.
_NEEDED = {
    LIVE_CHANNEL: "zadarma_connector.group_zadarma_supervisor",
    WAITING_CHANNEL: "zadarma_connector.group_zadarma_user",
}


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Who may see what a live list shows gets it of the own companies."""
        channels = list(channels)
        user = self.env.user
        for name, group in _NEEDED.items():
            if name in channels:
                channels.remove(name)
                if user.has_group(group):
                    channels += [(company, name) for company in user.company_ids]
        return super()._build_bus_channel_list(channels)
