# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

#: Channels of the live lists, one for each company, and the type of their messages.
LIVE_CHANNEL = "zadarma_connector.live_list"
WAITING_CHANNEL = "zadarma_connector.live_waiting"


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    @api.model
    def _zadarma_channels(self):
        """Which group is told what is asked for on a channel of each company."""
        return {
            LIVE_CHANNEL: "zadarma_connector.group_zadarma_supervisor",
            WAITING_CHANNEL: "zadarma_connector.group_zadarma_user",
        }

    def _build_bus_channel_list(self, channels):
        """Who may see what a live list shows gets it of the own companies."""
        channels = list(channels)
        user = self.env.user
        for name, group in self._zadarma_channels().items():
            if name in channels:
                channels.remove(name)
                if user.has_group(group):
                    channels += [(company, name) for company in user.company_ids]
        return super()._build_bus_channel_list(channels)
