# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ZadarmaDid(models.Model):
    """Nobody waits at a number of ours, also if it was not known at first."""

    _inherit = "zadarma.did"

    @api.model_create_multi
    def create(self, vals_list):
        dids = super().create(vals_list)
        dids._follow_up_calls()
        return dids

    def write(self, vals):
        result = super().write(vals)
        if "is_ours" in vals:
            self._follow_up_calls()
        return result

    def _follow_up_calls(self):
        for company, dids in self.grouped("company_id").items():
            # sudo: zadarma.call - what follows from them, whoever knows the numbers
            self.env["zadarma.call"].sudo().search(
                [
                    ("company_id", "=", company.id),
                    ("external_number", "in", dids.mapped("number")),
                    ("state", "=", "ended"),
                ]
            )._follow_up_again()
