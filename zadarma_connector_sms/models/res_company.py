# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..tools.sms_api import SmsApiZadarma


class ResCompany(models.Model):
    _inherit = "res.company"

    zadarma_account_ids = fields.One2many("zadarma.account", "company_id")
    # stored: whoever sends an SMS has read the company, and asks nothing more
    zadarma_sms_account_id = fields.Many2one(
        "zadarma.account",
        "Account that sends its SMS",
        compute="_compute_zadarma_sms_account_id",
        compute_sudo=True,
        store=True,
        ondelete="set null",
    )

    @api.depends("zadarma_account_ids.send_sms", "zadarma_account_ids.active")
    def _compute_zadarma_sms_account_id(self):
        for company in self:
            accounts = company.zadarma_account_ids
            sending = accounts.filtered(lambda one: one.send_sms and one.active)
            company.zadarma_sms_account_id = sending[:1]

    def _get_sms_api_class(self):
        self.ensure_one()
        if self.env["zadarma.account"]._sms_account(self):
            return SmsApiZadarma
        return super()._get_sms_api_class()
