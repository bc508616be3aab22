# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ZadarmaEmployeeMixin(models.AbstractModel):
    """The calls of an employee, as HR's officers and as colleagues see them."""

    _name = "zadarma.employee.mixin"
    _description = "Calls of an Employee"

    # no groups: what colleagues see of an employee may be asked for by everybody
    zadarma_call_count = fields.Integer("Calls", compute="_compute_zadarma_call_count")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_zadarma_call_count(self):
        if not self.env["zadarma.call"].has_access("read"):
            self.zadarma_call_count = 0
            return
        counts = dict(
            self.env["zadarma.call"]._read_group(
                [("employee_id", "in", self.ids)], ["employee_id"], ["__count"]
            )
        )
        counts = {employee.id: count for employee, count in counts.items()}
        for employee in self:
            employee.zadarma_call_count = counts.get(employee.id, 0)

    def action_zadarma_calls(self):
        """The calls of this employee."""
        self.ensure_one()
        return self.env["zadarma.call"]._open([("employee_id", "=", self.id)])


class HrEmployee(models.Model):
    _name = "hr.employee"
    _inherit = ["hr.employee", "zadarma.employee.mixin"]


class HrEmployeePublic(models.Model):
    _name = "hr.employee.public"
    _inherit = ["hr.employee.public", "zadarma.employee.mixin"]
