# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    zadarma_sends_sms = fields.Boolean(compute="_compute_zadarma_sends_sms")

    @api.depends("company_id")
    def _compute_zadarma_sends_sms(self):
        for settings in self:
            account = self.env["zadarma.account"]._sms_account(settings.company_id)
            settings.zadarma_sends_sms = bool(account)
