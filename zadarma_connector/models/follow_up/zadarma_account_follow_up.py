# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

import pytz

from odoo import fields, models


class ZadarmaAccount(models.Model):
    """What shall follow from calls, and who does it."""

    _inherit = "zadarma.account"

    follow_up_days = fields.Integer(
        "Follow up for (days)",
        default=3,
        help="Calls that were older when Odoo learned of them are history: they open "
        "no task and are not written into the history of contacts. 0 follows up none.",
    )
    waiting_minutes = fields.Integer(
        "Call back within (min)",
        default=60,
        help="In the working hours of the company.",
    )
    waiting_user_id = fields.Many2one(
        "res.users",
        "Otherwise called back by",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who calls back customers without a manager. If nobody is chosen, those "
        "whose telephones rang share them.",
    )

    _follow_up_days_positive = models.Constraint(
        "CHECK(follow_up_days >= 0)",
        "Follow up for 0 days or more; 0 follows up no calls.",
    )
    _waiting_minutes_positive = models.Constraint(
        "CHECK(waiting_minutes > 0)", "Give at least one minute to call back."
    )

    def _is_recent(self, moment, known_at):
        """Whether a call is young enough for something to follow from it.

        It depends on when Odoo learned of the call and not on today, so that what
        followed once is not undone later.

        :param moment: when it began, UTC; ``False`` if that is not known
        :param known_at: when Odoo learned of it, UTC
        """
        self.ensure_one()
        age = known_at - (moment or known_at)
        return age < timedelta(days=self.follow_up_days)

    def _waiting_due(self, since):
        """When whoever waits since a moment has to be called, UTC.

        Without working hours, which some calendars do not have, every hour counts.

        :param since: UTC
        """
        self.ensure_one()
        patience = timedelta(minutes=self.waiting_minutes)
        calendar = self.company_id.resource_calendar_id
        due = calendar and calendar.plan_hours(
            patience.total_seconds() / 3600,
            pytz.utc.localize(since),
            compute_leaves=True,
        )
        return (
            due.astimezone(pytz.utc).replace(tzinfo=None) if due else since + patience
        )
