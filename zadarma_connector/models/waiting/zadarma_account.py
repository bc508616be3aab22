# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

import pytz

from odoo import fields, models


class ZadarmaAccount(models.Model):
    """Within what time who waits is called back, and by whom."""

    _inherit = "zadarma.account"

    waiting_minutes = fields.Integer(
        "Call back within (min)",
        default=60,
        help="In the working hours of the company.",
    )
    waiting_user_id = fields.Many2one(
        "res.users",
        "Otherwise called back by",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Calls back customers who have no salesperson. If nobody is chosen, "
        "those whose telephones rang share the task.",
    )

    _waiting_minutes_positive = models.Constraint(
        "CHECK(waiting_minutes BETWEEN 1 AND 43200)",
        "Enter from 1 to 43200 minutes (a month) for calling back.",
    )

    def _waiting_due(self, since):
        """When whoever waits since a moment has to be called, UTC.

        Without working hours, which some calendars do not have, every hour counts.

        :param since: UTC
        """
        self.ensure_one()
        patience = timedelta(minutes=self.waiting_minutes)
        calendar = self.company_id.resource_calendar_id
        # without any, Odoo would look for some through four years
        due = calendar.attendance_ids and calendar.plan_hours(
            patience.total_seconds() / 3600,
            pytz.utc.localize(since),
            compute_leaves=True,
        )
        return (
            due.astimezone(pytz.utc).replace(tzinfo=None) if due else since + patience
        )
