# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import TransactionCase, new_test_user

from ..models.call import zadarma_call_newest
from ..tools import ways

SEED = 11
CALLS = 300
PAGES = ((0, 1), (0, 7), (5, 20), (40, 40), (0, 250), (500, 10))


class TestNewest(TransactionCase):
    """A page is the same as a part of the whole list, for everybody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.companies = cls.env.company | cls.env["res.company"].create({"name": "B"})
        cls.users = {
            f"{name}{number}": new_test_user(
                cls.env,
                f"{name}{number}",
                f"base.group_user,zadarma_connector.group_zadarma_{name}",
                company_id=cls.env.company.id,
                company_ids=cls.companies[: 1 + number].ids,
            )
            for name in ("user", "supervisor")
            for number in (0, 1)
        }
        people = cls.users["user0"] | cls.users["user1"] | cls.users["supervisor0"]
        cls.customers = cls.env["res.partner"].create(
            [
                {"name": str(number), "user_id": person.id, "active": number % 3}
                for number, person in enumerate([*people, people[:0], *people])
            ]
        )
        cls.accounts = cls.env["zadarma.account"].create(
            [{"name": one.name, "company_id": one.id} for one in cls.companies]
        )
        cls._make_calls(people, random.Random(SEED))

    @classmethod
    def _make_calls(cls, people, chance):
        """Calls of all kinds, some at the same moment, some without a time."""
        nobody = [False] * 3
        cls.calls = cls.env["zadarma.call"].create(
            [
                {
                    "account_id": chance.choice(cls.accounts).id,
                    "direction": chance.choice(["incoming", "outgoing", "internal"]),
                    "state": "ended",
                    "result": chance.choice(["missed", "answered", "busy", False]),
                    "callback_state": chance.choice(["open", "done", False, False]),
                    "partner_id": chance.choice([*cls.customers.ids, *nobody]),
                    "user_id": chance.choice([*people.ids, *nobody]),
                    "ghost_answer": chance.random() < 0.1,
                    "date_start": chance.choice(
                        [False, *[f"2026-10-{day:02} 08:00:00" for day in range(1, 29)]]
                    ),
                    "leg_ids": [
                        (0, 0, {"user_id": user})
                        for user in chance.sample([*people.ids, *nobody], 2)
                    ],
                }
                for _number in range(CALLS)
            ]
        )

    def _domains(self, user):
        mine = Domain("user_id", "=", user.id) | Domain("leg_ids.user_id", "=", user.id)
        return [
            Domain.TRUE,
            mine,
            Domain("partner_id.user_id", "=", user.id),
            Domain("result", "=", "missed"),
            Domain("callback_state", "in", ("open", "attempted")),
            Domain("result", "=", "answered") & mine,
            Domain("result", "!=", "missed"),
            Domain("ghost_answer", "=", True),
            Domain("date_start", ">=", "2026-10-20"),
            Domain("date_start", "=", False),
            Domain("direction", "=", "internal") | Domain("result", "=", "busy"),
            ~mine,
            Domain("company_id", "in", self.companies.ids),
            Domain("number_search", "ilike", "4420"),
            Domain.FALSE,
        ]

    def _calls_of(self, user):
        calls = self.env["zadarma.call"].with_user(user)
        return calls.with_context(allowed_company_ids=user.company_ids.ids)

    def test_a_page_is_a_part_of_the_list(self):
        for user in self.users.values():
            calls = self._calls_of(user)
            for domain in self._domains(user):
                whole = calls.search(domain).ids
                for offset, limit in PAGES:
                    with self.subTest(user=user.login, domain=domain, page=limit):
                        page = calls.search(domain, offset=offset, limit=limit)
                        self.assertEqual(page.ids, whole[offset : offset + limit])
                        self.assertEqual(
                            calls.search_count(domain, limit=limit),
                            min(limit, len(whole)),
                        )

    def test_a_click_on_the_head_of_the_time_turns_the_list_round(self):
        for user in self.users.values():
            calls = self._calls_of(user)
            newest = calls.search([])
            for limit in (None, 20):
                with self.subTest(user=user.login, limit=limit):
                    self.assertEqual(
                        calls.search([], limit=limit, order="date_start DESC"),
                        newest[:limit],
                    )
                    self.assertEqual(
                        calls.search([], limit=limit, order="date_start ASC"),
                        newest[::-1][:limit],
                    )

    def test_customers_are_looked_for_first_where_they_are_few(self):
        for few in (0, 1, 1000):
            self.patch(zadarma_call_newest, "_FEW", few)
            self.test_a_page_is_a_part_of_the_list()
        # nobody's customers: no call is looked at
        self.customers.user_id = False
        for user in self.users.values():
            with self.subTest(user=user.login):
                asked = Domain("partner_id.user_id", "=", user.id)
                query = self._calls_of(user)._search(asked, limit=80)
                self.assertTrue(query.is_empty())

    def test_agents_find_their_calls_in_several_ways(self):
        calls = self._calls_of(self.users["user1"])
        rule = calls.env["ir.rule"]._compute_domain("zadarma.call")
        everything = ways.ways(Domain.TRUE, rule, "company_id")
        missed = Domain("result", "=", "missed").optimize(calls)
        self.assertEqual(len(everything), 8, "four reasons in two companies")
        self.assertEqual(
            [way.asked for way in ways.ways(missed, rule, "company_id")],
            [missed, missed],
            "whoever asks for missed calls may see them: once a company",
        )

    def test_another_rule_holds_too(self):
        self.env["ir.rule"].create(
            {
                "name": "Nothing internal, or nothing without a result",
                "model_id": self.env["ir.model"]._get("zadarma.call").id,
                "domain_force": "['|', ('direction', '!=', 'internal'),"
                " ('result', '!=', False)]",
            }
        )
        calls = self._calls_of(self.users["user1"])
        whole = calls.search([])
        self.assertTrue(whole)
        self.assertFalse(
            whole.filtered(lambda one: one.direction == "internal" and not one.result)
        )
        self.assertEqual(calls.search([], limit=CALLS), whole)
        self.assertEqual(calls.search([], limit=9), whole[:9])

    def test_whoever_may_see_no_calls_finds_none(self):
        stranger = new_test_user(self.env, "stranger", "base.group_user")
        with self.assertRaises(AccessError):
            self.env["zadarma.call"].with_user(stranger).search([], limit=1)
