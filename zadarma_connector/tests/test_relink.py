# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.tests import tagged

from ..models.customer import zadarma_relink
from .common import CALLER, KEY, SECRET, ZadarmaCase, incoming, outgoing

LONDON = "+442079460018"


@tagged("post_install", "-at_install")
class TestRelink(ZadarmaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contacts = cls.env["res.partner"]

    def _call(self, number=LONDON, account=None):
        self.sequence = getattr(self, "sequence", 0) + 1
        start = incoming("NOTIFY_START", f"in_{self.sequence}", caller_id=number)
        return self._notify(start, account=account)

    def _run_job(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("zadarma_connector.cron_relink").method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(self.env["zadarma.relink"].search([]))

    def _assert_linked(self, call, partner, match="exact"):
        self._run_job()
        self.assertEqual((call.partner_id, call.partner_match), (partner, match))

    def test_contact_appears(self):
        calls = self._call() + self._call()
        contact = self.contacts.create({"name": "Ana", "phone": "0044 20 7946 0018"})
        self.assertFalse(calls.partner_id)
        for call in calls:
            self._assert_linked(call, contact)

    def test_contact_with_a_short_number_of_the_account_s_country_appears(self):
        self.company.country_id = self.env.ref("base.dk")
        elsewhere = self.env["res.company"].create(
            {"name": "Elsewhere", "country_id": self.env.ref("base.us").id}
        )
        call = self._call("+4532123456")
        contact = self.contacts.with_company(elsewhere).create(
            {"name": "Mette", "phone": "32 12 34 56"}
        )
        self.assertFalse(contact.phone_sanitized)
        self._assert_linked(call, contact)

    def test_number_is_corrected(self):
        wrong, right = self._call(CALLER), self._call(LONDON)
        self.assertEqual(wrong.partner_id, self.partner)
        self.partner.phone = LONDON
        self._assert_linked(right, self.partner)
        self._assert_linked(wrong, self.contacts, "none")

    def test_number_moves(self):
        call = self._call(CALLER)
        self.partner.phone = False
        owner = self.contacts.create({"name": "New owner", "phone": CALLER})
        self._assert_linked(call, owner)

    def test_country_is_corrected(self):
        contact = self.contacts.create({"name": "Ana", "phone": "207 946 0018"})
        contact.country_id = self.env.ref("base.us")
        call = self._call()
        self._assert_linked(call, self.contacts, "none")
        contact.country_id = self.env.ref("base.uk")
        self._assert_linked(call, contact)

    def test_country_of_the_company_is_corrected(self):
        company = self.contacts.create({"name": "Mill", "is_company": True})
        office = self.contacts.create({"name": "Office", "parent_id": company.id})
        person = self.contacts.create(
            {"name": "Ana", "phone": "207 946 0018", "parent_id": office.id}
        )
        company.country_id = self.env.ref("base.us")
        call = self._call()
        self._assert_linked(call, self.contacts, "none")
        company.country_id = self.env.ref("base.uk")
        self._assert_linked(call, person)

    def test_contact_moves_to_another_company(self):
        home, abroad = self.contacts.create(
            [
                {"name": name, "is_company": True, "country_id": self.env.ref(code).id}
                for name, code in (("Mill", "base.uk"), ("Bakery", "base.us"))
            ]
        )
        person = self.contacts.create(
            {"name": "Ana", "phone": "207 946 0018", "parent_id": abroad.id}
        )
        person.country_id = False
        call = self._call()
        self._assert_linked(call, self.contacts, "none")
        person.parent_id = home
        person.country_id = False
        self._assert_linked(call, person)

    def test_address_moves_to_another_company(self):
        """Its own country stays as it is: Odoo gives a company's to people only."""
        home, abroad = self.contacts.create(
            [
                {"name": name, "is_company": True, "country_id": self.env.ref(code).id}
                for name, code in (("Mill", "base.uk"), ("Bakery", "base.us"))
            ]
        )
        gate = self.contacts.create(
            {
                "name": "Gate",
                "type": "other",
                "phone": "207 946 0018",
                "parent_id": abroad.id,
            }
        )
        self.assertFalse(gate.country_id)
        call = self._call()
        self._assert_linked(call, self.contacts, "none")
        gate.parent_id = home
        self.assertFalse(gate.country_id)
        self._assert_linked(call, gate)

    def test_company_of_several_people_is_archived_or_no_company_any_more(self):
        company = self.contacts.create({"name": "Mill", "is_company": True})
        people = self.contacts.create(
            [
                {"name": name, "phone": LONDON, "parent_id": company.id}
                for name in ("Ana", "Bea")
            ]
        )
        call = self._call()
        self.assertEqual(call.partner_id, company)
        company.active = False
        self._assert_linked(call, self.contacts, "ambiguous")
        company.active = True
        self._assert_linked(call, company)
        people[0].is_company = True
        self._assert_linked(call, self.contacts, "ambiguous")

    def test_employee_s_contact_is_archived(self):
        contact = self.contacts.create({"name": "Driver"})
        self.employee.write(
            {"work_contact_id": contact.id, "mobile_phone": "+44 20 7946 0018"}
        )
        contact.phone = False
        call = self._call()
        before = call.partner_id
        self.employee.work_contact_id = self.contacts.create({"name": "Other"})
        self._run_job()
        self.assertNotEqual(call.partner_id, before)

    def test_contact_is_deleted(self):
        call = self._call(CALLER)
        self.partner.unlink()
        self._assert_linked(call, self.contacts, "none")

    def test_contact_is_archived(self):
        call = self._call(CALLER)
        self.partner.active = False
        self._assert_linked(call, self.partner)
        other = self.contacts.create({"name": "Successor", "phone": CALLER})
        self._assert_linked(call, other)
        self.partner.active = True
        self._assert_linked(call, self.contacts, "ambiguous")
        self.assertEqual(call.candidate_ids, self.partner + other)
        other.active = False
        self._assert_linked(call, self.partner)
        self.assertFalse(call.candidate_ids)

    def test_contact_becomes_another_company_s(self):
        call = self._call(CALLER)
        other_company = self.env["res.company"].create({"name": "Other"})
        account = self.env["zadarma.account"].create(
            {
                "name": "Other account",
                "api_key": KEY[::-1],
                "api_secret": SECRET[::-1],
                "company_id": other_company.id,
            }
        )
        other = self._call(CALLER, account)
        self.assertEqual(other.partner_id, self.partner)
        self.partner.company_id = self.company
        self._assert_linked(other, self.contacts, "none")
        self._assert_linked(call, self.partner)
        self.partner.company_id = other_company
        self._assert_linked(other, self.partner)
        self._assert_linked(call, self.contacts, "none")

    def test_contact_with_an_assigned_number_becomes_another_company_s(self):
        contact = self.contacts.create({"name": "Ana"})
        self.env["zadarma.number"]._assign(self.company, LONDON, contact)
        call = self._call()
        self.assertEqual(call.partner_id, contact)
        contact.company_id = self.env["res.company"].create({"name": "Other"})
        self._assert_linked(call, self.contacts, "none")

    def test_contacts_are_merged(self):
        other = self.contacts.create({"name": "Orchard bakery", "phone": LONDON})
        calls = self._call(CALLER), self._call(LONDON)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.partner + other).ids, self.partner
        )
        for call in calls:
            self._assert_linked(call, self.partner)
        # the number that the contact had no room for is known from now on
        self.assertEqual(self._call(LONDON).partner_id, self.partner)

    def test_merging_leaves_whose_number_somebody_said_it_is(self):
        other_company = self.env["res.company"].create({"name": "Other"})
        owner, twin = self.contacts.create(
            [
                {"name": "Owner", "company_id": other_company.id},
                {"name": "Orchard bakery", "phone": LONDON},
            ]
        )
        numbers = self.env["zadarma.number"]
        numbers._assign(other_company, LONDON, owner)
        self.env["zadarma.account"].create(
            {"name": "Other account", "company_id": other_company.id}
        )
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.partner + twin).ids, self.partner
        )
        assigned = numbers.search([("number", "=", LONDON)])
        self.assertEqual(
            {one.company_id: one.partner_id for one in assigned},
            {other_company: owner, self.company: self.partner},
        )

    def test_colleague_s_telephone_appears(self):
        call = self._call("+380671234567")
        self.employee.mobile_phone = "067 123 45 67"
        self._assert_linked(call, self.employee.work_contact_id)
        self.assertEqual(call.colleague_id, self.employee)
        self.employee.mobile_phone = False
        self._assert_linked(call, self.contacts, "none")
        self.assertFalse(call.colleague_id)

    def test_choice_by_hand_stays(self):
        call = self._call(CALLER)
        call.write({"partner_match": "manual"})
        self.partner.phone = LONDON
        self.contacts.create({"name": "New owner", "phone": CALLER})
        self._assert_linked(call, self.partner, "manual")
        # until there is nobody left
        self.partner.unlink()
        self._run_job()
        self.assertEqual(call.partner_id.name, "New owner")
        self.assertEqual(call.partner_match, "exact")

    def test_what_is_right_is_not_written(self):
        call = self._call(CALLER)
        self.partner.country_id = self.env.ref("base.uk")
        Call = type(call)
        with patch.object(Call, "write", side_effect=AssertionError):
            self._run_job()

    def test_internal_calls_are_nobody_s(self):
        self._notify(outgoing("NOTIFY_OUT_START", destination="102"))
        self.contacts.create({"name": "Short", "phone": "102"})
        self._run_job()
        self.assertFalse(self.env["zadarma.call"].search([]).partner_id)

    def test_many_calls_are_done_in_parts(self):
        calls = [self._call() for _time in range(5)]
        self.patch(zadarma_relink, "_CALLS", 2)
        self.patch(zadarma_relink, "_NOTES", 1)
        contact = self.contacts.create({"name": "Ana", "phone": LONDON})
        note = self.env["zadarma.relink"].search([("text", "=", LONDON)], limit=1)
        self.assertFalse(note._relink())
        self.assertEqual([bool(call.partner_id) for call in calls].count(True), 2)
        for call in calls:
            self._assert_linked(call, contact)

    def test_saving_a_contact_only_leaves_a_note(self):
        notes = self.env["zadarma.relink"]
        notes.search([]).unlink()
        contact = self.contacts.create({"name": "Ana", "phone": "020 7946 0018"})
        self.assertEqual(set(notes.search([]).mapped("text")), {"020 7946 0018"})
        notes.search([]).unlink()
        contact.name = "Ana Whitfield"
        self.assertFalse(notes.search([]))
        contact.phone = LONDON
        self.assertEqual(
            set(notes.search([]).mapped("text")), {"020 7946 0018", LONDON}
        )

    def test_case_06_merging_keeps_all_numbers(self):
        other = self.contacts.create(
            {"name": "Twin", "phone": "044 222 33 44 / 050 555 66 77"}
        )
        third = self.contacts.create({"name": "Third", "phone": "8 (912) 345-67-89"})
        third.country_id = False
        numbers = ("+380442223344", "+380505556677", "+79123456789")
        calls = [self._call(number) for number in numbers]
        self.assertEqual(calls[1].partner_id, other)
        self.assertEqual(calls[2].partner_match, "probable")
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.partner + other + third).ids, self.partner
        )
        for call in calls:
            self._assert_linked(call, self.partner)
        assigned = self.env["zadarma.number"].search(
            [("partner_id", "=", self.partner.id)]
        )
        self.assertEqual(set(assigned.mapped("number")), set(numbers))

    def test_case_06_other_notations_of_merged_contacts(self):
        for phone, number in (
            ("+48 (0)22 307 18 45", "+48223071845"),
            ("044 364-57-13 - 12", "+380443645713"),
        ):
            twin = self.contacts.create({"name": "Twin", "phone": phone})
            call = self._call(number)
            self.env["base.partner.merge.automatic.wizard"]._merge(
                (self.partner + twin).ids, self.partner
            )
            self._assert_linked(call, self.partner)

    def test_case_01_one_person_however_the_pbx_tells_the_number(self):
        contact = self.contacts.create({"name": "Olena", "phone": "+380672220001"})
        for told in ("+0672220001", "0672220001", "672220001", "380672220001"):
            call = self._call(told)
            self.assertEqual(call.external_number, "+380672220001", told)
            self.assertEqual(call.partner_id, contact, told)

    def test_case_28_numbers_are_read_when_the_country_is_set(self):
        self.company.country_id = False
        contact = self.contacts.create({"name": "Olena", "phone": "+380672220001"})
        calls = self._call("0672220001") + self._call("+0672220001")
        calls += self._call("672220001")
        known = self._call("00442037691880")
        self.assertEqual(
            [*calls.mapped("external_number"), known.external_number],
            ["0672220001", "+0672220001", "672220001", CALLER],
        )
        self.company.country_id = self.env.ref("base.ua")
        self._run_job()
        for call in calls:
            self.assertEqual(call.external_number, "+380672220001")
            self.assertEqual(call.caller_number, "+380672220001")
            self.assertEqual((call.partner_id, call.partner_match), (contact, "exact"))

    def test_case_28_assigned_numbers_are_read_when_the_country_is_set(self):
        self.company.country_id = False
        model = self.env["zadarma.number"]
        assign = model._assign
        other = self.contacts.create({"name": "Other"})
        assign(self.company, "0672220001", self.partner)
        assign(self.company, "+0672220002", other)
        assign(self.company, "+380672220002", self.partner)
        self.company.country_id = self.env.ref("base.ua")
        numbers = model.search([("company_id", "=", self.company.id)])
        self.assertEqual(
            {one.number: one.partner_id for one in numbers},
            dict.fromkeys(("+380672220001", "+380672220002"), self.partner),
        )
        for number in ("0672220001", "672220002"):
            self._assert_linked(self._call(number), self.partner)

    def test_many_numbers_are_read_in_parts(self):
        self.company.country_id = False
        calls = [self._call("0672220001") for _time in range(5)]
        self.patch(zadarma_relink, "_CALLS", 2)
        self.company.country_id = self.env.ref("base.ua")
        self._run_job()
        self.assertEqual({call.external_number for call in calls}, {"+380672220001"})
