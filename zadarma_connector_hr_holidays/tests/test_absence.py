# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls of people on leave go elsewhere, and come back."""

import contextlib
from datetime import timedelta
from random import Random

import requests

from odoo import SUPERUSER_ID, api, fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.zadarma_connector.tests.test_forwarding import (
    BOHDAN,
    HOME,
    LOG,
    MENU,
    ForwardingCase,
    Killed,
)
from odoo.addons.zadarma_connector.zadarma_api.forwarding import (
    MAILBOX,
    NOWHERE,
    PHONE,
    Forwarding,
)

#: Leaves of the tests begin on the day after.
DAY = fields.Date.to_date("2026-10-05")


@tagged("post_install", "-at_install")
class TestAbsence(ForwardingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind = cls.env["hr.leave.type"].create(
            {
                "name": "Holiday",
                "requires_allocation": False,
                "leave_validation_type": "hr",
                "time_type": "leave",
            }
        )
        cls.account.forward_absent = True
        cls.extension.write(
            {"absence_target": "deputy", "deputy_id": cls.other_extension.id}
        )

    def _leave(self, first=1, last=2, employee=None, approved=True, env=None, **values):
        """A leave of whole days, counted from the day of the test."""
        leave = (env or self.env)["hr.leave"].create(
            {
                "employee_id": (employee or self.employee).id,
                "holiday_status_id": self.kind.id,
                "request_date_from": DAY + timedelta(days=first),
                "request_date_to": DAY + timedelta(days=last),
                **values,
            }
        )
        if approved:
            leave.action_approve()
        return leave

    def _refuse_all(self):
        going = [("state", "in", ("confirm", "validate1", "validate"))]
        self.env["hr.leave"].search(going).action_refuse()

    def _change(self, leave, **values):
        """What Odoo lets nobody do while it is approved."""
        leave.action_back_to_approval()
        leave.write(values)
        leave.action_approve()

    def _run_job(self):
        """Look at the leaves, and do what is wished for, as the scheduler would."""
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            with contextlib.suppress(Killed):
                env["zadarma.extension"]._cron_absences()
                env["zadarma.forwarding"]._cron_forwarding()
        self.env.invalidate_all()

    def _at(self, moment):
        self.clock.move_to(moment)
        self._run_job()

    def _day(self, day):
        """The middle of a day."""
        self._at(f"{DAY + timedelta(days=day)} 11:00:00")

    def test_set_at_its_start_and_ended_at_its_end(self):
        leave = self._leave()
        self._run_job()
        self.assertEqual(self._there(), NOWHERE)
        self._at(leave.date_from - timedelta(seconds=1))
        self.assertEqual(self._there(), NOWHERE)
        self._at(leave.date_from)
        self.assertEqual(self._there(), BOHDAN)
        self._at(leave.date_to - timedelta(seconds=1))
        self.assertEqual(self._there(), BOHDAN)
        self._at(leave.date_to)
        self.assertEqual(self._there(), NOWHERE)
        self.assertEqual(self._lines(), [("set", "102"), ("restored", "")])

    def test_what_was_there_comes_back(self):
        self.zadarma.forwardings["101"] = MENU
        self._leave()
        self._day(1)
        self.assertEqual(self._there(), BOHDAN)
        self._day(3)
        self.assertEqual(self._there(), MENU)

    def test_off_by_default_and_nobody_by_default(self):
        fresh = self.env["zadarma.account"].new({})
        self.assertFalse(fresh.forward_absent)
        self.assertFalse(self.other_extension.absence_target)
        self._leave()
        self._leave(employee=self.other_employee)
        self.account.forward_absent = False
        self._day(1)
        self.assertFalse(self.zadarma.forwardings)
        self.account.forward_absent = True
        self._run_job()
        self.assertEqual(self.zadarma.forwardings, {"101": BOHDAN})

    def test_where_each_chose(self):
        self.employee.write(
            {"mobile_phone": "044 123 45 67", "work_email": "Olena@Example.com"}
        )
        self._leave()
        self._day(1)
        for chosen, target in {
            "mobile": Forwarding(PHONE, "+380441234567"),
            "mailbox": Forwarding(MAILBOX, "olena@example.com"),
            "deputy": BOHDAN,
            False: NOWHERE,
        }.items():
            # a mailbox is left alone by whoever comes next
            self.zadarma.forwardings.pop("101", None)
            self.extension.forwarding_ids.unlink()
            self.extension.absence_target = chosen
            self._run_job()
            self.assertEqual(self._there(), target, chosen)

    def test_what_is_chosen_and_not_there_is_told(self):
        for chosen, missing in {
            "mobile": "no work mobile",
            "mailbox": "no work e-mail",
            "deputy": "no deputy",
        }.items():
            self.employee.write({"mobile_phone": False, "work_email": False})
            self.extension.write({"absence_target": chosen, "deputy_id": False})
            self.account.invalidate_recordset()
            self.assertIn(missing, self.account.problems)
            self._leave_of_a_day()
            self.assertEqual(self._there(), NOWHERE)
        own = {"account_id": self.account.id, "number": "+380441234567"}
        self.env["zadarma.did"].create(own)
        self.employee.mobile_phone = "044 123 45 67"
        self.extension.absence_target = "mobile"
        self.account.invalidate_recordset()
        self.assertIn("one of your own numbers", self.account.problems)
        self._leave_of_a_day()
        self.assertEqual(self._there(), NOWHERE)
        self.extension.write({"employee_id": False, "user_id": self.agent.id})
        self.account.invalidate_recordset()
        self.assertIn("no employee", self.account.problems)
        self.account.forward_absent = False
        self.assertNotIn("no employee", self.account.problems or "")

    def test_who_stand_in_for_each_other(self):
        self.other_extension.write(
            {"absence_target": "deputy", "deputy_id": self.extension.id}
        )
        self._leave()
        self._leave(1, 4, self.other_employee)
        for _time in range(2):
            self._day(1)
        self.assertEqual(self.zadarma.forwardings, {"101": BOHDAN})
        [line] = self.other_extension.forwarding_ids.line_ids
        self.assertEqual((line.event, line.reason), ("failed", "absence"))
        self.assertIn("in a circle", line.why_not)
        # whoever is back stands in
        for _time in range(2):
            self._day(3)
        self.assertEqual(self.zadarma.forwardings["102"], Forwarding("sip", "101"))

    def _leave_of_a_day(self):
        self._refuse_all()
        self._leave(0, 0)
        self._run_job()

    def test_refused_deleted_moved_and_not_approved(self):
        def move(leave):
            self._change(
                leave,
                request_date_from=DAY + timedelta(days=7),
                request_date_to=DAY + timedelta(days=8),
            )

        def delete(leave):
            leave.action_refuse()
            leave.unlink()

        for end in (lambda leave: leave.action_refuse(), delete, move):
            self.clock.move_to("2026-10-05 11:06:00")
            leave = self._leave()
            self._day(1)
            self.assertEqual(self._there(), BOHDAN)
            end(leave)
            self._run_job()
            self.assertEqual(self._there(), NOWHERE)
        self._day(7)
        self.assertEqual(self._there(), BOHDAN, "it was moved to here")
        self._day(9)
        self._leave(10, 11, approved=False)
        self._day(10)
        self.assertEqual(self._there(), NOWHERE)

    def test_longer_and_shorter(self):
        leave = self._leave(1, 2)
        self._day(2)
        self._change(leave, request_date_to=DAY + timedelta(days=4))
        self._day(4)
        self.assertEqual(self._there(), BOHDAN)
        self._change(leave, request_date_to=DAY + timedelta(days=3))
        self._run_job()
        self.assertEqual(self._there(), NOWHERE)

    def test_work_elsewhere_is_no_leave(self):
        self.kind.time_type = "other"
        self._leave()
        self._day(1)
        self.assertEqual(self._there(), NOWHERE)

    def test_leaves_one_after_another(self):
        self._leave(1, 2)
        self._leave(3, 4)
        for day in (1, 2, 3, 4):
            self._day(day)
            self.assertEqual(self._there(), BOHDAN)
        self._day(5)
        self.assertEqual(self._there(), NOWHERE)

    def test_a_change_by_hand_stays(self):
        self._leave()
        self._day(1)
        self.zadarma.forwardings["101"] = HOME
        self._day(2)
        self.assertEqual(self._there(), HOME)
        self._day(3)
        self.assertEqual(self._there(), HOME)

    def test_a_change_by_hand_stays_until_somebody_was_back(self):
        leave = self._leave(1, 2)
        self._day(1)
        self.zadarma.forwardings["101"] = HOME
        self.extension.forwarding_ids._wake()
        self._run_job()
        self._change(leave, request_date_to=DAY + timedelta(days=3))
        self._run_job()
        self.assertEqual(self._there(), HOME, "it was made longer")
        # of those that overlap, people make none
        overlapping = self.env["hr.leave"].with_context(leave_skip_date_check=True)
        self._leave(3, 4, env=overlapping.env)
        for day in (3, 4):
            self._day(day)
            self.assertEqual(self._there(), HOME)
        self._day(5)
        self._leave(7, 8)
        self._day(7)
        self.assertEqual(self._there(), BOHDAN)
        self._day(9)
        self.assertEqual(self._there(), HOME)

    def test_who_changes_the_number_on_leave(self):
        self._leave()
        self._day(1)
        self.extension.employee_id = False
        self._run_job()
        self.assertEqual(self._there(), NOWHERE)

    @mute_logger(LOG)
    def test_killed_at_each_step(self):
        for verb, when in (("GET", "before"), ("POST", "before"), ("POST", "after")):
            for step in ("start", "end"):
                with self.subTest(verb=verb, when=when, step=step):
                    self.clock.move_to("2026-10-05 11:06:00")
                    self._refuse_all()
                    self._run_job()
                    self._leave()
                    if step == "end":
                        self._day(1)
                    self.zadarma.faults = [(verb, when, Killed())]
                    self._day(1 if step == "start" else 3)
                    self.zadarma.faults = []
                    self._pass(minutes=30)
                    expected = BOHDAN if step == "start" else NOWHERE
                    self.assertEqual(self._there(), expected)

    @mute_logger(LOG)
    def test_a_month_of_twenty_people(self):
        """Leaves, refusals, changes, changes by hand, lost answers, kills: at the end
        of each day each number is where it belongs, and nothing of others is lost."""
        chance = Random(20)
        people = self._people(20)
        by_hand = set()
        for day in range(1, 31):
            for extension in people:
                self._something_happens(chance, extension, day)
            self.zadarma.faults = [
                fault for fault in self._faults(chance) if chance.random() < 0.3
            ]
            self._at(f"{DAY + timedelta(days=day)} 09:00:00")
            self.zadarma.faults = []
            if day % 7 == 0:
                extension = chance.choice(people)
                self.zadarma.forwardings[extension.number] = HOME
                by_hand.add(extension.number)
            for _time in range(3):
                self._pass(minutes=30)
            for extension in people:
                self._compare(extension, by_hand)
        self._refuse_all()
        for _time in range(3):
            self._pass(minutes=30)
        for extension in people:
            number = extension.number
            there = self.zadarma.forwardings.get(number, NOWHERE)
            expected = HOME if number in by_hand else NOWHERE
            self.assertEqual(there, expected, number)

    def _people(self, count):
        employees = self.env["hr.employee"].create(
            [{"name": f"Person {number}"} for number in range(count)]
        )
        return self.env["zadarma.extension"].create(
            [
                {
                    "account_id": self.account.id,
                    "number": str(200 + number),
                    "employee_id": employee.id,
                    "absence_target": "deputy",
                    "deputy_id": self.other_extension.id,
                }
                for number, employee in enumerate(employees)
            ]
        )

    def _something_happens(self, chance, extension, day):
        leaves = self.env["hr.leave"].search(
            [
                ("employee_id", "=", extension.employee_id.id),
                ("state", "=", "validate"),
                ("request_date_to", ">=", DAY + timedelta(days=day)),
            ]
        )
        if not leaves and chance.random() < 0.25:
            first = day + chance.randint(0, 2)
            # a leave has a day of work
            self._leave(first, first + chance.randint(2, 4), extension.employee_id)
        elif leaves and chance.random() < 0.15:
            leaves[0].action_refuse()
        elif leaves and chance.random() < 0.1:
            later = leaves[0].request_date_to + timedelta(days=1)
            self._change(leaves[0], request_date_to=later)

    def _faults(self, chance):
        lost = requests.ReadTimeout()
        return [
            (chance.choice(["GET", "POST"]), chance.choice(["before", "after"]), what)
            for what in (lost, Killed())
        ]

    def _compare(self, extension, by_hand):
        now = fields.Datetime.now()
        absent = self.env["hr.leave"]._zadarma_current(extension.employee_id, now)
        there = self.zadarma.forwardings.get(extension.number, NOWHERE)
        before = HOME if extension.number in by_hand else NOWHERE
        if not absent:
            self.assertEqual(there, before, extension.number)
        elif there != before or before == NOWHERE:
            # what somebody did by hand stays until another leave
            self.assertEqual(there, BOHDAN, extension.number)
