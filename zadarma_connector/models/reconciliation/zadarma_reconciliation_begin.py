# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.constants import GC_UNLINK_LIMIT

from ...zadarma_api import facts, limits
from ...zadarma_api.belief import Reason
from .zadarma_event import ASK_AFTER
from .zadarma_reconciliation import UNFINISHED

#: Once a day statistics are asked again for so long before the log was last known
#: complete, also for the longest talks.
_OVERLAP = timedelta(days=1)
#: A call comes into the statistics when it is over, with the time when it began.
_LONGEST_CALL = timedelta(hours=4)
#: Time between reconciliations; without notifications they are how calls come in.
_EVERY = timedelta(days=1)
_EVERY_POLLING = timedelta(minutes=10)
#: The job comes every ten minutes, now and then a bit late: what is due within half of
#: that is due.
_NEARLY = timedelta(minutes=5)
#: What is doubted is asked about after twice the time each time, no longer than a day.
_ASK_UNTIL = timedelta(days=1)
#: So long runs that began by themselves and went well are listed: where nothing is
#: notified there are 144 a day.
_LISTED = timedelta(days=30)


class ZadarmaReconciliation(models.Model):
    """When the log is compared by itself."""

    _inherit = "zadarma.reconciliation"

    @api.model
    def _begin_due(self, account):
        """Compare once a day what is not known complete; every ten minutes where
        nothing is notified; and soon what somebody may have invented."""
        self.env["zadarma.did"]._propose(account)
        # sudo: zadarma.account - only whether there is a secret
        if not account.sudo().api_secret_stored:
            return
        known = account.reconciled_until
        if known and self._is_due(account, ["daily"], _EVERY):
            self._begin(account, "daily", known - _OVERLAP)
        elif (
            known
            and account.polling
            and self._is_due(account, ["daily", "poll"], _EVERY_POLLING)
        ):
            self._begin(account, "poll", known - _LONGEST_CALL)
        now = fields.Datetime.now()
        doubted = [at for at, due in self._doubted(account) if due <= now]
        if doubted:
            self._begin(account, "doubt", min(doubted) - _LONGEST_CALL)

    @api.model
    def _begin(self, account, kind, since):
        self.create(
            {
                "account_id": account.id,
                "kind": kind,
                "date_from": since,
                "date_to": fields.Datetime.now(),
            }
        )

    @api.model
    def _is_due(self, account, kinds, every):
        last = self._last(account, kinds)
        if last.state in UNFINISHED:
            return False
        passed = last and fields.Datetime.now() - last.create_date
        return not last or passed >= every - _NEARLY

    @api.model
    def _last(self, account, kinds):
        return self.search(
            [("account_id", "=", account.id), ("kind", "in", kinds)], limit=1
        )

    @api.model
    def _doubted(self, account):
        """What statistics may still clear up: they do not know its call yet.

        :return: list of pairs: when it came, and when to ask (again)
        """
        last = self._last(account, ["doubt"])
        if last.state in UNFINISHED:
            return []
        entries = self.env["zadarma.event"].search(
            [
                ("account_id", "=", account.id),
                ("received_at", ">", fields.Datetime.now() - _ASK_UNTIL),
                ("pbx_call_id", "!=", False),
                ("doubt", "!=", False),
                "|",
                ("state", "=", "doubted"),
                ("doubt", "=", Reason.SAME_TEXT_OTHER_ID),
            ]
        )
        listed = self.env["zadarma.event"]._read_group(
            [
                ("account_id", "=", account.id),
                ("pbx_call_id", "in", list(set(entries.mapped("pbx_call_id")))),
                ("event", "=", facts.STATISTICS),
            ],
            ["pbx_call_id"],
        )
        listed = {pbx_call_id for [pbx_call_id] in listed}
        return [
            (
                at,
                at + max(ASK_AFTER, 2 * (last.create_date - at) if last else ASK_AFTER),
            )
            for at in (
                entry.received_at
                for entry in entries
                if entry.pbx_call_id not in listed
            )
        ]

    @api.model
    def _come_again(self):
        """Have the job come when something is due before it comes anyway."""
        soon = fields.Datetime.now() + timedelta(seconds=limits.PERIOD)
        unfinished = self.search(
            [("state", "in", UNFINISHED), ("account_id.active", "=", True)]
        )
        due = [max(run.next_at or soon, soon) for run in unfinished]
        for account in self.env["zadarma.account"].search([("active", "=", True)]):
            due += [max(when, soon) for _at, when in self._doubted(account)]
        if due:
            self.env.ref("zadarma_connector.cron_reconcile")._trigger(at=min(due))

    @api.autovacuum
    def _gc_listed(self):
        """Forget old runs that nobody asked for and that left no trouble.

        :return: for Odoo's job: how many went, and whether there are more
        """
        past = self.search(
            [
                ("kind", "!=", "manual"),
                ("state", "=", "done"),
                ("error", "=", False),
                ("create_date", "<", fields.Datetime.now() - _LISTED),
            ],
            limit=GC_UNLINK_LIMIT,
        )
        past.unlink()
        return len(past), len(past) == GC_UNLINK_LIMIT
