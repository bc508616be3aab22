# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.tests import freeze_time, tagged

from .common import ZadarmaCase, answered_call, missed_call

NOW = "2026-10-05 11:10:00"
LATER = "2026-10-05 11:21:00"


@tagged("post_install", "-at_install")
class TestTelling(ZadarmaCase):
    """A salesperson hears of others' talks with their customers."""

    def setUp(self):
        super().setUp()
        self.partner.user_id = self.colleague
        self.colleague.write({"zadarma_tell_me": True, "notification_type": "inbox"})

    def _play(self, *notifications, now=NOW):
        with freeze_time(now):
            call = self._notify(*notifications or answered_call())
            self._run("cron_follow_up")
        return call

    def _run(self, name):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(f"zadarma_connector.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def _told(self, now=LATER):
        with freeze_time(now):
            self._run("cron_tell")
        return self.env["mail.message"].search(
            [
                ("subject", "ilike", "spoke with"),
                ("notified_partner_ids", "in", self.colleague.partner_id.ids),
            ]
        )

    def test_once_with_note_and_outcome(self):
        call = self._play()
        self.assertFalse(self._told(NOW), "the note is being written")
        call.with_user(self.agent).card_note("They want two.")
        outcome = self.env["zadarma.call.outcome"].create({"name": "Solved at once"})
        call.with_user(self.agent).card_outcome(outcome.id)
        with freeze_time(NOW):
            self._run("cron_follow_up")
        [told] = self._told()
        self.assertIn("They want two.", told.body)
        self.assertIn("Solved at once", told.body)
        self.assertIn("Orchard Lane Bakery", told.subject)
        self.assertEqual(told.author_id, self.agent.partner_id)
        self._run("cron_follow_up")
        self.assertEqual(self._told("2026-10-05 13:00:00"), told)

    def test_nobody_is_told_of(self):
        self.colleague.zadarma_tell_me = False
        self._play()
        self.assertFalse(self._told(), "off unless wanted")
        self.colleague.zadarma_tell_me = True
        self._play(*missed_call("101", pbx_call_id="in_2"))
        self._play(*answered_call("102", "in_3"))
        self.assertFalse(self._told(), "nobody spoke, or they did themselves")
        self._play(*answered_call("101", "in_4"), now="2026-11-05 11:10:00")
        self.assertFalse(self._told("2026-11-06 11:10:00"), "history")

    def test_who_has_changed_their_mind_is_not_told(self):
        self._play()
        self.colleague.zadarma_tell_me = False
        self.assertFalse(self._told())
        self.colleague.zadarma_tell_me = True
        self.assertFalse(self._told(fields.Datetime.now()))

    def test_off_by_default_and_one_s_own_choice(self):
        self.assertFalse(self.agent.zadarma_tell_me)
        self.agent.with_user(self.agent).zadarma_tell_me = True
        self.assertTrue(self.agent.zadarma_tell_me)
