# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import (
    CALLER,
    DID,
    IN,
    ZadarmaCase,
    answered_call,
    incoming,
    missed_call,
    receive,
    wall_clock,
)

ROUTING = "odoo.addons.zadarma_connector.models.routing.zadarma_routing_answer"
#: A Friday in Kyiv, at work and at night.
AT_WORK = datetime(2026, 10, 9, 8, 5)
AT_NIGHT = datetime(2026, 10, 9, 22, 0)
REJECTED = {"redirect": "blacklist", "return_timeout": 0}


@tagged("post_install", "-at_install")
class TestRouting(ZadarmaCase):
    """What the PBX is told when a customer calls, and how that is explained."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.route_to_manager = True
        cls.partner.user_id = cls.agent

    def _ring(self, extension="101", name="Orchard Lane Bakery"):
        return {"redirect": extension, "return_timeout": 20, "caller_name": name}

    def setUp(self):
        super().setUp()
        self.began = {}
        self.now = datetime.now(UTC)

    def _began(self, pbx_call_id=IN):
        """When a call began: a moment ago, and no two calls at the same time."""
        moment = wall_clock(timedelta(seconds=len(self.began)), self.now)
        return self.began.setdefault(pbx_call_id, moment)

    def _start(self, pbx_call_id=IN, **params):
        """Deliver NOTIFY_START of a call that just began; return the answer."""
        params.setdefault("call_start", self._began(pbx_call_id))
        with self.enter_registry_test_mode():
            return receive(
                self.account, incoming("NOTIFY_START", pbx_call_id, **params)
            )

    def _decide(self, caller=CALLER, called=f"+{DID}", moment=AT_WORK):
        found = self.env["zadarma.identification"]._identify(
            self.account, [caller] if caller else []
        )
        return self.env["zadarma.routing"]._decide(
            self.account._switchboard(), caller, called, moment, found.get(caller)
        )

    def _reasons(self, decision):
        return [code for code, _values in decision.why]

    def _block(self, number=CALLER, **values):
        return self.env["zadarma.blocked"].create({"number": number, **values})

    # -- manager -----------------------------------------------------------------

    def test_the_salesperson_of_the_contact_rings(self):
        self.assertEqual(self._start(), self._ring())
        call = self.env["zadarma.call"].search([("pbx_call_id", "=", IN)])
        self.assertEqual(call.routing_rule, "manager")
        self.assertIn("agent", call.routing_text)
        self.assertIn("101 rings for 20 s", call.routing_text)
        self.assertIn("ms", call.routing_text)

    def test_the_salesperson_of_the_company_rings_for_its_people(self):
        bakery = self.env["res.partner"].create(
            {"name": "Mill", "is_company": True, "user_id": self.colleague.id}
        )
        self.partner.write({"user_id": False, "parent_id": bakery.id})
        self.assertEqual(self._decide().answer["redirect"], "102")

    def test_without_the_switch_there_is_no_instruction(self):
        self.account.route_to_manager = False
        self.assertEqual(self._start(), {})
        call = self.env["zadarma.call"].search([("pbx_call_id", "=", IN)])
        self.assertFalse(call.routing_rule)
        self.assertFalse(call.routing_text)

    def test_whoever_is_not_known_for_certain_has_no_manager(self):
        self.assertEqual(self._decide(caller="+48221234567").answer, {})
        self.assertEqual(
            self._reasons(self._decide(caller="+48221234567")), ["unknown"]
        )
        self.assertEqual(self._reasons(self._decide(caller=False)), ["hidden"])
        self.partner.copy({"phone": self.partner.phone})
        self.assertEqual(self._reasons(self._decide()), ["several"])
        self.assertEqual(self._decide().answer, {})

    def test_an_archived_contact_has_no_manager(self):
        self.partner.active = False
        self.assertEqual(self._reasons(self._decide()), ["archived"])

    def test_a_manager_without_an_extension_does_not_ring(self):
        self.partner.user_id = self.supervisor
        self.assertEqual(self._reasons(self._decide()), ["customer", "no_extension"])
        self.partner.user_id = False
        self.assertEqual(self._reasons(self._decide()), ["customer", "no_manager"])

    def test_an_extension_that_is_gone_does_not_ring(self):
        self.extension.active = False
        decision = self._decide()
        self.assertEqual(decision.answer, {})
        self.assertEqual(self._reasons(decision), ["customer", "no_extension"])

    def test_names_are_shown_without_what_no_display_can_show(self):
        self.partner.name = "Bakery\n\x07 " + "x" * 100
        self.assertEqual(
            self._decide().answer["caller_name"], ("Bakery " + "x" * 100)[:60]
        )

    # -- blocked callers ---------------------------------------------------------

    def test_a_blocked_caller_is_turned_away(self):
        self._block(reason="Nuisance")
        self.assertEqual(self._start(), REJECTED)
        end = missed_call()[-1]
        call = self._notify({**end, "call_start": self._began()})
        self.assertEqual((call.routing_rule, call.result), ("blocked", "rejected"))
        self.assertIn("This caller is blocked: Nuisance.", call.routing_text)

    def test_the_blacklist_of_odoo_turns_nobody_away(self):
        self.env["phone.blacklist"].create({"number": CALLER})
        self.assertEqual(self._decide().rule, "manager")

    def test_another_company_blocks_only_its_own_callers(self):
        self._block(company_id=self.env["res.company"].create({"name": "Other"}).id)
        self.assertEqual(self._decide().rule, "manager")

    def _confirm_block(self, call, **values):
        """Press Block Caller, fill in the question and confirm it."""
        asked = call.action_block()
        question = self.env[asked["res_model"]].with_user(call.env.user)
        question = question.with_context(**asked["context"]).create(values)
        return question, question.action_confirm()

    def test_a_supervisor_blocks_and_unblocks_a_customer(self):
        call = self._notify(*answered_call()).with_user(self.supervisor)
        self.assertTrue(call.can_block)
        question, told = self._confirm_block(call, reason="Asked us to")
        self.assertEqual((question.number, question.partner_id), (CALLER, self.partner))
        self.assertIn(CALLER, told["params"]["message"])
        call._block()
        self.assertTrue(call.is_blocked)
        self.assertFalse(call.can_block)
        self.assertEqual(self._decide().answer, REJECTED)
        blocked = self.env["zadarma.blocked"].search([])
        self.assertEqual((blocked.number, blocked.reason), (CALLER, "Asked us to"))
        model, method, ids = told["params"]["undo"]
        getattr(self.env[model].with_user(self.supervisor).browse(ids), method)()
        self.assertFalse(call.is_blocked)
        self.assertEqual(self._decide().rule, "manager")

    def test_an_agent_blocks_strangers_but_no_customers(self):
        stranger = self._notify(
            *missed_call("101", pbx_call_id="in_9", caller_id="+4930901820")
        ).with_user(self.agent)
        self.assertTrue(stranger.can_block)
        self._confirm_block(stranger)
        self.assertTrue(stranger.is_blocked)
        customer = self._notify(*answered_call()).with_user(self.agent)
        self.assertFalse(customer.can_block)
        with self.assertRaisesRegex(AccessError, "Only supervisors"):
            self._confirm_block(customer)
        # by no other way either, nor in another notation
        with self.assertRaisesRegex(AccessError, "Only supervisors"):
            self.env["zadarma.blocked"].with_user(self.agent).create(
                {"number": "0044 (0)20 3769 1880"}
            )
        self.assertFalse(customer.is_blocked)

    def test_one_of_several_customers_is_a_customer_too(self):
        self.partner.copy({"phone": self.partner.phone, "name": "Ana"})
        call = self._notify(*answered_call()).with_user(self.agent)
        self.assertFalse(call.partner_id)
        self.assertFalse(call.can_block)
        with self.assertRaisesRegex(AccessError, "Only supervisors"):
            call._block()

    def test_blocking_begins_with_the_next_call_without_anything_else_switched_on(self):
        self.account.route_to_manager = False
        self.assertEqual(self._start("in_1"), {})
        blocked = self._block()
        self.assertEqual(self._start("in_2"), REJECTED)
        blocked.unlink()
        self.assertEqual(self._start("in_3"), {})

    def test_a_blocked_number_counts_at_once_for_the_company_it_is_moved_to(self):
        self.account.route_to_manager = False
        other = self.env["res.company"].create({"name": "Other"})
        blocked = self._block(company_id=other.id)
        self.assertEqual(self._start("in_1"), {})
        blocked.company_id = self.account.company_id
        self.assertEqual(self._start("in_2"), REJECTED)
        blocked.company_id = other
        self.assertEqual(self._start("in_3"), {})

    def test_a_blocked_number_is_normalised(self):
        self.assertEqual(self._block("044 123 45 67").number, "+380441234567")
        with self.assertRaisesRegex(ValidationError, "is not a telephone number"):
            self._block("nobody")

    def test_a_blocked_number_is_read_in_the_company_of_its_entry(self):
        british = self.env["res.company"].create(
            {"name": "British", "country_id": self.env.ref("base.uk").id}
        )
        blocked = self._block("020 7946 0018", company_id=british.id)
        self.assertEqual(blocked.number, "+442079460018")
        blocked.number = "020 7946 0019"
        self.assertEqual(blocked.number, "+442079460019")

    def test_one_entry_blocks_one_number(self):
        with self.assertRaisesRegex(ValidationError, "several"):
            self._block("044 222 77 88 / 050 222 77 88")
        self.assertEqual(self._block("044 222 77 88 (Olya)").number, "+380442227788")

    def test_a_caller_whose_number_is_no_valid_one_is_blocked(self):
        call = self._notify(*missed_call("101", pbx_call_id="in_9", caller_id="12345"))
        self.assertEqual(call.external_number, "12345")
        self._confirm_block(call.with_user(self.agent))
        self.assertTrue(call.is_blocked)
        with self.assertRaisesRegex(ValidationError, "is not a telephone number"):
            self._block("54321")

    def test_case_28_a_blocked_number_is_read_when_the_country_is_set(self):
        self.account.route_to_manager = False
        self.company.country_id = False
        blocked = self.env["zadarma.blocked"]
        for told in ("0672220001", "+0672220002", "672220003", "5"):
            params = {"pbx_call_id": f"in_{told[-1]}", "caller_id": told}
            call = self._notify(*missed_call("101", **params))
            call.external_number = call.external_number or told
            self._confirm_block(call.with_user(self.agent))
        late = self._notify(*missed_call("101", caller_id="0672220004"))
        self._block("+380672220003", reason="Rude")
        self.company.country_id = self.env.ref("base.ua")
        # not read anew yet, since that is a job's
        self.assertEqual(late.external_number, "0672220004")
        self._confirm_block(late.with_user(self.agent))
        numbers = [f"+38067222000{n}" for n in range(1, 5)]
        self.assertEqual(
            blocked.search([]).sorted("number").mapped("number"), [*numbers, "5"]
        )
        self.assertEqual(
            blocked.search([("reason", "!=", False)]).number, "+380672220003"
        )
        for place, told in enumerate(("+0672220001", "380672220002", *numbers[2:])):
            self.assertEqual(self._start(f"in_1{place}", caller_id=told), REJECTED)

    # -- rules -------------------------------------------------------------------

    def _rule(self, **values):
        return self.env["zadarma.routing.rule"].create(
            {"account_id": self.account.id, **values}
        )

    def test_the_dialled_number_decides_before_the_manager(self):
        self._rule(
            called_number="44 20 3769 1881", extension_id=self.other_extension.id
        )
        self.assertEqual(self._decide().answer, self._ring("102"))
        self.assertEqual(self._decide().rule, "called")
        other = self._decide(called="+48221234567")
        self.assertEqual(other.rule, "manager")
        self.assertIn("other_number", self._reasons(other))

    def test_a_dialled_number_can_lead_to_a_scenario(self):
        self._rule(called_number=DID, scenario=" 0-1 ")
        self.assertEqual(self._decide(caller=False).answer["redirect"], "0-1")
        self.assertIn("Scenario 0-1", self._sentences(self._decide(caller=False)))

    def test_a_rule_to_an_extension_that_is_gone_is_passed_over(self):
        self._rule(called_number=DID, extension_id=self.other_extension.id)
        self.other_extension.active = False
        self.assertEqual(self._decide().rule, "manager")

    def test_who_talked_last_comes_before_the_manager(self):
        self._notify(*answered_call("102"))
        rule = self._rule(kind="last_talked", days=30)
        self.assertEqual(self._decide().answer, self._ring("102"))
        self.assertEqual(self._decide().rule, "last_talked")
        self.assertIn(" talked with the caller on ", self._sentences(self._decide()))
        rule.days = 2
        decision = self._decide()
        self.assertEqual(decision.rule, "manager")
        self.assertIn("nobody_talked", self._reasons(decision))

    def test_who_talked_last_with_an_unknown_number_rings_again(self):
        self._rule(kind="last_talked")
        unknown = "+48221234567"
        self._notify(*({**told, "caller_id": unknown} for told in answered_call("102")))
        self.assertEqual(self._decide(caller=unknown).answer["redirect"], "102")
        # a hidden one is nobody
        self.assertEqual(self._decide(caller=False).answer, {})

    def test_who_talked_last_leaves_out_calls_in_doubt(self):
        self._rule(kind="last_talked")
        call = self._notify(*answered_call("102"))
        self.assertEqual(self._decide().rule, "last_talked")
        call.in_doubt = True
        self.env.flush_all()
        self.assertIn("nobody_talked", self._reasons(self._decide()))

    def test_who_talked_last_goes_by_the_customer_where_that_is_certain(self):
        self._rule(kind="last_talked")
        call = self._notify(*answered_call("102"))
        other = self.env["res.partner"].create({"name": "Former owner"})
        call.write({"partner_id": other.id, "partner_match": "manual"})
        self.env.flush_all()
        self.assertIn("nobody_talked", self._reasons(self._decide()))
        # several have the number: whoever talked with it
        self.partner.copy({"phone": self.partner.phone})
        self.assertEqual(self._decide().rule, "last_talked")

    def test_who_talked_last_rings_where_they_sit_today(self):
        self.account.route_to_manager = False
        self._rule(kind="last_talked")
        call = self._notify(*answered_call("102"))
        successor = self.env["hr.employee"].create({"name": "Successor"})
        self.other_extension.employee_id = successor
        self.env.flush_all()
        # at no number
        decision = self._decide()
        self.assertEqual(decision.answer, {})
        self.assertEqual(self._reasons(decision)[1:3], ["talked", "no_number"])
        told = self._sentences(decision)
        name = call.person_id.name
        self.assertIn(f"{name} talked with the caller on ", told)
        self.assertIn(f"{name} has no internal number any more.", told)
        self.assertNotIn("Successor", told)
        # at another one, first or last
        for number, user, employee in (
            ("100", self.colleague, None),
            ("105", None, self.other_employee),
        ):
            moved = self.env["zadarma.extension"].create(
                {
                    "account_id": self.account.id,
                    "number": number,
                    "user_id": user and user.id,
                    "employee_id": employee and employee.id,
                }
            )
            decision = self._decide()
            self.assertEqual(decision.answer, self._ring(number))
            self.assertIn(f"{name} talked with", self._sentences(decision))
            # back at theirs, they ring there
            self.other_extension.employee_id = self.other_employee
            self.assertEqual(self._decide().answer, self._ring("102"))
            self.other_extension.employee_id = successor
            moved.unlink()

    def test_who_talked_last_and_is_deleted_is_nobody_else(self):
        self._rule(kind="last_talked")
        call = self._notify(*answered_call("102"))
        self.other_extension.employee_id = self.employee
        call.write({"employee_id": False, "user_id": False, "person_id": False})
        self.env.flush_all()
        decision = self._decide()
        self.assertIn("(deleted) talked with the caller", self._sentences(decision))
        self.assertIn("no_number", self._reasons(decision))

    def test_who_talked_last_rings_a_number_that_was_nobody_s(self):
        self._rule(kind="last_talked")
        self.other_extension.write({"employee_id": False, "user_id": False})
        self._notify(*answered_call("102"))
        decision = self._decide()
        self.assertEqual(decision.answer, self._ring("102"))
        self.assertIn("102 talked with the caller", self._sentences(decision))

    def test_who_talked_last_rings_a_shared_number_that_rang_after_somebody_s(self):
        self._rule(kind="last_talked")
        self.env["zadarma.extension"].create(
            {"account_id": self.account.id, "number": "103", "name": "Reception"}
        )
        self.env.flush_all()
        start, _rung, answer, end, *_recorded = answered_call("103")
        rung = [incoming("NOTIFY_INTERNAL", internal=one) for one in ("101", "103")]
        call = self._notify(start, *rung, answer, end)
        self.assertEqual(call.extension_number, "103")
        self.assertEqual(self._decide().answer, self._ring("103"))
        # who gets that number has its past
        self.env["zadarma.extension"].search(
            [("number", "=", "103")]
        ).user_id = self.colleague
        self.assertEqual(call.user_id, self.colleague)

    def test_who_talked_last_is_no_successor_with_their_user(self):
        self.account.route_to_manager = False
        self._rule(kind="last_talked")
        self._notify(*answered_call("102"))
        user = self.other_employee.user_id
        self.other_employee.user_id = False
        self.env.flush_all()
        successor = self.env["hr.employee"].create(
            {"name": "Successor", "user_id": user.id}
        )
        self.other_extension.employee_id = successor
        self.env.flush_all()
        decision = self._decide()
        self.assertEqual(decision.answer, {})
        self.assertIn("no_number", self._reasons(decision))

    def test_a_tag_of_the_contact_decides(self):
        vip = self.env["res.partner.category"].create({"name": "VIP"})
        rule = self._rule(
            kind="tag", category_id=vip.id, extension_id=self.other_extension.id
        )
        other = self._decide()
        self.assertEqual(other.rule, "manager")
        self.assertIn("does not have the tag VIP", self._sentences(other))
        self.partner.category_id = vip
        decision = self._decide()
        self.assertEqual((decision.rule, decision.answer), ("tag", self._ring("102")))
        self.assertIn("The customer has the tag VIP: 102.", self._sentences(decision))
        # of the company of whoever calls, too
        company = self.partner.create({"name": "Orchard Group", "is_company": True})
        self.partner.write({"category_id": False, "parent_id": company.id})
        company.category_id = vip
        self.assertEqual(self._decide().rule, "tag")
        self.assertNotEqual(self._decide(caller="+48221234567").rule, "tag")
        rule.write({"extension_id": False, "scenario": "2-1"})
        self.assertEqual(self._decide().answer["redirect"], "2-1")

    def test_the_call_tells_of_the_tag(self):
        vip = self.env["res.partner.category"].create({"name": "VIP"})
        self.partner.category_id = vip
        self._rule(kind="tag", category_id=vip.id, scenario="1")
        self.assertEqual(self._start("in_1")["redirect"], "1")
        call = self.env["zadarma.call"].search([("pbx_call_id", "=", "in_1")])
        self.assertEqual(call.routing_rule, "tag")
        self.assertIn("The customer has the tag VIP: 1.", call.routing_text)

    def test_the_journal_keeps_nobody_s_name(self):
        """Explanations have ids: whom they name is looked up by whoever reads them."""
        names = [f"Zyx {kind}" for kind in ("customer", "firm", "manager", "deputy")]
        customer, firm, manager, deputy = names
        company = self.partner.create({"name": firm, "is_company": True})
        self.partner.write({"name": customer, "parent_id": company.id})
        for user, employee, name in (
            (self.agent, self.employee, manager),
            (self.colleague, self.other_employee, deputy),
        ):
            user.name = employee.name = name
        self.extension.deputy_id = self.other_extension
        tag = self.env["res.partner.category"].create({"name": "Zyx tag"})
        self._rule(kind="tag", category_id=tag.id, scenario="1")
        self._rule(kind="last_talked")
        for number in range(1, 6):
            # each in a second of its own, however long this takes
            self._began(f"in_{number}")
        self._start("in_1")
        self._leave(self.employee.resource_id)
        self._start("in_2")
        self.partner.category_id = tag
        self._start("in_3")
        self.partner.active = False
        self._start("in_4")
        self._block(reason="Zyx reason")
        self.assertEqual(self._start("in_5"), REJECTED)
        calls = self.env["zadarma.call"].search([("routing_rule", "!=", False)])
        self.assertEqual(
            set(calls.mapped("routing_rule")), {"manager", "tag", "none", "blocked"}
        )
        told = "\n".join(calls.mapped("routing_text"))
        for name in (customer, manager, deputy, "Zyx tag", "Zyx reason"):
            self.assertIn(name, told)
        self.env.flush_all()
        for table in ("zadarma_event", "zadarma_call"):
            self.env.cr.execute(
                f"SELECT row::text FROM {table} AS row WHERE row::text ~* 'zyx'"
            )
            self.assertEqual(self.env.cr.fetchall(), [])
        # with another name the explanation has that one
        self.partner.name = "Renamed"
        calls.invalidate_recordset()
        self.assertNotIn(customer, "\n".join(calls.mapped("routing_text")))

    def test_the_first_rule_that_fits_decides(self):
        first = self._rule(called_number=DID, scenario="1", sequence=1)
        second = self._rule(called_number=DID, scenario="2", sequence=2)
        self.assertEqual(self._decide().answer["redirect"], "1")
        first.sequence = 3
        self.assertEqual(self._decide().answer["redirect"], "2")
        second.active = first.active = False
        self.assertEqual(self._decide().rule, "manager")

    def test_incomplete_rules_are_refused_in_words(self):
        for message, values in [
            ("Which of your numbers", {"scenario": "1"}),
            ("Which tag", {"kind": "tag", "scenario": "1"}),
            ("not both", {"called_number": DID}),
            (
                "not both",
                {
                    "called_number": DID,
                    "scenario": "1",
                    "extension_id": self.extension.id,
                },
            ),
            ("is not a scenario", {"called_number": DID, "scenario": "blacklist"}),
            ("Enter from 1", {"kind": "last_talked", "days": 0}),
        ]:
            with self.assertRaisesRegex(ValidationError, message):
                self._rule(**values)
        with self.assertRaisesRegex(ValidationError, "from 3 s to 120 s"):
            self.account.route_timeout = 2

    def test_a_rule_for_a_number_that_nobody_can_dial_is_refused(self):
        numbers = self.env["zadarma.did"]
        for message, number in (
            ("is not a telephone number", "12"),
            ("is not a telephone number", "Hotline"),
            (
                "not one of your numbers.*Your numbers: \\+442037691881",
                "+44 20 3769 1889",
            ),
        ):
            with self.assertRaisesRegex(ValidationError, message):
                self._rule(called_number=number, scenario="1")
        seen = numbers.create(
            {
                "account_id": self.account.id,
                "number": "+442037691889",
                "is_ours": False,
            }
        )
        with self.assertRaisesRegex(ValidationError, "not one of your numbers"):
            self._rule(called_number="+44 20 3769 1889", scenario="1")
        seen.action_accept()
        rule = self._rule(called_number="+44 20 3769 1889", scenario="1")
        self.assertEqual(self._decide(called=seen.number).rule, "called")
        with self.assertRaisesRegex(ValidationError, "not one of your numbers"):
            rule.called_number = "+44 20 3769 1888"
        # an account that knows none of its numbers may have any
        rule.unlink()
        numbers.search([]).unlink()
        self._rule(called_number="+44 20 3769 1888", scenario="1")

    # -- people who left ----------------------------------------------------------

    def _leave(self, *records):
        for record in records:
            record.sudo().active = False
        self.env.flush_all()

    def test_case_08_a_salesperson_who_left_does_not_ring(self):
        for left in (
            (self.employee,),
            (self.agent,),
            (self.employee, self.agent),
        ):
            with self.subTest(left):
                self._leave(*left)
                decision = self._decide()
                self.assertEqual(decision.answer, {})
                self.assertEqual(
                    self._reasons(decision),
                    ["customer", "manager", "left", "no_deputy"],
                )
                self.employee.active = True
                self.agent.active = True

    def test_case_08_the_deputy_of_whoever_left_rings(self):
        self.extension.deputy_id = self.other_extension
        self._leave(self.employee, self.agent)
        self.assertEqual(self._decide().answer, self._ring("102"))
        # who left as well is rung by nobody
        self._leave(self.other_employee)
        self.assertEqual(self._decide().answer, {})
        self.assertEqual(self._reasons(self._decide())[-1], "left")

    def test_case_08_who_talked_last_and_left_does_not_ring(self):
        self._rule(kind="last_talked")
        self._notify(*answered_call("102"))
        self._leave(self.other_employee)
        decision = self._decide()
        self.assertEqual(decision.rule, "manager")
        self.assertIn("left", self._reasons(decision))

    def test_case_08_a_dialled_number_does_not_ring_whoever_left(self):
        self._rule(called_number=DID, extension_id=self.other_extension.id)
        self._leave(self.other_employee)
        decision = self._decide()
        self.assertEqual(decision.rule, "manager")
        self.assertIn("left", self._reasons(decision))

    def test_case_08_whoever_left_gets_no_more_calls(self):
        earlier = self._notify(*answered_call())
        self._leave(self.employee, self.agent)
        call = self._notify(*answered_call(pbx_call_id="in_2"))
        for one in (call, call.leg_ids):
            self.assertFalse(one.employee_id)
            self.assertFalse(one.user_id)
            self.assertEqual(one.extension_id, self.extension)
        # the past stays theirs, whatever more is told of it
        self._notify({**answered_call()[-1], "call_id_with_rec": "1458313316.9"})
        self.assertEqual(
            (earlier.employee_id, earlier.user_id), (self.employee, self.agent)
        )

    def test_case_08_a_user_who_left_is_not_credited_while_the_employee_works(self):
        self._leave(self.agent)
        call = self._notify(*answered_call())
        self.assertEqual(call.employee_id, self.employee)
        self.assertFalse(call.user_id)

    # -- absence -----------------------------------------------------------------

    def test_working_hours_count_only_where_they_are_heeded(self):
        self.employee.tz = "Europe/Kyiv"
        self.assertEqual(self._decide(moment=AT_NIGHT).rule, "manager")
        self.account.route_working_hours = True
        self.assertEqual(self._decide(moment=AT_WORK).rule, "manager")
        decision = self._decide(moment=AT_NIGHT)
        self.assertEqual(decision.answer, {})
        self.assertEqual(
            self._reasons(decision), ["customer", "manager", "absent", "no_deputy"]
        )

    def test_on_leave_the_deputy_rings(self):
        self.account.route_working_hours = True
        self.extension.deputy_id = self.other_extension
        self.env["resource.calendar.leaves"].create(
            {
                "resource_id": self.employee.resource_id.id,
                "calendar_id": self.employee.resource_calendar_id.id,
                "date_from": datetime(2026, 10, 8),
                "date_to": datetime(2026, 10, 10),
            }
        )
        self.assertEqual(self._decide().answer, self._ring("102"))
        self.assertIn("Deputy: ", self._sentences(self._decide()))
        # the deputy has working hours as well
        self.assertEqual(self._decide(moment=AT_NIGHT).answer, {})

    def test_whoever_is_no_employee_has_no_working_hours(self):
        self.account.route_working_hours = True
        self.extension.employee_id = False
        self.extension.user_id = self.agent
        self.assertEqual(self._decide(moment=AT_NIGHT).rule, "manager")

    def test_what_a_day_s_hours_follow_from_is_heeded_at_once(self):
        """They are remembered: whatever changes, the next caller is routed by it."""
        self.account.route_working_hours = True
        resource = self.employee.resource_id
        calendar = self.employee.resource_calendar_id
        on_leave = {
            "date_from": datetime(2026, 10, 8),
            "date_to": datetime(2026, 10, 10),
        }

        def at_work():
            return self._decide(moment=AT_WORK).answer == self._ring()

        self.employee.tz = "Europe/Kyiv"
        self.assertTrue(at_work())
        # of the person
        leaves = self.env["resource.calendar.leaves"]
        leave = leaves.create({"resource_id": resource.id, **on_leave})
        self.assertFalse(at_work())
        leave.date_to = datetime(2026, 10, 8, 1)
        self.assertTrue(at_work())
        # of the whole company
        holiday = leaves.create({"company_id": self.company.id, **on_leave})
        self.assertFalse(at_work())
        holiday.unlink()
        self.assertTrue(at_work())
        self.employee.tz = "Pacific/Auckland"
        self.assertFalse(at_work())
        self.employee.tz = "Europe/Kyiv"
        self.assertTrue(at_work())
        # the calendar's hours, and those of another one
        other = calendar.copy({"name": "Other"})
        calendar.attendance_ids.unlink()
        self.assertFalse(at_work())
        self.employee.resource_calendar_id = other
        self.assertTrue(at_work())
        other.attendance_ids.write({"hour_from": 0, "hour_to": 1})
        self.assertFalse(at_work())
        other.write(
            {
                "flexible_hours": True,
                "hours_per_day": 8,
                "full_time_required_hours": 40,
            }
        )
        self.assertTrue(at_work())
        other.flexible_hours = False
        self.assertFalse(at_work())

    def test_a_day_s_hours_are_worked_out_once(self):
        self.account.route_working_hours = True
        self.assertEqual(self._decide(moment=AT_WORK).answer, self._ring())
        Resource = type(self.env["resource.resource"])
        with patch.object(Resource, "_get_valid_work_intervals", side_effect=KeyError):
            self.assertEqual(self._decide(moment=AT_WORK).answer, self._ring())
            self.assertEqual(self._decide(moment=AT_NIGHT).answer, {})
            # another day is worked out anew
            with self.assertRaises(KeyError):
                self._decide(moment=AT_WORK + timedelta(days=1))

    # -- do not disturb ----------------------------------------------------------

    def test_who_does_not_want_to_be_disturbed_is_passed_over(self):
        self.agent.zadarma_away_until = AT_WORK + timedelta(hours=1)
        decision = self._decide()
        self.assertEqual(decision.answer, {})
        self.assertEqual(
            self._reasons(decision),
            ["customer", "manager", "do_not_disturb", "no_deputy"],
        )
        self.assertRegex(
            self._sentences(decision),
            "agent.* does not want to be disturbed until 10/9",
        )
        self.extension.deputy_id = self.other_extension
        self.assertEqual(self._decide().answer, self._ring("102"))
        # the deputy neither
        self.colleague.zadarma_away_until = AT_WORK + timedelta(minutes=1)
        self.assertEqual(self._decide().answer, {})
        # back by themselves
        back = AT_WORK + timedelta(hours=1)
        self.assertEqual(self._decide(moment=back).answer, self._ring())

    def test_no_rule_rings_who_does_not_want_to_be_disturbed(self):
        self.agent.zadarma_away_until = AT_WORK + timedelta(hours=1)
        rule = self.env["zadarma.routing.rule"].create(
            {
                "account_id": self.account.id,
                "kind": "called",
                "called_number": f"+{DID}",
                "extension_id": self.extension.id,
            }
        )
        decision = self._decide()
        self.assertIn("do_not_disturb", self._reasons(decision))
        self.assertEqual(decision.answer, {})
        rule.extension_id = self.other_extension
        self.assertEqual(self._decide().answer, self._ring("102"))
        self._notify(*answered_call())
        rule.write({"kind": "last_talked", "days": 3650})
        self.assertEqual(self._decide(moment=datetime.now()).answer, self._ring())
        self.agent.zadarma_away_until = datetime.now() + timedelta(hours=1)
        decision = self._decide(moment=datetime.now())
        self.assertEqual(decision.answer, {})
        self.assertIn("talked", self._reasons(decision))

    # -- doubts, errors, delays --------------------------------------------------

    def test_a_repeated_notification_gets_the_same_answer(self):
        first = self._start()
        self.partner.user_id = self.colleague
        self.assertEqual(self._start(), first)
        entries = self.env["zadarma.event"].search([("event", "=", "ROUTED")])
        self.assertEqual(len(entries), 1)

    def test_an_old_notification_that_is_sent_again_learns_nothing(self):
        self._start()
        entry = self.env["zadarma.event"].search([("event", "=", "ROUTED")])
        entry.received_at = datetime(2026, 10, 5, 11, 3, 22)
        entry.flush_recordset()
        self.assertEqual(self._start(), {})

    def test_a_caught_notification_under_another_id_learns_nothing(self):
        self.assertEqual(self._start(), self._ring())
        # its signature covers caller, number and time
        self.assertEqual(self._start("in_2", call_start=self._began()), {})
        self.assertEqual(self._start("in_3"), self._ring())

    def test_the_second_call_of_one_second_says_why_it_was_not_routed(self):
        self._start()
        self._start("in_2", call_start=self._began())
        first, second = self.env["zadarma.call"].search([], order="id")
        self.assertNotIn("same second", first.routing_text)
        self.assertIn("in the same second", second.routing_text)
        self.assertIn(
            "in the same second", second.with_user(self.supervisor).routing_text
        )
        # statistics say that there were two, not that the second was routed
        start = second.event_ids.filtered(lambda one: one.event == "NOTIFY_START")
        self.assertEqual(start.doubt, "same_text_other_id")
        start.doubt = "heard_before"
        second.invalidate_recordset()
        self.assertIn("in the same second", second.routing_text)
        # where nothing is routed there is nothing to explain
        self.account.route_to_manager = False
        second.invalidate_recordset()
        self.assertFalse(second.routing_text)

    def test_a_call_that_was_told_too_late_says_why_it_was_not_routed(self):
        self._start(call_start=wall_clock(timedelta(hours=2)))
        call = self.env["zadarma.call"].search([])
        self.assertIn("time zone", call.routing_text)

    def test_a_call_that_is_over_is_not_routed(self):
        end = missed_call()[-1]
        self._notify({**end, "call_start": self._began()})
        self.assertEqual(self._start(), {})

    @mute_logger(ROUTING)
    def test_an_error_leaves_the_call_to_the_pbx(self):
        Routing = type(self.env["zadarma.routing"])
        with patch.object(Routing, "_decide", side_effect=KeyError("bug")):
            self.assertEqual(self._start(), {})
        call = self.env["zadarma.call"].search([("pbx_call_id", "=", IN)])
        self.assertEqual((call.state, call.partner_id), ("ringing", self.partner))

    def test_an_answer_that_would_come_too_late_is_none(self):
        with patch(f"{ROUTING}._PATIENCE", -1):
            self.assertEqual(self._start(), {})
        call = self.env["zadarma.call"].search([("pbx_call_id", "=", IN)])
        self.assertEqual(call.routing_rule, "none")
        self.assertIn("took too long", call.routing_text)

    def test_other_notifications_are_answered_with_nothing(self):
        with self.enter_registry_test_mode():
            for params in answered_call()[1:]:
                self.assertEqual(receive(self.account, params), {})

    # -- companies ---------------------------------------------------------------

    def test_no_contact_of_another_company_is_routed_by(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.partner.company_id = other
        self.assertEqual(self._reasons(self._decide()), ["unknown"])

    # -- rehearsal ---------------------------------------------------------------

    def _sentences(self, decision):
        return " ".join(
            self.env["zadarma.routing"]._explain(decision.answer, decision.why)
        )

    def test_the_rehearsal_tells_what_a_call_would_and_changes_nothing(self):
        def counts():
            return [
                self.env[model].search_count([])
                for model in ("zadarma.call", "zadarma.event", "res.partner")
            ]

        before = counts()
        action = self.account.action_rehearse_routing()
        rehearsal = Form(
            self.env[action["res_model"]].with_context(**action["context"])
        )
        rehearsal.caller_number = "+44 20 3769 1880"
        rehearsal.called_number = DID
        self.assertIn("101 rings for 20 s", rehearsal.explanation)
        self.assertIn("Orchard Lane Bakery", rehearsal.explanation)
        rehearsal.caller_number = False
        self.assertIn("withholds", rehearsal.explanation)
        self.assertEqual(counts(), before)

    def _rehearse(self, caller=CALLER, called=f"+{DID}"):
        return (
            self.env["zadarma.routing.rehearsal"]
            .new(
                {
                    "account_id": self.account.id,
                    "caller_number": caller,
                    "called_number": called,
                    "moment": AT_WORK,
                }
            )
            .explanation
        )

    def test_the_rehearsal_says_who_would_ring_if_the_switch_were_on(self):
        self.account.route_to_manager = False
        told = self._rehearse()
        self.assertIn("The PBX goes on with its own scenario.", told)
        self.assertIn("salesperson” is off", told)
        self.assertIn("If it were on: 101 rings for 20 s", told)
        # nobody would
        self.partner.user_id = False
        self.assertNotIn("If it were on", self._rehearse())
        self.account.route_to_manager = True
        self.assertNotIn("salesperson” is off", self._rehearse())

    def test_the_rehearsal_says_that_zadarma_does_not_ask(self):
        self.account.write(
            {"webhook_registered_url": self.account.webhook_url, "notify_start": True}
        )
        self.assertNotIn("does not ask Odoo", self._rehearse())
        self.account.notify_start = False
        self.assertIn("press Register Notifications", self._rehearse())
        self.account.polling = True
        self.assertIn("“No public address” is ticked", self._rehearse())

    def test_the_rehearsal_says_that_a_number_cannot_be_read(self):
        for caller, called in (("12ab", ""), ("office", DID), (CALLER, "0"), ("7", "")):
            told = self._rehearse(caller, called)
            self.assertIn("cannot be read as a telephone number", told)
            self.assertNotIn("No contact has this number", told)
        self.assertIn("withholds", self._rehearse("  "))

    def test_the_rehearsal_of_an_absurd_time_is_answered_in_words(self):
        self._rule(kind="last_talked")
        rehearsals = self.env["zadarma.routing.rehearsal"]
        for moment in ("0001-01-01 00:00:00", "9999-12-31 23:59:59"):
            rehearsal = rehearsals.create(
                {
                    "account_id": self.account.id,
                    "caller_number": CALLER,
                    "moment": moment,
                }
            )
            self.assertIn("from 2000 to 2100", rehearsal.explanation)

    def test_nobody_rehearses_another_company_s_routing(self):
        other = self.env["res.company"].create({"name": "Other"})
        boss = new_test_user(
            self.env,
            "boss",
            "base.group_user,zadarma_connector.group_zadarma_admin",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        rehearsals = self.env["zadarma.routing.rehearsal"].with_user(boss)
        values = {"account_id": self.account.id, "caller_number": CALLER}
        with self.assertRaises(AccessError):
            rehearsals.new(values).explanation  # noqa: B018
        with self.assertRaises(AccessError):
            rehearsals.create(values).read(["explanation"])

    def test_an_explanation_names_who_sat_there_then(self):
        self.account.route_working_hours = True
        self.extension.deputy_id = self.other_extension
        self._leave(self.employee)
        self.colleague.zadarma_away_until = AT_WORK + timedelta(hours=1)
        decision = self._decide()
        codes = ["customer", "manager", "left", "deputy", "do_not_disturb"]
        self.assertEqual(self._reasons(decision), codes)
        told = self._sentences(decision)
        self.assertIn(f"{self.employee.name} has left", told)
        self.assertIn(f"Deputy: {self.other_employee.name}.", told)
        successor = self.env["hr.employee"].create({"name": "Successor"})
        (self.extension | self.other_extension).employee_id = successor
        self.assertEqual(self._sentences(decision), told)

    def test_every_reason_is_a_sentence(self):
        routing = self.env["zadarma.routing"]
        codes = [
            *("hidden", "blocked", "unknown", "several", "uncertain", "archived"),
            *("customer", "other_number", "called", "nobody_talked", "no_manager"),
            *("no_extension", "manager", "gone", "absent", "deputy", "no_deputy"),
            *("late", "left", "manager_off", "do_not_disturb", "talked", "no_number"),
        ]
        for code in codes:
            self.assertRegex(routing._reason(code, {"reason": ""}), r".\.$", code)

    # -- rights ------------------------------------------------------------------

    def test_agents_see_why_but_cannot_change_rules(self):
        self._start()
        call = self.env["zadarma.call"].search([("pbx_call_id", "=", IN)])
        self.assertIn("agent", call.with_user(self.agent).routing_text)
        for model in ("zadarma.routing.rule", "zadarma.routing.rehearsal"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.supervisor).create({})
        stranger = new_test_user(self.env, "stranger", "base.group_user")
        with self.assertRaises(AccessError):
            self.env["zadarma.blocked"].with_user(stranger).search([])
