# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ZadarmaAccount(models.Model):
    """Zadarma's telephone in the browser (WebRTC)."""

    _inherit = "zadarma.account"

    webrtc_enabled = fields.Boolean(
        "Browser phone",
        help="Users with an internal number call and answer in Odoo's pages.",
    )
