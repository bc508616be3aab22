# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ZadarmaCallLeg(models.Model):
    """Whose extension rings is told of the call."""

    _inherit = "zadarma.call.leg"

    @api.model_create_multi
    def create(self, vals_list):
        legs = super().create(vals_list)
        # whoever is rung is concerned now
        legs.filtered("user_id").call_id._tell()
        return legs
