# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import NUMBER, SmsCase


@tagged("post_install", "-at_install")
class TestStop(SmsCase):
    def blacklisted(self):
        return self.env["phone.blacklist"].search([("number", "=", NUMBER)])

    def test_stop_and_start(self):
        stopped = self.receive("Стоп.")
        self.assertTrue(self.blacklisted().zadarma_stopped)
        self.assertIn("blacklisted", stopped.mail_message_id.body)
        self.assertTrue(
            any("Стоп" in (one.body or "") for one in self.blacklisted().message_ids)
        )
        self.assertNotIn("blacklisted", self.receive("stop").mail_message_id.body)
        started = self.receive("START")
        self.assertFalse(self.blacklisted())
        self.assertIn("not blacklisted any more", started.mail_message_id.body)

    def test_start_takes_off_only_what_stop_put(self):
        self.env["phone.blacklist"].add(NUMBER)
        self.receive("STOP")
        self.receive("START")
        self.assertTrue(self.blacklisted())

    def test_what_somebody_put_back_by_hand_stays(self):
        self.receive("STOP")
        blacklist = self.env["phone.blacklist"]
        blacklist.remove(NUMBER)
        blacklist.add(NUMBER)
        self.receive("START")
        self.assertTrue(self.blacklisted())

    def test_other_words_and_names(self):
        self.receive("Please stop by at 5")
        self.receive("STOP", number="Bank")
        self.assertFalse(self.env["phone.blacklist"].search([]))

    def test_mass_sms_leave_it_out(self):
        self.receive("STOP")
        composer = self.env["sms.composer"].create(
            {
                "body": "News",
                "composition_mode": "mass",
                "res_model": "res.partner",
                "res_ids": repr(self.partner.ids),
            }
        )
        composer.action_send_sms()
        self.queue()
        self.assertEqual(self.sent, [])

    def test_what_waits_when_somebody_asks_for_no_more(self):
        """Mass SMS that are in the queue already; what somebody writes goes out."""
        self.partner._message_sms_schedule_mass("News", mass_keep_log=False)
        [mass] = self.env["sms.sms"].search([])
        one = self.write_sms([NUMBER], "Your order is ready")
        self.receive("STOP")
        self.queue()
        self.assertEqual([text for _n, text, _s in self.sent], ["Your order is ready"])
        self.assertEqual((mass.state, mass.failure_type), ("canceled", "sms_blacklist"))
        self.assertEqual(one.state, "pending")
