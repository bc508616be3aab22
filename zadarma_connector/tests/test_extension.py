# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ZadarmaCase, answered_call, missed_call


@tagged("post_install", "-at_install")
class TestExtension(ZadarmaCase):
    def test_user_is_the_employee_s_or_set_by_hand(self):
        self.assertEqual(self.extension.user_id, self.agent)
        self.extension.write({"employee_id": False, "user_id": self.supervisor.id})
        self.assertEqual(self.extension.user_id, self.supervisor)
        self.employee.user_id = False
        self.extension.employee_id = self.employee
        self.assertFalse(self.extension.user_id)

    @mute_logger("odoo.sql_db")
    def test_number_is_unique_in_its_account(self):
        with self.assertRaises(psycopg2.errors.UniqueViolation), self.cr.savepoint():
            self.extension.copy()

    def test_employee_of_another_company_is_refused(self):
        company = self.env["res.company"].create({"name": "Other"})
        stranger = self.env["hr.employee"].create(
            {"name": "Stranger", "company_id": company.id}
        )
        with self.assertRaises(UserError):
            self.extension.employee_id = stranger

    def test_name_shows_number_and_person(self):
        self.assertEqual(self.extension.display_name, f"101 {self.employee.name}")
        self.extension.write({"employee_id": False, "name": "Reception"})
        self.assertEqual(self.extension.display_name, f"101 {self.agent.name}")
        self.extension.user_id = False
        self.assertEqual(self.extension.display_name, "101 Reception")

    def test_who_sits_there_is_exported_once(self):
        told = self.extension.fields_get(attributes=["exportable"])
        people = {name for name, field in told.items() if field["exportable"]} & {
            *("employee_id", "user_id"),
            *("seat_employee_id", "seat_user_id", "seat_person_id"),
        }
        self.assertEqual(people, {"employee_id", "user_id"})

    def test_first_assignment_fills_the_past(self):
        self.extension.write({"employee_id": False, "user_id": False})
        call = self._notify(*answered_call())
        self.assertFalse(call.employee_id)
        self.extension.employee_id = self.employee
        self.assertEqual(call.employee_id, self.employee)
        self.assertEqual(call.user_id, self.agent)
        self.assertEqual(call.leg_ids.user_id, self.agent)

    def test_later_assignment_leaves_the_past(self):
        call = self._notify(*answered_call())
        self.extension.employee_id = self.other_employee
        self.assertEqual(call.employee_id, self.employee)
        self.assertEqual(call.user_id, self.agent)
        # also when something more is told about that call
        self._notify(*answered_call(), {**answered_call()[0], "extra": "1"})
        self.assertEqual(call.employee_id, self.employee)

    def test_successor_does_not_get_a_predecessor_s_calls(self):
        driver = self.env["hr.employee"].create({"name": "Driver"})
        self.extension.employee_id = driver
        call = self._notify(*answered_call())
        self.assertEqual(
            (call.employee_id, call.user_id), (driver, self.agent.browse())
        )
        self.extension.employee_id = self.other_employee
        self.assertEqual(
            (call.employee_id, call.user_id), (driver, self.agent.browse())
        )
        self.assertFalse(call.leg_ids.user_id)
        self.assertFalse(call.with_user(self.colleague).has_access("read"))

    def test_successor_does_not_get_a_deleted_predecessor_s_calls(self):
        for whole in (False, True):
            with self.subTest(extension_deleted_too=whole):
                driver = self.env["hr.employee"].create({"name": "Driver"})
                self.extension.write({"employee_id": driver.id, "user_id": False})
                pbx_call_id = f"in_{int(whole)}"
                call = self._notify(*answered_call(pbx_call_id=pbx_call_id))
                self.assertEqual(call.employee_id, driver)
                driver.unlink()
                if whole:
                    self.extension.unlink()
                    self.extension = self.env["zadarma.extension"].create(
                        {"account_id": self.account.id, "number": "101"}
                    )
                self.extension.employee_id = self.other_employee
                # also when something more is told about that call
                self._notify(
                    {**answered_call(pbx_call_id=pbx_call_id)[3], "duration": "43"}
                )
                self.env.invalidate_all()
                for one in (call, call.leg_ids):
                    self.assertFalse(one.employee_id)
                    self.assertFalse(one.user_id)
                self.assertFalse(call.with_user(self.colleague).has_access("read"))

    def test_employee_who_gets_a_user_gets_the_own_calls(self):
        driver = self.env["hr.employee"].create({"name": "Driver"})
        self.extension.employee_id = driver
        call = self._notify(*answered_call())
        driver.user_id = self.supervisor
        self.assertEqual(call.user_id, self.supervisor)
        self.assertEqual(call.leg_ids.user_id, self.supervisor)

    def test_number_that_becomes_known_later_gets_its_calls(self):
        call = self._notify(*missed_call("105"))
        self.assertFalse(call.extension_id)
        self.assertEqual(call.extension_number, "105")
        extension = self.env["zadarma.extension"].create(
            {
                "account_id": self.account.id,
                "number": "105",
                "employee_id": self.employee.id,
            }
        )
        self.assertEqual(call.extension_id, extension)
        self.assertEqual(call.employee_id, self.employee)
        self.assertEqual(call.leg_ids.extension_id, extension)
