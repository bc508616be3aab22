# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from psycopg2 import errors

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import DID, ZadarmaCase, answered_call, incoming, missed_call, outgoing
from .test_presence import PresenceCase

OTHER_CALLER = "+442037691999"


@tagged("post_install", "-at_install")
class TestFloor(PresenceCase):
    """What the floor tells, and whom."""

    def _snapshot(self, user=None):
        self.env.invalidate_all()
        return self.env["zadarma.floor"].with_user(user or self.supervisor).snapshot()

    def _calls(self, user=None):
        return self._snapshot(user)["calls"]

    # -- people ------------------------------------------------------------------

    def test_people_and_what_they_do(self):
        self.colleague.zadarma_away_until = fields.Datetime.now() + timedelta(hours=1)
        self._notify(*answered_call()[:3])
        self._pass(seconds=75)
        mine, theirs = self._snapshot(self.agent)["people"]
        self.assertAlmostEqual(mine.pop("seconds"), 75, delta=3)
        self.assertEqual(
            mine,
            {
                "id": self.extension.id,
                "number": "101",
                "name": self.employee.name,
                "presence": "talking",
                "until": False,
            },
        )
        self.assertEqual(theirs["presence"], "away")
        self.assertEqual(
            theirs["until"],
            fields.Datetime.to_string(self.colleague.zadarma_away_until),
        )

    def test_whoever_is_nobody_yet_has_zadarma_s_name(self):
        self.extension.write({"employee_id": False, "user_id": False, "name": "Fax"})
        self.assertEqual(self._snapshot()["people"][0]["name"], "Fax")

    def test_other_companies_and_archived_accounts_are_elsewhere(self):
        company = self.env["res.company"].create({"name": "Other"})
        stranger = self._agent(
            "stranger", company_id=company.id, company_ids=[(6, 0, company.ids)]
        )
        self._notify(*answered_call()[:3])
        snapshot = self._snapshot(stranger)
        self.assertEqual((snapshot["people"], snapshot["calls"]), ([], []))
        self.assertEqual(snapshot["figures"]["service_seconds"], [])
        self.account.active = False
        self.assertEqual(self._snapshot()["people"], [])

    def test_only_whoever_may_see_calls_sees_it(self):
        outsider = new_test_user(self.env, "outsider", "base.group_user")
        with self.assertRaisesRegex(AccessError, "users of the telephony"):
            self._snapshot(outsider)

    # -- calls -------------------------------------------------------------------

    def test_a_call_that_rings_and_is_answered(self):
        did = self.env["zadarma.did"].search([("number", "=", f"+{DID}")])
        self._notify(incoming("NOTIFY_START"))
        [call] = self._calls()
        self.assertEqual((call["state"], call["people"]), ("ringing", []))
        self.assertEqual(call["line"], did.name or "+44 20 3769 1881")
        did.name = "Sales"
        call = self._notify(*missed_call("101", "102")[1:3])
        [told] = self._calls()
        self.assertEqual(
            [one["number"] for one in told["people"]], ["101", "102"], "both ring"
        )
        self.assertEqual(told["line"], "Sales")
        self._notify(answered_call("102")[2])
        [told] = self._calls()
        self.assertEqual(
            {name: told[name] for name in ("id", "name", "number", "state", "people")},
            {
                "id": call.id,
                "name": self.partner.display_name,
                "number": "+44 20 3769 1880",
                "state": "in_progress",
                "people": [{"name": self.other_employee.name, "number": "102"}],
            },
        )
        self._notify(answered_call("102")[3])
        self.assertEqual(self._calls(), [])

    def test_a_stranger_is_a_number(self):
        self._notify(incoming("NOTIFY_START", caller_id=OTHER_CALLER))
        [call] = self._calls()
        self.assertEqual((call["name"], call["number"]), ("+44 20 3769 1999", False))

    def test_an_agent_sees_no_customer_of_others(self):
        self._notify(*answered_call("102")[:3])
        [call] = self._calls(self.agent)
        self.assertEqual((call["id"], call["name"], call["number"]), (False,) * 3)
        self.assertEqual(call["people"][0]["name"], self.other_employee.name)
        [call] = self._calls(self.colleague)
        self.assertEqual(call["name"], self.partner.display_name)
        # of their own customer they do
        self.partner.user_id = self.agent
        [call] = self._calls(self.agent)
        self.assertEqual(call["name"], self.partner.display_name)

    def test_outgoing_and_internal_calls_have_no_line(self):
        self._notify(outgoing("NOTIFY_OUT_START"))
        [call] = self._calls()
        self.assertEqual((call["direction"], call["line"]), ("outgoing", False))
        self.assertEqual([one["number"] for one in call["people"]], ["101"])

    def test_calls_in_doubt_and_requests_are_not_shown(self):
        call = self._notify(incoming("NOTIFY_START"))
        call.in_doubt = True
        self.assertEqual(self._calls(), [])
        call.write({"in_doubt": False, "state": "requested"})
        self.assertEqual(self._calls(), [])

    # -- who waits ---------------------------------------------------------------

    def test_who_waits_is_told_by_who_is_due_first(self):
        callers = self.env["zadarma.waiting.caller"]
        self.assertEqual(
            self._snapshot()["waiting"], {"all": 0, "overdue": 0, "callers": []}
        )
        now = fields.Datetime.now()
        for number, due in (("+4930901820", 10), (OTHER_CALLER, -5)):
            callers.create(
                {
                    "company_id": self.company.id,
                    "account_id": self.account.id,
                    "number": number,
                    "state": "open",
                    "date_since": now - timedelta(minutes=30),
                    "date_due": now + timedelta(minutes=due),
                }
            )
        waiting = self._snapshot(self.agent)["waiting"]
        self.assertEqual((waiting["all"], waiting["overdue"]), (2, 1))
        first, second = waiting["callers"]
        self.assertEqual((first["name"], first["holder"]), ("+44 20 3769 1999", ""))
        self.assertAlmostEqual(first["seconds"], 1800, delta=5)
        self.assertAlmostEqual(first["due"], -300, delta=5)
        self.assertAlmostEqual(second["due"], 600, delta=5)

    def test_a_change_of_who_waits_is_told(self):
        self._watch()
        caller = self.env["zadarma.waiting.caller"].create(
            {
                "company_id": self.company.id,
                "account_id": self.account.id,
                "number": OTHER_CALLER,
                "state": "open",
                "date_since": fields.Datetime.now(),
                "date_due": fields.Datetime.now(),
            }
        )
        self.assertEqual(len(self._messages()), 1)
        caller.state = "attempted"
        self.assertEqual(len(self._messages()), 1)


@tagged("post_install", "-at_install")
class TestFloorFigures(ZadarmaCase):
    """How today went: what the dashboard says of it, and more."""

    def _call(self, result, wait, ago=timedelta(), **values):
        self.env["zadarma.call"].create(
            {
                "account_id": self.account.id,
                "direction": "incoming",
                "state": "ended",
                "result": result,
                "wait_duration": wait,
                "date_start": fields.Datetime.now() - ago,
                **values,
            }
        )

    def _figures(self, user=None):
        users = user or self.agent
        return self.env["zadarma.floor"].with_user(users).snapshot()["figures"]

    def test_nothing_yet(self):
        figures = self._figures()
        self.assertEqual(figures.pop("service_seconds"), [20])
        self.assertFalse(any(figures.values()))
        self.assertIsNone(figures["in_time"] or None)

    def test_today_is_told_to_all(self):
        self._call("answered", 5)
        self._call("answered", 20)
        self._call("answered", 21)
        self._call("missed", 60, callback_state="done", time_to_call_back=600)
        # nobody could have answered whom a rule rejected
        self._call("rejected", 0)
        self._call("answered", 500, ago=timedelta(days=2))
        self._call("no_answer", 90, direction="outgoing")
        figures = self._figures()
        self.assertEqual((figures["incoming"], figures["missed"]), (5, 1))
        self.assertAlmostEqual(figures["answer_rate"], 3 / 5)
        self.assertAlmostEqual(figures["in_time"], 2 / 4)
        self.assertAlmostEqual(figures["wait"], (5 + 20 + 21 + 60) / 5)
        self.assertEqual(figures["longest_wait"], 60)
        self.assertAlmostEqual(figures["time_to_call_back"], 10)
        dashboard = self.env["zadarma.call.report"].with_user(self.supervisor)
        told = dashboard.dashboard(1)["figures"]
        for name in figures.keys() & told.keys():
            self.assertEqual(figures[name], told[name], name)

    def test_each_account_has_its_own_time(self):
        self.account.service_seconds = 60
        self._call("answered", 60)
        self._call("answered", 61)
        self.env.flush_all()
        self.assertAlmostEqual(self._figures()["in_time"], 1 / 2)
        self.assertEqual(self._figures()["service_seconds"], [60])

    def test_an_absurd_time_is_refused(self):
        for seconds in (0, -1, 3601):
            with (
                self.assertRaises(errors.CheckViolation),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.account.service_seconds = seconds
                self.env.flush_all()
