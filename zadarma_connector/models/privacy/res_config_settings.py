# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    zadarma_hold = fields.Boolean(related="company_id.zadarma_hold", readonly=False)
