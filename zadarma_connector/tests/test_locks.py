# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

#: No account has it.
_ACCOUNT = -1


class Connections(TransactionCase):
    """Two connections besides the test's own, each with a journal."""

    def setUp(self):
        super().setUp()
        stack = ExitStack()
        self.addCleanup(stack.close)
        self.first, self.second = (
            api.Environment(
                stack.enter_context(db_connect(self.env.cr.dbname).cursor()),
                SUPERUSER_ID,
                {},
            )["zadarma.event"]
            for _one in range(2)
        )


@tagged("post_install", "-at_install")
class TestLocks(Connections):
    """Locks of calls, between connections of their own."""

    def test_a_call_that_somebody_else_computes_is_left_to_a_later_run(self):
        self.assertTrue(self.first._lock_calls(_ACCOUNT, ["in_a"]))
        self.assertFalse(self.second._lock_calls(_ACCOUNT, ["in_a", "in_b"]))
        # the transaction goes on, and gives back what it had when it ends
        self.second.env.cr.rollback()
        self.assertTrue(self.first._lock_calls(_ACCOUNT, ["in_b"]))

    def test_a_lock_is_had_as_soon_as_it_is_free(self):
        self.first._lock_calls(_ACCOUNT, ["in_a"])
        with ThreadPoolExecutor() as pool:
            waiting = pool.submit(self.second._lock_calls, _ACCOUNT, ["in_a"])
            self.first.env.cr.rollback()
            self.assertTrue(waiting.result())

    def test_of_two_that_wait_for_each_other_one_gives_up(self):
        self.first._lock_calls(_ACCOUNT, ["in_a"])
        self.second._lock_calls(_ACCOUNT, ["in_b"])
        with ThreadPoolExecutor() as pool:
            outcomes = [
                pool.submit(self.first._lock_calls, _ACCOUNT, ["in_b"]),
                pool.submit(self.second._lock_calls, _ACCOUNT, ["in_a"]),
            ]
            self.assertIn(False, [outcome.result() for outcome in outcomes])
        # whoever gave up can go on with something else
        self.first.env.cr.execute("SELECT 1")
        self.second.env.cr.execute("SELECT 1")


@tagged("post_install", "-at_install")
class TestFollowUpTrigger(Connections):
    """When the job that follows up calls is woken."""

    def setUp(self):
        # after the connections are closed, which have locks
        self.addCleanup(self._clear)
        super().setUp()
        self.job = self.env.ref("zadarma_connector.cron_follow_up")
        self._clear()

    def _clear(self):
        """Remove the job's triggers, for all connections."""
        with db_connect(self.env.cr.dbname).cursor() as cr:
            cr.execute(
                SQL("DELETE FROM ir_cron_trigger WHERE cron_id = %s", self.job.id)
            )

    def _trigger(self, journal):
        """Ask for the job, and return how many triggers there are for it then."""
        journal.env["zadarma.call"]._trigger_follow_up()
        triggers = journal.env["ir.cron.trigger"]
        return triggers.search_count([("cron_id", "=", self.job.id)])

    def test_a_job_that_is_about_to_start_is_woken_once(self):
        self.assertEqual(self._trigger(self.first), 1)
        self.first.env.cr.commit()
        self.assertEqual(self._trigger(self.first), 1)
        self.assertEqual(self._trigger(self.second), 1)

    def test_a_job_that_runs_is_woken_again(self):
        self._trigger(self.first)
        self.first.env.cr.commit()
        job = {"id": self.job.id}
        self.first.env["ir.cron"]._clear_schedule(job)
        self.assertEqual(self._trigger(self.second), 2)

    def test_a_job_starts_after_whoever_relies_on_it(self):
        self._trigger(self.first)
        self.first.env.cr.commit()
        self._trigger(self.second)
        with ThreadPoolExecutor() as pool:
            job = {"id": self.job.id}
            starting = pool.submit(self.first.env["ir.cron"]._clear_schedule, job)
            self.assertRaises(TimeoutError, starting.result, 0.5)
            self.second.env.cr.commit()
            starting.result()
