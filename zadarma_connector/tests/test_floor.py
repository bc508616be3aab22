# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib
import itertools
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from psycopg2 import errors

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common import (
    DID,
    ZadarmaCase,
    answered_call,
    as_request,
    incoming,
    missed_call,
    outgoing,
    wall_clock,
)
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
                "unregistered": False,
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


@tagged("post_install", "-at_install")
class TestFloorTelephones(PresenceCase):
    """Whether telephones are registered is asked while somebody looks, now and then."""

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time("2026-10-05 11:00:00"))
        for number, answer in (("101", "true"), ("102", "false")):
            path = f"/v1/pbx/internal/{number}/status/"
            self.zadarma.answers[path] = {"is_online": answer}

    def _run_job(self):
        """Run the job; the numbers of the extensions that Zadarma was asked about."""
        self.zadarma.requests = []
        self.env.flush_all()
        with self.enter_registry_test_mode(), as_request(self.env) as env:
            env["zadarma.account"]._cron_telephones()
        self.env.invalidate_all()
        return sorted(path.split("/")[4] for _verb, path, _ in self.zadarma.requests)

    def _unregistered(self):
        people = self.env["zadarma.floor"].with_user(self.agent).snapshot()["people"]
        return [one["unregistered"] for one in people]

    def _look(self):
        self.env["zadarma.floor"].with_user(self.agent).watch()

    def test_only_while_somebody_looks(self):
        self.assertEqual(self._run_job(), [])
        # whoever looks for a colleague in the dialler does not look at a floor
        self.env["zadarma.extension"].with_user(self.agent).watch()
        self.assertEqual(self._run_job(), [])
        self.assertEqual(self._unregistered(), [False, False])
        self._look()
        self.assertEqual(self._run_job(), ["101", "102"])
        self.assertEqual(self._unregistered(), [False, 0])
        self.clock.tick(timedelta(minutes=11))
        self.assertEqual(self._run_job(), [])
        self.assertEqual(self._unregistered(), [False, 11 * 60])

    def test_each_at_most_every_five_minutes(self):
        asked = []
        for _minute in range(21):
            self._look()
            asked += self._run_job()
            self.clock.tick(timedelta(minutes=1))
        self.assertEqual(asked.count("101"), 5)
        self.assertEqual(asked.count("102"), 5)

    def test_what_the_dialler_asked_is_not_asked_again(self):
        self.extension.write({"online": True, "online_at": fields.Datetime.now()})
        self._look()
        self.assertEqual(self._run_job(), ["102"])

    def test_one_that_is_gone_does_not_keep_others(self):
        self.zadarma.answers["/v1/pbx/internal/101/status/"] = (
            400,
            {},
            '{"status": "error", "message": "Wrong parameters"}',
        )
        self._look()
        self.assertEqual(self._run_job(), ["101", "102"])
        self.clock.tick(timedelta(minutes=1))
        self.assertEqual(self._run_job(), [])

    def test_no_more_than_a_few_at_once(self):
        self.env["zadarma.extension"].create(
            [
                {"account_id": self.account.id, "number": str(200 + number)}
                for number in range(20)
            ]
        )
        for number in range(200, 220):
            path = f"/v1/pbx/internal/{number}/status/"
            self.zadarma.answers[path] = {"is_online": "true"}
        asked = []
        for _minute in range(2):
            self._look()
            asked.append(self._run_job())
            self.clock.tick(timedelta(minutes=1))
        self.assertEqual([len(one) for one in asked], [15, 7])
        self.assertEqual(len({*asked[0], *asked[1]}), 22)

    def test_a_floor_is_told_of_what_changed(self):
        self._look()
        self._run_job()
        self._messages()
        self.clock.tick(timedelta(minutes=6))
        self._run_job()
        self.assertEqual(self._messages(), [])
        path = "/v1/pbx/internal/102/status/"
        self.zadarma.answers[path] = {"is_online": "true"}
        self._look()
        self.clock.tick(timedelta(minutes=6))
        self._run_job()
        self.assertEqual(len(self._messages()), 1)


@tagged("post_install", "-at_install")
class TestLongWaits(PresenceCase):
    """A supervisor hears who waits for long while people are free, once."""

    def setUp(self):
        super().setUp()
        self._notify(*missed_call("101", call_start=wall_clock(timedelta(minutes=20))))
        self._follow_up()
        self.caller = self.env["zadarma.waiting.caller"].search([])
        self.assertEqual(self.caller.state, "open")

    def _follow_up(self):
        self.env.flush_all()
        with self.enter_registry_test_mode(), as_request(self.env) as env:
            env["zadarma.call"]._cron_follow_up()
        self.env.invalidate_all()

    def _told(self):
        """Run the job; what supervisors were told by it."""
        last = self.env["mail.message"].search([], limit=1, order="id desc").id
        self.env.flush_all()
        with self.enter_registry_test_mode(), as_request(self.env) as env:
            env["zadarma.account"]._cron_long_waits()
        self.env.invalidate_all()
        return self.env["mail.message"].search(
            [("id", ">", last), ("partner_ids", "in", self.supervisor.partner_id.ids)]
        )

    def test_once_while_people_are_free(self):
        told = self._told()
        self.assertEqual(len(told), 1)
        self.assertIn(self.caller.display_name, told.subject)
        self.assertIn(self.employee.name, told.body)
        self.assertFalse(self._told())

    def test_not_while_nobody_is_free(self):
        until = fields.Datetime.now() + timedelta(hours=1)
        (self.agent | self.colleague).zadarma_away_until = until
        self.assertFalse(self._told())
        self.colleague.zadarma_away_until = False
        told = self._told()
        self.assertIn(self.other_employee.name, told.body)
        self.assertNotIn(self.employee.name, told.body)

    def test_not_before_the_account_s_limit(self):
        self.account.long_wait_minutes = 30
        self.assertFalse(self._told())
        self.account.long_wait_minutes = 0
        self.assertFalse(self._told())
        self.account.long_wait_minutes = 19
        self.assertTrue(self._told())

    def test_not_of_who_was_spoken_to(self):
        now = wall_clock()
        self._notify(outgoing("NOTIFY_OUT_START", call_start=now))
        self._notify(
            outgoing(
                "NOTIFY_OUT_END",
                call_start=now,
                duration="42",
                disposition="answered",
            )
        )
        self._follow_up()
        self.assertNotEqual(self.caller.state, "open")
        self.assertFalse(self._told())


@tagged("post_install", "-at_install")
class TestFloorCounts(PresenceCase):
    """Fifty people, two hundred calls: what a floor costs, and that it costs nothing
    while none is open."""

    CALLS = 200

    def _calls(self):
        """The notifications of an hour's calls, one list for each."""
        employees = self.env["hr.employee"].create(
            [{"name": f"Person {number}"} for number in range(48)]
        )
        extensions = self.env["zadarma.extension"].create(
            [
                {
                    "account_id": self.account.id,
                    "number": str(200 + number),
                    "employee_id": employee.id,
                }
                for number, employee in enumerate(employees)
            ]
        )
        numbers = ["101", "102", *extensions.mapped("number")]
        now = datetime.now(UTC)
        hour = [
            wall_clock(timedelta(seconds=18 * one), now) for one in range(self.CALLS)
        ]
        return [
            [
                {**params, "call_start": began}
                for params in answered_call(
                    numbers[one % 50], f"in_{one:040}", f"1458313316.{one:06}"
                )[:4]
            ]
            for one, began in enumerate(reversed(hour))
        ]

    def test_one_message_for_a_change_and_none_while_nobody_looks(self):
        calls = self._calls()
        watched, unwatched = calls[: self.CALLS // 2], calls[self.CALLS // 2 :]
        self._watch()
        self._notify(*watched[0])
        self._messages()
        for params in itertools.chain.from_iterable(watched[1:]):
            self._notify(params)
            self.assertEqual(len(self._messages()), 1, params["event"])
        self.account.presence_until = False
        models = [self.env[name] for name in ("zadarma.extension", "zadarma.floor")]
        with contextlib.ExitStack() as stack:
            asked = [
                stack.enter_context(patch.object(type(model), name))
                for model, name in zip(models, ("_parts", "snapshot"), strict=True)
            ]
            self._notify(*itertools.chain.from_iterable(unwatched))
            self.assertEqual(self._messages(), [])
            for one in asked:
                one.assert_not_called()
