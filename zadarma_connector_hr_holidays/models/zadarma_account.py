# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class ZadarmaAccount(models.Model):
    """Whether calls of people on leave are forwarded."""

    _inherit = "zadarma.account"

    forward_absent = fields.Boolean(
        "Forward during time off",
        help="While somebody is on leave that was approved, calls to their internal "
        "number go to where is chosen for it below. Forwarding to a telephone outside "
        "costs what a call costs.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "forward_absent" in vals:
            self.env["zadarma.extension"]._look_at_absences()
        return result

    @api.depends(
        *("forward_absent", "extension_ids.absence_target", "extension_ids.deputy_id"),
        "extension_ids.employee_id",
    )
    def _compute_problems(self):
        return super()._compute_problems()

    def _find_problems(self):
        problems = super()._find_problems()
        if not self.forward_absent:
            return problems
        for extension in self.extension_ids.filtered("absence_target"):
            try:
                extension._check_target(extension._absence_goes_to())
            except UserError as error:
                problems.append(str(error))
        return problems
