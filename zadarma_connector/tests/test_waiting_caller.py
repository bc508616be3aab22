# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import timedelta
from itertools import permutations
from unittest.mock import patch

from psycopg2 import OperationalError, errors

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import (
    CALLER,
    ZadarmaCase,
    answered_call,
    incoming,
    missed_call,
    outgoing,
    receive,
)

#: A Monday.
NOW = "2026-10-05 11:10:00"
TYPE = "zadarma_connector.mail_activity_type_call_back"
FOLLOW_UP = "odoo.addons.zadarma_connector.models.follow_up"


def at(minute, *notifications):
    """A call as if it had begun so many minutes after 14:00 in Kyiv, 11:00 UTC."""
    return [
        {**params, "call_start": f"2026-10-05 14:{minute:02}:00"}
        if "call_start" in params
        else params
        for params in notifications
    ]


def outgoing_call(disposition="answered", pbx_call_id="out_1"):
    return [
        outgoing("NOTIFY_OUT_START", pbx_call_id),
        outgoing("NOTIFY_OUT_END", pbx_call_id, duration="42", disposition=disposition),
    ]


@tagged("post_install", "-at_install")
class WaitingCase(ZadarmaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "Europe/Kyiv"
        cls.supervisor.group_ids -= cls.env.ref("base.group_system")

    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time(NOW))
        self.enterContext(self.enter_registry_test_mode())

    def _notify(self, *notifications, account=None):
        for params in notifications:
            receive(account or self.account, params)

    def _play(self, *calls):
        """Deliver calls and do what follows from them."""
        for notifications in calls:
            self._notify(*notifications)
        self._run_job()

    def _run_job(self, name="cron_follow_up"):
        self.env.flush_all()
        self.env.ref(f"zadarma_connector.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def _forget(self):
        """Delete all calls, and what was told of them and followed from them."""
        self.env["zadarma.call"].search([]).unlink()
        self.env["zadarma.event"].search([]).unlink()
        self._run_job()

    @property
    def _caller(self):
        return self.env["zadarma.waiting.caller"].search([])

    @property
    def _tasks(self):
        return self.env["mail.activity"].search(
            [("activity_type_id", "=", self.env.ref(TYPE).id)]
        )

    def _states(self):
        calls = self.env["zadarma.call"].search(
            [("account_id", "=", self.account.id)], order="date_start, id"
        )
        return [call.callback_state for call in calls]


class TestWaiting(WaitingCase):
    def test_missed_call_opens_a_task(self):
        self.partner.user_id = self.colleague
        self._play(at(1, *missed_call("101")))
        self.assertEqual(self._states(), ["open"])
        caller = self._caller
        self.assertEqual(caller.number, CALLER)
        self.assertEqual(caller.partner_id, self.partner)
        self.assertEqual(caller.state, "open")
        self.assertEqual(caller.missed_count, 1)
        task = self._tasks
        self.assertEqual(task.res_id, caller.id)
        self.assertEqual(task.user_id, self.colleague)
        self.assertEqual(task.summary, "Call back +44 20 3769 1880")
        self.assertEqual(
            caller.date_since, fields.Datetime.to_datetime("2026-10-05 11:01:00")
        )
        self.assertEqual(caller.date_due, caller.date_since + timedelta(hours=1))
        self.assertEqual(task.date_deadline, caller.date_due.date())

    def test_one_task_for_each_caller(self):
        self._play(
            at(1, *missed_call("101")),
            at(2, *missed_call("101", pbx_call_id="in_2")),
            at(3, *missed_call("101", pbx_call_id="in_3", caller_id="380443645713")),
        )
        self.assertEqual(self._states(), ["open"] * 3)
        self.assertEqual(len(self._tasks), 2)
        by_number = self._caller.grouped("number")
        self.assertEqual(by_number[CALLER].missed_count, 2)

    def test_answered_in_either_direction(self):
        for served in (answered_call("102", "in_2"), outgoing_call()):
            with self.subTest(served[0]["event"]):
                self._play(at(1, *missed_call("101")))
                self.assertEqual(len(self._tasks), 1)
                self._play(at(5, *served))
                self.assertFalse(self._tasks)
                self.assertEqual(self._caller.state, "done")
                missed = self.env["zadarma.call"].search([("result", "=", "missed")])
                self.assertEqual(missed.callback_state, "done")
                self.assertEqual(missed.time_to_call_back, 240)
                self._forget()
                self.assertFalse(self._caller)

    def test_attempts_are_shown(self):
        self._play(
            at(1, *missed_call("101")),
            at(2, *outgoing_call("no answer")),
            at(3, *outgoing_call("busy", "out_2")),
        )
        self.assertEqual(self._states(), ["attempted", False, False])
        self.assertEqual(self._caller.attempt_count, 2)
        self.assertEqual(
            self._tasks.summary, "Call back +44 20 3769 1880 (attempts: 2)"
        )
        self._play(at(4, *missed_call("101", pbx_call_id="in_2")))
        self.assertEqual(self._caller.state, "open")
        self.assertEqual(len(self._tasks), 1)

    def test_menu_that_answers_serves_nobody(self):
        end = answered_call(pbx_call_id="in_2")[3]
        nobody = {"internal": "", "last_internal": ""}
        menu = [incoming("NOTIFY_START", "in_2"), {**end, **nobody}]
        self._play(at(1, *missed_call("101")), at(2, *menu))
        self.assertEqual(self._states(), ["open", False])

    def test_nobody_waits(self):
        own = {"caller_id": "101", "called_did": "102"}
        for name, call in {
            "hidden": missed_call("101", caller_id="Anonymous"),
            "answered": answered_call(),
            "colleague": missed_call("102", **own),
        }.items():
            with self.subTest(name):
                self._play(at(1, *call))
                self.assertFalse(self._tasks)
                self.assertFalse(any(self._states()))
                self._forget()

    def test_history_opens_no_task(self):
        self.account.follow_up_days = 1
        with freeze_time("2026-10-06 11:00:59"):
            self._play(at(1, *missed_call("101")))
        with freeze_time("2026-10-06 11:02:01"):
            late = missed_call("101", pbx_call_id="in_2", caller_id="380443645713")
            self._play(at(2, *late))
        self.assertEqual(self._states(), ["open", False])
        self.assertEqual(self._caller.number, CALLER)
        # what was a task once does not become history
        with freeze_time("2026-10-20 11:00:00"):
            self._play(at(3, *outgoing_call("busy")))
        self.assertEqual(self._states(), ["attempted", False, False])

    def test_call_that_statistics_do_not_know(self):
        self._play(at(1, *missed_call("101")))
        call = self.env["zadarma.call"].search([])
        call.in_doubt = True
        self._run_job()
        self.assertFalse(self._tasks)
        self.assertFalse(self._caller)
        self.assertEqual(self._states(), [False])

    def test_number_that_was_told_wrong_first(self):
        self._play(at(1, *missed_call("101")))
        call = self.env["zadarma.call"].search([])
        call.external_number = "+380443645713"
        self._run_job()
        self.assertEqual(self._caller.mapped("number"), ["+380443645713"])
        self.assertEqual(len(self._tasks), 1)

    def test_order_of_calls_changes_nothing(self):
        calls = {
            "missed": at(1, *missed_call("101")),
            "tried": at(2, *outgoing_call("no answer")),
            "again": at(3, *missed_call("102", pbx_call_id="in_2")),
            "served": at(4, *outgoing_call(pbx_call_id="out_2")),
            "other": at(5, *missed_call("101", pbx_call_id="in_3")),
        }
        orders = list(permutations(calls))
        for order in random.Random(1).sample(orders, 12):
            with self.subTest(order=order):
                # the job runs in between as it may
                for name in order:
                    self._play(calls[name])
                self.assertEqual(self._states(), ["done", False, "done", False, "open"])
                self.assertEqual(len(self._tasks), 1)
                self.assertEqual(self._caller.missed_count, 1)
                self.assertEqual(self._caller.attempt_count, 0)
                self._forget()
                self.assertFalse(self._tasks)

    def test_order_of_notifications_changes_nothing(self):
        served = at(4, *answered_call("101", "in_2"))
        notifications = [*at(1, *missed_call("101")), *served]
        for seed in range(8):
            with self.subTest(seed=seed):
                shuffled = random.Random(seed).sample(notifications, len(notifications))
                for params in shuffled:
                    self._play([params])
                self.assertEqual(self._states(), ["done", False])
                self.assertFalse(self._tasks)
                self._forget()

    def test_two_companies(self):
        other = self.env["res.company"].create(
            {"name": "Other", "country_id": self.company.country_id.id}
        )
        account = self.env["zadarma.account"].create(
            {"name": "Other", "company_id": other.id, "tz": "Europe/Kyiv"}
        )
        self._play(at(1, *missed_call("101")))
        self._notify(*at(2, *answered_call(pbx_call_id="in_2")), account=account)
        self._run_job()
        self.assertEqual(self._caller.company_id, self.company)
        self.assertEqual(self._caller.state, "open")
        self.colleague.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        self.assertFalse(
            self.env["zadarma.waiting.caller"].with_user(self.colleague).search([])
        )

    def test_working_hours(self):
        self.account.waiting_minutes = 90
        calendar = self.company.resource_calendar_id
        calendar.tz = "UTC"
        for since, due in (
            ("2026-10-05 09:00:00", "2026-10-05 10:30:00"),
            # over lunch, after hours, at the weekend
            ("2026-10-05 11:30:00", "2026-10-05 14:00:00"),
            ("2026-10-05 20:00:00", "2026-10-06 09:30:00"),
            ("2026-10-09 16:30:00", "2026-10-12 09:00:00"),
        ):
            with self.subTest(since):
                due_at = self.account._waiting_due(fields.Datetime.to_datetime(since))
                self.assertEqual(fields.Datetime.to_string(due_at), due)
        calendar.attendance_ids.unlink()
        since = fields.Datetime.to_datetime("2026-10-05 20:00:00")
        self.assertEqual(
            self.account._waiting_due(since), since + timedelta(minutes=90)
        )

    def test_settings(self):
        with self.assertRaises(errors.CheckViolation), mute_logger("odoo.sql_db"):
            self.account.waiting_minutes = 0
            self.env.flush_all()
        self.account.follow_up_days = 0
        self._play(at(1, *missed_call("101")))
        self.assertEqual(self._states(), [False])


class TestTasks(WaitingCase):
    def test_whose_task(self):
        self._play(at(1, *missed_call("102")))
        caller = self._caller
        self.assertEqual(self._tasks.user_id, self.colleague)
        self.account.waiting_user_id = self.supervisor
        self.assertEqual(caller._responsible(), self.supervisor)
        company = self.env["res.partner"].create(
            {"name": "Bakeries", "user_id": self.agent.id}
        )
        self.partner.parent_id = company
        self.assertEqual(caller._responsible(), self.agent)
        self.partner.user_id = self.colleague
        self.assertEqual(caller._responsible(), self.colleague)
        # who cannot see it gets no task
        self.colleague.group_ids -= self.env.ref("zadarma_connector.group_zadarma_user")
        self.assertEqual(caller._responsible(), self.supervisor)
        self.colleague.active = self.supervisor.active = False
        self.assertTrue(
            caller._responsible().has_group(
                "zadarma_connector.group_zadarma_supervisor"
            )
        )

    def test_those_who_were_rung_share_the_tasks(self):
        for number in range(4):
            self._play(
                at(
                    number,
                    *missed_call(
                        "101",
                        "102",
                        pbx_call_id=f"in_{number}",
                        caller_id=f"44203769189{number}",
                    ),
                )
            )
        users = [task.user_id for task in self._tasks]
        self.assertEqual(users.count(self.agent), 2)
        self.assertEqual(users.count(self.colleague), 2)

    def test_overdue_task_goes_to_a_supervisor_once(self):
        self._play(at(1, *missed_call("101")))
        self._run_job("cron_overdue")
        self.assertEqual(self._tasks.user_id, self.agent)
        with freeze_time("2026-10-05 12:01:01"):
            self.assertTrue(self._caller.is_overdue)
            self._run_job("cron_overdue")
            self.assertEqual(self._tasks.user_id, self.supervisor)
            self.assertTrue(self._caller.escalated)
            self._tasks.user_id = self.agent
            self._run_job("cron_overdue")
        self.assertEqual(self._tasks.user_id, self.agent)

    def test_overdue_task_goes_to_one_s_own_manager(self):
        boss = self._agent("boss")
        boss.group_ids |= self.env.ref("zadarma_connector.group_zadarma_supervisor")
        self.employee.parent_id = self.env["hr.employee"].create(
            {"name": "Boss", "user_id": boss.id}
        )
        self._play(at(1, *missed_call("101")))
        with freeze_time("2026-10-05 12:01:01"):
            self._run_job("cron_overdue")
        self.assertEqual(self._tasks.user_id, boss)

    def test_task_that_was_deleted_comes_back(self):
        self._play(at(1, *missed_call("101")))
        self._tasks.unlink()
        self._run_job("cron_overdue")
        self.assertEqual(len(self._tasks), 1)

    def test_no_mail_is_sent(self):
        before = self.env["mail.mail"].sudo().search_count([])
        self._play(at(1, *missed_call("101")))
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), before)

    def test_not_needed(self):
        self._play(at(1, *missed_call("101")))
        caller = self._caller.with_user(self.colleague)
        action = caller.action_waive()
        wizard = self.env["zadarma.waiting.waiver"].with_user(self.colleague)
        wizard = wizard.with_context(**action["context"]).create(
            {"reason": "wrong number"}
        )
        wizard.action_confirm()
        self.assertFalse(self._tasks)
        self.assertEqual(caller.state, "not_needed")
        self.assertEqual(caller.waiver, "wrong number")
        self.assertEqual(caller.waived_by_id, self.colleague)
        self.assertIn("wrong number", caller.message_ids[0].body)
        self.assertEqual(self._states(), ["not_needed"])
        with self.assertRaisesRegex(UserError, "is waiting any more"):
            wizard.action_confirm()
        # who calls again waits again
        self._play(at(20, *missed_call("101", pbx_call_id="in_2")))
        self.assertEqual(self._states(), ["not_needed", "open"])
        self.assertEqual(len(self._tasks), 1)

    def test_ticking_off_the_task(self):
        self._play(at(1, *missed_call("101")))
        task = self._tasks.with_user(self.agent)
        task.action_feedback(feedback="met them in the street")
        self.assertEqual(self._caller.state, "not_needed")
        self.assertEqual(self._caller.waiver, "met them in the street")
        self.assertFalse(self._tasks)

    def test_nobody_writes_who_waits(self):
        self._play(at(1, *missed_call("101")))
        for user in (self.agent, self.supervisor):
            caller = self._caller.with_user(user)
            self.assertEqual(caller.number, CALLER)
            with self.assertRaises(AccessError):
                caller.state = "done"
            with self.assertRaises(AccessError):
                caller.unlink()

    def test_call_back(self):
        self._play(at(1, *missed_call("101")))
        caller = self._caller.with_user(self.agent)
        dial = caller.action_call()
        self.assertEqual(dial["tag"], "zadarma_connector.dial")
        self.assertEqual(
            dial["params"],
            {"number": CALLER, "resModel": "zadarma.call", "resId": caller.call_id.id},
        )

    def test_ways_between_call_and_caller(self):
        self._play(at(1, *missed_call("101")))
        caller = self._caller
        self.assertEqual(caller.call_id.action_waiting_caller()["res_id"], caller.id)
        calls = self.env["zadarma.call"].search(caller.action_calls()["domain"])
        self.assertEqual(calls, caller.call_id)
        self.assertEqual(caller.call_ids, calls)
        self.assertEqual(caller.waited, "9 minutes")
        self.assertEqual(caller.display_name, "Orchard Lane Bakery")


class TestJob(WaitingCase):
    def _marked(self):
        return self.env["zadarma.call"].search([("to_follow_up", "=", True)])

    def test_calls_are_marked_when_they_end(self):
        notifications = at(1, *missed_call("101"))
        self._notify(*notifications[:-1])
        self.assertFalse(self._marked())
        triggers = self.env["ir.cron.trigger"].search_count([])
        self._notify(notifications[-1])
        self.assertEqual(len(self._marked()), 1)
        self.assertEqual(self.env["ir.cron.trigger"].search_count([]), triggers + 1)
        self._run_job()
        self.assertFalse(self._marked())
        # told again, nothing changes and nothing follows
        self._notify(notifications[-1])
        self.assertFalse(self._marked())

    def test_call_that_fails_does_not_hold_up_others(self):
        self._notify(*at(1, *missed_call("101")))
        self._notify(
            *at(2, *missed_call("101", pbx_call_id="in_2", caller_id="380443645713"))
        )
        refresh = type(self.env["zadarma.waiting.caller"])._refresh

        def fails(callers, company, numbers):
            if CALLER in numbers:
                callers.env.cr.execute("SELECT %s::int", [CALLER])
            return refresh(callers, company, numbers)

        with (
            patch.object(type(self.env["zadarma.waiting.caller"]), "_refresh", fails),
            self.assertLogs("odoo", "ERROR") as log,
        ):
            self._run_job()
        [told] = log.output
        self.assertIn(f"{FOLLOW_UP}.zadarma_call_follow_up:", told)
        self.assertNotIn(CALLER, told)
        self.assertEqual(self._caller.number, "+380443645713")
        self.assertFalse(self._marked())

    def test_calls_that_go_or_move_leave_their_number_to_the_job(self):
        for number in (False, "+380443645713", None):
            with self.subTest(number=number):
                self._play(at(1, *missed_call("101")))
                call = self.env["zadarma.call"].search([])
                if number is None:
                    call.unlink()
                else:
                    call.external_number = number
                    self.assertFalse(call.callback_state)
                # whoever changes a call does not wait for what follows
                self.assertEqual(self._caller.state, "open")
                self.assertEqual(len(self._tasks), 1)
                self._run_job()
                self.assertEqual(self._caller.mapped("number"), [number] * bool(number))
                self.assertFalse(self.env["zadarma.left.number"].search([]))
                self._forget()

    def test_left_number_that_fails_does_not_hold_up_others(self):
        other = {"pbx_call_id": "in_2", "caller_id": "380443645713"}
        self._play(at(1, *missed_call("101")), at(2, *missed_call("101", **other)))
        self.env["zadarma.call"].search([]).unlink()
        refresh = type(self.env["zadarma.waiting.caller"])._refresh

        def fails(callers, company, numbers):
            if CALLER in numbers:
                callers.env.cr.execute("SELECT %s::int", [CALLER])
            return refresh(callers, company, numbers)

        with (
            patch.object(type(self.env["zadarma.waiting.caller"]), "_refresh", fails),
            self.assertLogs("odoo", "ERROR") as log,
        ):
            self._run_job()
        [told] = log.output
        self.assertIn(f"{FOLLOW_UP}.zadarma_left_number:", told)
        self.assertNotIn(CALLER, told)
        self.assertEqual(self._caller.number, CALLER)
        self.assertFalse(self.env["zadarma.left.number"].search([]))

    def test_call_that_is_being_changed_is_left_for_later(self):
        self._notify(*at(1, *missed_call("101")))
        with patch.object(
            type(self.env["zadarma.waiting.caller"]),
            "_refresh",
            side_effect=OperationalError,
        ):
            self._run_job()
        self.assertTrue(self._marked())
