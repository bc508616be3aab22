# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

import psycopg2

from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import SQL

from .common import IN, ZadarmaCase, answered_call, incoming, wall_clock


@tagged("post_install", "-at_install")
class TestWaitingEntry(ZadarmaCase):
    """What is stored and not applied yet: found by the job, believed by nobody."""

    def _store(self, *notifications):
        """Deliver notifications of calls that are busy; their entries, which wait."""
        Event = type(self.env["zadarma.event"])
        busy = psycopg2.errors.LockNotAvailable()
        last = self.env["zadarma.event"].search([], order="id DESC", limit=1)
        with patch.object(Event, "_apply", side_effect=busy):
            self._notify(*notifications)
        return self.env["zadarma.event"].search([("id", ">", last.id or 0)], order="id")

    def _waiting(self):
        """What the job would look at."""
        return self.env["zadarma.event.waiting"].search([]).ids

    def test_what_waits_is_found_and_nothing_else_stays(self):
        self._notify(*answered_call())
        waiting = self._store(incoming("NOTIFY_INTERNAL", internal="102"))
        found = self.env["zadarma.event"].search([("is_waiting", "=", True)])
        self.assertEqual(found, waiting)
        self.assertIn(waiting.id, self._waiting())
        self._apply_later()
        self.assertEqual(waiting.state, "applied")
        self._apply_later()
        self.assertFalse(self._waiting())
        known = self.env["zadarma.event"].search([("is_waiting", "=", False)])
        self.assertEqual(len(known), 6)

    def test_a_repetition_does_not_wait(self):
        self._notify(*answered_call())
        self._apply_later()
        self._notify(*answered_call())
        self.assertFalse(self._waiting())

    def test_what_is_to_be_applied_again_is_found(self):
        self._notify(*answered_call())
        self._apply_later()
        entries = self.env["zadarma.event"].search([("pbx_call_id", "=", IN)])
        entries[:2].state = "received"
        self.assertCountEqual(self._waiting(), entries[:2].ids)
        # once more, while it waits
        entries[0].state = "received"
        self._apply_later()
        self.assertEqual(set(entries.mapped("state")), {"applied"})

    def test_with_a_new_version_what_failed_waits_again(self):
        waiting = self._store(incoming("NOTIFY_START"))
        [nobody_s] = self._store(incoming("NOTIFY_START", ""))
        waiting.write({"state": "failed", "error": "KeyError: 'bug'"})
        self._apply_later()
        self.assertFalse(self._waiting())
        waiting += self._store(incoming("NOTIFY_INTERNAL", internal="101"))
        self.env.flush_all()
        # as in a database of a version that did not have the table
        self.env.cr.execute("DELETE FROM zadarma_event_waiting")
        self.env["zadarma.event.waiting"].init()
        self.assertCountEqual(self._waiting(), waiting.ids)
        self._apply_later()
        self.assertEqual(set(waiting.mapped("state")), {"applied"})
        self.assertEqual(set(waiting.mapped("error")), {False})
        self.assertEqual(nobody_s.state, "failed")

    def test_a_call_that_goes_on_hears_nothing_of_what_was_not_judged(self):
        """Somebody who caught the call's signed text claims another telephone."""
        start, internal, answer, *_rest = answered_call()
        call = self._notify(start, internal, answer)
        [claim] = self._store(incoming("NOTIFY_INTERNAL", internal="102"))
        self.assertEqual(claim.call_id, call, "it would be written twice")
        for state in ("received", "failed"):
            claim.state = state
            with self.subTest(state), self.enter_registry_test_mode():
                self.env["zadarma.event"]._add_own_fact(call, "NO_NEWS", state=state)
                self.assertEqual(call.leg_ids.mapped("extension_number"), ["101"])

    def test_of_a_call_all_but_the_first_are_written_into_each_index_once(self):
        count = SQL(
            "SELECT pg_stat_get_xact_tuples_updated('zadarma_event'::regclass),"
            " pg_stat_get_xact_tuples_hot_updated('zadarma_event'::regclass)"
        )
        [before] = self.env.execute_query(count)
        now = wall_clock()
        notifications = [{**told, "call_start": now} for told in answered_call()]
        self._notify(*notifications)
        [after] = self.env.execute_query(count)
        updated, in_place = (
            later - earlier for later, earlier in zip(after, before, strict=True)
        )
        self.assertEqual(updated, len(notifications))
        # a page may have been full
        self.assertGreaterEqual(in_place, len(notifications) - 2)


@tagged("post_install", "-at_install")
class TestCallThatIsBeingDeleted(ZadarmaCase):
    def test_nothing_that_is_told_waits_for_it(self):
        """A connection of its own holds the call as its deletion does."""
        with db_connect(self.env.cr.dbname).cursor() as cr:
            env = self.env(cr=cr)
            account = env["zadarma.account"].create({"name": "Of another connection"})
            call = env["zadarma.call"].create(
                {
                    "account_id": account.id,
                    "company_id": account.company_id.id,
                    "pbx_call_id": IN,
                    "direction": "incoming",
                    "state": "ringing",
                }
            )
            env.flush_all()
            self.addCleanup(self._remove, account.id)
            # another connection is to see it  pylint: disable=invalid-commit
            cr.commit()
            cr.execute(SQL("DELETE FROM zadarma_call WHERE id = %s", call.id))
            with db_connect(self.env.cr.dbname).cursor() as other:
                other.execute("SET LOCAL lock_timeout = '2s'")
                journal = self.env(cr=other)["zadarma.event"]
                stored = journal._store(
                    account.id, "notification", incoming("NOTIFY_END")
                )
                self.assertFalse(journal.browse(stored.entry_id).call_id)

    def _remove(self, account_id):
        with db_connect(self.env.cr.dbname).cursor() as cr:
            cr.execute(SQL("DELETE FROM zadarma_account WHERE id = %s", account_id))
