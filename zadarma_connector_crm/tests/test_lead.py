# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.zadarma_connector.tests import common

NUMBER = "+442079460018"


@tagged("post_install", "-at_install")
class TestLead(common.ZadarmaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leads = cls.env["crm.lead"]
        cls.uk = cls.env.ref("base.uk")

    def _lead(self, **values):
        return self.leads.create(
            {
                "name": "New oven",
                "phone": "020 7946 0018",
                "country_id": self.uk.id,
                **values,
            }
        )

    def _call(self, pbx_call_id="in_1"):
        return self._notify(
            common.incoming("NOTIFY_START", pbx_call_id, caller_id=NUMBER)
        )

    def _run_job(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("zadarma_connector.cron_relink").method_direct_trigger()
        self.env.invalidate_all()

    def test_call_of_a_lead_without_a_contact(self):
        lead = self._lead()
        call = self._call()
        self.assertEqual(call.lead_id, lead)
        self.assertFalse(call.partner_id)
        self.assertEqual(lead.zadarma_call_count, 1)
        action = lead.action_zadarma_calls()
        self.assertEqual(self.env["zadarma.call"].search(action["domain"]), call)

    def test_contact_of_the_lead_is_the_customer(self):
        self.partner.phone = False
        lead = self._lead(partner_id=self.partner.id, phone=NUMBER)
        self.partner.phone = False
        call = self._call()
        self.assertEqual((call.lead_id, call.partner_id), (lead, self.partner))

    def test_several_leads_are_not_decided_by_chance(self):
        lost, won, open_lead = (self._lead() for _time in range(3))
        call = self._call()
        self.assertFalse(call.lead_id)
        lost.action_set_lost()
        won.action_set_won()
        self._run_job()
        self.assertEqual(call.lead_id, open_lead)
        self.assertEqual(self._call("in_2").lead_id, open_lead)

    def test_lead_appears_after_the_call(self):
        call = self._call()
        lead = self._lead()
        self.assertFalse(call.lead_id)
        self._run_job()
        self.assertEqual(call.lead_id, lead)
        lead.unlink()
        self._run_job()
        self.assertFalse(call.lead_id)

    def test_call_keeps_a_lead_that_is_over(self):
        lead = self._lead()
        call = self._call()
        lead.action_set_won()
        self._run_job()
        self.assertEqual(call.lead_id, lead)
        self.assertFalse(self._call("in_2").lead_id, "that is about something new")
        # as long as the number is the lead's
        lead.phone = "020 7946 0019"
        self._run_job()
        self.assertFalse(call.lead_id)

    def test_lead_of_another_company(self):
        self._lead(company_id=self.env["res.company"].create({"name": "Other"}).id)
        self.assertFalse(self._call().lead_id)

    def test_call_made_from_a_lead_stays_the_lead_s(self):
        lead, other = self._lead(phone=False), self._lead()
        values = self.env["zadarma.call"]._document_values(self.company, lead)
        self.assertEqual(values["lead_id"], lead.id)
        call = self._call()
        self.assertEqual(call.lead_id, other)
        call.write(values)
        other.phone = "020 7946 0019"
        self._run_job()
        self.assertEqual(call.lead_id, lead)

    def test_salespeople_alone_see_leads(self):
        self._lead()
        call = self._call().with_user(self.supervisor)
        self.assertNotIn("lead_id", call.fields_get())
        self.supervisor.group_ids |= self.env.ref("sales_team.group_sale_salesman")
        self.assertIn("lead_id", call.fields_get())

    def test_call_by_hand_with_a_lead(self):
        self.supervisor.group_ids |= self.env.ref("sales_team.group_sale_salesman")
        lead = self._lead(user_id=self.supervisor.id)
        wizard = self.env["zadarma.call.by.hand"].with_user(self.supervisor)
        wizard.create({"lead_id": lead.id, "minutes": 2}).action_log()
        call = self.env["zadarma.call"].search([("by_hand", "=", True)])
        self.assertEqual((call.lead_id, call.external_number), (lead, NUMBER))
        self.assertFalse(call.partner_id)
        self.assertEqual(call.person_id, self.supervisor.partner_id)
        [line] = lead.message_ids & call.message_ids
        self.assertIn("2:00", line.body)
        # with a contact the call is theirs, too
        lead.partner_id = self.partner
        wizard.create({"lead_id": lead.id}).action_log()
        later = self.env["zadarma.call"].search([("by_hand", "=", True)]) - call
        self.assertEqual((later.lead_id, later.partner_id), (lead, self.partner))
        self.assertTrue(later.message_ids & self.partner.message_ids)

    def test_call_by_hand_by_whoever_has_no_leads(self):
        wizard = self.env["zadarma.call.by.hand"].with_user(self.agent)
        wizard.create({"partner_id": self.partner.id}).action_log()
        call = self.env["zadarma.call"].search([("by_hand", "=", True)])
        self.assertEqual((call.partner_id, call.user_id), (self.partner, self.agent))
        lead = self._lead()
        with self.assertRaises(AccessError):
            wizard.create({"lead_id": lead.id}).action_log()
