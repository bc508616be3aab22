# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ZadarmaCallLeg(models.Model):
    """Who has no user is told of no call, but others see that their telephone rings."""

    _inherit = "zadarma.call.leg"

    @api.model_create_multi
    def create(self, vals_list):
        legs = super().create(vals_list)
        without_user = legs.filtered(lambda leg: leg.extension_id and not leg.user_id)
        # sudo: zadarma.account - whether somebody looks
        for account, some in without_user.sudo().call_id.grouped("account_id").items():
            if account._presence_is_told():
                some._tell()
        return legs
