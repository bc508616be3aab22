# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ZadarmaAccount(models.Model):
    _inherit = "zadarma.account"

    lead_rule = fields.Selection(
        [
            ("never", "Never"),
            ("missed", "From calls that nobody took"),
            ("every", "From every incoming call"),
        ],
        "Make leads of unknown callers",
        default="never",
        required=True,
    )
