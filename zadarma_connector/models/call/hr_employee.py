# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..account.zadarma_extension import person_of


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
        for employee in self:
            employee.zadarma_call_count = self.env["zadarma.call"].search_count(
                employee._zadarma_calls_domain()
            )

    def action_zadarma_calls(self):
        """The calls of this employee."""
        self.ensure_one()
        return self.env["zadarma.call"]._open(self._zadarma_calls_domain())

    def _zadarma_calls_domain(self):
        """Their calls, those too that they had as a user only."""
        # sudo: hr.employee - who they are, which colleagues may not read
        employee_sudo = self.env["hr.employee"].sudo().browse(self.ids)
        person = person_of(employee_sudo, employee_sudo.user_id)
        return [
            "|",
            ("employee_id", "in", self.ids),
            ("person_id", "in", person.ids),
        ]


class HrEmployee(models.Model):
    _name = "hr.employee"
    _inherit = ["hr.employee", "zadarma.employee.mixin"]


class HrEmployeePublic(models.Model):
    _name = "hr.employee.public"
    _inherit = ["hr.employee.public", "zadarma.employee.mixin"]
