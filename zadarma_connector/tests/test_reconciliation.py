# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import requests
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.journal import zadarma_event_belief
from ..models.journal.entry import Applied
from ..zadarma_api import limits
from .common import (
    CALLER,
    DID,
    IN,
    OUT,
    ZadarmaCase,
    answered_call,
    incoming,
    missed_call,
    receive,
    wall_clock,
)

STATISTICS = "/v1/statistics/pbx/"
#: All calls of the tests were at 11:03:22 UTC on 5 October 2026.
NOW = "2026-10-05 12:00:00"
#: When their notifications came.
HEARD = "2026-10-05 11:05:00"


def row(pbx_call_id=IN, **values):
    """A row of statistics as the PBX tells of :func:`common.answered_call`."""
    return {
        "call_id": "1458313316.343456",
        "sip": "101",
        "callstart": "2026-10-05 14:03:22",
        "clid": f"Orchard ({CALLER.lstrip('+')})",
        "destination": "101",
        "disposition": "answered",
        "seconds": 42,
        "is_recorded": "true",
        "pbx_call_id": pbx_call_id,
        **values,
    }


@tagged("post_install", "-at_install")
class TestReconciliation(ZadarmaCase):
    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time(NOW))
        self.enterContext(self.enter_registry_test_mode())

    def _notify(self, *notifications, account=None, heard=HEARD):
        """Deliver notifications; the database's clock is not the one of the test."""
        account = account or self.account
        for params in notifications:
            receive(account, params)
        pbx_call_id = notifications[-1]["pbx_call_id"]
        self.env.cr.execute(
            "UPDATE zadarma_event SET received_at = %s WHERE pbx_call_id = %s",
            [heard, pbx_call_id],
        )
        self.env["zadarma.event"]._apply_now(account.id, [pbx_call_id])
        return self._call(pbx_call_id)

    def _call(self, pbx_call_id=IN):
        self.env.invalidate_all()
        return self.env["zadarma.call"].search([("pbx_call_id", "=", pbx_call_id)])

    def _reconcile(self, *rows, **values):
        return self._answered({"stats": list(rows)}, **values)

    def _answered(self, answer, **values):
        """Compare a period, with Zadarma answering so."""
        self.zadarma.answers[STATISTICS] = answer
        run = self.env["zadarma.reconciliation"].create(
            {
                "account_id": self.account.id,
                "date_from": "2026-10-01 00:00:00",
                "date_to": "2026-10-05 12:00:00",
                **values,
            }
        )
        self._run_job()
        return run

    def _run_job(self):
        # what was asked in former minutes does not count any more
        self.env["zadarma.limiter"].search([]).log = False
        self.env.flush_all()
        self.env.ref("zadarma_connector.cron_reconcile").method_direct_trigger()
        self.env.invalidate_all()

    def _counts(self, run):
        return run.added, run.corrected, run.doubted

    def test_complete_log_is_confirmed_and_not_touched(self):
        call = self._notify(*answered_call())
        run = self._reconcile(row())
        self.assertEqual(run.state, "done")
        self.assertEqual(self._counts(run), (0, 0, 0))
        self.assertTrue(call.confirmed)
        written = call.write_date
        with freeze_time("2026-10-06 12:00:00"):
            again = self._reconcile(row())
        self.assertEqual(self._counts(again), (0, 0, 0))
        self.assertEqual(call.write_date, written)
        self.assertEqual(call.event_ids.mapped("delivery_count"), [1] * 6)

    def test_missing_call_is_added(self):
        run = self._reconcile(row())
        self.assertEqual(self._counts(run), (1, 0, 0))
        call = self._call()
        self.assertRecordValues(
            call,
            [
                {
                    "direction": "incoming",
                    "result": "answered",
                    "duration": 42,
                    "external_number": CALLER,
                    "partner_id": self.partner.id,
                    "employee_id": self.employee.id,
                    "date_start": fields.Datetime.to_datetime("2026-10-05 11:03:22"),
                    "date_end": False,
                    "recorded": True,
                    "confirmed": True,
                }
            ],
        )

    def test_lost_end_is_made_up_for(self):
        self._notify(*answered_call()[:3])
        run = self._reconcile(row())
        self.assertEqual(self._counts(run), (0, 1, 0))
        self.assertEqual((self._call().state, self._call().duration), ("ended", 42))

    def test_deleted_changed_and_invented_calls_are_found(self):
        self._notify(*answered_call())
        changed = self._notify(*answered_call("102", OUT))
        self._reconcile(row(), row(OUT, sip="102", destination="102"))
        changed.duration = 7
        self._call().unlink()
        invented = {"pbx_call_id": "in_f00", "call_start": "2026-10-05 14:05:00"}
        phantom = self._notify(*missed_call("101", **invented))
        run = self._reconcile(row(), row(OUT, sip="102", destination="102"))
        self.assertEqual(self._counts(run), (1, 1, 1))
        self.assertEqual(self._call().employee_id, self.employee)
        self.assertEqual(self._call(OUT).duration, 42)
        self.assertTrue(phantom.in_doubt)
        self.assertFalse(self._call().in_doubt)

    def test_doubt_is_lifted_when_statistics_tell(self):
        call = self._notify(*answered_call())
        self._reconcile()
        self.assertTrue(call.in_doubt)
        self._reconcile(row())
        self.assertFalse(call.in_doubt)
        self.assertTrue(call.confirmed)

    def test_call_that_has_just_ended_is_not_doubted(self):
        with freeze_time("2026-10-05 11:10:00"):
            call = self._notify(*answered_call())
            self._reconcile(date_to="2026-10-05 11:10:00")
        self.assertFalse(call.in_doubt)

    def test_pages_and_windows(self):
        at = {"callstart": "2026-09-10 10:00:00"}
        full = [row(f"in_{number}", **at) for number in range(1000)]
        # what comes again is known by what it says
        rest = [row(f"in_{number}", **at) for number in range(900, 1010)]
        asked = self._send_pages([full, full, rest])
        run = self._reconcile(date_from="2026-09-01 00:00:00")
        self.assertEqual((run.state, run.rows, run.added), ("done", 1010, 1010))
        # 28 days, from an hour before for changes of the clock
        self.assertEqual(asked[0]["start"], ["2026-09-01 02:00:00"])
        self.assertEqual(asked[0]["end"], ["2026-09-29 02:00:00"])
        self.assertEqual(asked[0]["skip"], ["0"])
        # an hour before the latest row
        self.assertEqual(asked[1]["start"], ["2026-09-10 09:00:00"])
        self.assertEqual(asked[1]["skip"], ["0"])
        # more than a page in an hour: some are read again, in case one appears
        self.assertEqual(asked[2]["start"], ["2026-09-10 09:00:00"])
        self.assertEqual(asked[2]["skip"], ["900"])
        # legs of a talk may begin hours after the period
        self.assertEqual(asked[2]["end"], ["2026-10-06 04:00:00"])

    def _send_pages(self, pages):
        """Answer with these pages; what is asked for is in the list that returns."""
        asked = []

        def send(request):
            asked.append(parse_qs(urlsplit(request.url).query))
            response = requests.Response()
            response.status_code = 200
            page = pages.pop(0) if pages else []
            stats = {"status": "success", "stats": page}
            response._content = json.dumps(stats).encode()
            return response

        self.patch(self.zadarma, "send", send)
        return asked

    def test_page_that_ends_between_two_legs_corrects_nothing(self):
        call = self._notify(*answered_call())
        filling = [
            row(f"in_{n}", call_id=f"1.{n}", callstart="2026-10-05 09:00:00")
            for n in range(999)
        ]
        first = row(disposition="no answer", seconds=0, call_id="1458313300.1")
        asked = self._send_pages([[*filling, first], [first, row()]])
        run = self._reconcile()
        # an hour before the latest row that was read
        self.assertEqual(
            (asked[1]["start"], asked[1]["skip"]), (["2026-10-05 13:03:22"], ["0"])
        )
        self.assertEqual((run.state, run.rows), ("done", 1001))
        self.assertEqual(self._counts(run), (999, 0, 0))
        self.assertEqual((call.result, call.duration), ("answered", 42))

    # -- what is doubted -----------------------------------------------------------

    def test_talk_of_an_hour_that_ended_a_second_ago_is_not_doubted(self):
        call = self._notify(*answered_call(), heard="2026-10-05 11:59:59")
        run = self._reconcile()
        self.assertEqual((call.in_doubt, run.doubted), (False, 0))
        with freeze_time("2026-10-05 12:16:00"):
            self._reconcile(date_to="2026-10-05 12:16:00")
        self.assertTrue(call.in_doubt)

    def test_end_is_held_against_the_first_page_not_the_last(self):
        call = self._notify(*answered_call(), heard="2026-10-05 11:59:59")
        run = self._answered(requests.ConnectionError("no route"))
        with freeze_time("2026-10-05 13:00:00"):
            self.zadarma.answers[STATISTICS] = {
                "stats": [
                    row(f"in_{n}", callstart="2026-10-05 01:00:00") for n in range(1000)
                ]
            }
            # asked for, but only the first of two pages came
            self.patch(limits, "STATISTICS", 1)
            run.next_at = False
            self._run_job()
        self.assertEqual(
            (run.state, str(run.began_at)), ("running", "2026-10-05 13:00:00")
        )
        with freeze_time("2026-10-05 13:02:00"):
            self.zadarma.answers[STATISTICS] = {"stats": []}
            self._run_job()
        self.assertEqual(run.state, "done")
        self.assertTrue(call.in_doubt)

    def test_call_closed_for_want_of_news_may_go_on(self):
        call = self._notify(*answered_call()[:3], heard="2026-10-05 07:00:00")
        self.env["zadarma.event"]._add_own_fact(call, "NO_NEWS")
        self.assertEqual(call.state, "ended")
        self._reconcile()
        self.assertFalse(call.in_doubt)
        with freeze_time("2026-10-06 07:16:00"):
            self._reconcile(date_to="2026-10-06 07:16:00")
        self.assertTrue(call.in_doubt)

    def test_call_with_a_date_of_long_ago_is_doubted(self):
        call = self._notify(*answered_call())
        call.date_start = "2001-10-05 11:03:22"
        self.env.flush_all()
        self.env.cr.execute("UPDATE zadarma_call SET create_date = %s", [HEARD])
        self._reconcile()
        self.assertTrue(call.in_doubt)

    def _heard_at_its_end(self, **told):
        """A call whose end alone was heard, at 11:05."""
        call = self._notify({**answered_call()[3], **told})
        self.env.cr.execute("UPDATE zadarma_call SET create_date = %s", [HEARD])
        self.env.invalidate_all()
        return call

    def test_talk_from_before_the_period_is_not_doubted(self):
        """Its start was lost, so it came into the log when it ended, in the period;
        statistics are asked from an hour before the period on."""
        call = self._heard_at_its_end(call_start="2026-10-05 11:30:00")
        self.assertEqual(str(call.date_start), "2026-10-05 08:30:00")
        run = self._reconcile(date_from="2026-10-05 10:30:00")
        [_method, _path, asked] = self.zadarma.requests[-1]
        self.assertEqual(asked["start"], ["2026-10-05 12:30:00"])
        self.assertEqual((call.in_doubt, run.doubted), (False, 0))
        # one that asks for its time does doubt it
        run = self._reconcile(date_from="2026-10-05 08:30:00")
        self.assertEqual((call.in_doubt, run.doubted), (True, 1))

    def test_date_that_cannot_be_is_doubted_in_the_period_of_its_arrival(self):
        call = self._heard_at_its_end()
        for began, doubted in (
            ("2026-10-04 23:04:59", True),
            # a talk of half a day
            ("2026-10-04 23:05:00", False),
            # it came before it began
            ("2026-10-05 13:00:00", True),
        ):
            call.write({"date_start": began, "in_doubt": False})
            # no daily run besides, whose period is another one
            self.account.reconciled_until = False
            self._reconcile(date_from="2026-10-05 11:04:00")
            self.assertEqual(call.in_doubt, doubted, began)

    def test_call_whose_row_could_not_be_computed_is_not_doubted(self):
        call = self._notify(*answered_call())
        Event = type(self.env["zadarma.event"])
        apply_now = Event._apply_now

        def busy(self, account_id, ids):
            return Applied() if IN in ids else apply_now(self, account_id, ids)

        self.account.reconciled_until = "2026-10-03 00:00:00"
        with patch.object(Event, "_apply_now", busy):
            run = self._reconcile(row())
        self.assertEqual((run.state, run.unapplied), ("done", [IN]))
        self.assertIn("Calls that could not be computed: 1.", run.error)
        self.assertFalse(call.in_doubt)
        # not complete, and the account says so
        self.assertEqual(str(self.account.reconciled_until), "2026-10-03 00:00:00")
        self.account.connected_at = NOW
        self.assertIn("could not be computed", self.account.problems)
        again = self._reconcile(row())
        self.assertEqual((again.state, again.error), ("done", False))
        self.assertEqual(str(self.account.reconciled_until), NOW)

    def test_leg_after_the_period_is_its_calls(self):
        early, late = "2026-10-05 11:00:00", "2026-10-05 14:00:00"
        run = self._reconcile(
            row(callstart=early, seconds=10),
            row(callstart=late, call_id="2.1", seconds=20),
            row("in_other", callstart=late, call_id="3.1"),
            date_to="2026-10-05 09:00:00",
        )
        self.assertEqual((run.rows, run.added), (1, 1))
        self.assertEqual(len(self._call().event_ids), 2)
        self.assertFalse(self._call("in_other"))
        # nor does it wait in the journal for the next job
        other = [("pbx_call_id", "=", "in_other")]
        self.assertFalse(self.env["zadarma.event"].search(other))

    # -- trouble -------------------------------------------------------------------

    def test_trouble_is_tried_again_with_growing_gaps(self):
        for trouble in (
            (502, {}, "Bad Gateway"),
            (500, {}, ""),
            (200, {}, "<html>maintenance</html>"),
            requests.Timeout("slow"),
        ):
            with self.subTest(trouble):
                run = self._answered(trouble)
                now = fields.Datetime.now()
                for minutes in (1, 2, 4):
                    self.assertEqual(run.state, "waiting")
                    self.assertTrue(run.error)
                    self.assertEqual(run.next_at, now + timedelta(minutes=minutes))
                    now = run.next_at
                    with freeze_time(now):
                        self._run_job()
                self.account.connected_at = NOW
                self.assertIn(run.error, self.account.problems)
                self.zadarma.answers[STATISTICS] = {"stats": [row()]}
                with freeze_time(run.next_at):
                    self._run_job()
                self.assertEqual((run.state, run.error), ("done", False))
                self.assertNotIn("compared", self.account.problems or "")

    @mute_logger("odoo.addons.zadarma_connector.tools.job")
    def test_calls_of_a_page_that_was_cut_off_are_counted(self):
        Did = type(self.env["zadarma.did"])
        with patch.object(Did, "_learn", side_effect=KeyError("bug")):
            run = self._reconcile(row())
        self.assertEqual((run.state, run.rows), ("failed", 0))
        self.assertEqual(self._call().result, "answered")
        run.action_retry()
        self._run_job()
        self.assertEqual((run.state, run.rows), ("done", 1))
        self.assertEqual(self._counts(run), (1, 0, 0))

    @mute_logger("odoo.addons.zadarma_connector.tools.job")
    def test_page_that_was_cut_off_counts_from_when_it_is_asked_for_again(self):
        call = self._notify(*answered_call(), heard="2026-10-05 11:50:00")
        Did = type(self.env["zadarma.did"])
        with patch.object(Did, "_learn", side_effect=KeyError("bug")):
            run = self._reconcile(row("in_other"))
        # its rows are kept
        self.assertEqual((run.state, len(self._call("in_other"))), ("failed", 1))
        run.action_retry()
        with freeze_time("2026-10-05 12:05:00"):
            self._run_job()
        self.assertEqual((run.state, call.in_doubt), ("done", True))
        self.assertEqual(str(run.began_at), "2026-10-05 12:05:00")

    def test_import_goes_on_where_trouble_was(self):
        rows = [
            row(
                f"in_{n}",
                call_id=f"1.{n}",
                callstart=f"2026-10-0{1 + n // 250} 09:00:00",
            )
            for n in range(1000)
        ]
        asked = self._send_pages([rows])
        send = self.zadarma.send

        def send_one(request):
            if asked:
                raise requests.ConnectionError("no route")
            return send(request)

        self.patch(self.zadarma, "send", send_one)
        run = self._reconcile()
        self.assertEqual((run.state, run.rows), ("running", 1000))
        asked.clear()
        with freeze_time(run.next_at):
            self._run_job()
        self.assertEqual(asked[0]["start"], ["2026-10-04 08:00:00"])
        self.assertEqual((run.state, run.rows), ("done", 1000))

    def test_limit_makes_it_wait_and_go_on(self):
        run = self._answered((429, {}, ""))
        self.assertEqual(run.state, "waiting")
        trigger = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.env.ref("zadarma_connector.cron_reconcile").id)]
        )
        self.assertIn(
            fields.Datetime.now() + timedelta(minutes=1), trigger.mapped("call_at")
        )
        # the job gave its transaction up, and here the note of that was in it
        self.env["zadarma.limiter"]._limited(self.account.id, None)
        # Zadarma told no time: a minute is waited, and nothing asked before
        self.zadarma.requests.clear()
        self._run_job()
        self.assertFalse(self.zadarma.requests)
        with freeze_time("2026-10-05 12:01:01"):
            self.zadarma.answers[STATISTICS] = {"stats": [row()]}
            self._run_job()
        self.assertEqual((run.state, run.added), ("done", 1))

    def test_trouble_on_the_way_is_waited_out(self):
        run = self._answered(requests.ConnectionError("no route"))
        self.assertEqual(run.state, "waiting")
        self.assertIn("cannot be reached", run.error)

    def test_refusal_stops_it_until_somebody_goes_on(self):
        run = self._answered((401, {}, '{"status":"error","message":"Not authorized"}'))
        self.assertEqual(run.state, "failed")
        self.assertIn("key and secret", run.error)
        self.zadarma.answers[STATISTICS] = {"stats": [row()]}
        run.action_retry()
        self._run_job()
        self.assertEqual((run.state, run.error), ("done", False))

    def test_account_without_a_secret_fails_alone(self):
        broken = self.env["zadarma.account"].create({"name": "A", "api_key": "x"})
        period = {"date_from": "2026-10-01", "date_to": NOW}
        run = self.env["zadarma.reconciliation"].create(
            {"account_id": broken.id, **period}
        )
        good = self._reconcile(row())
        self.assertEqual((run.state, good.state), ("failed", "done"))
        self.assertIn("Enter the key and the secret", run.error)

    @mute_logger("odoo.addons.zadarma_connector.tools.job")
    def test_bug_in_one_account_is_not_the_others(self):
        other = self.env["zadarma.account"].create(
            {"name": "A", "api_key": "x", "api_secret": "y", "tz": "UTC"}
        )
        period = {"date_from": "2026-10-01", "date_to": NOW}
        run = self.env["zadarma.reconciliation"].create(
            {"account_id": other.id, **period}
        )
        Run = type(run)
        compare = Run._compare

        def buggy(self, *args):
            if self.account_id == other:
                raise KeyError("bug")
            return compare(self, *args)

        self.patch(Run, "_compare", buggy)
        good = self._reconcile(row())
        self.assertEqual((run.state, run.error), ("failed", "KeyError: 'bug'"))
        self.assertEqual(good.state, "done")

    def test_archived_account_is_left_alone(self):
        self.account.active = False
        run = self._reconcile(row())
        self.assertEqual(run.state, "waiting")
        self.assertFalse(self.zadarma.requests)

    def test_until_tonight_means_until_now(self):
        run = self._reconcile(row(), date_to="2026-10-05 23:59:59")
        self.assertEqual(str(run.date_to), NOW)
        self.assertEqual(str(self.account.reconciled_until), NOW)

    def test_row_of_no_call_is_kept_and_passed_over(self):
        run = self._reconcile(row(""), row())
        self.assertEqual((run.state, run.rows, run.added), ("done", 2, 1))
        entry = self.env["zadarma.event"].search([("pbx_call_id", "=", False)])
        self.assertEqual(entry.state, "ignored")

    def test_period_must_not_be_empty(self):
        for period in (
            {"date_to": "2026-09-01 00:00:00"},
            {"date_from": "2026-10-06 00:00:00", "date_to": "9999-12-31 23:59:59"},
            {"date_from": "0001-01-01 00:00:00"},
        ):
            with self.subTest(period), self.assertRaises(ValidationError):
                self._reconcile(**period)

    # -- by itself -----------------------------------------------------------------

    def test_log_is_known_complete_as_far_as_it_was_compared(self):
        self.account.reconciled_until = "2026-10-03 00:00:00"
        # what begins by itself was there just now
        self.env["zadarma.reconciliation"].create(
            {
                "account_id": self.account.id,
                "kind": "daily",
                "state": "done",
                "date_from": "2026-10-02 00:00:00",
                "date_to": NOW,
            }
        )
        self._reconcile(date_to="2026-10-04 00:00:00")
        self.assertEqual(str(self.account.reconciled_until), "2026-10-04 00:00:00")
        # an older period does not make the log complete
        self._reconcile(date_from="2026-08-01 00:00:00", date_to="2026-08-02 00:00:00")
        self.assertEqual(str(self.account.reconciled_until), "2026-10-04 00:00:00")

    def test_begins_by_itself_once_a_day(self):
        self.account.reconciled_until = "2026-10-04 12:00:00"
        self.zadarma.answers[STATISTICS] = {"stats": [row()]}
        self._run_job()
        runs = self.account.reconciliation_ids
        self.assertEqual(runs.mapped("state"), ["done"])
        self.assertEqual(str(runs.date_from), "2026-10-03 12:00:00")
        self._run_job()
        self.assertEqual(self.account.reconciliation_ids, runs)
        self.assertEqual(str(self.account.reconciled_until), NOW)

    def test_polls_when_zadarma_cannot_reach_us(self):
        self.account.write({"reconciled_until": NOW, "polling": True})
        self.zadarma.answers[STATISTICS] = {"stats": [row()]}
        self._run_job()
        self.assertEqual(self._call().result, "answered")
        with freeze_time("2026-10-05 12:11:00"):
            self._run_job()
        self.assertEqual(len(self.account.reconciliation_ids), 2)

    def test_polls_every_ten_minutes_although_the_job_is_late(self):
        self.account.write({"reconciled_until": NOW, "polling": True})
        self.zadarma.answers[STATISTICS] = {"stats": []}
        for moment in ("12:00:04", "12:10:01", "12:20:30", "12:30:00"):
            with freeze_time(f"2026-10-05 {moment}"):
                self._run_job()
        with freeze_time("2026-10-05 12:31:00"):
            self._run_job()
        self.assertEqual(
            self.account.reconciliation_ids.sorted("id").mapped("kind"),
            ["daily", "poll", "poll", "poll"],
        )

    def test_poll_reaches_back_a_day_once_a_day(self):
        self.account.write({"reconciled_until": NOW, "polling": True})
        self.zadarma.answers[STATISTICS] = {"stats": []}
        moment = fields.Datetime.now()
        for _poll in range(2 * 12):
            with freeze_time(moment):
                self._run_job()
            moment += timedelta(hours=2)
        runs = self.account.reconciliation_ids
        day = timedelta(days=1)
        long = runs.filtered(lambda run: run.date_to - run.date_from >= day)
        self.assertEqual((len(runs), len(long)), (2 * 12, 2))

    def test_old_runs_go_but_those_that_somebody_may_look_for(self):
        period = {"date_from": "2026-08-01", "date_to": "2026-08-02"}
        kept = {
            ("manual", "done"),
            ("manual", "failed"),
            ("poll", "failed"),
            ("daily", "waiting"),
            ("doubt", "running"),
        }
        gone = {("daily", "done"), ("poll", "done"), ("doubt", "done")}
        common = {"account_id": self.account.id, **period}
        Run = self.env["zadarma.reconciliation"]
        runs = Run.create(
            [
                {**common, "kind": kind, "state": state}
                for kind, state in sorted(kept | gone)
            ]
        )
        incomplete = {"kind": "poll", "state": "done", "error": "1 calls could not ..."}
        runs += Run.create({**common, **incomplete})
        self.env.flush_all()
        # the database's clock is not the one of the test
        self.env.cr.execute("UPDATE zadarma_reconciliation SET create_date = %s", [NOW])
        self.env.invalidate_all()
        Run._gc_listed()
        self.assertEqual(len(runs.exists()), len(runs))
        with freeze_time("2026-11-04 11:59:59"):
            Run._gc_listed()
        self.assertEqual(len(runs.exists()), len(runs))
        with freeze_time("2026-11-04 12:00:01"):
            Run._gc_listed()
        found = {(run.kind, run.state) for run in runs.exists()}
        self.assertEqual(found, kept | {("poll", "done")})
        self.assertTrue(runs[-1].exists())

    def test_import_does_not_hold_up_the_polls(self):
        self.account.write({"reconciled_until": NOW, "polling": True})
        self.patch(limits, "STATISTICS", 2)
        page = [
            row(
                f"in_{n}",
                call_id=f"1.{n}",
                callstart=f"2026-09-{1 + n // 50:02} 09:00:00",
            )
            for n in range(1000)
        ]
        self._send_pages([page, [row()]])
        run = self._reconcile(date_from="2026-09-01 00:00:00")
        self.assertEqual(run.state, "running")
        self.assertEqual(self.account.reconciliation_ids[0].state, "done")
        self.assertEqual(self._call().result, "answered")

    def test_new_account_offers_history(self):
        self.zadarma.answers.update(
            {
                "/v1/info/balance/": {"balance": 5, "currency": "USD"},
                "/v1/info/timezone/": {"timezone": "UTC+3"},
            }
        )
        self.account.action_test_connection()
        self.assertEqual(str(self.account.reconciled_until), NOW)
        action = self.account.action_reconcile()
        context = action["context"]
        run = self.env["zadarma.reconciliation"].with_context(**context).create({})
        self.assertEqual(run.account_id, self.account)
        self.assertEqual(str(run.date_from), "2026-09-05 12:00:00")


@tagged("post_install", "-at_install")
class TestWayBack(ZadarmaCase):
    """What is doubted is believed as soon as there is a reason to."""

    def setUp(self):
        super().setUp()
        self.enterContext(self.enter_registry_test_mode())
        self.start = wall_clock()
        self.zadarma.answers[STATISTICS] = {"stats": []}

    def _receive(self, *notifications):
        for params in notifications:
            receive(self.account, params)
        self.env.invalidate_all()
        return self._entries()

    def _entries(self):
        return self.env["zadarma.event"].search(
            [("account_id", "=", self.account.id)], order="id"
        )

    def _run_job(self, name="cron_reconcile", after=timedelta(0)):
        self.env["zadarma.limiter"].search([]).log = False
        self.env.flush_all()
        with freeze_time(fields.Datetime.now() + after):
            self.env.ref(f"zadarma_connector.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def _missed(self, **params):
        return missed_call("101", call_start=self.start, **params)

    def _runs(self):
        return self.account.reconciliation_ids.sorted("id")

    def test_what_is_doubted_is_applied_when_statistics_agree(self):
        entries = self._receive(*self._missed(called_did="442037691882"))
        self.assertEqual(set(entries.mapped("state")), {"doubted"})
        self.assertFalse(self.env["zadarma.call"].search([]))
        trigger = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.env.ref("zadarma_connector.cron_reconcile").id)]
        )
        self.assertTrue(trigger)
        self._run_job(after=timedelta(minutes=2))
        self.assertFalse(self._runs())
        listed = row(
            callstart=self.start,
            disposition="no answer",
            seconds=0,
            is_recorded="false",
        )
        self.zadarma.answers[STATISTICS] = {"stats": [listed]}
        self._run_job(after=timedelta(minutes=4))
        self.assertEqual(self._runs().mapped("kind"), ["doubt"])
        self.assertEqual(set(self._entries().mapped("state")), {"applied"})
        call = self.env["zadarma.call"].search([])
        self.assertEqual((call.result, call.confirmed), ("missed", True))
        self.assertEqual(call.called_number, "+442037691882")
        # and the number that was dialled is ours from now on
        did = self.env["zadarma.did"].search([("number", "=", "+442037691882")])
        self.assertTrue(did.is_ours)

    def test_gaps_grow_and_there_is_an_end(self):
        self._receive(self._missed(called_did="442037691882")[0])
        came = self._entries().received_at
        Run = self.env["zadarma.reconciliation"]
        asked = [came]
        while True:
            with freeze_time(asked[-1]):
                dues = [due for _at, due in Run._doubted(self.account)]
                due = min(dues, default=None)
            if not due:
                break
            with freeze_time(due - timedelta(seconds=2)):
                Run._begin_due(self.account)
                self.assertEqual(len(self._runs()), len(asked) - 1)
            with freeze_time(due + timedelta(seconds=1)):
                Run._begin_due(self.account)
            run = self._runs()[len(asked) - 1 :]
            if not run:
                break
            run.state = "done"
            self.env.flush_all()
            # the clock of this transaction stands
            self.env.cr.execute(
                "UPDATE zadarma_reconciliation SET create_date = %s WHERE id = %s",
                [due, run.id],
            )
            self.env.invalidate_all()
            asked.append(due)
        gaps = [(moment - came) // timedelta(minutes=1) for moment in asked[1:]]
        self.assertEqual(gaps, [3 * 2**n for n in range(9)])

    def test_what_statistics_contradict_is_not_asked_about_again(self):
        listed = row(callstart=self.start, clid="442079460000")
        self._receive(self._missed(called_did="442037691882")[0])
        self.zadarma.answers[STATISTICS] = {"stats": [listed]}
        self._run_job(after=timedelta(minutes=4))
        self.assertEqual(self._entries()[0].doubt, "contradicts")
        self._run_job(after=timedelta(minutes=20))
        self.assertEqual(len(self._runs()), 1)

    def test_second_id_of_a_text_is_cleared_up_too(self):
        self._receive(*self._missed())
        self._receive(*self._missed(pbx_call_id=f"{IN[:-1]}0"))
        second = self.env["zadarma.call"].search([("pbx_call_id", "=", f"{IN[:-1]}0")])
        self.assertTrue(second.in_doubt)
        listed = [
            row(one, callstart=self.start, call_id=f"{n}.1", disposition="no answer")
            for n, one in enumerate((IN, f"{IN[:-1]}0"))
        ]
        self.zadarma.answers[STATISTICS] = {"stats": listed}
        self._run_job(after=timedelta(minutes=4))
        self.assertEqual((second.in_doubt, second.confirmed), (False, True))

    def test_number_that_is_not_known_is_proposed_and_accepted(self):
        other = {"called_did": "442037691882"}
        self._receive(*self._missed(**other))
        self._run_job()
        did = self.env["zadarma.did"].search([("number", "=", "+442037691882")])
        self.assertFalse(did.is_ours)
        self.assertFalse(self.env["zadarma.call"].search([]))
        self.account.connected_at = fields.Datetime.now()
        self.assertIn("Calls come to +442037691882", self.account.problems)
        did.action_accept()
        self._run_job("cron_apply", after=timedelta(seconds=10))
        self.assertEqual(set(self._entries().mapped("state")), {"applied"})
        self.assertEqual(self.env["zadarma.call"].search([]).result, "missed")
        self.account.invalidate_recordset(["problems"])
        self.assertNotIn("Calls come to", self.account.problems or "")

    def test_number_that_is_added_by_hand_has_its_calls(self):
        self._receive(*self._missed(called_did="442037691882"))
        self.env["zadarma.did"].create(
            {"account_id": self.account.id, "number": "+442037691882"}
        )
        self._run_job("cron_apply", after=timedelta(seconds=10))
        self.assertEqual(self.env["zadarma.call"].search([]).result, "missed")

    def test_proposals_are_bounded(self):
        for number in range(30):
            self._receive(
                self._missed(
                    pbx_call_id=f"in_{number}", called_did=f"4420376900{number:02}"
                )[0]
            )
        # one that calls come to more often is among them
        for call in range(3):
            self._receive(
                self._missed(pbx_call_id=f"in_a{call}", called_did="442037691882")[0]
            )
        for _time in range(2):
            self._run_job()
        proposed = self.env["zadarma.did"].search([("is_ours", "=", False)])
        self.assertEqual(len(proposed), 20)
        self.assertIn("+442037691882", proposed.mapped("number"))

    def test_what_tells_of_no_call_is_bounded(self):
        self.patch(zadarma_event_belief, "_KEPT_IN_ALL", 3)
        believed = self._receive(*self._missed())
        for number in range(3):
            self._receive(incoming("NOTIFY_UNKNOWN", call_start=str(number)))
            self._receive(incoming("NOTIFY_START", "no id", call_start=str(number)))
        self.env["zadarma.event"]._gc_unbelieved()
        kept = self._entries()
        self.assertEqual(kept[: len(believed)], believed)
        self.assertEqual(
            kept[len(believed) :].mapped("state"), ["failed", "ignored", "failed"]
        )


@tagged("post_install", "-at_install")
class TestClose(ZadarmaCase):
    """What the job does about calls that nobody speaks of any more."""

    def _request(self):
        call = self.env["zadarma.call"].create(
            {
                "account_id": self.account.id,
                "direction": "outgoing",
                "state": "requested",
            }
        )
        self.env["zadarma.event"]._add_own_fact(
            call, "CALLBACK_REQUESTED", **{"from": "101", "to": CALLER}
        )
        return call

    def _close(self, after):
        self.env.flush_all()
        now = fields.Datetime.now() + after
        with freeze_time(now), self.enter_registry_test_mode():
            self.env.ref("zadarma_connector.cron_close").method_direct_trigger()
        self.env.invalidate_all()

    def test_request_is_a_call(self):
        call = self._request()
        self.assertRecordValues(
            call,
            [
                {
                    "state": "requested",
                    "direction": "outgoing",
                    "external_number": CALLER,
                    "partner_id": self.partner.id,
                    "employee_id": self.employee.id,
                    "pbx_call_id": False,
                }
            ],
        )

    def test_request_that_never_became_a_call_fails(self):
        call = self._request()
        self._close(after=timedelta(minutes=1))
        self.assertEqual(call.state, "requested")
        self._close(after=timedelta(minutes=3))
        self.assertEqual((call.state, call.result), ("ended", "failed"))
        self.assertIn("registered", call.failure_text)

    def test_request_waits_for_a_poll_that_covers_it(self):
        self.account.polling = True
        call = self._request()
        self._close(after=timedelta(hours=1))
        self.assertEqual(call.state, "requested")
        begun = call.create_date - timedelta(hours=1)
        poll = {"account_id": self.account.id, "date_from": begun, "kind": "poll"}
        Run = self.env["zadarma.reconciliation"]
        with freeze_time(call.create_date + timedelta(minutes=1)):
            Run.create({**poll, "date_to": fields.Datetime.now(), "state": "done"})
        with freeze_time(call.create_date + timedelta(minutes=11)):
            run = Run.create({**poll, "date_to": fields.Datetime.now()})
        self._close(after=timedelta(hours=1))
        self.assertEqual(call.state, "requested")
        run.state = "done"
        self._close(after=timedelta(hours=1))
        self.assertEqual((call.state, call.result), ("ended", "failed"))

    @mute_logger("odoo.addons.zadarma_connector.tools.job")
    def test_longest_silent_is_closed_first_and_a_bad_one_ends_nothing(self):
        calls = self.env["zadarma.call"].create(
            [
                {
                    "account_id": self.account.id,
                    "direction": "incoming",
                    "state": "ringing",
                    "pbx_call_id": f"in_{n}",
                }
                for n in range(4)
            ]
        )
        for age, call in enumerate(calls):
            self.env.cr.execute(
                "UPDATE zadarma_call SET create_date = create_date - %s WHERE id = %s",
                [timedelta(hours=10 + age), call.id],
            )
        Event = type(self.env["zadarma.event"])
        add, closed = Event._add_own_fact_now, []

        def buggy(self, call, *args, **params):
            closed.append(call.id)
            if call == calls[2]:
                raise KeyError("bug")
            return add(self, call, *args, **params)

        self.patch(Event, "_add_own_fact_now", buggy)
        self._close(after=timedelta(0))
        self.assertEqual(closed, calls.ids[::-1])
        self.assertEqual(calls.mapped("state"), ["ended", "ended", "ringing", "ended"])

    def _dial(self, call_start, pbx_call_id=OUT, **params):
        """Notifications of what came of the request."""
        common = {
            "call_start": call_start,
            "pbx_call_id": pbx_call_id,
            "internal": "101",
            "destination": CALLER,
            **params,
        }
        return [
            {"event": "NOTIFY_OUT_START", **common},
            {
                "event": "NOTIFY_OUT_END",
                **common,
                "disposition": "answered",
                "duration": "30",
            },
        ]

    def test_callback_of_one_pair_is_one_call(self):
        call = self._request()
        came = self._notify(*self._dial(wall_clock()))
        self.assertEqual(came, call)
        self.assertEqual((call.result, call.duration), ("answered", 30))
        self._close(after=timedelta(hours=9))
        self.assertEqual(call.result, "answered")

    def test_callback_of_two_pairs_with_one_id_is_one_call(self):
        call = self._request()
        now = wall_clock()
        own = self._dial(now, destination="101")
        came = self._notify(own[0], *self._dial(now), own[1])
        self.assertEqual(came, call)
        self.assertEqual(call.direction, "outgoing")
        self.assertEqual(call.external_number, CALLER)

    def test_callback_of_two_ids_is_one_call_in_any_order(self):
        now = wall_clock()
        other = f"{OUT[:-1]}0"
        own = self._dial(now, pbx_call_id=other, destination="101")
        customers = self._dial(now)
        for facts in (own + customers, customers + own):
            with self.subTest(facts[0]["destination"]):
                call = self._request()
                self._notify(*facts)
                self.assertEqual(call.pbx_call_id, OUT)
                self.assertEqual((call.result, call.duration), ("answered", 30))
                found = self.env["zadarma.call"].search(
                    [("pbx_call_id", "in", (OUT, other))]
                )
                self.assertEqual(found, call)
                call.event_ids.sudo().call_id = False
                call.unlink()
                self.env["zadarma.event"].search([]).unlink()

    def test_recording_that_is_told_first_finds_its_callback(self):
        call = self._request()
        record = {
            "event": "NOTIFY_RECORD",
            "pbx_call_id": OUT,
            "call_id_with_rec": "1.1",
        }
        self._notify(record)
        came = self._notify(*self._dial(wall_clock()))
        self.assertEqual(came, call)
        self.assertTrue(call.recorded)
        self.assertEqual(self.env["zadarma.call"].search_count([]), 1)

    def test_second_call_to_the_same_number_is_another_one(self):
        call = self._request()
        now = wall_clock()
        self._notify(*self._dial(now))
        by_hand = self._notify(*self._dial(now, pbx_call_id=f"{OUT[:-1]}0"))
        self.assertNotEqual(by_hand, call)

    def test_call_of_somebody_else_is_not_the_requested_one(self):
        call = self._request()
        now = wall_clock()
        self.assertNotEqual(self._notify(*self._dial(now, internal="102")), call)
        other = self._dial(now, pbx_call_id="out_2", destination="+442079460000")
        self.assertNotEqual(self._notify(*other), call)
        self.assertEqual(call.state, "requested")

    def test_calls_without_a_past_or_a_time_are_closed_too(self):
        bare = self.env["zadarma.call"].create(
            {"account_id": self.account.id, "direction": "incoming", "state": "ringing"}
        )
        answer = {**answered_call()[2], "call_start": ""}
        timeless = self._notify(answer)
        self.assertFalse(timeless.date_start)
        self._close(after=timedelta(hours=5))
        self.assertEqual((bare + timeless).mapped("state"), ["ended", "ended"])

    def test_lost_end_closes_the_call_without_inventing_a_result(self):
        call = self._notify(*answered_call()[:3])
        self._close(after=timedelta(hours=3))
        self.assertEqual(call.state, "in_progress")
        self._close(after=timedelta(hours=5))
        self.assertEqual(call.state, "ended")
        self.assertFalse(call.result)
        self.assertFalse(call.date_end)
        self._notify(answered_call()[3])
        self.assertEqual((call.result, call.duration), ("answered", 42))


@tagged("post_install", "-at_install")
class TestDisplay(ZadarmaCase):
    def test_every_entry_of_the_journal_says_what_it_means(self):
        call = self._notify(*answered_call())
        self.assertEqual(
            call.event_ids.sorted("id").mapped("summary"),
            [
                f"{CALLER} calls {DID}",
                "101 rings",
                "101 answers",
                "Call ended: answered, 42 s",
                "A recording is ready",
            ],
        )
