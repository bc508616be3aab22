# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from ...tools import job

_logger = logging.getLogger(__name__)

#: Calls that are looked for at a time, and emptied in one transaction: short enough
#: for nobody to wait for it.
_FOUND = 10_000
_BATCH = 200
#: Calls that the log names of those with which it fails.
_NAMED = 20


class ZadarmaCall(models.Model):
    """The job that removes whose calls they were when the account's time is over."""

    _inherit = "zadarma.call"

    @api.model
    def _cron_empty(self):
        """Empty the calls and delete the entries that are older than accounts allow."""
        progress = self.env["ir.cron"]._commit_progress
        accounts = self.env["zadarma.account"].with_context(active_test=False)
        for account in accounts.search(
            [("call_months", ">", 0), ("company_id.zadarma_hold", "=", False)]
        ):
            before = account._removed_before(account.call_months)
            if not (
                self._empty_old(account, account._calls_to_empty(before), progress)
                and self._delete_old_entries(account, before, progress)
            ):
                return
        self.env.ref("zadarma_connector.cron_delete_remotely")._trigger()

    @api.model
    def _empty_old(self, account, due, progress):
        """Empty an account's old calls.

        :param due: their domain
        :param progress: takes how many are done; tells the seconds that are left
        :return: whether there is time left
        """
        last, is_time_left = 0, True
        failed, told = [], set()
        while is_time_left and (
            calls := self.search(
                due & Domain("id", ">", last), order="id", limit=_FOUND
            )
        ):
            last = calls.ids[-1]
            progress(remaining=len(calls))
            for some in split_every(_BATCH, calls.ids, self.browse):
                failed += self._empty_some(account, some, due, told)
                is_time_left = progress(len(some))
                if not is_time_left:
                    break
        if failed:
            _logger.error(
                "%s calls of account %s could not be emptied: %s",
                *(len(failed), account.id, failed[:_NAMED]),
            )
        return is_time_left

    @api.model
    def _empty_some(self, account, calls, due, told):
        """Empty calls in one transaction; after a failure one by one, to pass over the
        one with which it fails.

        :param told: what this run has logged, a set: what is wrong with all calls is
            not logged a hundred thousand times
        :return: the ids of those with which it fails
        """
        error = job.guarded(
            calls,
            lambda some: some._empty_due(account, due),
            lambda *_told: None,
            told,
        )
        if not error or len(calls) == 1:
            return calls.ids if error else []
        return [
            call_id
            for call in calls
            for call_id in self._empty_some(account, call, due, told)
        ]

    def _empty_due(self, account, due):
        """Empty those that are still due and that nobody else has, and report it."""
        if account.company_id.zadarma_hold:
            # switched on since the job began
            return
        self.env.cr.execute(
            SQL(
                "SELECT id FROM zadarma_call WHERE id = ANY(%s)"
                " FOR NO KEY UPDATE SKIP LOCKED",
                self.ids,
            ),
            log_exceptions=False,
        )
        present = self.browse(call_id for [call_id] in self.env.cr.fetchall())
        present = present.filtered_domain(due)
        if present:
            removed = present._empty("retention", account.delete_remotely)
            report = self.env["zadarma.privacy.report"]._of_today(account)
            report._add(removed)

    @api.model
    def _delete_old_entries(self, account, before, progress):
        """Delete an account's old entries that tell of no call.

        :return: whether there is time left
        """
        while not account.company_id.zadarma_hold and (
            deleted := self.env["zadarma.event"]._delete_old(account, before)
        ):
            self.env["zadarma.privacy.report"]._of_today(account)._add(
                {"entry_count": deleted}
            )
            if not progress(0, remaining=1):
                return False
        progress(0, remaining=0)
        return True
