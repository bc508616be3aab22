# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...tools.phone_text import PhoneIndex


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
    _inherit = ["hr.employee", "zadarma.employee.mixin", "zadarma.identifiable"]

    _zadarma_number_fields = ("work_phone", "mobile_phone")
    _zadarma_work_phone_index = PhoneIndex("work_phone")
    _zadarma_mobile_phone_index = PhoneIndex("mobile_phone")

    def _zadarma_contact(self):
        return self.work_contact_id

    def _zadarma_country(self):
        # an employee's own country is the nationality
        return self.company_id.country_id

    def write(self, vals):
        result = super().write(vals)
        if vals.get("user_id"):
            # sudo: zadarma.extension - HR's officers need no rights on the PBX
            extensions_sudo = self.env["zadarma.extension"].sudo()
            extensions_sudo.search([("employee_id", "in", self.ids)])._claim_calls()
        return result


class HrEmployeePublic(models.Model):
    _name = "hr.employee.public"
    _inherit = ["hr.employee.public", "zadarma.employee.mixin"]
