# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import SQL

from ..zadarma_api.numbers import keys

#: One an hour.
CALLS = """
INSERT INTO zadarma_call (
    account_id, company_id, direction, state, result, partner_match, callback_state,
    date_start
)
SELECT %s, %s, 'incoming', 'ended', 'missed', 'none',
    CASE WHEN hour %% 50 = 0 THEN 'open' END,
    '2026-10-05'::timestamp - hour * interval '1 hour'
FROM generate_series(1, 2000) AS hour
"""
#: Every tenth call rang one of two people.
LEGS = """
INSERT INTO zadarma_call_leg (call_id, account_id, company_id, user_id)
SELECT id, account_id, company_id,
    CASE WHEN id %% 10 = 0 THEN (%s)[1 + id %% 20 / 10] END
FROM zadarma_call
"""


class TestIndexes(TransactionCase):
    """What people open is found by an index, however many calls there are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent, cls.supervisor = (
            new_test_user(
                cls.env, name, f"base.group_user,zadarma_connector.group_zadarma_{name}"
            )
            for name in ("user", "supervisor")
        )
        account = cls.env["zadarma.account"].create({"name": "Bench"})
        cls.env.cr.execute(CALLS, [account.id, account.company_id.id])
        cls.env.cr.execute(LEGS, [[cls.agent.id, cls.supervisor.id]])
        cls.env.cr.execute("ANALYZE zadarma_call, zadarma_call_leg")
        # so few rows are read from end to end and sorted, whatever indexes there are
        for way in ("seqscan", "sort", "hashjoin"):
            cls.env.cr.execute(f"SET LOCAL enable_{way} = off")

    def _plan(self, domain, model="zadarma.call", user=None, **page):
        """How PostgreSQL finds what somebody asked for."""
        records = self.env[model].with_user(user or self.agent)
        query = records._search(domain, **page)
        rows = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
        return "\n".join(row[0] for row in rows)

    def _page(self, domain):
        """The same for the first page of the list."""
        order = self.env["zadarma.call"]._order
        return self._plan(domain, order=order, limit=80)

    def test_list_is_read_in_its_order(self):
        plan = self._page([])
        self.assertIn("zadarma_call_time_index", plan)
        self.assertNotIn("Sort", plan)

    def test_not_called_back_is_read_in_its_order(self):
        plan = self._page([("callback_state", "in", ("open", "attempted"))])
        self.assertIn("zadarma_call_waiting_index", plan)
        self.assertNotIn("Sort", plan)

    def test_own_calls_are_known_from_an_index_alone(self):
        plan = self._plan([("leg_ids.user_id", "=", self.agent.id)])
        self.assertIn("zadarma_call_leg_user_index", plan)
        # the rules of legs ask for what those of calls ask for already
        self.assertNotIn("on zadarma_call zadarma_call_leg", plan)

    def test_figures_of_a_period_read_the_calls_of_that_period(self):
        domain = [
            ("date", ">=", "2026-09-28 00:00:00"),
            ("company_id", "in", self.env.companies.ids),
        ]
        plan = self._plan(domain, "zadarma.call.report", self.supervisor)
        self.assertIn("zadarma_call_time_index", plan)
        [condition] = [line for line in plan.splitlines() if "Index Cond" in line]
        self.assertIn("date_start >=", condition)

    def test_a_number_is_found_by_the_index_of_a_field(self):
        self.env.cr.execute(
            "INSERT INTO res_partner (name, phone, active, type, partner_share)"
            " SELECT 'Bench', '+44 7400 ' || 100000 + one, true, 'contact', true"
            " FROM generate_series(1, 5000) AS one"
        )
        self.env.cr.execute("ANALYZE res_partner")
        wanted = [*keys.look_up("+442037691880")]
        query = self.env["res.partner"]._zadarma_select(self.env.company, wanted)
        rows = self.env.execute_query(SQL("EXPLAIN %s", query))
        plan = "\n".join(row[0] for row in rows)
        self.assertIn("res_partner_zadarma_phone_index", plan)
        self.assertNotIn("Seq Scan", plan)
