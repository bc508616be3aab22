# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import KEY, SECRET, ZadarmaCase

LONDON = "+442079460018"


@tagged("post_install", "-at_install")
class TestIdentification(ZadarmaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contacts = cls.env["res.partner"]
        cls.uk = cls.env.ref("base.uk")

    def _identify(self, number, account=None):
        identification = self.env["zadarma.identification"]._identify(
            account or self.account, [number]
        )
        return identification[number]

    def _assert_found(self, number, partner, match="exact"):
        found = self._identify(number)
        self.assertEqual((found.partner, found.match), (partner, match))
        return found

    def _create(self, phone, **values):
        return self.contacts.create({"name": "Ana", "phone": phone, **values})

    def test_notations(self):
        for phone in (
            "+44 20 7946 0018",
            "+442079460018",
            "+44 (0)20 7946 0018",
            "0044 20 7946 0018",
            "00442079460018",
            "020 7946 0018",
            "020.7946.0018",
            "(020) 7946-0018",
            "020/79460018",
            "020\u00a07946\u20110018",
            "020 7946 0018 ext. 12",
            "+44 20 7946 0018 x12",
            "020 7946 0018 доб. 101",
            "Tel. 020 7946 0018",
            "\u202a+44 20 7946 0018\u202c",
            "442079460018",
            "07700 900123 / 020 7946 0018",
            "020 7946 0018/07700 900123",
            "020 7946 0018, 07700 900123",
            "07700 900123; +44 20 7946 0018",
            "020 7946 0018 or 07700 900123",
        ):
            with self.subTest(phone):
                contact = self._create(phone, country_id=self.uk.id)
                self._assert_found(LONDON, contact)
                contact.unlink()

    def test_international_notations_need_no_country(self):
        self.company.country_id = False
        for phone in ("+44 20 7946 0018", "0044 20 7946 0018", "44 20 7946 0018"):
            with self.subTest(phone):
                contact = self._create(phone)
                self._assert_found(LONDON, contact)
                contact.unlink()

    def test_short_national_numbers(self):
        # eight digits, and seven
        for phone, country, number in (
            ("32 12 34 56", "base.dk", "+4532123456"),
            ("09 123 4567", "base.fi", "+35891234567"),
            ("581 2345", "base.is", "+3545812345"),
        ):
            with self.subTest(phone):
                contact = self._create(phone, country_id=self.env.ref(country).id)
                self._assert_found(number, contact)
                # whatever Odoo read when it was typed elsewhere
                contact.flush_recordset()
                self.env.cr.execute(
                    "UPDATE res_partner SET phone_sanitized = NULL WHERE id = %s",
                    [contact.id],
                )
                contact.invalidate_recordset()
                self._assert_found(number, contact)

    def test_number_that_phonenumbers_does_not_know(self):
        denmark = self.env.ref("base.dk")
        contact = self._create("24 03 48 13", country_id=denmark.id)
        self.assertFalse(contact.phone_sanitized)
        self._assert_found("+4524034813", contact)

    def test_country_of_its_company(self):
        bakery = self.contacts.create(
            {"name": "Bakery", "is_company": True, "country_id": self.uk.id}
        )
        contact = self._create("020 7946 0018", parent_id=bakery.id)
        contact.country_id = False
        self._assert_found(LONDON, contact)

    def test_country_of_the_account_s_company(self):
        # typed by somebody who worked in another company
        elsewhere = self.env["res.company"].create(
            {"name": "London office", "country_id": self.uk.id}
        )
        contact = self.contacts.with_company(elsewhere).create(
            {"name": "Olena", "phone": "044 364 57 13"}
        )
        self.assertNotEqual(contact.phone_sanitized, "+380443645713")
        self._assert_found("+380443645713", contact)

    def test_country_of_its_own_company(self):
        self.company.country_id = self.env.ref("base.pl")
        contact = self._create("044 364 57 13", company_id=self.company.id)
        self.company.country_id = self.env.ref("base.ua")
        self._assert_found("+380443645713", contact)

    def test_tail_is_probable_where_nobody_knows_the_country(self):
        contact = self._create("020 7946 0018")
        found = self._assert_found(LONDON, contact, "probable")
        self.assertEqual(found.candidates, contact)
        # the exact one comes first
        exact = self._create(LONDON)
        self.assertEqual(self._assert_found(LONDON, exact).candidates, exact)

    def test_tail_of_several_is_nobody(self):
        contacts = self._create("020 7946 0018") + self._create("(020) 7946 0018")
        found = self._assert_found(LONDON, self.contacts, "ambiguous")
        self.assertEqual(found.candidates, contacts)

    def test_strangers_with_the_same_tail(self):
        for phone, country in (
            ("+48 22 079 46 00 18", False),
            ("0049 20 7946 0018", False),
            # a valid number of the contact's country
            ("207 946 0018", "base.us"),
            # too short to tell
            ("7946 0018", False),
            ("946 0018", "base.uk"),
        ):
            with self.subTest(phone):
                country_id = country and self.env.ref(country).id
                contact = self._create(phone, country_id=country_id)
                self._assert_found(LONDON, self.contacts, "none")
                contact.unlink()

    def test_number_that_is_none(self):
        self._create("12345")
        for number in ("12345", "+1", "anonymous"):
            with self.subTest(number):
                self._identify(number)
        self.assertEqual(self._identify("nobody").match, "none")
        self.assertEqual(
            self.env["zadarma.identification"]._identify(self.account, []), {}
        )

    def test_many_at_once(self):
        other = self._create(LONDON)
        numbers = [LONDON, "+442037691880", "+442079460999"]
        found = self.env["zadarma.identification"]._identify(self.account, numbers)
        self.assertEqual(
            [found[number].partner for number in numbers],
            [other, self.partner, self.contacts],
        )

    def test_one_statement(self):
        self._create("07700 900123 / 020 7946 0018", country_id=self.uk.id)
        self.env.flush_all()
        # whoever folds a call has read its account
        self.account.fetch(["company_id"])
        for number in ("+442037691880", "+442079460999"):
            with self.assertQueryCount(1):
                self._identify(number)

    def test_archived_come_last(self):
        archived = self._create(LONDON, active=False)
        self._assert_found(LONDON, archived)
        active = self._create(LONDON)
        self._assert_found(LONDON, active)

    def test_persons_of_one_company_are_the_company(self):
        bakery = self.contacts.create({"name": "Bakery", "is_company": True})
        persons = self._create(LONDON, parent_id=bakery.id)
        persons += self._create("+44 20 7946 0018", parent_id=bakery.id)
        found = self._assert_found(LONDON, bakery)
        self.assertEqual(found.candidates, persons)
        stranger = self._create(LONDON)
        found = self._assert_found(LONDON, self.contacts, "ambiguous")
        self.assertEqual(found.candidates, persons + stranger)

    def test_persons_of_a_company_that_may_not_be_seen(self):
        bakery = self.contacts.create({"name": "Bakery", "is_company": True})
        persons = self._create(LONDON, parent_id=bakery.id)
        persons += self._create(LONDON, parent_id=bakery.id)
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        bakery.company_id = elsewhere
        persons.company_id = False
        self._assert_found(LONDON, self.contacts, "ambiguous")

    def test_colleague_calls_from_a_private_telephone(self):
        self.employee.mobile_phone = "067 123 45 67"
        found = self._assert_found("+380671234567", self.employee.work_contact_id)
        self.assertEqual(found.records["hr.employee"], self.employee)
        # a contact of that number comes first
        customer = self._create("+380671234567")
        found = self._assert_found("+380671234567", customer)
        self.assertEqual(found.records["hr.employee"], self.employee)

    def test_archived_colleague(self):
        self.employee.mobile_phone = "067 123 45 67"
        self.employee.active = False
        self.employee.work_contact_id.active = True
        self._assert_found("+380671234567", self.employee.work_contact_id)

    # -- cases of docs/numbers.md ------------------------------------------------

    def test_case_03_two_numbers_in_one_field(self):
        for text, country, numbers in (
            ("022 307 18 45/601 234 567", "pl", ("+48223071845", "+48601234567")),
            ("212-555-0100/646-555-0111", "us", ("+12125550100", "+16465550111")),
            ("044 222 77 88 - 050 222 77 88", "ua", ("+380442227788", "+380502227788")),
            ("020 7946 0018\u2013020 7946 0019", "uk", (LONDON, "+442079460019")),
            ("030 1234567  0151 12345678", "de", ("+49301234567", "+4915112345678")),
            ("01 45 67 89 01\t06 12 34 56 78", "fr", ("+33145678901", "+33612345678")),
        ):
            with self.subTest(text):
                country_id = self.env.ref(f"base.{country}").id
                contact = self._create(text, country_id=country_id)
                for number in numbers:
                    self._assert_found(number, contact)
                contact.unlink()

    def test_case_09_same_digits_another_country(self):
        american = self._create("(361) 234-5678", country_id=self.env.ref("base.us").id)
        self._assert_found("+3612345678", self.contacts, "none")
        self._assert_found("+13612345678", american)
        # though Odoo reads it as Egypt's
        nobody_knows = self._create("(201) 555-0123")
        self.assertFalse(self._identify("+2015550123").match == "exact")
        nobody_knows.country_id = self.env.ref("base.us")
        self._assert_found("+2015550123", self.contacts, "none")
        self._assert_found("+12015550123", nobody_knows)

    def test_case_10_zero_in_brackets(self):
        pole = self._create("+48 (0)22 307 18 45")
        self._assert_found("+48223071845", pole)

    def test_case_11_other_trunk_prefixes(self):
        contact = self._create("8 (912) 345-67-89")
        self._assert_found("+79123456789", contact, "probable")
        contact.country_id = self.env.ref("base.ru")
        self._assert_found("+79123456789", contact)

    def test_case_12_argentina_with_and_without_nine(self):
        contact = self._create("+54 11 2345-6789")
        self._assert_found("+5491123456789", contact, "probable")

    def test_case_13_extensions_where_lengths_are_fixed(self):
        for text in ("044 364-57-13 - 12", "044 364-57-13/12", "044 364-57-13 (12)"):
            with self.subTest(text):
                contact = self._create(text)
                self._assert_found("+380443645713", contact)
                contact.unlink()

    def test_case_14_spreadsheets(self):
        self._assert_found("+380443645713", self._create("380443645713.0"))

    def test_case_29_odd_marks_inside_a_number(self):
        for mark in "\u00b7_~'\u2009":
            with self.subTest(mark):
                contact = self._create(mark.join(("044", "364", "57", "13")))
                self._assert_found("+380443645713", contact)
                contact.unlink()

    def test_its_own_country_comes_before_the_others(self):
        bakery = self.contacts.create(
            {"name": "Bakery", "is_company": True, "country_id": self.uk.id}
        )
        contact = self._create(
            "020 7946 0018",
            parent_id=bakery.id,
            type="other",
            country_id=self.env.ref("base.fr").id,
        )
        countries = contact._zadarma_countries(self.account)
        self.assertEqual(countries, ["FR", "GB", "UA"])
        self._assert_found("+33207946001", self.contacts, "none")
        self._assert_found(LONDON, contact, "probable")

    def test_fields_of_other_addons(self):
        """What mobile and phone2 of other addons would be, where they exist."""
        self.assertEqual(
            self.contacts._zadarma_columns(),
            [one for one in ("phone", "mobile", "phone2") if one in self.contacts],
        )
        self.patch(type(self.contacts), "_zadarma_number_fields", ("phone", "vat"))
        contact = self._create("+44 20 3769 0000", vat="020 7946 0018")
        contact.country_id = self.uk
        self._assert_found(LONDON, contact)
        self._assert_found("+442037690000", contact)


@tagged("post_install", "-at_install")
class TestCompanies(ZadarmaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create(
            {"name": "Other", "country_id": cls.env.ref("base.uk").id}
        )
        cls.other_account = cls.env["zadarma.account"].create(
            {
                "name": "Other account",
                "api_key": KEY[::-1],
                "api_secret": SECRET[::-1],
                "company_id": cls.other_company.id,
            }
        )

    def _partner(self, account, number=LONDON):
        found = self.env["zadarma.identification"]._identify(account, [number])
        return found[number].partner | found[number].candidates

    def test_each_company_finds_its_own(self):
        ours, theirs = self.env["res.partner"].create(
            [
                {"name": "Ana", "phone": "020 7946 0018", "company_id": company.id}
                for company in (self.company, self.other_company)
            ]
        )
        self.assertEqual(self._partner(self.account), ours)
        self.assertEqual(self._partner(self.other_account), theirs)
        (ours + theirs).phone = LONDON
        self.assertEqual(self._partner(self.account), ours)
        self.assertEqual(self._partner(self.other_account), theirs)
        ours.company_id = False
        self.assertEqual(self._partner(self.account), ours)
        self.assertEqual(self._partner(self.other_account), ours + theirs)

    def test_colleagues_of_another_company(self):
        self.employee.mobile_phone = LONDON
        self.assertFalse(self._partner(self.other_account))
        self.assertTrue(self._partner(self.account))
        self.employee.work_contact_id = self.env["res.partner"].create(
            {"name": "Theirs", "company_id": self.other_company.id}
        )
        self.assertFalse(self._partner(self.account))

    def test_assigned_numbers_of_another_company(self):
        numbers = self.env["zadarma.number"]
        numbers._assign(self.company, LONDON, self.partner)
        self.assertEqual(self._partner(self.account), self.partner)
        self.assertFalse(self._partner(self.other_account))
        self.partner.company_id = self.other_company
        self.assertFalse(self._partner(self.account))
