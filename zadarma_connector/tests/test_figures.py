# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every figure equals a count that was made without the database.

The oracle counts over plain dicts as the manual tells, in nine time zones, three of
which change their clocks at midnight. ``ZADARMA_FIGURES`` says how many periods are
compared, ``ZADARMA_SEED`` the first seed.
"""

import json
import random
from datetime import datetime, time, timedelta
from statistics import mean
from zoneinfo import ZoneInfo

from odoo.tests import freeze_time, tagged

from .common import ZadarmaCase, seeds

PERIODS = seeds("ZADARMA_FIGURES", 9)
UTC = ZoneInfo("UTC")
ZONES = (
    *("UTC", "Europe/Kyiv", "Asia/Tokyo", "America/New_York", "Asia/Kathmandu"),
    # midnight is skipped, or comes twice
    *("Africa/Cairo", "America/Santiago", "America/Havana", "Pacific/Auckland"),
)
#: What the days of a period may be: on both sides of clocks that change.
NOWS = (
    *(datetime(2026, 3, 10, 3, 30), datetime(2026, 4, 7, 23, 59, 59)),
    *(datetime(2026, 4, 26, 9), datetime(2026, 9, 8, 21, 5)),
    *(datetime(2026, 10, 5, 11, 10), datetime(2026, 11, 3, 4, 59, 59)),
)
RESULTS = {
    "incoming": ("answered", "missed", "rejected"),
    "outgoing": ("answered", "no_answer", "busy", "cancelled", "failed"),
    "internal": ("answered", "no_answer"),
}


@tagged("post_install", "-at_install")
class TestFigures(ZadarmaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_account = cls.env["zadarma.account"].create(
            {
                "name": "Other account",
                "company_id": cls.env["res.company"].create({"name": "Other"}).id,
            }
        )
        cls.digest = cls.env["digest.digest"].create(
            {"name": "Daily", "company_id": cls.company.id}
        )

    def test_every_figure_equals_an_independent_count(self):
        self.compared = 0
        for seed in PERIODS:
            zone = ZONES[seed % len(ZONES)]
            self.case = (seed, zone)
            self._compare(random.Random(seed), zone)
        # a list that lost its figures would agree with nothing
        self.assertGreater(self.compared, 100 * len(PERIODS))

    def _compare(self, rng, zone):
        now, days = rng.choice(NOWS), rng.choice((1, 7, 30))
        self.env["zadarma.call"].search([]).unlink()
        local = ZoneInfo(zone)
        today = now.replace(tzinfo=UTC).astimezone(local).date()
        first = today - timedelta(days=days - 1)
        edges = [
            datetime.combine(day, time.min, local).astimezone(UTC).replace(tzinfo=None)
            for day in (first, today, today + timedelta(days=1))
        ]
        calls = [self._call(rng, now, edges) for _number in range(rng.randrange(80))]
        calls = [call for call in calls if self._is_counted(call)]
        self.env.flush_all()
        self.supervisor.tz = zone
        for call in calls:
            call["local"] = call["date_start"].replace(tzinfo=UTC).astimezone(local)
        period = [call for call in calls if first <= call["local"].date() <= today]
        with freeze_time(now):
            self._compare_dashboard(period, days, today)
            self._compare_statistics(calls, zone)
            self._compare_digest(calls, now, days)

    def _call(self, rng, now, edges):
        """A random call, made; what is true of it.

        :param edges: when days begin with which the period begins, ends, or may
        """
        direction = rng.choice(("incoming", "incoming", "outgoing", "internal"))
        result = rng.choice(RESULTS[direction])
        ended = rng.random() < 0.9
        back = result == "missed" and rng.choice((False, "open", "done", "not_needed"))
        call = {
            "account_id": rng.choice((self.account,) * 5 + (self.other_account,)).id,
            "direction": direction,
            "state": "ended" if ended else "in_progress",
            "result": result if ended and rng.random() < 0.95 else False,
            "in_doubt": rng.random() < 0.1,
            "date_start": now - timedelta(seconds=rng.randrange(32 * 86400)),
            "duration": rng.randrange(600),
            "wait_duration": rng.randrange(60),
            "callback_state": back,
            "time_to_call_back": rng.randrange(1, 9000) if back == "done" else 0,
            **self._person(rng),
        }
        if rng.random() < 0.5:
            # at the edges of today, wherever that is
            hours = timedelta(hours=rng.randrange(-24, 24))
            whole = now.replace(minute=0, second=0) + hours
            edge = rng.choice((whole, *edges))
            call["date_start"] = edge - timedelta(seconds=rng.choice((0, 1)))
        self.env["zadarma.call"].create(call)
        return call

    def _person(self, rng):
        """Nobody, or somebody as an employee, as a user, or as both."""
        employee, user = rng.choice(
            (
                (self.employee, self.agent),
                (self.other_employee, self.colleague),
                (self.env["hr.employee"], self.supervisor),
            )
        )
        links = {"employee_id": employee.id, "user_id": user.id}
        known = rng.choice(([], ["employee_id"], ["user_id"], list(links)))
        return {name: links[name] if name in known else False for name in links}

    def _name(self, call):
        """Who took part in a call."""
        for name in ("employee_id", "user_id"):
            if call[name]:
                people = self.env["zadarma.call"][name]
                return people.browse(call[name]).name
        return None

    def _is_counted(self, call):
        return (
            call["account_id"] == self.account.id
            and call["state"] == "ended"
            and call["result"]
            and call["direction"] != "internal"
            and not call["in_doubt"]
        )

    def _same(self, figure, counted, name):
        self.compared += 1
        self.assertAlmostEqual(figure or 0, counted, 6, (*self.case, name))

    # -- the oracle ----------------------------------------------------------------

    @staticmethod
    def _count(calls, **values):
        return len(
            [
                call
                for call in calls
                if all(call[name] == value for name, value in values.items())
            ]
        )

    def _figures(self, calls):
        """What the tiles say, by their names."""
        incoming = self._count(calls, direction="incoming")
        answered = self._count(calls, direction="incoming", result="answered")
        missed = self._count(calls, result="missed")
        called_back = [
            call["time_to_call_back"] / 60
            for call in calls
            if call["callback_state"] == "done"
        ]
        waits = [c["wait_duration"] for c in calls if c["direction"] == "incoming"]
        return {
            "calls": len(calls),
            "incoming": incoming,
            "outgoing": self._count(calls, direction="outgoing"),
            "missed": missed,
            "answer_rate": answered / incoming if incoming else 0,
            "missed_share": missed / incoming if incoming else 0,
            "wait": mean(waits) if waits else 0,
            "time_to_call_back": mean(called_back) if called_back else 0,
            "talk": self._talk(calls),
        }

    @staticmethod
    def _talk(calls):
        talks = [call["duration"] for call in calls if call["result"] == "answered"]
        return sum(talks) / 60

    # -- what is shown ---------------------------------------------------------------

    def _compare_dashboard(self, calls, days, today):
        report = self.env["zadarma.call.report"].with_user(self.supervisor)
        # as a program that names no zone; an environment remembers that of its user
        report = report.with_context(case=self.case)
        dashboard = report.dashboard(days)
        expected = self._figures(calls)
        for name, figure in dashboard["figures"].items():
            self._same(figure, expected[name], name)
        behind = {
            "calls": len(calls),
            "answer_rate": self._count(calls, direction="incoming", result="answered"),
            "missed": expected["missed"],
            "wait": expected["incoming"],
            "time_to_call_back": self._count(calls, callback_state="done"),
        }
        for tile, count in behind.items():
            self._same(self._listed(dashboard, tile), count, f"list of {tile}")
        self.assertEqual(len(dashboard["days"]), days)
        for ago, row in enumerate(reversed(dashboard["days"])):
            day = today - timedelta(days=ago)
            own = [call for call in calls if call["local"].date() == day]
            self._compare_bar(dashboard, row, own)
        for hour, row in enumerate(dashboard["hours"]):
            own = [call for call in calls if call["local"].hour == hour]
            self._compare_bar(dashboard, row, own)
        names = [row["name"] for row in dashboard["people"]]
        self.assertCountEqual(names, {self._name(call) for call in calls} - {None})
        for row in dashboard["people"]:
            own = [call for call in calls if self._name(call) == row["name"]]
            self._same(row["calls"], len(own), "person")
            self._same(row["answered"], self._count(own, result="answered"), "answered")
            self._same(row["missed"], self._count(own, result="missed"), "missed")
            self._same(row["talk"], self._talk(own), "talk")
            self._same(self._listed(dashboard, "calls", row), len(own), "row's list")

    def _listed(self, dashboard, figure, row=None):
        """How many calls a figure opens, in the client of whoever looks."""
        period = dashboard["since"], dashboard["until"]
        # as it comes back from the browser
        domain = json.loads(json.dumps(row["domain"] if row else [], default=str))
        report = self.env["zadarma.call.report"].with_user(self.supervisor)
        action = report.calls_behind(figure, *period, domain)
        listed = self.env[action["res_model"]].with_user(self.supervisor)
        listed = listed.with_context(tz=self.supervisor.tz)
        return listed.search_count(action["domain"])

    def _compare_bar(self, dashboard, row, calls):
        expected = {
            "answered": self._count(calls, direction="incoming", result="answered"),
            "missed": self._count(calls, result="missed"),
            "outgoing": self._count(calls, direction="outgoing"),
        }
        for name in row.keys() - {"label", "domain"}:
            self._same(row[name], expected[name], (row["label"], name))
            listed = self._listed(dashboard, name, row) if calls else 0
            self._same(listed, expected[name], ("list of", row["label"], name))

    def _compare_statistics(self, calls, zone):
        report = self.env["zadarma.call.report"].with_user(self.supervisor)
        report = report.with_context(tz=zone)
        measures = ["__count", "incoming:sum", "outgoing:sum", "missed:sum", "talk:sum"]
        local = {
            "hour": lambda call: f"{call['local']:%H}",
            "weekday": lambda call: f"{call['local']:%u}",
            "date:day": lambda call: call["local"].date(),
        }
        for group, key in local.items():
            total = 0
            for value, *figures in report._read_group([], [group], measures):
                value = value.date() if group == "date:day" else value
                own = [call for call in calls if key(call) == value]
                total += len(own)
                expected = self._figures(own)
                for name, figure in zip(
                    ("calls", "incoming", "outgoing", "missed", "talk"),
                    figures,
                    strict=True,
                ):
                    self._same(figure, expected[name], (group, value, name))
            self._same(total, len(calls), group)
        self._same(report.search_count([]), len(calls), "list of statistics")

    def _compare_digest(self, calls, now, days):
        period = {"start_datetime": now - timedelta(days=days), "end_datetime": now}
        own = [
            call
            for call in calls
            if period["start_datetime"] <= call["date_start"] < now
        ]
        digest = self.digest.with_context(**period)
        digest = digest.with_user(self.supervisor).sudo(False)
        digest.invalidate_recordset()
        self._same(digest.kpi_zadarma_calls_value, len(own), "digest: calls")
        missed = self._count(own, result="missed")
        self._same(digest.kpi_zadarma_missed_value, missed, "digest: missed")
