# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import requests
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import (
    CALLER,
    DID,
    IN,
    OUT,
    ZadarmaCase,
    answered_call,
    missed_call,
    receive,
)

STATISTICS = "/v1/statistics/pbx/"
#: All calls of the tests were at 11:03:22 UTC on 5 October 2026.
NOW = "2026-10-05 12:00:00"


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

    def _notify(self, *notifications, account=None):
        for params in notifications:
            receive(account or self.account, params)
        return self._call(notifications[-1]["pbx_call_id"])

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
        pages = [
            [row(f"in_{number}") for number in range(1000)],
            [row(f"in_{number}") for number in range(1000, 1010)],
            [],
        ]
        asked = []

        def send(request):
            asked.append(request.url)
            response = requests.Response()
            response.status_code = 200
            stats = {"status": "success", "stats": pages.pop(0)}
            response._content = json.dumps(stats).encode()
            return response

        self.patch(self.zadarma, "send", send)
        run = self._reconcile(date_from="2026-09-01 00:00:00")
        self.assertEqual((run.state, run.rows, run.added), ("done", 1010, 1010))
        # 28 days, an hour more on each side for changes of the clock
        self.assertIn("start=2026-09-01+02%3A00%3A00&version=2", asked[0])
        self.assertIn("end=2026-09-29+04%3A00%3A00", asked[0])
        self.assertIn("skip=1000", asked[1])
        self.assertIn("start=2026-09-29+02%3A00%3A00", asked[2])

    def test_page_that_ends_between_two_legs_corrects_nothing(self):
        call = self._notify(*answered_call())
        filling = [
            row(f"in_{n}", call_id=f"1.{n}", callstart="2026-10-05 09:00:00")
            for n in range(999)
        ]
        first = row(disposition="no answer", seconds=0, call_id="1458313300.1")
        pages = [[*filling, first], [first, row()]]

        def send(request):
            skip = int(parse_qs(urlsplit(request.url).query)["skip"][0])
            self.assertEqual(skip, 999 if len(pages) == 1 else 0)
            response = requests.Response()
            response.status_code = 200
            stats = {"status": "success", "stats": pages.pop(0)}
            response._content = json.dumps(stats).encode()
            return response

        self.patch(self.zadarma, "send", send)
        run = self._reconcile()
        self.assertEqual((run.state, run.rows), ("done", 1001))
        self.assertEqual(self._counts(run), (999, 0, 0))
        self.assertEqual((call.result, call.duration), ("answered", 42))

    def test_limit_makes_it_wait_and_go_on(self):
        run = self._answered((429, {}, ""))
        self.assertEqual(run.state, "waiting")
        trigger = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.env.ref("zadarma_connector.cron_reconcile").id)]
        )
        self.assertIn(
            fields.Datetime.now() + timedelta(minutes=1), trigger.mapped("call_at")
        )
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

    @mute_logger("odoo.addons.zadarma_connector.models.journal.zadarma_reconciliation")
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

    def _wall_clock(self):
        now = fields.Datetime.context_timestamp(
            self.account.with_context(tz=self.account.tz), fields.Datetime.now()
        )
        return now.strftime("%Y-%m-%d %H:%M:%S")

    def test_callback_of_one_pair_is_one_call(self):
        call = self._request()
        came = self._notify(*self._dial(self._wall_clock()))
        self.assertEqual(came, call)
        self.assertEqual((call.result, call.duration), ("answered", 30))
        self._close(after=timedelta(hours=9))
        self.assertEqual(call.result, "answered")

    def test_callback_of_two_pairs_with_one_id_is_one_call(self):
        call = self._request()
        now = self._wall_clock()
        own = self._dial(now, destination="101")
        came = self._notify(own[0], *self._dial(now), own[1])
        self.assertEqual(came, call)
        self.assertEqual(call.direction, "outgoing")
        self.assertEqual(call.external_number, CALLER)

    def test_callback_of_two_ids_is_one_call_in_any_order(self):
        now = self._wall_clock()
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
        came = self._notify(*self._dial(self._wall_clock()))
        self.assertEqual(came, call)
        self.assertTrue(call.recorded)
        self.assertEqual(self.env["zadarma.call"].search_count([]), 1)

    def test_second_call_to_the_same_number_is_another_one(self):
        call = self._request()
        now = self._wall_clock()
        self._notify(*self._dial(now))
        by_hand = self._notify(*self._dial(now, pbx_call_id=f"{OUT[:-1]}0"))
        self.assertNotEqual(by_hand, call)

    def test_call_of_somebody_else_is_not_the_requested_one(self):
        call = self._request()
        now = self._wall_clock()
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
                "Over: answered, 42 s",
                "A recording is ready",
            ],
        )
