# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

from ..account.zadarma_account_health import RECENT
from .zadarma_reconciliation import UNFINISHED

#: What is offered to import.
_HISTORY = timedelta(days=30)


class ZadarmaAccount(models.Model):
    """Whether the journal is complete, and what to do if it is not."""

    _inherit = "zadarma.account"

    reconciled_until = fields.Datetime(
        "Complete until",
        readonly=True,
        copy=False,
        help="Up to this time calls were compared with Zadarma's statistics.",
    )
    reconciliation_ids = fields.One2many(
        "zadarma.reconciliation", "account_id", "Reconciliations"
    )

    def _mark_connected(self):
        # calls are told from now on; what was before can be imported
        self.reconciled_until = self.reconciled_until or fields.Datetime.now()
        return super()._mark_connected()

    def _find_problems(self):
        problems = super()._find_problems()
        if not self.connected_at:
            return problems
        failed = self.env["zadarma.event"].search_count(
            [
                ("account_id", "in", self._origin.ids),
                ("state", "=", "failed"),
                ("error", "!=", False),
            ]
        )
        if failed:
            problems.append(
                self.env._(
                    "Entries of the journal could not be computed: %s. Open them and "
                    "press Apply Again, or Ignore if they tell of no call.",
                    failed,
                )
            )
        return [
            *problems,
            *self._find_reconciliation_problems(),
            *self._find_belief_problems(),
        ]

    def _find_reconciliation_problems(self):
        runs = self.env["zadarma.reconciliation"].search(
            [
                ("account_id", "in", self._origin.ids),
                "|",
                ("id", "in", self.reconciliation_ids[:1].ids),
                "&",
                ("state", "in", UNFINISHED),
                ("error", "!=", False),
            ]
        )
        troubled = runs.filtered("error")[:1]
        if not troubled:
            return []
        if troubled.state == "failed":
            return [self.env._("The last reconciliation failed: %s", troubled.error)]
        return [
            self.env._(
                "Calls are not compared with Zadarma's statistics as they should be: "
                "%s",
                troubled.error,
            )
        ]

    def _find_delivery_problems(self):
        last = self.last_notification_at
        if last and last >= fields.Datetime.now() - RECENT:
            # the secret is right, so others are refused: as it should be
            return []
        return super()._find_delivery_problems()

    def action_reconcile(self):
        """Ask for a period to compare with Zadarma's statistics."""
        return self._ask_for_period(self.env._("Compare with Zadarma's statistics"))

    def action_import_history(self):
        """Ask for a period whose calls shall be imported."""
        action = self._ask_for_period(self.env._("Import History"))
        action["context"]["import_history"] = True
        return action

    def _ask_for_period(self, title):
        self.ensure_one()
        now = fields.Datetime.now()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "zadarma.reconciliation",
            "views": [
                (
                    self.env.ref(
                        "zadarma_connector.zadarma_reconciliation_view_begin"
                    ).id,
                    "form",
                )
            ],
            "target": "new",
            "context": {
                "default_account_id": self.id,
                "default_date_from": now - _HISTORY,
                "default_date_to": now,
            },
        }
