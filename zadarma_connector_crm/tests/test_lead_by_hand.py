# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Leads that people make of calls: once, with all that the call tells."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.zadarma_connector.tests import common

NUMBER = "+442079460018"
SALES = "sales_team.group_sale_salesman"


@tagged("post_install", "-at_install")
class TestLeadByHand(common.ZadarmaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.all_leads = cls.env.ref("sales_team.group_sale_salesman_all_leads")
        for user in cls.agent + cls.colleague + cls.supervisor:
            user.group_ids |= cls.all_leads
        cls.uk = cls.env.ref("base.uk")

    def _call(self, *notifications, number=NUMBER):
        notifications = [
            {**params, "caller_id": number} if "caller_id" in params else params
            for params in notifications or common.answered_call()
        ]
        return self._notify(*notifications)

    def _press(self, call, user=None):
        action = call.with_user(user or self.supervisor).action_create_lead()
        self.env.invalidate_all()
        return action

    def _leads(self):
        return self.env["crm.lead"].search([("phone_sanitized", "=", NUMBER)])

    def test_of_a_stranger_once_however_often(self):
        call = self._call()
        again = self._call(*common.answered_call("102", "in_2"))
        action = self._press(call)
        lead = self._leads()
        self.assertEqual((action["res_model"], action["res_id"]), ("crm.lead", lead.id))
        self.assertRecordValues(
            lead,
            [
                {
                    "name": "Call from +44 20 7946 0018",
                    "phone": "+44 20 7946 0018",
                    "country_id": self.uk.id,
                    "user_id": self.agent.id,
                    "company_id": self.company.id,
                    "partner_id": False,
                }
            ],
        )
        for pressed, user in (
            (call, self.supervisor),
            (call, self.agent),
            # another call with this number has the same lead at once
            (again, self.colleague),
        ):
            self.assertEqual(self._press(pressed, user)["res_id"], lead.id)
        self.assertEqual(self._leads(), lead)
        # whatever becomes of it
        lead.action_set_lost()
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("zadarma_connector.cron_relink").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self._press(call)["res_id"], lead.id)

    def test_whose_it_is(self):
        missed = self._call(*common.missed_call("101"))
        self._press(missed, self.colleague)
        self.assertEqual(self._leads().user_id, self.colleague)
        self._leads().unlink()
        missed.partner_id = self.partner
        self.partner.user_id = self.agent
        self._press(missed, self.colleague)
        lead = missed.lead_id
        self.assertEqual((lead.user_id, lead.partner_id), (self.agent, self.partner))
        self.assertEqual(lead.name, "Call from Orchard Lane Bakery")

    def test_of_a_customer_it_changes_nothing_there(self):
        call = self._call()
        call.partner_id = self.partner
        self._press(call)
        self.assertEqual(self.partner.phone, "+44 20 3769 1880")
        self.assertEqual(call.lead_id.country_id, self.uk, "of the number")
        self.partner.country_id = self.env.ref("base.fr")
        other = self._call(*common.answered_call("102", "in_2"))
        other.write({"partner_id": self.partner.id, "lead_id": False})
        self._press(other)
        self.assertEqual(other.lead_id.country_id, self.env.ref("base.fr"))
        self.assertEqual(other.lead_id.user_id, self.colleague)

    def test_a_colleague_s_lead_is_only_named(self):
        self.supervisor.group_ids -= self.all_leads
        self.supervisor.group_ids |= self.env.ref(SALES)
        self.employee.name = self.agent.name = "Olena"
        call = self._call()
        for _time in range(2):
            told = self._press(call)["params"]["message"]
            self.assertEqual(told, "The lead of this call is Olena's.")
        self.assertEqual(len(self._leads()), 1)

    def test_who_may_not(self):
        call = self._call()
        with self.assertRaises(AccessError):
            self._press(call, self.colleague)
        self.agent.group_ids -= self.all_leads
        self.assertFalse(self.agent.has_group(SALES))
        with self.assertRaises(AccessError):
            self._press(call, self.agent)
        self.assertFalse(self._leads())
        hidden = self._call(*common.answered_call("101", "in_2"), number="Anonymous")
        with self.assertRaisesRegex(UserError, "withheld"):
            self._press(hidden)

    def test_on_the_card(self):
        call = self._call()
        [card] = call.with_user(self.agent).card_data()
        [action] = card["actions"]
        self.assertEqual(action["label"], "Create Lead")
        getattr(call.with_user(self.agent), action["method"])()
        [card] = call.with_user(self.agent).card_data()
        self.assertEqual(card["actions"][0]["label"], "Open Lead")
        self.agent.group_ids -= self.all_leads
        [card] = call.with_user(self.agent).card_data()
        self.assertFalse(card["actions"])

    def test_new_contacts_begin_likewise(self):
        call = self._call()
        expected = {
            "default_phone": "+44 20 7946 0018",
            "default_country_id": self.uk.id,
            "default_user_id": self.agent.id,
        }
        [card] = call.with_user(self.agent).card_data()
        self.assertEqual(card["newContact"], expected)
        context = call.with_user(self.agent).action_create_contact()["context"]
        self.assertEqual({name: context[name] for name in expected}, expected)
        missed = self._call(*common.missed_call("101", pbx_call_id="in_2"))
        self.assertFalse(missed._new_contact_context()["default_user_id"])
        # who has left sells nothing any more
        self.agent.active = False
        self.assertFalse(call._new_contact_context()["default_user_id"])

    def test_rule_fills_in_the_country(self):
        self.account.lead_rule = "every"
        self.account.follow_up_days = 3650
        call = self._call()
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("zadarma_connector.cron_follow_up").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(call.lead_id.country_id, self.uk)
