# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ZadarmaAccount(models.Model):
    """Which internal numbers are recorded, as Zadarma tells it."""

    _inherit = "zadarma.account"

    @api.model
    def _extension_values(self, number, info):
        values = super()._extension_values(number, info)
        return {**values, "recording": info["recording"] or False}

    def _set_internal_numbers(self, numbers, news):
        # what Zadarma told is no wish of anybody
        told = self.with_context(zadarma_told_recording=True)
        return super(ZadarmaAccount, told)._set_internal_numbers(numbers, news)
