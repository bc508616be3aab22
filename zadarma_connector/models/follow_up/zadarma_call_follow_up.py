# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.transaction import unlogged
from ...tools.trouble import describe, where

_logger = logging.getLogger(__name__)

#: What follows from a call depends on these.
_TELLING = {
    "result",
    "direction",
    "external_number",
    "called_number",
    "date_start",
    "duration",
    "ghost_answer",
    "in_doubt",
    "partner_id",
    "outcome_id",
}
#: Calls followed up in one transaction, during which notifications of them wait.
_BATCH = 50
_TRIGGERED = "zadarma_connector.follow_up"


class ZadarmaCall(models.Model):
    """What follows from a call once it has ended: tasks, entries in histories.

    The PBX waits for the answer to its notification, so there a call is only marked,
    in the statement that stores it. A scheduled job, of which there is never more than
    one, does the rest a moment later: parallel calls cannot open two tasks.
    """

    _inherit = "zadarma.call"

    to_follow_up = fields.Boolean(readonly=True, copy=False)

    _to_follow_up_index = models.Index("(id) WHERE to_follow_up AND state = 'ended'")

    @api.model_create_multi
    def create(self, vals_list):
        ended = [vals for vals in vals_list if vals.get("state") == "ended"]
        for vals in ended:
            vals["to_follow_up"] = True
        if ended:
            self._follow_up_soon()
        return super().create(vals_list)

    def write(self, vals):
        if "external_number" in vals:
            # sudo: zadarma.left.number - whoever changes a call
            self.env["zadarma.left.number"].sudo()._queue(self)
        over = vals.get("state", "ended") == "ended"
        if over and not _TELLING.isdisjoint(vals):
            vals = {**vals, "to_follow_up": True}
            self._follow_up_soon()
        return super().write(vals)

    def unlink(self):
        # sudo: zadarma.left.number - whoever deletes a call
        self.env["zadarma.left.number"].sudo()._queue(self)
        self._delete_history()
        return super().unlink()

    def _follow_up_again(self):
        """Have the job do what follows from these calls once more."""
        if self:
            self.to_follow_up = True
            self._follow_up_soon()

    @api.model
    def _follow_up_soon(self):
        """Start the job when the current transaction is committed, once."""
        precommit = self.env.cr.precommit
        if _TRIGGERED not in precommit.data:
            precommit.data[_TRIGGERED] = True
            precommit.add(self._trigger_follow_up)

    @api.model
    def _trigger_follow_up(self):
        """Start the job, unless it is about to start.

        To wake it, Odoo opens another connection, which takes longer than all that is
        done with a notification. A job that starts removes its triggers and waits for
        the lock taken here, so it finds the call; one that runs has them locked, so it
        is started again.

        :raise psycopg2.OperationalError: the job started just now; try again
        """
        job_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "zadarma_connector.cron_follow_up"
        )
        self.env.cr.execute(
            SQL(
                """
                SELECT FROM ir_cron_trigger WHERE cron_id = %s AND call_at <= %s
                LIMIT 1 FOR KEY SHARE SKIP LOCKED
                """,
                job_id,
                fields.Datetime.now(),
            ),
            log_exceptions=False,
        )
        if not self.env.cr.rowcount:
            # sudo: ir.cron - whoever changes a call starts what follows from it
            job_sudo = self.env["ir.cron"].sudo().browse(job_id)
            # all that is needed of it; by itself Odoo would read everything
            job_sudo.fetch(["active"])
            job_sudo._trigger()

    # -- what follows, in this order ---------------------------------------------

    def _follow_up(self):
        """Do what follows from these calls, which have ended.

        It may be repeated at any time, and leaves alone what is as it should be.
        """
        self._follow_up_documents()
        self._follow_up_numbers(self._numbers())
        # last, since it is also written into the documents
        self._write_history()
        self.write({"to_follow_up": False})

    def _follow_up_documents(self):
        """Make the documents that these calls begin; for other addons to extend."""

    @api.model
    def _follow_up_numbers(self, numbers):
        """Do what follows from all calls with some numbers; for others to extend.

        :param numbers: dict from a ``res.company`` to a set in E.164
        """

    def _numbers(self):
        """The numbers of whoever was outside.

        :return: as :meth:`_follow_up_numbers` takes them
        """
        numbers = {}
        for call in self.filtered("external_number"):
            numbers.setdefault(call.company_id, set()).add(call.external_number)
        return numbers

    def _is_recent(self):
        """Whether Odoo knew of the call when it still mattered.

        What is imported from the past opens no tasks and fills no histories. Whoever
        logs a call by hand wants it to count.
        """
        self.ensure_one()
        return self.by_hand or self.account_id._is_recent(
            self.date_start, self.create_date
        )

    def _is_news(self):
        """Whether something may follow from it: it took place, and not long ago.

        What statistics do not know may never have taken place.
        """
        return not self.in_doubt and self._is_recent()

    def _is_talk(self):
        """Whether people spoke; a ghost answer is a menu's or a mailbox's."""
        return self.result == "answered" and not self.ghost_answer

    # -- the job -----------------------------------------------------------------

    @api.model
    def _cron_follow_up(self):
        """Follow up all calls that changed, and the numbers that calls have left."""
        progress = self.env["ir.cron"]._commit_progress
        limit = _BATCH
        try:
            while calls := self._lock_to_follow_up(limit):
                # after a failure one by one, to find the call that fails
                limit = _BATCH if calls._try_to_follow_up() else 1
                if not progress(len(calls)):
                    self._follow_up_soon()
                    return
            self.env["zadarma.left.number"]._work_off()
        except psycopg2.OperationalError:
            # a notification changed one of them just now
            self.env.cr.rollback()
            self._follow_up_soon()

    @api.model
    def _lock_to_follow_up(self, limit):
        self.env.cr.execute(
            SQL(
                """
                SELECT id FROM zadarma_call WHERE to_follow_up AND state = 'ended'
                ORDER BY id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
                """,
                limit,
            ),
            log_exceptions=False,
        )
        return self.browse(call_id for (call_id,) in self.env.cr.fetchall())

    def _try_to_follow_up(self):
        """Follow up, and pass over a call with which that fails.

        :return: whether it did not fail
        """
        try:
            with unlogged(self.env.cr), self.env.cr.savepoint():
                self._follow_up()
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            if len(self) == 1:
                _logger.error(
                    "call %s could not be followed up: %s\n%s",
                    *(self.id, describe(error), where(error)),
                )
                self.write({"to_follow_up": False})
            return False
        return True
