# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import freeze_time, tagged

from odoo.addons.zadarma_connector.tests import common

#: When the calls of the tests are.
NOW = "2026-10-05 11:10:00"
NUMBER = "+442079460018"


@tagged("post_install", "-at_install")
class TestLeadRule(common.ZadarmaCase):
    def setUp(self):
        super().setUp()
        self.played = 0
        self.enterContext(freeze_time(NOW))
        self.enterContext(self.enter_registry_test_mode())

    def _play(self, pbx_call_id="in_1", result="missed", number=NUMBER):
        notifications = (
            common.missed_call("101", pbx_call_id=pbx_call_id)
            if result == "missed"
            else common.answered_call("101", pbx_call_id)
        )
        self.env.flush_all()
        # each call begins in a second of its own
        self.played += 1
        for params in notifications:
            if "caller_id" in params:
                params["caller_id"] = number
                params["call_start"] = f"2026-10-05 14:03:{10 + self.played}"
            common.receive(self.account, params)
        self._run_job()
        return self.env["zadarma.call"].search([("pbx_call_id", "=", pbx_call_id)])

    def _run_job(self):
        self.env.flush_all()
        self.env.ref("zadarma_connector.cron_follow_up").method_direct_trigger()
        self.env.invalidate_all()

    def _leads(self):
        return self.env["crm.lead"].search([("phone_sanitized", "=", NUMBER)])

    def test_no_leads_unless_wanted(self):
        self.assertEqual(self.account.lead_rule, "never")
        self.assertFalse(self._play().lead_id)

    def test_rules(self):
        for number, (rule, result, made) in enumerate(
            (
                ("missed", "answered", False),
                ("missed", "missed", True),
                ("every", "answered", True),
                ("every", "missed", True),
            )
        ):
            with self.subTest(rule=rule, result=result):
                self.account.lead_rule = rule
                call = self._play(f"in_{number}", result)
                self.assertEqual(bool(call.lead_id), made)
                self.assertEqual(call.lead_id, self._leads())
                if made:
                    self.assertEqual(call.lead_id.name, "Call from +44 20 7946 0018")
                    self.assertEqual(call.lead_id.company_id, self.company)
                    self.assertEqual(call.lead_id.source_id.name, call.called_number)
                    spoke = (
                        self.agent if result == "answered" else self.env["res.users"]
                    )
                    self.assertEqual(call.lead_id.user_id, spoke)
                    self.assertEqual(call.lead_id.message_ids[0], call.message_ids)
                call.lead_id.unlink()
                call.unlink()

    def test_who_calls_again_makes_no_second_lead(self):
        self.account.lead_rule = "every"
        first = self._play()
        second = self._play("in_2")
        self.assertEqual(first.lead_id, second.lead_id)
        self.assertEqual(len(self._leads()), 1)
        first.lead_id.action_set_lost()
        third = self._play("in_3")
        self.assertEqual(third.lead_id, first.lead_id)

    def test_who_is_known_makes_no_lead(self):
        self.account.lead_rule = "every"
        self.assertFalse(self._play(number=common.CALLER).lead_id)
        self.assertFalse(self._play("in_2", number="Anonymous").lead_id)
        twin = self.partner.copy({"phone": self.partner.phone, "name": "Twin"})
        self.assertTrue(twin.phone_sanitized)
        ambiguous = self._play("in_3", number=common.CALLER)
        self.assertEqual(ambiguous.partner_match, "ambiguous")
        self.assertFalse(ambiguous.lead_id)

    def test_history_makes_no_leads(self):
        self.account.lead_rule = "every"
        with freeze_time("2026-10-20 11:00:00"):
            self.assertFalse(self._play().lead_id)

    def test_calls_follow_when_leads_are_merged(self):
        self.account.lead_rule = "every"
        call = self._play()
        other = self.env["crm.lead"].create({"name": "Bigger", "type": "opportunity"})
        call.lead_id.type = "lead"
        merged = (other + call.lead_id).merge_opportunity()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(merged, other)
        self.assertEqual(call.lead_id, other)
        self._run_job()
        lines = other.message_ids & self.env["zadarma.call"].search([]).message_ids
        self.assertEqual(len(lines), 1)
