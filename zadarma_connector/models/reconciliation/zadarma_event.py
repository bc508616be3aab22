# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

from ..journal.zadarma_call_callbacks import CALLBACK_WINDOW

#: Statistics are asked about what is doubted so long after it came.
ASK_AFTER = timedelta(minutes=3)


class ZadarmaEvent(models.Model):
    """What the journal leaves open until statistics tell."""

    _inherit = "zadarma.event"

    @api.model
    def _could_be_heard_of(self, call):
        """Where nothing is notified, when statistics of its time were read."""
        account = call.account_id
        asked_at = call.create_date
        return not account.polling or bool(
            self.env["zadarma.reconciliation"].search_count(
                [
                    ("account_id", "=", account.id),
                    ("state", "=", "done"),
                    ("date_from", "<=", asked_at),
                    ("date_to", ">=", asked_at + CALLBACK_WINDOW),
                ],
                limit=1,
            )
        )

    @api.model
    def _have_it_cleared_up(self):
        """Have statistics asked about what is doubted, unless they soon are."""
        cron = self.env.ref("zadarma_connector.cron_reconcile")
        now = fields.Datetime.now()
        # sudo: ir.cron.trigger - only whether there is one
        soon = (
            self.env["ir.cron.trigger"]
            .sudo()
            .search_count(
                [
                    ("cron_id", "=", cron.id),
                    ("call_at", ">", now),
                    ("call_at", "<=", now + ASK_AFTER),
                ],
                limit=1,
            )
        )
        if not soon:
            cron._trigger(at=now + ASK_AFTER)
