# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib
import logging
from datetime import timedelta

import psycopg2
from freezegun import freeze_time

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from ..tools import job
from ..tools.trouble import NotConnected, describe
from ..zadarma_api import errors
from .common import CALLER, KEY, SECRET, ZadarmaCase

LOG = "odoo.addons.zadarma_connector.tools.job"
NOW = "2026-10-05 11:06:00"
TRIED = job.Attempts("transcript_attempts", "transcript_next_try_at")


class Killed(BaseException):
    """The end of a worker: nothing runs after it."""


def divide_by_zero(one):
    one.env.cr.execute("SELECT 1/0", log_exceptions=False)


def write_what_no_database_takes(one):
    # only found out when it is flushed
    one.transcript = "a\0b"


def fail_with(error):
    def fail(_one):
        raise error

    return fail


@tagged("post_install", "-at_install")
class TestJob(ZadarmaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["zadarma.account"].create(
            {"name": "Other", "api_key": KEY[::-1], "api_secret": SECRET}
        )
        cls.first, cls.second, cls.third = cls._recordings(cls.account, 3)
        cls.others = cls._recordings(cls.other, 2)
        cls.all = cls.first | cls.second | cls.third | cls.others

    @classmethod
    def _recordings(cls, account, number):
        call = cls.env["zadarma.call"].create(
            {
                "account_id": account.id,
                "direction": "incoming",
                "state": "ended",
                "external_number": CALLER,
            }
        )
        return cls.env["zadarma.recording"].create(
            [
                {
                    "call_id": call.id,
                    "pbx_leg_id": str(part),
                    "state": "remote",
                    "transcript_state": "waiting",
                }
                for part in range(number)
            ]
        )

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time(NOW))
        self.worked_on = []

    def _run(self, do=lambda _one: None, failed=None):
        """Run a job over all recordings, as the scheduler would."""
        self.env.flush_all()
        self.worked_on = []

        def work(one):
            self.worked_on.append(one.id)
            do(one)
            one.transcript_state = "done"

        def fail(one, _error, reason):
            one.transcript_reason = reason

        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            # nothing else runs when a worker ends; what was committed stays
            with contextlib.suppress(Killed):
                job.run(
                    env["zadarma.recording"],
                    "cron_transcripts",
                    [
                        ("id", "in", self.all.ids),
                        ("transcript_state", "=", "waiting"),
                    ],
                    TRIED,
                    work,
                    failed or fail,
                )
            cr.rollback()
        self.env.invalidate_all()

    def _bad(self, record, do):
        return lambda one: do(one) if one.id == record.id else None

    def _done(self):
        return self.all.exists().filtered(lambda one: one.transcript_state == "done")

    def test_accounts_take_turns(self):
        self._run()
        first, second, third = self.first.id, self.second.id, self.third.id
        one, two = self.others.ids
        self.assertEqual(self.worked_on, [first, one, second, two, third])
        self.assertEqual(self._done(), self.all)

    def test_each_bad_record_is_told_and_passed_over(self):
        for do, reason in (
            (divide_by_zero, "DivisionByZero"),
            (write_what_no_database_takes, "ValueError"),
            (fail_with(RuntimeError(SECRET)), "RuntimeError"),
            (fail_with(KeyError(CALLER)), "KeyError"),
            (fail_with(psycopg2.DataError(CALLER)), "DataError"),
            (fail_with(UserError("Enter the key.")), "Enter the key."),
            (fail_with(errors.BadAnswer(CALLER)), "did not come from Zadarma"),
        ):
            with self.subTest(reason):
                self.all.transcript_state = "waiting"
                self.all.transcript_next_try_at = False
                with (
                    self.assertLogs(LOG, logging.INFO) as logs,
                    mute_logger("odoo.sql_db"),
                ):
                    self._run(self._bad(self.first, do))
                self.assertEqual(self._done(), self.all - self.first)
                self.assertIn(reason, self.first.transcript_reason)
                told = "\n".join(logs.output)
                self.assertIn(f"zadarma.recording({self.first.id},)", told)
                self.assertNotIn(SECRET, told)
                self.assertNotIn(CALLER, told)

    def test_what_cannot_even_be_told_is_passed_over(self):
        with self.assertLogs(LOG, "ERROR") as logs:
            self._run(
                self._bad(self.first, divide_by_zero),
                failed=lambda *_told: 1 / 0,
            )
        self.assertEqual(len(logs.output), 2)
        self.assertEqual(self._done(), self.all - self.first)
        self.assertEqual(self.first.transcript_attempts, 1)

    def test_bug_is_found_in_the_log(self):
        with self.assertLogs(LOG, "ERROR") as logs:
            self._run(self._bad(self.first, divide_by_zero))
        self.assertIn("in divide_by_zero", logs.output[0])

    def test_what_is_deleted_or_done_meanwhile_has_no_turn(self):
        def meanwhile(one):
            one.browse(self.second.id).unlink()
            one.browse(self.third.id).transcript_state = "not_available"

        self._run(self._bad(self.first, meanwhile))
        self.assertEqual(self.worked_on, [self.first.id, *self.others.ids])

    def test_what_is_deleted_while_it_is_worked_on_is_passed_over(self):
        def vanish(one):
            one.unlink()
            one.env.cr.commit()
            raise RuntimeError

        with self.assertLogs(LOG, "ERROR"):
            self._run(self._bad(self.first, vanish))
        self.assertEqual(self._done(), self.all - self.first)

    def test_who_is_busy_is_no_trouble(self):
        for error in (
            psycopg2.errors.SerializationFailure(),
            psycopg2.errors.LockNotAvailable(),
            ConcurrencyError(),
        ):
            with self.subTest(type(error).__name__), self.assertNoLogs(LOG, "WARNING"):
                self.all.transcript_state = "waiting"
                self.all.transcript_next_try_at = False
                self._run(self._bad(self.first, fail_with(error)))
                self.assertEqual(self._done(), self.all - self.first)
                self.assertFalse(self.first.transcript_reason)

    def test_limit_ends_the_turn_of_its_account_alone(self):
        self._run(
            self._bad(self.second, fail_with(errors.RateLimited("", retry_after=30)))
        )
        self.assertEqual(self._done(), self.first | self.others)
        self.assertEqual(self.second.transcript_attempts, 0)
        cron = self.env.ref("zadarma_connector.cron_transcripts")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertIn("2026-10-05 11:06:30", [str(one.call_at) for one in triggers])
        # what Zadarma did not look at is due at once
        self._run()
        self.assertEqual(self._done(), self.all)

    def test_account_that_is_not_let_in_is_no_records_trouble(self):
        for error, reason in (
            (errors.NotAuthorized(CALLER), "key and secret"),
            (NotConnected("Enter the key."), "Enter the key."),
        ):
            with self.subTest(reason):
                self.all.transcript_state = "waiting"
                self.all.transcript_next_try_at = False
                self._run(self._bad(self.first, fail_with(error)))
                # its turn ends, and the record has every attempt left
                self.assertEqual(self._done(), self.others)
                self.assertIn(reason, self.first.transcript_reason)
                self.assertEqual(self.first.transcript_attempts, 0)

    def test_what_ends_the_worker_is_not_the_first_again(self):
        for attempt in (1, 2, 3):
            self._run(self._bad(self.first, fail_with(Killed())))
            self.assertEqual(self.first.transcript_attempts, attempt)
            self.assertEqual(self.worked_on, [self.first.id])
            # the others, at the same time; it comes after them, and once only
            self._run(self._bad(self.first, fail_with(Killed())))
            again = [self.first.id] if attempt == 1 else []
            self.assertEqual(self.worked_on[len(self.all) - 1 :], again)
            self.assertEqual(self._done(), self.all - self.first)
            self._run()
            self.assertNotIn(self.first.id, self.worked_on)
            self.first.transcript_attempts = attempt
            (self.all - self.first).write(
                {"transcript_state": "waiting", "transcript_next_try_at": False}
            )
            self.clock.tick(timedelta(minutes=10))
            self.first.transcript_next_try_at = False

    def test_least_tried_come_first_where_there_are_no_gaps(self):
        self.first.delete_attempts = 1
        order = []
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            job.run(
                api.Environment(cr, SUPERUSER_ID, {})["zadarma.recording"],
                "cron_delete_remotely",
                [("account_id", "=", self.account.id)],
                job.Attempts("delete_attempts"),
                lambda one: order.append(one.id),
                failed=None,
            )
        self.assertEqual(order, [self.second.id, self.third.id, self.first.id])

    def test_gaps_grow_up_to_a_bound(self):
        minutes = [job.gap(count).total_seconds() / 60 for count in range(1, 12)]
        self.assertEqual(minutes, [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240])
        for count in (0, -1):
            self.assertEqual(job.gap(count), timedelta(minutes=1))
        self.assertEqual(job.gap(10**9), timedelta(hours=4))
        with self.assertLogs(LOG, "ERROR"):
            self._run(self._bad(self.first, divide_by_zero))
        self.assertEqual(
            self.first.transcript_next_try_at,
            fields.Datetime.to_datetime(NOW) + timedelta(minutes=1),
        )


@tagged("post_install", "-at_install")
class TestDescribe(BaseCase):
    """What may be logged of an error."""

    def _described(self, text):
        return describe(ValueError(text)).removeprefix("ValueError: ")

    def test_numbers_are_left_out_however_they_are_written(self):
        for number in (
            *("442079460958", "+442079460958", "12345", "020 7946 0958"),
            *("+44 20 7946 0958", "+44\xa020\xa07946\xa00958", "+44 (0)20 7946-0958"),
            *("+1 201-555-0123", "201) 555-0123", "044.364.57.13", "0 44 364 57 13"),
            *("0221/47 11 12", "0221 / 4711-12", "0221) - 47 11 12"),
            *("+380(44)364\u201157\u201113", "044\u2013364\u201357\u201313"),
            "2026-11-27-4420",
        ):
            with self.subTest(number):
                self.assertEqual(self._described(f"no {number}, sir"), "no …, sir")

    def test_what_is_no_number_stays(self):
        for text in (
            "line 12 of 1200: 101, 102, 103",
            "(1, 2, 3) after 0.25 s",
            "at 2026-11-27 10:00:00",
            "Key (day)=(2026-11-27)",
            "port 5432, HTTP 503",
        ):
            with self.subTest(text):
                self.assertEqual(self._described(text), text)
