# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..tools.sms_api import SmsApiZadarma


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_sms_api_class(self):
        self.ensure_one()
        if self.env["zadarma.account"]._sms_account(self):
            return SmsApiZadarma
        return super()._get_sms_api_class()
