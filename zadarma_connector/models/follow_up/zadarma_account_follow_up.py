# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models


class ZadarmaAccount(models.Model):
    """From which calls something shall follow."""

    _inherit = "zadarma.account"

    follow_up_days = fields.Integer(
        "Follow-up period (days)",
        default=3,
        help="Calls that were older when Odoo learned of them open no task and are "
        "not written into the history of contacts. With 0, no calls are followed "
        "up.",
    )

    _follow_up_days_positive = models.Constraint(
        "CHECK(follow_up_days BETWEEN 0 AND 3650)",
        "Enter a follow-up period from 0 to 3650 days; with 0, no calls are "
        "followed up.",
    )

    def _is_recent(self, moment, known_at):
        """Whether a call is young enough for something to follow from it.

        It depends on when Odoo learned of the call and not on today, so that what
        followed once is not undone later.

        :param moment: when it began, UTC; ``False`` if that is not known
        :param known_at: when Odoo learned of it, UTC
        """
        self.ensure_one()
        # the PBX's clock may be ahead of ours: nothing is younger than new
        age = max(known_at - (moment or known_at), timedelta())
        return age < timedelta(days=self.follow_up_days)
