# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    zadarma_setup_left = fields.Char(compute="_compute_zadarma_setup_left")

    def _compute_zadarma_setup_left(self):
        for settings in self:
            settings.zadarma_setup_left = settings._zadarma_unfinished().setup_left

    def _zadarma_unfinished(self):
        """The company's first account of whose set-up something is left; the first
        one if nothing is; none if there is none."""
        accounts = self.zadarma_account_ids
        return (accounts.filtered("setup_left") or accounts)[:1]

    def action_zadarma_setup(self):
        """Open the set-up of the company's account, or of a new one."""
        return self._zadarma_unfinished().action_setup()
