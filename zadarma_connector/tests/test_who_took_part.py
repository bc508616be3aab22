# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An employee, a user without one, and who is both: one person each, everywhere."""

from odoo.tests import new_test_user, tagged

from .common import answered_call
from .test_waiting_caller import WaitingCase, at


@tagged("post_install", "-at_install")
class TestWhoTookPart(WaitingCase):
    def setUp(self):
        super().setUp()
        self.boss = new_test_user(
            self.env, "boss", "zadarma_connector.group_zadarma_user", name="Berta Boss"
        )
        self.driver = self.env["hr.employee"].create({"name": "Dora Driver"})
        self.calls = self.env["zadarma.call"]

    def _call_of(self, employee=None, user=None):
        """A call that somebody took who sits there from now on; it is told by
        notifications, as any other."""
        self.other_extension.write(
            {"employee_id": employee and employee.id, "user_id": user and user.id}
        )
        return self._call()

    def _call(self):
        """A call that whoever sits behind the number took."""
        self.env.flush_all()
        number = len(self.calls) + 1
        self._play(at(number, *answered_call("102", pbx_call_id=f"in_{number}")))
        call = self.calls.search([("pbx_call_id", "=", f"in_{number}")])
        self.calls += call
        return call

    def test_employee_user_or_both(self):
        for employee, user, name in (
            (self.driver, None, "Dora Driver"),
            (None, self.boss, "Berta Boss"),
            (self.employee, None, self.agent.name),
        ):
            call = self._call_of(employee, user)
            for one in (call, call.leg_ids):
                self.assertEqual(one.person_id.name, name)
            self.assertEqual(call.message_ids.author_id, call.person_id)
            found = self.env["zadarma.call"].search([("person_id", "ilike", name)])
            self.assertEqual(found, call)
            self.assertEqual(call.export_data(["person_id"])["datas"], [[name]])

    def test_whoever_sits_there_when_the_call_comes(self):
        nobody = self.env["hr.employee"], self.env["res.users"], self.env["res.partner"]
        contact = self.env["res.partner"].create({"name": "Dora D."})
        other = self.env["res.partner"].create({"name": "Berta B."})
        driver, boss = self.driver, self.boss
        usual = boss.partner_id
        left = new_test_user(self.env, "left")
        left.active = False
        self.other_extension.employee_id = driver
        self.assertEqual(self._call().person_id, driver.work_contact_id)
        for changed, values, found in (
            (driver, {"work_contact_id": contact.id}, (driver, nobody[1], contact)),
            (driver, {"user_id": boss.id}, (driver, boss, usual)),
            (boss, {"partner_id": other.id}, (driver, boss, other)),
            # a user who left may be an employee still, whose calls are one person's
            (boss, {"active": False}, (driver, nobody[1], other)),
            (boss, {"partner_id": usual.id}, (driver, nobody[1], usual)),
            (boss, {"active": True}, (driver, boss, usual)),
            (driver, {"active": False}, nobody),
            (driver, {"active": True}, (driver, boss, usual)),
            # by hand: somebody else, who left
            (self.other_extension, {"user_id": left.id}, (driver, nobody[1], usual)),
            (boss, {"partner_id": other.id}, (driver, nobody[1], other)),
        ):
            with self.subTest(values=values):
                changed.write(values)
                call = self._call()
                for one in (call, call.leg_ids):
                    self.assertEqual(
                        (one.employee_id, one.user_id, one.person_id), found
                    )
        self.other_extension.write({"employee_id": False, "user_id": boss.id})
        self.assertEqual(self._call().person_id, other)
        for values, user, person in (
            ({"partner_id": usual.id}, boss, usual),
            ({"active": False}, nobody[1], nobody[2]),
            ({"active": True}, boss, usual),
        ):
            boss.write(values)
            call = self._call()
            self.assertEqual((call.user_id, call.person_id), (user, person))

    def test_a_person_is_counted_once_whatever_they_were(self):
        # a user first, then an employee too
        self._call_of(user=self.boss)
        employee = self.env["hr.employee"].create(
            {"name": "Berta Boss", "user_id": self.boss.id}
        )
        self._call_of(employee)
        # an employee first, whose extension is another's when they become a user
        self._call_of(self.driver)
        self._call_of(self.employee)
        user = new_test_user(
            self.env, "dora", "zadarma_connector.group_zadarma_user", name="Dora Driver"
        )
        self.driver.user_id = user
        self._call_of(self.driver)
        counted = {
            "Berta Boss": 2,
            "Dora Driver": 2,
            self.agent.name: 1,
        }
        report = self.env["zadarma.call.report"].with_user(self.supervisor)
        people = report.dashboard(1)["people"]
        self.assertEqual({row["name"]: row["calls"] for row in people}, counted)
        self.assertEqual(len(people), len(counted))
        for model in (report, self.env["zadarma.call"].with_user(self.supervisor)):
            groups = model._read_group([], ["person_id"], ["__count"])
            self.assertEqual(
                sorted((person.sudo().name, count) for person, count in groups),
                sorted(counted.items()),
            )
        for one, count in ((employee, 2), (self.driver, 2), (self.employee, 1)):
            self.assertEqual(one.zadarma_call_count, count)
            domain = one.action_zadarma_calls()["domain"]
            self.assertEqual(len(self.calls.search(domain)), count)

    def test_a_user_of_a_company_has_their_own_name_in_groups(self):
        self.boss.partner_id.parent_id = self.env["res.partner"].create(
            {"name": "Harbour Ltd", "is_company": True}
        )
        self._call_of(user=self.boss)
        for model in ("zadarma.call", "zadarma.call.report"):
            calls = self.env[model]
            [group] = calls.formatted_read_group([], ["person_id"], ["__count"])
            self.assertEqual(group["person_id"][1], "Berta Boss", model)
            self.assertEqual(len(calls.search(group["__extra_domain"])), 1)
        [nobody] = self.env["zadarma.call"].formatted_read_group(
            [("person_id", "=", False)], ["person_id"], ["__count"]
        ) or [{"person_id": False}]
        self.assertFalse(nobody["person_id"])

    def test_who_is_deleted_took_part_nevertheless(self):
        call = self._call_of(self.driver)
        self.other_extension.employee_id = self.other_employee
        self.driver.unlink()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(call.employee_id)
        self.assertEqual(call.person_id.name, "Dora Driver")

    def test_employee_whom_hr_left_without_a_contact(self):
        self.driver.work_contact_id = False
        call = self._call_of(self.driver)
        self.assertEqual(call.person_id, self.driver.work_contact_id)
        self.assertEqual(call.person_id.name, "Dora Driver")

    def test_a_call_of_nobody_s(self):
        call = self._call_of()
        self.assertFalse(call.person_id)
