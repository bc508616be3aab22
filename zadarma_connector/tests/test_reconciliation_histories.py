# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Random histories of calls, compared with statistics, end as the manual tells.

Notifications come, are lost or lie, calls come into the statistics while pages are
read, Zadarma is out of order, and the server is killed, on a day as any other and on
both nights of the clock. What must come of it is in :mod:`.reconciliation_world`.
``ZADARMA_HISTORIES`` says how many are played, ``ZADARMA_SEED`` the first seed.
"""

import contextlib
import json
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import requests

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..zadarma_api import limits, statistics
from . import reconciliation_world as world
from .common import ZadarmaCase, seeds, signature

HISTORIES = seeds("ZADARMA_HISTORIES", 25)
TROUBLES = ((502, "Bad Gateway"), (500, ""), (200, "<html>maintenance</html>"), None)
MINUTE = timedelta(minutes=1)
#: What is looked at, read in one statement.
FIELDS = (
    *("pbx_call_id", "direction", "state", "result", "duration", "recorded"),
    *("external_number", "extension_number", "date_start", "confirmed", "in_doubt"),
)


class Killed(BaseException):
    """The worker is gone, in the middle of whatever it did."""


@tagged("post_install", "-at_install")
class TestReconciliationHistories(ZadarmaCase):
    def setUp(self):
        super().setUp()
        self.working = False
        self.frozen = self.enterContext(freeze_time("2026-03-01"))
        self.enterContext(self.enter_registry_test_mode())
        self.patch(self.zadarma, "send", self._send)
        Cron = type(self.env["ir.cron"])
        commit = Cron._commit_progress

        def commit_or_be_killed(cron, *args, **values):
            if self._happens(0.03):
                self.cut_off = True
                raise Killed
            left = commit(cron, *args, **values)
            if self._happens(0.03):
                raise Killed
            return left

        self.patch(Cron, "_commit_progress", commit_or_be_killed)
        # what begins by itself has tests of its own
        self.patch(type(self._runs()), "_begin_due", lambda runs, account: None)

    @mute_logger("odoo.addons.zadarma_connector.tools.job")
    def test_random_histories_end_as_the_manual_tells(self):
        differences = []
        for seed in HISTORIES:
            savepoint = self.env.cr.savepoint()
            try:
                self._live_through(seed)
            except AssertionError as error:
                differences.append((seed, str(error)))
            savepoint.close(rollback=True)
            self.env.invalidate_all(flush=False)
        self.assertFalse(differences, "\n".join(map(str, differences)))

    def _live_through(self, seed):
        self.dice, self.pbx, plans = world.history(seed)
        self.told, self.closed = {}, set()
        first = plans[0]
        # a gap before it is none that it closes
        gap = first.since - world.MINUTE
        complete = self.dice.choice((None, gap, first.since, first.until))
        self.account.reconciled_until = complete
        limit = self.dice.randint(3, 12)
        with (
            patch.object(statistics, "PAGE", limit),
            patch.object(limits, "STATISTICS", self.dice.randint(1, 3)),
        ):
            for plan in plans:
                if plan.since < plan.until:
                    self._move_to(plan.now)
                    self._compare_with_statistics(plan)

    # -- what happens ----------------------------------------------------------------

    def _runs(self):
        return self.env["zadarma.reconciliation"]

    def _log(self):
        self.env.invalidate_all()
        calls = self.env["zadarma.call"].search_fetch([], FIELDS)
        log = {call.pbx_call_id: call for call in calls}
        self.assertEqual(len(log), len(calls), "a call is there twice")
        return log

    def _happens(self, probability):
        return self.working and self.dice.random() < probability

    def _move_to(self, now):
        """Time goes on: what is notified until then comes in."""
        self.now = now
        self.frozen.move_to(now)
        came = [
            (call.id, moment, self._store(params))
            for call in self.pbx.calls
            for moment, params in call.heard_until(now)[self.told.get(call.id, 0) :]
        ]
        if came:
            self._apply(came)
        self.told = {call.id: len(call.heard_until(now)) for call in self.pbx.calls}
        # nothing was heard of them for four hours, so the job closes them
        silent = [
            call.id
            for call in self.pbx.calls
            if (heard := call.heard_until(now)) and heard[-1][0] < now - 4 * world.HOUR
        ]
        for known in self.env["zadarma.call"].search(
            [("pbx_call_id", "in", silent), ("state", "!=", "ended")]
        ):
            self.env["zadarma.event"]._add_own_fact(known, "NO_NEWS")
            self.closed.add(known.pbx_call_id)

    def _store(self, params):
        Event = self.env["zadarma.event"]
        proof = signature(params)
        stored = Event._store(self.account.id, "notification", params, signature=proof)
        return stored.entry_id

    def _apply(self, came):
        """Compute calls; the database's clock is not the one of the test.

        :param came: tuples: a call's id, when it was heard, the entry's id
        """
        ids, moments, entry_ids = map(list, zip(*came, strict=True))
        self.env.cr.execute(
            """
            UPDATE zadarma_event entry SET received_at = came.at
            FROM unnest(%s, %s) AS came(id, at) WHERE entry.id = came.id
            """,
            [entry_ids, moments],
        )
        self.env["zadarma.event"]._apply_now(self.account.id, sorted(set(ids)))
        self.env.cr.execute(
            """
            UPDATE zadarma_call call SET create_date = heard.first FROM (
                SELECT pbx_call_id, min(received_at) AS first FROM zadarma_event
                WHERE pbx_call_id = ANY(%s) AND source = 'notification' GROUP BY 1
            ) heard
            WHERE call.pbx_call_id = heard.pbx_call_id AND call.create_date = %s
            """,
            [ids, self.now],
        )
        self.env.invalidate_all()

    def _send(self, request):
        """A page of the statistics as they are, or trouble; then time goes on."""
        asked = {
            name: text for name, [text] in parse_qs(urlsplit(request.url).query).items()
        }
        place = asked["start"], int(asked["skip"])
        self.first = self.first or place
        response = requests.Response()
        response.status_code, text = 200, ""
        if self._happens(0.02):
            response.status_code = 401
            text = '{"status":"error","message":"Not authorized"}'
        elif self._happens(0.12):
            trouble = self.dice.choice(TROUBLES)
            if not trouble:
                raise requests.ConnectionError("no route")
            response.status_code, text = trouble
        else:
            if place == self.first:
                self.asked = self.now
            page = self.pbx.page(
                self.now, place[0], asked["end"], place[1], int(asked["limit"])
            )
            text = json.dumps({"status": "success", "stats": page})
            self.now += self.dice.choice((0, 1, 420)) * world.SECOND
            self.frozen.move_to(self.now)
        response._content = text.encode()
        return response

    def _read(self, run):
        """Have the job come until the run is done, whatever is in its way."""
        for _time in range(200):
            self.env["zadarma.limiter"].search([]).log = False
            self.env.flush_all()
            self.told_until, self.working = self.now, True
            with contextlib.suppress(Killed), self.registry.cursor() as cr:
                self.env(cr=cr)["zadarma.reconciliation"]._cron_reconcile()
            self.working = False
            self.env.invalidate_all()
            if run.state == "done":
                return
            if run.state == "failed":
                self.assertIn("key and secret", run.error)
                run.action_retry()
            self._move_to(max(self.now + MINUTE, run.next_at or self.now))
        self.fail("it never ends")

    # -- what must come of it --------------------------------------------------------

    def _compare_with_statistics(self, plan):
        before = self._log()
        doubted = {one for one, call in before.items() if call.in_doubt}
        complete = self.account.reconciled_until
        run = self._runs().create(
            {
                "account_id": self.account.id,
                "date_from": plan.since,
                "date_to": plan.until,
            }
        )
        self.first = self.asked = None
        self.cut_off = False
        self._read(run)
        seen = world.Comparison(
            plan.since, plan.until, self.asked, self.told_until, self.now
        )
        after = self._log()
        self.assertLessEqual(after.keys(), {call.id for call in self.pbx.calls})
        self.assertLessEqual(before.keys(), after.keys(), "a call is gone")
        for call in self.pbx.calls:
            self._compare_call(seen, call, after.get(call.id), doubted)
        self._compare_figures(seen, run, before, after, doubted)
        if not complete or plan.since <= complete < plan.until:
            complete = plan.until
        self.assertEqual(self.account.reconciled_until, complete)

    def _compare_call(self, seen, call, known, doubted):
        if seen.must_know(call):
            self.assertTrue(known, "it was not added")
            truth = call.truth()
            said = {name: known[name] or False for name in truth}
            self.assertEqual(said, truth, call)
            starts = call.starts(seen.told, listed=True)
            self.assertIn(known.date_start, starts, call)
        elif not known:
            self.assertFalse(call.heard_until(seen.told))
        elif known.confirmed:
            self.assertLessEqual(call.listed, seen.finished)
            self.assertFalse(known.in_doubt)
        elif not call.listed or not seen.asked < call.listed <= seen.finished:
            expected = seen.doubts(call, call.id in self.closed)
            if expected is not None:
                expected = expected or call.id in doubted
                self.assertEqual(known.in_doubt, expected, (seen, call))

    def _compare_figures(self, seen, run, before, after, doubted):
        new = {
            call.id
            for call in self.pbx.calls
            if call.id in after.keys() - before.keys()
            and not call.heard_until(seen.told)
        }
        if self.cut_off:
            # between what was done and the note of it
            self.assertLessEqual(run.added, len(new))
        else:
            self.assertEqual(run.added, len(new))
        now = {one for one, call in after.items() if call.in_doubt}
        self.assertEqual(run.doubted, len(now - doubted))
        least, most = seen.rows(self.pbx)
        self.assertTrue(least <= run.rows <= most, (least, run.rows, most))
        self.assertEqual((run.progress, run.error, run.place), (100, False, False))
