# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import ZadarmaCase, answered_call, missed_call


@tagged("post_install", "-at_install")
class TestPlanned(ZadarmaCase):
    """A planned call is done by calling."""

    def setUp(self):
        super().setUp()
        self.agent.group_ids |= self.env.ref("base.group_partner_manager")
        with freeze_time("2026-10-01 09:00:00"):
            self.planned = self._plan()

    def _plan(self, kind="mail.mail_activity_data_call", **values):
        activity = self.partner.activity_schedule(
            kind, user_id=self.agent.id, summary="Ask about the oven", **values
        )
        # when it was planned, whatever the clock of the transaction says
        activity._write({"create_date": "2026-10-01 09:00:00"})
        activity.invalidate_recordset()
        return activity

    def _notify(self, *notifications):
        call = super()._notify(*notifications)
        # what follows is later, whatever the clock of the transaction says
        call._write({"create_date": "2026-10-05 11:03:22"})
        call.invalidate_recordset()
        return call

    def _card(self, call):
        [card] = call.with_user(self.agent).card_data()
        return card

    def test_offered_when_a_talk_ended_and_done_once(self):
        start, internal, answer, end, _record = answered_call()
        call = self._notify(start, internal, answer)
        with self.assertRaisesRegex(UserError, "Nobody has spoken"):
            call.with_user(self.agent).card_done(self.planned.id)
        self._notify(end)
        [offered] = self._card(call)["planned"]
        self.assertEqual(offered["name"], "Ask about the oven")
        mine = call.with_user(self.agent)
        mine.card_note("They want two.")
        self.assertTrue(self.planned.active, "never by itself")
        self.assertTrue(mine.card_done(offered["id"]))
        self.assertFalse(self.planned.exists().filtered("active"))
        [told] = self.partner.message_ids.filtered(
            lambda one: "They want two." in (one.body or "")
        )
        self.assertEqual(told.author_id, self.agent.partner_id)
        self.assertFalse(mine.card_done(offered["id"]), "never twice")
        self.assertFalse(self._card(call)["planned"])

    def test_what_is_not_offered(self):
        self.planned.unlink()
        self._plan("mail.mail_activity_data_todo")
        call = self._notify(*answered_call())
        self.assertFalse(self._card(call)["planned"], "no call")
        # what came of this call is for the next one
        call_type = self.env.ref("mail.mail_activity_data_call")
        call.with_user(self.agent).card_plan(call_type.id)
        self.assertFalse(self._card(call)["planned"])
        planned = self._plan()
        missed = self._notify(*missed_call("101", pbx_call_id="in_2"))
        with self.assertRaisesRegex(UserError, "Nobody has spoken"):
            missed.with_user(self.agent).card_done(planned.id)

    def test_one_s_own_come_first(self):
        """Others' too are offered: who planned it does not matter to the customer."""
        self.planned.unlink()
        for days in range(5):
            self._plan(date_deadline=f"2026-10-0{days + 1}").user_id = self.colleague
        mine = self._plan(date_deadline="2026-10-09")
        call = self._notify(*answered_call())
        offered = self._card(call)["planned"]
        self.assertEqual(len(offered), 3)
        self.assertEqual(offered[0]["id"], mine.id)
        self.assertEqual(
            [one["date"] for one in offered[1:]], ["2026-10-01", "2026-10-02"]
        )
        self.assertEqual(
            [one["whose"] for one in offered], [False, *[self.colleague.name] * 2]
        )
        self.assertTrue(call.with_user(self.agent).card_done(offered[1]["id"]))
        # what was offered on the card stays possible, whatever came before it since
        self._plan(date_deadline="2026-09-01")
        self.assertTrue(call.with_user(self.agent).card_done(offered[2]["id"]))

    def test_of_a_document(self):
        department = self.env["hr.department"].create({"name": "Bakers"})
        self.planned._write({"res_model": "hr.department", "res_id": department.id})
        self.planned.res_model_id = self.env["ir.model"]._get("hr.department")
        self.planned.res_id = department.id
        self.agent.group_ids |= self.env.ref("hr.group_hr_user")
        call = self._notify(*answered_call())
        self.assertFalse(self._card(call)["planned"])
        call.with_user(self.agent).add_document("hr.department", department.id)
        [offered] = self._card(call)["planned"]
        self.assertEqual((offered["id"], offered["about"]), (self.planned.id, "Bakers"))

    def test_whoever_presses_twice_plans_once(self):
        call = self._notify(*answered_call()).with_user(self.agent)
        call_type = self.env.ref("mail.mail_activity_data_call")
        first = call.card_plan(call_type.id, "2026-10-20")
        self.assertEqual(call.card_plan(call_type.id, "2026-10-20"), first)
        other = call.card_plan(call_type.id, "2026-10-21")
        self.assertNotEqual(other["id"], first["id"])
