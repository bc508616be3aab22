# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time

from .common import DID, answered_call, missed_call
from .test_waiting_caller import WaitingCase, at, outgoing_call

PERIOD = {
    "start_datetime": datetime(2026, 10, 5),
    "end_datetime": datetime(2026, 10, 6),
}


class TestCallReport(WaitingCase):
    def setUp(self):
        super().setUp()
        self.supervisor.tz = "Asia/Tokyo"
        end = answered_call(pbx_call_id="in_3")
        self._play(
            at(1, *missed_call("101")),
            at(2, *missed_call("102", pbx_call_id="in_2", caller_id="380443645713")),
            at(5, *end),
            at(6, *outgoing_call("no answer")),
        )
        self.report = self.env["zadarma.call.report"].with_user(self.supervisor)

    def test_figures(self):
        dashboard = self.report.dashboard(7)
        figures = dashboard["figures"]
        self.assertEqual(figures["calls"], 4)
        self.assertEqual(figures["incoming"], 3)
        self.assertEqual(figures["outgoing"], 1)
        self.assertEqual(figures["missed"], 2)
        self.assertAlmostEqual(figures["answer_rate"], 1 / 3)
        self.assertAlmostEqual(figures["missed_share"], 2 / 3)
        # of the one that was called back
        self.assertEqual(figures["time_to_call_back"], 4)
        self.assertAlmostEqual(figures["talk"], 42 / 60)
        self.assertEqual(dashboard["waiting"], {"all": 1, "overdue": 0})

    def test_days_and_hours_are_the_user_s(self):
        dashboard = self.report.dashboard(7)
        self.assertEqual(len(dashboard["days"]), 7)
        day, hour = dashboard["days"][-1], dashboard["hours"][20]
        # what a bar opens is compared with what it counts in test_figures.py
        self.assertEqual(
            {name: day[name] for name in day.keys() - {"domain"}},
            {"label": "Oct 5", "answered": 1, "missed": 2, "outgoing": 1},
        )
        # 11:00 UTC
        self.assertEqual(
            {name: hour[name] for name in hour.keys() - {"domain"}},
            {"label": "20:00", "answered": 1, "missed": 2},
        )
        kyiv = self.report.with_context(tz="Europe/Kyiv")
        self.assertEqual(kyiv.dashboard(1)["hours"][14]["missed"], 2)
        [(weekday, count)] = self.report._read_group([], ["weekday"], ["__count"])
        self.assertEqual((weekday, count), ("1", 4))

    def test_period_begins_at_the_user_s_midnight(self):
        with freeze_time("2026-10-05 15:00:01"):
            # it is Tuesday in Tokyo
            self.assertEqual(self.report.dashboard(1)["figures"]["calls"], 0)
            self.assertEqual(self.report.dashboard(2)["figures"]["calls"], 4)

    def test_people(self):
        [own, other] = sorted(
            self.report.dashboard(1)["people"], key=lambda row: row["name"]
        )
        self.assertEqual(own["name"], self.employee.name)
        self.assertEqual((own["calls"], own["answered"], own["missed"]), (3, 1, 1))
        self.assertEqual((other["calls"], other["missed"]), (1, 1))

    def test_own_numbers_by_name(self):
        did = self.env["zadarma.did"].search([("number", "=", f"+{DID}")])
        did.name = "Shop"
        [line] = self.report.dashboard(1)["lines"]
        self.assertEqual(line["name"], f"+{DID} Shop")
        self.assertEqual((line["calls"], line["answered"], line["missed"]), (3, 1, 2))
        behind = self.report.calls_behind(
            "calls", "2026-10-05", "2026-10-06", line["domain"]
        )
        self.assertEqual(self.env["zadarma.call"].search_count(behind["domain"]), 3)

    def test_what_is_no_figure(self):
        calls = self.env["zadarma.call"].search([("result", "=", "missed")])
        calls[0].in_doubt = True
        self.env.flush_all()
        self.assertEqual(self.report.dashboard(1)["figures"]["calls"], 3)

    def test_a_period_that_is_none_is_refused_in_words(self):
        for days in (0, -1, 367, 10**9):
            with self.assertRaisesRegex(UserError, "1 day to this many days: 366"):
                self.report.dashboard(days)

    def test_nothing_happened(self):
        self._forget()
        figures = self.report.dashboard(1)["figures"]
        self.assertEqual(figures["calls"], 0)
        self.assertFalse(figures["answer_rate"])

    def test_only_supervisors(self):
        with self.assertRaises(AccessError):
            self.env["zadarma.call.report"].with_user(self.agent).dashboard(1)

    def test_other_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.supervisor.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        report = self.env(user=self.supervisor.id)["zadarma.call.report"]
        self.assertEqual(report.dashboard(1)["figures"]["calls"], 0)

    def test_export(self):
        self.supervisor.group_ids |= self.env.ref("base.group_allow_export")
        rows = self.report.search([]).export_data(["number", "result", "hour"])["datas"]
        self.assertEqual(len(rows), 4)
        self.assertIn(["+380443645713", "Missed", "20:00"], rows)

    def test_digest(self):
        digest = self.env["digest.digest"].create(
            {"name": "Daily", "company_id": self.company.id}
        )
        digest = digest.with_context(**PERIOD)
        own = digest.with_user(self.supervisor).sudo(False)
        self.assertEqual(own.kpi_zadarma_calls_value, 4)
        self.assertEqual(own.kpi_zadarma_missed_value, 2)
        self.assertEqual(own.kpi_zadarma_waiting_value, 1)
        with self.assertRaises(AccessError):
            digest.with_user(self.agent)._compute_kpi_zadarma_calls_value()
        with self.assertRaises(AccessError):
            digest.with_user(self.agent)._compute_kpi_zadarma_waiting_value()
        actions = digest._compute_kpis_actions(self.company, self.supervisor)
        for name in ("calls", "missed", "waiting"):
            xmlid = actions[f"kpi_zadarma_{name}"].split("?")[0]
            self.assertTrue(self.env.ref(xmlid))
