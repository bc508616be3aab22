# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    zadarma_account_ids = fields.Many2many(
        "zadarma.account", compute="_compute_zadarma_account_ids"
    )

    def _compute_zadarma_account_ids(self):
        for settings in self:
            settings.zadarma_account_ids = self.env["zadarma.account"].search(
                [("company_id", "=", settings.company_id.id)]
            )

    def action_zadarma_account(self):
        """Open the company's account, or the list if it has several."""
        accounts = self.zadarma_account_ids
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "zadarma_connector.action_zadarma_account"
        )
        if len(accounts) > 1:
            return action
        return {**action, "views": [(False, "form")], "res_id": accounts.id}
