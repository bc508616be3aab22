# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

#: Channel on which pages are told that somebody's presence changed, one for each
#: company, and the type of its messages.
PRESENCE_CHANNEL = "zadarma_connector.presence"


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    @api.model
    def _zadarma_channels(self):
        return {
            **super()._zadarma_channels(),
            PRESENCE_CHANNEL: "zadarma_connector.group_zadarma_user",
        }
