# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import ZadarmaCase, answered_call, missed_call


@tagged("post_install", "-at_install")
class TestSmartButtons(ZadarmaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bakery = cls.env["res.partner"].create({"name": "Bakeries"})
        cls.partner.parent_id = cls.bakery

    def test_contact_counts_its_calls_and_its_people_s(self):
        self._notify(*answered_call())
        self._notify(*missed_call("102", pbx_call_id="in_2"))
        self.assertEqual(self.partner.zadarma_call_count, 2)
        self.assertEqual(self.bakery.zadarma_call_count, 2)
        action = self.bakery.action_zadarma_calls()
        self.assertEqual(self.env["zadarma.call"].search_count(action["domain"]), 2)

    def test_contact_counts_what_one_may_see(self):
        self._notify(*answered_call("102"))
        for user, count in ((self.agent, 0), (self.colleague, 1), (self.supervisor, 1)):
            with self.subTest(user.login):
                partner = self.partner.with_user(user)
                self.assertEqual(partner.zadarma_call_count, count)

    def test_contact_without_calls(self):
        self.assertEqual(self.bakery.zadarma_call_count, 0)
        self.assertEqual(self.env["res.partner"].new().zadarma_call_count, 0)

    def test_employee_counts_calls(self):
        self._notify(*answered_call())
        self.assertEqual(self.employee.zadarma_call_count, 1)
        self.assertEqual(self.other_employee.zadarma_call_count, 0)
        action = self.employee.action_zadarma_calls()
        self.assertEqual(self.env["zadarma.call"].search_count(action["domain"]), 1)

    def test_colleague_without_hr_rights_sees_own_calls_of_an_employee(self):
        self._notify(*answered_call())
        for user, count in ((self.agent, 1), (self.colleague, 0)):
            with self.subTest(user.login):
                public = self.env["hr.employee.public"].with_user(user)
                employee = public.browse(self.employee.id)
                self.assertEqual(employee.zadarma_call_count, count)
                self.env["hr.employee"].with_user(user).browse(self.employee.id).read(
                    ["zadarma_call_count"]
                )

    def test_users_of_other_apps_are_not_disturbed(self):
        self.agent.group_ids -= self.env.ref("zadarma_connector.group_zadarma_user")
        partner = self.partner.with_user(self.agent)
        self.assertNotIn("zadarma_call_count", partner.fields_get())
        employee = self.env["hr.employee"].with_user(self.agent)
        [read] = employee.browse(self.employee.id).read(["name", "zadarma_call_count"])
        self.assertEqual(read["zadarma_call_count"], 0)
