# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Waiting callers: handed over, grouped by whose they are, called back just now."""

from types import SimpleNamespace
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user

from .common import answered_call, outgoing
from .test_waiting_caller import at
from .test_waiting_task import LATER, OTHER, TaskCase


class NamedCase(TaskCase):
    def setUp(self):
        super().setUp()
        self.employee.name = self.agent.name = "Olena"
        self.other_employee.name = self.colleague.name = "Jana"


class TestHandover(NamedCase):
    def _hand_over(self, callers, user, by=None):
        """Use the window, as somebody, and return what it told."""
        callers = callers.with_user(by or self.supervisor)
        action = callers.action_hand_over()
        wizard = (
            self.env[action["res_model"]]
            .with_user(callers.env.user)
            .with_context(**action["context"])
            .create({"user_id": user.id})
        )
        answer = wizard.action_confirm()["params"]
        self.env.invalidate_all()
        return answer

    def test_task_and_its_time_follow(self):
        self._miss(1)
        caller, due = self._caller, self._caller.date_due
        self.assertEqual(caller.holder_id, self.agent)
        # there it is the next day already
        self.colleague.tz = "Pacific/Kiritimati"
        caller.date_due = due = due.replace(hour=23)
        told = self._hand_over(caller, self.colleague)
        self.assertEqual(told["type"], "success")
        self.assertEqual(told["message"], "Jana calls Orchard Lane Bakery back.")
        self.assertEqual(caller.holder_id, self.colleague)
        self.assertEqual(self._tasks.user_id, self.colleague)
        self.assertEqual(str(self._tasks.date_deadline), "2026-10-06")
        self.assertEqual(caller.date_due, due)
        self.assertIn("from Olena to Jana", caller.message_ids[0].body)
        self.assertEqual(caller.message_ids[0].author_id, self.supervisor.partner_id)

    def test_it_stays_until_it_is_overdue(self):
        self._miss(1)
        self._hand_over(self._caller, self.colleague)
        self._keep()
        self._miss(2)
        self.assertEqual(self._caller.holder_id, self.colleague)
        with freeze_time(LATER):
            self._keep()
            self.assertEqual(self._caller.holder_id, self.supervisor)
            # handed over when it is overdue, it stays
            self._hand_over(self._caller, self.agent)
            self._keep()
        self.assertEqual(self._caller.holder_id, self.agent)

    def test_overdue_before_the_job_saw_it(self):
        self._miss(1)
        with freeze_time(LATER):
            self._hand_over(self._caller, self.colleague)
            self._keep()
        self.assertEqual(self._caller.holder_id, self.colleague)

    def test_back_to_whose_it_would_be(self):
        self._miss(1)
        self._hand_over(self._caller, self.colleague)
        self._hand_over(self._caller, self.agent)
        # somebody else would be asked now; it was given by hand
        self.partner.user_id = self.colleague
        self._keep()
        self.assertEqual(self._caller.holder_id, self.agent)

    def test_several_and_who_waits_no_more(self):
        self._miss(1)
        self._miss(2, number=OTHER)
        self._play(at(5, *answered_call("101", "in_5")))
        served = self._caller.filtered(lambda one: one.state == "done")
        self._miss(6, number="+380443645714")
        told = self._hand_over(self._caller, self.colleague)
        self.assertIn("Jana calls back now: 2", told["message"])
        self.assertFalse(served.holder_id)
        told = self._hand_over(self._caller, self.colleague)
        self.assertEqual(told["type"], "warning")
        self.assertIn("Nothing changed", told["message"])
        told = served.action_hand_over()["params"]
        self.assertIn("waiting any more", told["message"])

    def test_nothing_selected(self):
        nobody = self.env["zadarma.waiting.caller"].with_user(self.supervisor)
        for action in (nobody.action_hand_over(), nobody.action_waive()):
            self.assertEqual(action["tag"], "display_notification")
            self.assertEqual(action["params"]["message"], "Select the callers first.")

    def test_to_nobody_who_cannot(self):
        self._miss(1)
        other = self.env["res.company"].create({"name": "Other"})
        abroad = self._agent(
            "abroad", company_id=other.id, company_ids=[Command.set(other.ids)]
        )
        clerk = new_test_user(self.env, login="clerk", groups="base.group_user")
        for user in (abroad, clerk):
            with self.assertRaisesRegex(UserError, "cannot call back all of them"):
                self._hand_over(self._caller, user)
        with self.assertRaises(AccessError):
            self._caller.with_user(clerk)._hand_to(self.agent)
        with self.assertRaises(AccessError):
            self._caller.with_user(abroad)._hand_to(self.agent)
        self.assertEqual(self._caller.holder_id, self.agent)
        wizard = self.env["zadarma.waiting.handover"].with_user(self.supervisor)
        wizard = wizard.create(
            {"caller_ids": self._caller.ids, "user_id": self.agent.id}
        )
        self.assertIn(self.colleague, wizard.able_ids)
        self.assertFalse(wizard.able_ids & (abroad + clerk))

    def test_grouped_by_whose(self):
        self._miss(1)
        self._miss(2, "102", number=OTHER)
        Caller = self.env["zadarma.waiting.caller"].with_user(self.supervisor)
        groups = dict(Caller._read_group([], ["holder_id"], ["__count"]))
        self.assertEqual(groups, {self.agent: 1, self.colleague: 1})
        # in Odoo's own window of the activity
        self._tasks.filtered(lambda one: one.user_id == self.agent).with_user(
            self.agent
        ).user_id = self.colleague
        groups = dict(Caller._read_group([], ["holder_id"], ["__count"]))
        self.assertEqual(groups, {self.colleague: 2})
        # something else that is planned is no call back
        self._caller[0].activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.agent.id
        )
        self.assertEqual(self._caller.holder_id, self.colleague)


class TestCallingNow(NamedCase):
    def _watch(self):
        self.env["zadarma.waiting.caller"].with_user(self.agent).watch()
        self.env.flush_all()
        self._news()

    def _news(self):
        """What is told to lists of who waits, and forget it."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        messages = self.env["bus.bus"].search([])
        told = [one.message for one in messages if "live_waiting" in one.message]
        messages.unlink()
        return told

    def test_who_calls_back_is_shown(self):
        self._miss(1)
        caller = self._caller.with_user(self.colleague)
        self.assertFalse(caller.calling)
        self._watch()
        self._notify(*at(5, outgoing("NOTIFY_OUT_START")))
        self.env.invalidate_all()
        self.assertEqual(caller.calling, "Olena is calling")
        [told] = self._news()
        self.assertIn(f"[{caller.id}]", told)
        self._play(at(5, outgoing("NOTIFY_OUT_END", duration="0", disposition="busy")))
        self.assertFalse(caller.calling)
        self.assertEqual(caller.state, "attempted")
        self.assertTrue(self._news())

    def test_who_talks_with_them_is_shown(self):
        self._miss(1)
        start, internal, answer, *_end = at(5, *answered_call("102", "in_5"))
        self._notify(start, internal)
        self.assertFalse(self._caller.calling)
        self._notify(answer)
        self.env.invalidate_all()
        self.assertEqual(self._caller.calling, "Jana is talking")

    def test_somebody_else_s_call_is_not_theirs(self):
        self._miss(1)
        call = self.env["zadarma.call"].search([], limit=1)
        self._watch()
        call.copy({"direction": "outgoing", "state": "ringing"}).external_number = OTHER
        self.env.invalidate_all()
        self.assertFalse(self._caller.calling)
        self.assertFalse(self._news())

    def test_lists_are_told_only_while_somebody_watches(self):
        self._miss(1)
        self.assertFalse(self._news())
        self._watch()
        self._caller.with_user(self.agent)._hand_to(self.colleague)
        self.assertTrue(self._news())
        self._caller._waive("wrong number")
        self.assertTrue(self._news())
        clerk = new_test_user(self.env, login="clerk", groups="base.group_user")
        with self.assertRaises(AccessError):
            self._caller.with_user(clerk).watch()

    def test_who_may_listen_to_the_list(self):
        channel = "zadarma_connector.live_waiting"
        clerk = new_test_user(self.env, login="clerk", groups="base.group_user")
        request = SimpleNamespace(session=SimpleNamespace(uid=self.agent.id))
        with patch("odoo.addons.bus.models.ir_websocket.wsrequest", request):
            for user, listens in ((self.agent, True), (clerk, False)):
                websocket = self.env["ir.websocket"].with_user(user)
                channels = websocket._build_bus_channel_list([channel])
                names = [one for one in channels if isinstance(one, str)]
                self.assertNotIn(channel, names, "anybody may ask for a name")
                told = [one for one in channels if isinstance(one, tuple)]
                self.assertEqual((self.company, channel) in told, listens)
