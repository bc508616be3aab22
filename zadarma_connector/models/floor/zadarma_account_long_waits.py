# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

from ...tools import job
from ...zadarma_api.presence import FREE
from ...zadarma_api.waiting import WAITING


class ZadarmaAccount(models.Model):
    """Supervisors hear who waits for long while people are free."""

    _inherit = "zadarma.account"

    long_wait_minutes = fields.Integer(
        "Tell a supervisor after (min)",
        default=15,
        help="When somebody has waited for a call back longer than this and people are "
        "free. 0: never.",
    )

    _long_wait_minutes_possible = models.Constraint(
        "CHECK(long_wait_minutes BETWEEN 0 AND 43200)",
        "Enter from 0 to 43200 minutes (a month) for telling a supervisor.",
    )

    @api.model
    def _cron_long_waits(self):
        """Tell supervisors who waits while people are free, each once."""
        for account in self.search([("long_wait_minutes", ">", 0)]):
            job.guarded(
                account,
                lambda one: one._tell_long_waits(),
                lambda _one, _error, _reason: None,
            )

    def _tell_long_waits(self):
        callers = self._long_waiting()
        # nobody's working hours are worked out while nobody waits
        if not callers:
            return
        free = self.extension_ids.filtered(lambda one: one.presence == FREE)
        if not free:
            return
        for caller in callers:
            caller._tell_long_wait(free)

    def _long_waiting(self):
        latest = fields.Datetime.now() - timedelta(minutes=self.long_wait_minutes)
        return (
            self.env["zadarma.waiting.caller"]
            .search(
                [
                    ("account_id", "=", self.id),
                    ("state", "in", [*WAITING]),
                    ("date_since", "<=", latest),
                ]
            )
            .filtered(lambda one: one.told_since != one.date_since)
        )
