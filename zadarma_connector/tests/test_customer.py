# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ZadarmaCase, answered_call, incoming, missed_call, outgoing

LONDON = "+442079460018"


def answered_call_of(extension, caller, pbx_call_id):
    """A call that a colleague answered, from a caller."""
    return [
        {**told, "caller_id": caller}
        for told in answered_call(extension, pbx_call_id)
        if "caller_id" in told
    ]


@tagged("post_install", "-at_install")
class TestCustomerByHand(ZadarmaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twins = cls.env["res.partner"].create(
            [{"name": name, "phone": LONDON} for name in ("Ana", "Bea")]
        )
        cls.agent.group_ids |= cls.env.ref("base.group_partner_manager")

    def _missed(self, number=LONDON, pbx_call_id="in_1"):
        return self._notify(
            *missed_call("101", pbx_call_id=pbx_call_id, caller_id=number)
        ).with_user(self.agent)

    def _run_job(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("zadarma_connector.cron_relink").method_direct_trigger()
        self.env.invalidate_all()

    def _choose(self, call, partner):
        chosen = partner.with_user(call.env.user)
        chosen.with_context(zadarma_call_id=call.id).action_zadarma_choose()

    def test_choice_is_remembered_for_the_number(self):
        ana, bea = self.twins
        first, second = self._missed(), self._missed(pbx_call_id="in_2")
        self.assertEqual(first.partner_match, "ambiguous")
        self.assertEqual(first.candidate_ids, self.twins)
        self._choose(first, bea)
        self.assertEqual((first.partner_id, first.partner_match), (bea, "manual"))
        later = self._missed(pbx_call_id="in_3")
        self.assertEqual((later.partner_id, later.partner_match), (bea, "exact"))
        self.assertEqual(later.candidate_ids, self.twins)
        self._run_job()
        self.assertEqual(second.partner_id, bea)
        # another choice corrects what followed from the first one, not the first one
        self._choose(later, ana)
        self._run_job()
        self.assertEqual(second.partner_id, ana)
        self.assertEqual(first.partner_id, bea)
        self.assertEqual(len(self.env["zadarma.number"].search([])), 1)

    def test_forgotten_choice(self):
        call, other = self._missed(), self._missed(pbx_call_id="in_2")
        self._choose(call, self.twins[0])
        self._run_job()
        self.env["zadarma.number"].with_user(self.supervisor).search([]).unlink()
        self._run_job()
        self.assertEqual(call.partner_id, self.twins[0])
        self.assertEqual(other.partner_match, "ambiguous")

    def test_chosen_contact_vanishes(self):
        call = self._missed()
        self._choose(call, self.twins[0])
        self.twins[0].active = False
        later = self._missed(pbx_call_id="in_2")
        self.assertEqual(later.partner_id, self.twins[1])
        self.twins[0].unlink()
        self._run_job()
        self.assertEqual(call.partner_id, self.twins[1])

    def test_probable_customer_is_confirmed(self):
        contact = self.env["res.partner"].create(
            {"name": "Ana", "phone": "020 7946 0999"}
        )
        call = self._missed("+442079460999")
        self.assertEqual(call.partner_match, "probable")
        call.action_confirm_customer()
        self.assertEqual((call.partner_id, call.partner_match), (contact, "manual"))
        later = self._missed("+442079460999", "in_2")
        self.assertEqual((later.partner_id, later.partner_match), (contact, "exact"))

    def test_new_contact_from_an_unknown_call(self):
        call = self._missed("+442079460999")
        other = self._missed("+442079460999", "in_2")
        action = call.action_create_contact()
        contacts = self.env[action["res_model"]].with_user(self.agent)
        with Form(contacts.with_context(**action["context"])) as form:
            self.assertEqual(form.phone, "+44 20 7946 0999")
            self.assertEqual(form.country_id, self.env.ref("base.uk"))
            form.name = "New customer"
        self.assertEqual(call.partner_id.name, "New customer")
        self.assertEqual(call.partner_match, "exact")
        self.assertEqual(other.partner_id, call.partner_id)

    def test_number_of_an_existing_contact(self):
        contact = self.env["res.partner"].create({"name": "Has no number"})
        for user, partner, phone in (
            (self.agent, contact, "+44 20 7946 0999"),
            # it is another contact's then
            (self.supervisor, self.partner, self.partner.phone),
        ):
            call = self._missed("+442079460999", f"in_{partner.id}").with_user(user)
            action = call.action_set_customer()
            wizards = self.env[action["res_model"]].with_user(user)
            with Form(wizards.with_context(**action["context"])) as form:
                form.partner_id = partner
            form.record.action_assign()
            self.assertEqual((call.partner_id, call.partner_match), (partner, "manual"))
            self.assertEqual(partner.phone, phone)
            later = self._missed("+442079460999", f"in_{partner.id}0")
            self.assertEqual(later.partner_id, partner)

    # -- choices that concern others -----------------------------------------------

    def test_taking_another_contact_s_number_is_a_proposal(self):
        self.partner.user_id = self.colleague
        own = self.env["res.partner"].create(
            {"name": "Own customer", "user_id": self.agent.id}
        )
        call = self._missed(self.partner.phone_sanitized)
        wizard = self.env["zadarma.call.customer"].with_user(self.agent)
        told = wizard.create({"call_id": call.id, "partner_id": own.id}).action_assign()
        self.assertIn("is proposed", told["params"]["message"])
        self._run_job()
        self.assertEqual((call.partner_id, call.partner_match), (self.partner, "exact"))
        self.assertFalse(own.phone)
        self.assertFalse(self.env["zadarma.number"].search([]))
        # never the proposer, even one who is the contact's salesperson
        self.partner.user_id = self.agent
        self.assertFalse(call.can_decide)
        with self.assertRaises(AccessError):
            call.action_confirm_proposal()
        self.partner.user_id = self.colleague
        seen = call.with_user(self.colleague)
        self.assertTrue(seen.can_decide)
        seen.action_confirm_proposal()
        self.assertEqual((call.partner_id, call.partner_match), (own, "manual"))
        self.assertFalse(call.proposed_partner_id)
        with self.assertRaisesRegex(UserError, "No customer is proposed"):
            seen.action_confirm_proposal()

    def test_a_number_that_colleagues_had_calls_with_is_proposed(self):
        number = "+442079460999"
        other = self._notify(
            *answered_call_of("102", number, "in_8"),
        )
        self.assertFalse(other.with_user(self.agent).has_access("read"))
        own = self.env["res.partner"].create(
            {"name": "Own customer", "user_id": self.agent.id}
        )
        call = self._missed(number)
        self._choose(call, own)
        self._run_job()
        self.assertFalse((call + other.with_user(self.agent)).sudo().partner_id)
        self.assertEqual(call.proposed_partner_id, own)
        # a colleague who is nobody's salesperson cannot decide
        with self.assertRaises(AccessError):
            call.with_user(self.colleague).action_confirm_proposal()
        call.with_user(self.supervisor).action_confirm_proposal()
        self._run_job()
        self.assertEqual(other.partner_id, own)

    def test_a_proposal_is_declined_or_withdrawn(self):
        own = self.env["res.partner"].create({"name": "Own customer"})
        for user in (self.agent, self.supervisor):
            call = self._missed(self.partner.phone_sanitized, f"in_{user.id}")
            self._choose(call, own)
            self.assertEqual(call.proposed_by_id, self.agent)
            call.with_user(user).action_decline_proposal()
            self.assertFalse(call.proposed_partner_id)
            self.assertEqual(call.partner_id, self.partner)

    def test_who_may_not_change_contacts_may_still_choose(self):
        self.agent.group_ids -= self.env.ref("base.group_partner_manager")
        contact = self.env["res.partner"].create({"name": "Has no number"})
        call = self._missed("+442079460999")
        wizard = self.env["zadarma.call.customer"].with_user(self.agent)
        wizard.create({"call_id": call.id, "partner_id": contact.id}).action_assign()
        self.assertEqual(call.partner_id, contact)
        self.assertFalse(contact.phone)

    def test_hidden_and_internal_callers_are_nobody_s(self):
        hidden = self._notify(incoming("NOTIFY_START", caller_id="0"))
        internal = self._notify(outgoing("NOTIFY_OUT_START", destination="102"))
        for call in (hidden, internal):
            self.assertFalse(call.can_identify)
            with self.assertRaisesRegex(UserError, "no number"):
                call._choose(self.partner)

    def test_contact_of_another_company(self):
        self.partner.company_id = self.env["res.company"].create({"name": "Other"})
        call = self._missed().sudo()
        with self.assertRaisesRegex(UserError, "belongs to another company"):
            call._choose(self.partner)
        with self.assertRaises(AccessError):
            self._choose(call.with_user(self.agent), self.partner)

    def test_choosing_needs_a_call_that_one_may_see(self):
        call = self._notify(
            outgoing("NOTIFY_OUT_END", internal="102", disposition="no answer")
        )
        with self.assertRaises(AccessError):
            self._choose(call.with_user(self.agent), self.twins[0])
        self.assertFalse(call.partner_id - self.partner)

    def test_asking_whose_number_it_is_tells_it_to_nobody_else(self):
        call = self._notify(
            outgoing("NOTIFY_OUT_END", internal="102", disposition="no answer")
        )
        wizard = self.env["zadarma.call.customer"].with_user(self.agent)
        wizard = wizard.create({"call_id": call.id, "partner_id": self.twins[0].id})
        self.env.invalidate_all()
        for name in ("number", "company_id"):
            with self.assertRaises(AccessError):
                wizard.read([name])

    def test_assigned_numbers_are_for_supervisors(self):
        self._choose(self._missed(), self.twins[0])
        numbers = self.env["zadarma.number"].search([])
        self.assertFalse(numbers.with_user(self.agent).has_access("write"))
        numbers.with_user(self.supervisor).partner_id = self.twins[1]
        self.assertEqual(self._missed(pbx_call_id="in_2").partner_id, self.twins[1])
        self.assertEqual(numbers.number, LONDON)


@tagged("post_install", "-at_install")
class TestNumberSearch(ZadarmaCase):
    """Case 16: searching by number as people type it."""

    TYPED = (
        *("044 222 77 55", "+380 44 222 7755", "222 77 55", "00380442227755"),
        *("(044) 222-77", "380442227755", "+38044", "0442227755"),
    )

    def setUp(self):
        super().setUp()
        self.call = self._notify(*missed_call("101", caller_id="+380442227755"))
        self.env["zadarma.waiting.caller"].create(
            {
                "company_id": self.company.id,
                "number": "+380442227755",
                "account_id": self.account.id,
                "state": "open",
                "date_since": self.call.date_start,
                "date_due": self.call.date_start,
            }
        )
        self.other = self._notify(
            *missed_call("101", pbx_call_id="in_2", caller_id="+380671112233")
        )

    def _boxes(self):
        """The models whose lists have a search box and tell of calls or callers."""
        actions = self.env["ir.actions.act_window"].search(
            [("res_model", "=like", "zadarma.%")]
        )
        for name in sorted(set(actions.mapped("res_model"))):
            model = self.env[name]
            fields = model._fields.values()
            # other addons' models may be installed beside
            ours = model._original_module == "zadarma_connector"
            if (
                ours
                and not model._transient
                and (
                    name == "zadarma.call"
                    or "number_search" in model._fields
                    or any(
                        one.comodel_name == "zadarma.call" and one.type == "many2one"
                        for one in fields
                    )
                )
            ):
                yield model

    def _find_in_box(self, model, text):
        """What a search box finds in its fields for numbers and calls."""
        arch = etree.fromstring(model.get_view(view_type="search")["arch"])
        found = model.browse()
        for node in arch.iter("field"):
            field = model._fields[node.get("name")]
            if field.name == "number_search" or field.comodel_name == "zadarma.call":
                operator = node.get("operator", "ilike")
                found |= model.search([(field.name, operator, text)])
        return found

    def _number_of(self, record):
        call = record.call_id if "call_id" in record else record
        return call.external_number if "number" not in record else record.number

    def test_case_16_every_search_box(self):
        for number in ("+380442227755", "+380671112233"):
            self.env["zadarma.blocked"].create({"number": number})
            self.env["zadarma.number"]._assign(self.company, number, self.partner)
        calls = self.call + self.other
        recordings = self.env["zadarma.recording"].create(
            [
                {"call_id": one.id, "pbx_leg_id": f"{one.id}", "state": "remote"}
                for one in calls
            ]
        )
        self.env["zadarma.listening"].create(
            [{"recording_id": one.id, "user_id": self.agent.id} for one in recordings]
        )
        self.env.flush_all()
        boxes = list(self._boxes())
        self.assertLessEqual(
            {"zadarma.call", "zadarma.event", "zadarma.waiting.caller"},
            {model._name for model in boxes},
        )
        pasted = "044 222-77-55 (Olya)", "380442227755.0", "Tel. +380442227755 доб. 1"
        for model in boxes:
            for text in (*self.TYPED, *pasted):
                with self.subTest(model=model._name, text=text):
                    found = self._find_in_box(model, text)
                    self.assertTrue(found)
                    self.assertEqual(
                        {self._number_of(one) for one in found}, {"+380442227755"}
                    )

    def test_case_16_calls_and_waiting_callers(self):
        self.env["zadarma.blocked"].create({"number": "+380442227755"})
        self.env["zadarma.number"]._assign(self.company, "+380442227755", self.partner)
        for model in (
            *("zadarma.call", "zadarma.waiting.caller", "zadarma.blocked"),
            *("zadarma.number", "zadarma.call.report"),
        ):
            for typed in self.TYPED:
                with self.subTest(model=model, typed=typed):
                    records = self.env[model]
                    found = records.search([("number_search", "ilike", typed)])
                    self.assertEqual(len(found), 1, (model, typed))
                    by_name = records.name_search(typed)
                    self.assertEqual([one[0] for one in by_name], found.ids)
        calls = self.env["zadarma.call"]
        self.assertEqual(
            calls.search([("display_name", "not ilike", "044 222 77 55")]), self.other
        )
        self.assertFalse(calls.search([("number_search", "ilike", "nobody")]))
        # fewer digits than are looked for otherwise
        found = calls.search([("number_search", "ilike", "75")])
        self.assertEqual(found, self.call)
        self.assertEqual(len(calls.search([("number_search", "ilike", "101")])), 0)

    def test_case_16_in_the_dialler(self):
        contacts = self.env["res.partner"].with_user(self.agent)
        for phone in ("+380 44 222 77 55", "044 222-77-55", "Olya 0442227755"):
            contact = contacts.sudo().create({"name": "Olya", "phone": phone})
            for typed in ("044 222 77 55", "+380 44 222 7755", "00380442227755"):
                with self.subTest(phone=phone, typed=typed):
                    found = contacts.search([("zadarma_number_search", "ilike", typed)])
                    self.assertEqual(found, contact)
                    self.assertTrue(found.filtered("zadarma_phones"))
            contact.unlink()
        self.assertFalse(contacts.search([("zadarma_number_search", "ilike", "Olya")]))

    def test_case_16_in_the_dialler_by_numbers_of_other_addons(self):
        """What mobile and phone2 of other addons would be, where they exist."""
        self.patch(type(self.partner), "_zadarma_number_fields", ("phone", "vat"))
        contacts = self.env["res.partner"].with_user(self.agent)
        only, both, none = contacts.sudo().create(
            [
                {"name": "Olya", "vat": "(050) 222-77-55"},
                {"name": "Olya", "phone": "044 222 77 88", "vat": "050 333 77 55"},
                {"name": "Olya"},
            ]
        )
        own = [("id", "in", (only + both + none).ids)]
        has_any = [("zadarma_phones", "!=", False), *own]
        self.assertEqual(contacts.search(has_any), only + both)
        self.assertEqual(contacts.search([("zadarma_phones", "=", False), *own]), none)
        self.assertEqual(both.zadarma_phones, "044 222 77 88, 050 333 77 55")
        for contact, texts in (
            (only, ("050 222 77 55", "+380502227755", "222-77-55", "(050) 222")),
            (both, ("050 333 77 55", "333 77", "044 222 77 88", "00380503337755")),
        ):
            for text in texts:
                with self.subTest(text=text):
                    typed = [("zadarma_number_search", "ilike", text), *own]
                    self.assertEqual(contacts.search(typed), contact)
