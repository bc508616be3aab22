# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tasks of waiting callers: whose, until when, and what people do with them."""

from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time

from .common import CALLER, DID, answered_call, missed_call
from .test_waiting_caller import TYPE, WaitingCase, at, outgoing_call

OTHER = "+380443645713"
LATER = "2026-10-05 12:30:00"
TASKS = "odoo.addons.zadarma_connector.models.waiting.zadarma_waiting_caller_task"


class TaskCase(WaitingCase):
    def _miss(self, minute, extension="101", number=CALLER, pbx_call_id=None):
        """A missed call of its own."""
        pbx_call_id = pbx_call_id or f"in_{minute}x{number[1:]}"
        self._play(
            at(
                minute,
                *missed_call(extension, pbx_call_id=pbx_call_id, caller_id=number),
            )
        )
        return self.env["zadarma.call"].search([("pbx_call_id", "=", pbx_call_id)])

    def _keep(self):
        self._run_job("cron_overdue")

    def _archived(self):
        tasks = self.env["mail.activity"].with_context(active_test=False)
        return tasks.search([("active", "=", False)])


class TestOtherActivities(TaskCase):
    def test_ticking_off_another_activity_waives_nothing(self):
        self._miss(1)
        caller = self._caller
        for values in (
            {"act_type_xmlid": "mail.mail_activity_data_todo"},
            {"act_type_xmlid": "mail.mail_activity_data_call"},
            # planned by hand, for a second attempt
            {"act_type_xmlid": TYPE, "automated": False},
        ):
            with self.subTest(values):
                planned = caller.activity_schedule(user_id=self.agent.id, **values)
                planned.with_user(self.agent).action_feedback(feedback="done")
                self.assertEqual(caller.state, "open")
                self.assertFalse(caller.waiver)
                self.assertEqual(len(self._tasks.filtered("automated")), 1)
        self._tasks.filtered("automated").action_done()
        self.assertEqual(caller.state, "not_needed")

    def test_deleted_task_comes_back_whatever_else_is_planned(self):
        self._miss(1)
        self._caller.activity_schedule("mail.mail_activity_data_todo")
        self._tasks.unlink()
        self._keep()
        self.assertEqual(len(self._tasks), 1)

    def test_deleted_task_comes_back_after_one_that_was_ticked_off(self):
        self._miss(1)
        self._tasks.action_feedback(feedback="no need")
        self.assertTrue(self._archived())
        with freeze_time("2026-10-05 11:20:00"):
            self._miss(15)
            self._tasks.unlink()
            self._keep()
        self.assertEqual(len(self._tasks), 1)

    def test_nothing_is_escalated_without_a_task(self):
        self._miss(1)
        self._tasks.unlink()
        with freeze_time(LATER):
            self._keep()
        self.assertEqual(self._tasks.user_id, self.supervisor)
        self.assertTrue(self._caller.escalated)

    def test_task_that_fails_does_not_hold_up_others(self):
        self._miss(1)
        self._miss(2, number=OTHER)
        self._tasks.unlink()
        Caller = type(self._caller)
        keep = Caller._keep_task

        def fails(caller):
            if caller.number == CALLER:
                caller.env.cr.execute("SELECT %s::int", [CALLER])
            return keep(caller)

        with (
            patch.object(Caller, "_keep_task", fails),
            self.assertLogs("odoo", "ERROR") as log,
        ):
            self._keep()
        [told] = log.output
        self.assertIn(f"{TASKS}:", told)
        self.assertNotIn(CALLER, told)
        self.assertEqual(self._tasks.res_id, self._by_number(OTHER).id)

    def _by_number(self, number):
        return self._caller.filtered(lambda caller: caller.number == number)


class TestEpisodes(TaskCase):
    def test_new_episode_in_one_batch_is_a_new_task(self):
        self._miss(1, "101")
        old = self._tasks
        with freeze_time(LATER):
            self._keep()
            self.assertEqual(old.user_id, self.supervisor)
            self._notify(*at(31, *answered_call("101", "in_served")))
            self._miss(59, "102")
        self.assertFalse(old.exists())
        self.assertEqual(self._tasks.user_id, self.colleague)
        self.assertFalse(self._caller.escalated)
        self.assertEqual(self._caller.missed_count, 1)

    def test_deadline_follows_when_it_is_due(self):
        calendar = self.company.resource_calendar_id
        calendar.tz = "UTC"
        self.account.waiting_minutes = 7 * 60
        late = self._miss(1)
        self.assertEqual(str(self._tasks.date_deadline), "2026-10-06")
        # it began earlier
        self.account.waiting_minutes = 60
        first = self._miss(0)
        self.assertEqual(self._caller.date_since, first.date_start)
        self.assertEqual(str(self._tasks.date_deadline), "2026-10-05")
        task = self._tasks
        first.in_doubt = True
        self._run_job()
        self.assertEqual(self._caller.date_since, late.date_start)
        self.assertEqual(self._tasks, task)

    def test_day_to_which_somebody_puts_it_off_stays(self):
        self._miss(1)
        self._tasks.date_deadline = "2026-10-07"
        self._miss(2)
        self._keep()
        self.assertEqual(str(self._tasks.date_deadline), "2026-10-07")

    def test_whom_somebody_gives_it_to_keeps_it_until_it_is_overdue(self):
        boss = self._agent("boss")
        boss.group_ids |= self.env.ref("zadarma_connector.group_zadarma_supervisor")
        self.other_employee.parent_id = self.env["hr.employee"].create(
            {"name": "Boss", "user_id": boss.id}
        )
        self._miss(1, "101")
        self._tasks.user_id = self.colleague
        self.partner.user_id = self.agent
        self._miss(2, "101")
        self._keep()
        self.assertEqual(self._tasks.user_id, self.colleague)
        with freeze_time(LATER):
            self._keep()
            self._keep()
        self.assertEqual(self._tasks.user_id, boss)

    def test_whose_telephone_rang_first_keeps_it(self):
        self._miss(2, "101")
        self._miss(3, "102")
        self.assertEqual(self._tasks.user_id, self.agent)
        # told late, but it was the first
        self._miss(1, "102")
        self.assertEqual(self._tasks.user_id, self.colleague)

    def test_those_who_share_get_the_same_tasks_in_one_batch(self):
        # the highest number waits longest
        numbers = [f"+44203769189{digit}" for digit in (3, 2, 1, 0)]

        def calls():
            return [
                at(
                    minute,
                    *missed_call(
                        "101", "102", pbx_call_id=f"in_{minute}", caller_id=number
                    ),
                )
                for minute, number in enumerate(numbers)
            ]

        def whose():
            return {
                caller.number: self._tasks.filtered(
                    lambda task, caller=caller: task.res_id == caller.id
                ).user_id
                for caller in self._caller
            }

        for call in calls():
            self._play(call)
        one_by_one = whose()
        self._forget()
        self._play(*calls())
        self.assertEqual(whose(), one_by_one)


class TestPeople(TaskCase):
    def test_tasks_of_who_is_archived_are_handed_on_at_once(self):
        self.account.waiting_user_id = self.colleague
        self.partner.user_id = self.agent
        self._miss(1)
        triggers = self.env["ir.cron.trigger"].search_count([])
        self.agent.active = False
        self.assertEqual(self.env["ir.cron.trigger"].search_count([]), triggers + 1)
        self._keep()
        self.assertEqual(self._tasks.user_id, self.colleague)
        # who cannot see it any more, and whom only somebody gave it
        self._tasks.user_id = self.supervisor
        group = self.env.ref("zadarma_connector.group_zadarma_supervisor")
        self.supervisor.group_ids = self.env.ref("base.group_user")
        self.assertNotIn(self.supervisor, group.all_user_ids)
        self._keep()
        self.assertEqual(self._tasks.user_id, self.colleague)

    def test_case_08_nobody_who_left_is_given_tasks(self):
        self.partner.user_id = self.agent
        self.account.waiting_user_id = self.colleague
        self.employee.active = False
        self._miss(1)
        self.assertEqual(self._tasks.user_id, self.colleague)
        self.colleague.active = False
        self._keep()
        self.assertEqual(self._tasks.user_id, self.supervisor)
        self.env.ref(
            "zadarma_connector.group_zadarma_supervisor"
        ).all_user_ids.filtered(lambda user: user.id != self.env.uid).active = False
        self._keep()
        self.assertTrue(
            all(task.user_id.active for task in self._tasks if task.user_id)
        )

    def test_task_follows_the_customer_s_manager(self):
        self._miss(1, "101", OTHER)
        self.assertEqual(self._tasks.user_id, self.agent)
        # a stranger becomes a contact
        self.env["zadarma.call"].search([]).partner_id = self.partner
        self.partner.user_id = self.colleague
        self._run_job()
        self.assertEqual(self._tasks.user_id, self.colleague)
        # the contact gets another salesperson
        self.partner.user_id = self.supervisor
        self._keep()
        self.assertEqual(self._tasks.user_id, self.supervisor)

    def test_each_number_of_a_customer_is_a_task_of_its_own(self):
        self._miss(1)
        self._miss(2, number=OTHER)
        self.env["zadarma.call"].search([]).partner_id = self.partner
        self._run_job()
        self.assertEqual(len(self._tasks), 2)
        self._play(at(3, *outgoing_call()))
        self.assertEqual(
            self._tasks.res_id, self._caller.search([("state", "=", "open")]).id
        )

    def test_case_27_company_that_calls_itself_opens_no_task(self):
        self._miss(1, number=f"+{DID}")
        self.assertFalse(self._tasks)
        self.assertFalse(self._caller)
        # by a second number of its own, of which nobody knew yet
        other = self._miss(2, number=OTHER)
        self.assertEqual(len(self._tasks), 1)
        self.env["zadarma.did"].create({"account_id": self.account.id, "number": OTHER})
        self._play(
            at(3, *missed_call("101", pbx_call_id="in_own", called_did=OTHER[1:]))
        )
        self.assertFalse(other.callback_state)
        self.assertEqual(self._tasks.res_id, self._caller.id)
        self.assertEqual(self._caller.number, CALLER)

    def test_zero_days_follow_up_nothing_though_the_pbx_s_clock_is_ahead(self):
        self.account.follow_up_days = 0
        with freeze_time("2026-10-05 11:00:58"):
            call = self._miss(1)
        self.assertGreater(call.date_start, call.create_date)
        self.assertFalse(call.callback_state)
        self.assertFalse(self._tasks)
        self.assertFalse(call.message_ids)


class TestWaivers(TaskCase):
    def _waive(self, reason, user=None):
        self._caller.with_user(user or self.agent)._waive(reason)
        self.env.invalidate_all()

    def _assert_waived(self, reason="wrong number"):
        self.assertEqual(self._caller.state, "not_needed")
        self.assertEqual(self._caller.waiver, reason)
        self.assertEqual(self._caller.waived_by_id, self.agent)
        self.assertIn(reason, self._caller.message_ids[0].body)
        self.assertFalse(self._tasks)

    def test_waiver_stays_though_the_call_changes_meanwhile(self):
        call = self._miss(1)
        self._waive("wrong number")
        for changed, back in (
            ({"in_doubt": True}, {"in_doubt": False}),
            ({"result": "answered"}, {"result": "missed"}),
            ({"external_number": OTHER}, {"external_number": CALLER}),
            ({"external_number": False}, {"external_number": CALLER}),
            ({"date_start": "2026-10-05 12:01:00"}, {"date_start": call.date_start}),
        ):
            with self.subTest(changed):
                call.write(changed)
                self._run_job()
                self.assertFalse(self._tasks)
                call.write(back)
                self._run_job()
                self._caller.search([("number", "!=", CALLER)]).unlink()
                self._assert_waived()

    def test_waiver_goes_with_the_call_to_its_right_number(self):
        call = self._miss(1)
        self._waive("wrong number")
        call.external_number = OTHER
        self._run_job()
        for caller in self._caller:
            self.assertEqual(caller.state, "not_needed")
            self.assertEqual(caller.waiver, "wrong number")
            self.assertIn("wrong number", caller.message_ids[0].body)
        self.assertEqual(set(self._caller.mapped("number")), {CALLER, OTHER})
        self.assertFalse(self._tasks)

    def test_second_waiver_does_not_rewrite_the_first(self):
        first = self._miss(1)
        with freeze_time("2026-10-05 11:05:00"):
            self._waive("first reason")
        self._play(at(6, *answered_call("101", "in_served")))
        second = self._miss(8)
        self._waive("second reason", self.colleague)
        self.assertEqual(first.callback_state, "not_needed")
        self.assertEqual(second.callback_state, "not_needed")
        self.assertEqual(first.waiver, "first reason")
        self.assertEqual(first.waived_by_id, self.agent)
        self.assertEqual(self._caller.waiver, "second reason")
        self.assertEqual(self._caller.missed_count, 1)
        second.in_doubt = True
        self._run_job()
        self._assert_waived_first()

    def _assert_waived_first(self):
        self.assertEqual(self._caller.state, "not_needed")
        self.assertEqual(self._caller.waiver, "first reason")

    def test_call_from_before_the_waiver_that_is_told_later(self):
        self._miss(5)
        self._waive("wrong number")
        late = self._miss(1)
        self.assertEqual(late.callback_state, "not_needed")
        self._assert_waived()
        with self.assertRaises(UserError):
            self._waive("again")
        self.assertEqual(self._caller.waived_at, fields.Datetime.now())

    def test_call_in_the_second_of_the_waiver_waits(self):
        self._miss(1)
        self._waive("wrong number")
        self._miss(10)
        self.assertEqual(self._caller.state, "open")
        self.assertEqual(len(self._tasks), 1)
