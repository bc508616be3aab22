# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

#: What decides whether somebody is on leave just now.
_DECISIVE = {
    *("state", "employee_id", "holiday_status_id", "date_from", "date_to"),
    *("request_date_from", "request_date_to", "request_hour_from", "request_hour_to"),
    *("request_date_from_period", "request_date_to_period"),
}


class HrLeave(models.Model):
    """Time off during which calls go elsewhere."""

    _inherit = "hr.leave"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._zadarma_look_again()
        return leaves

    def write(self, vals):
        result = super().write(vals)
        if not _DECISIVE.isdisjoint(vals):
            self._zadarma_look_again()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["zadarma.extension"]._look_at_absences()
        return result

    def _zadarma_look_again(self):
        """Have the job look at them now, and when those that are approved begin."""
        now = fields.Datetime.now()
        # sudo: hr.leave - whoever changes one
        later = {
            leave.date_from
            for leave in self.sudo()
            if leave.state == "validate" and leave.date_from and leave.date_from > now
        }
        self.env["zadarma.extension"]._look_at_absences(later)

    @api.model
    def _zadarma_current(self, employees, now):
        """The approved leaves of employees that go on; being elsewhere for work is
        none.

        :param now: UTC
        """
        return self.search(
            [
                ("employee_id", "in", employees.ids),
                ("state", "=", "validate"),
                ("date_from", "<=", now),
                ("date_to", ">", now),
                ("holiday_status_id.time_type", "=", "leave"),
            ],
            order="date_to, id",
        )
