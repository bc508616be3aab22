# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import TransactionCase, tagged

#: No account has it.
_ACCOUNT = -1


@tagged("post_install", "-at_install")
class TestLocks(TransactionCase):
    """Locks of calls, between connections of their own."""

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
