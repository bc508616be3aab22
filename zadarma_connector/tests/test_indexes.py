# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval
from unittest.mock import patch

from lxml import etree

from odoo.api import Environment
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import SQL

from ..zadarma_api.numbers import keys

#: One an hour, every tenth missed, and of the other ones as many one person's.
CALLS = """
INSERT INTO zadarma_call (
    account_id, company_id, direction, state, result, partner_match, callback_state,
    date_start, user_id, person_id, partner_id, ghost_answer, in_doubt
)
SELECT %s, %s, CASE WHEN hour %% 50 = 3 THEN 'internal' ELSE 'incoming' END, 'ended',
    CASE WHEN hour %% 10 = 0 THEN 'missed' ELSE 'answered' END, 'none',
    CASE WHEN hour %% 50 = 0 THEN 'open' END,
    '2026-10-05'::timestamp - hour * interval '1 hour',
    CASE WHEN hour %% 10 = 1 THEN %s END, CASE WHEN hour %% 10 = 1 THEN %s END,
    CASE WHEN hour %% 50 > 0 THEN (%s)[1 + hour %% 100] END,
    hour %% 50 = 1, hour %% 50 = 2
FROM generate_series(1, 20000) AS hour
"""
#: Every tenth call rang one of two people.
LEGS = """
INSERT INTO zadarma_call_leg (call_id, user_id)
SELECT id, CASE WHEN id %% 10 = 0 THEN (%s)[1 + id %% 20 / 10] END
FROM zadarma_call
"""

#: Five entries of each call, signed with one text.
ENTRIES = """
INSERT INTO zadarma_event (
    account_id, source, event, pbx_call_id, payload, signed_key, fingerprint,
    received_at, delivery_count, state
)
SELECT account_id, 'notification', 'NOTIFY_START', 'in_' || id, '{}', md5(id::text),
    entry::text, date_start, 1, 'applied'
FROM zadarma_call, generate_series(1, 5) AS entry
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
        customers = cls.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(100)]
        )
        customers[:3].user_id = cls.agent
        cls.customer = customers[0]
        cls.env.flush_all()
        cls.env.cr.execute(
            CALLS,
            [
                account.id,
                account.company_id.id,
                cls.agent.id,
                cls.agent.partner_id.id,
                customers.ids,
            ],
        )
        cls.env.cr.execute(LEGS, [[cls.agent.id, cls.supervisor.id]])
        cls.env.cr.execute("ANALYZE zadarma_call, zadarma_call_leg, res_partner")
        # so few rows are read from end to end and sorted, whatever indexes there are
        for way in ("seqscan", "sort", "hashjoin"):
            cls.env.cr.execute(f"SET LOCAL enable_{way} = off")

    def _plan(self, domain, model="zadarma.call", user=None, **page):
        """How PostgreSQL finds what somebody asked for."""
        records = self.env[model].with_user(user or self.agent)
        query = records._search(domain, **page)
        rows = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
        return "\n".join(row[0] for row in rows)

    def _page(self, domain, user=None, order="date_start DESC"):
        """How PostgreSQL finds the first page of the list: a plan for each way."""
        asked = []
        execute = Environment.execute_query

        def note(env, query):
            # not how far back to look first
            if "LIMIT" in query.code and "OFFSET" not in query.code:
                asked.append(query)
            return execute(env, query)

        calls = self.env["zadarma.call"].with_user(user or self.agent)
        with patch.object(Environment, "execute_query", note):
            query = calls._search(domain, order=order, limit=80)
        if not asked:
            asked = [query.select()]
        return [self._explained(one) for one in asked]

    def _store_entries(self):
        self.env.cr.execute(ENTRIES)
        self.env.cr.execute("ANALYZE zadarma_event")

    def _explained(self, query):
        rows = self.env.execute_query(SQL("EXPLAIN %s", query))
        return "\n".join(row[0] for row in rows)

    def test_list_is_read_in_its_order(self):
        [plan] = self._page([], self.supervisor)
        self.assertIn("zadarma_call_time_index", plan)
        self.assertNotIn("Sort", plan)

    def test_the_oldest_are_read_in_their_order(self):
        [plan] = self._page([], self.supervisor, order="date_start ASC")
        self.assertIn("Scan using zadarma_call_time_index", plan)
        self.assertNotIn("Sort", plan)

    def test_not_called_back_is_read_in_its_order(self):
        waiting = [("callback_state", "in", ("open", "attempted"))]
        [plan] = self._page(waiting, self.supervisor)
        self.assertIn("zadarma_call_waiting_index", plan)
        self.assertNotIn("Sort", plan)

    def test_an_agent_s_list_is_read_in_its_order(self):
        """The newest for each reason: missed, one's own, rung, one's customers'."""
        plans = self._page([])
        self.assertEqual(len(plans), 4)
        self.assertIn("zadarma_call_missed_index", plans[0])
        self.assertIn("zadarma_call_user_index", plans[1])
        for plan in plans:
            self.assertNotIn("Seq Scan on zadarma", plan)
            self.assertNotIn("Sort", plan)
            self.assertIn("Backward", plan)
            self.assertIn("date_start >=", plan, "the past is not looked at")

    def test_each_filter_of_an_agent_is_read_in_its_order(self):
        mine = [
            "|",
            ("user_id", "=", self.agent.id),
            ("leg_ids.user_id", "=", self.agent.id),
        ]
        for domain, statements, index in (
            (mine, 2, "zadarma_call_user_index"),
            ([("result", "=", "missed")], 1, "zadarma_call_missed_index"),
            (
                # not enough of them in the first period
                [("callback_state", "in", ("open", "attempted"))],
                8,
                "zadarma_call_waiting_index",
            ),
            ([("person_id", "=", self.agent.partner_id.id)], 4, "zadarma_call"),
        ):
            with self.subTest(domain=domain):
                plans = self._page(domain)
                self.assertEqual(len(plans), statements)
                self.assertIn(index, plans[0])
                for plan in plans:
                    self.assertNotIn("Seq Scan on zadarma", plan)
                    self.assertNotIn("Sort", plan)

    def test_customers_are_found_before_their_calls(self):
        people, calls = self._page([("partner_id.user_id", "=", self.agent.id)])
        self.assertIn("res_partner", people)
        self.assertNotIn("res_partner", calls)
        self.assertNotIn("Seq Scan on zadarma", calls)
        self.assertNotIn("Sort", calls)
        self.assertIn("Scan Backward using zadarma_call_", calls)

    def test_each_rare_kind_of_calls_has_an_index_in_the_order_of_the_list(self):
        for domain, index in (
            ([("direction", "=", "internal")], "internal"),
            ([("partner_id", "=", False)], "unknown"),
            ([("ghost_answer", "=", True)], "ghost"),
            ([("in_doubt", "=", True)], "in_doubt"),
            ([("keep", "=", True)], "keep"),
            ([("sealed_at", "!=", False)], "sealed"),
            ([("person_id", "=", self.agent.partner_id.id)], "person"),
            ([("user_id", "=", self.agent.id)], "user"),
            ([("partner_id", "=", self.customer.id)], "partner"),
        ):
            with self.subTest(domain=domain):
                [plan] = self._page(domain, self.supervisor)
                self.assertIn(f"zadarma_call_{index}_index", plan)
                self.assertNotIn("Sort", plan)

    def test_the_list_of_several_companies_is_read_in_its_order(self):
        other = self.env["res.company"].create({"name": "Another"})
        self.supervisor.company_ids += other
        companies = self.supervisor.company_ids.ids
        self.env = self.env(context={"allowed_company_ids": companies})
        plans = self._page([], self.supervisor)
        self.assertEqual(len(plans), 2)
        for plan in plans:
            self.assertIn("zadarma_call_time_index", plan)
            self.assertNotIn("Sort", plan)

    def test_the_journal_is_read_in_its_order(self):
        self.env.user.group_ids += self.env.ref("zadarma_connector.group_zadarma_admin")
        journal = self.env["zadarma.event"]
        self._store_entries()
        # a month of long ago, too, and not by reading all that came since
        month = [
            ("received_at", ">=", "2024-10-01"),
            ("received_at", "<", "2024-11-01"),
        ]
        for domain in ([], month):
            plan = self._plan(
                domain, "zadarma.event", self.env.user, order=journal._order, limit=80
            )
            with self.subTest(domain):
                self.assertIn("Backward using zadarma_event_received_index", plan)
                self.assertEqual("Index Cond: ((received_at" in plan, bool(domain))
                # by the id, among those of one moment
                self.assertEqual(plan.count("Sort  "), plan.count("Incremental Sort  "))

    def test_whoever_sends_a_text_under_another_id_is_found_by_an_index(self):
        self._store_entries()
        asked = []
        execute = type(self.env.cr).execute

        def note(cr, query, *args, **options):
            asked.append(query)
            return execute(cr, query, *args, **options)

        journal = self.env["zadarma.event"]
        self.env.flush_all()
        with patch.object(type(self.env.cr), "execute", note):
            journal._entries(SQL("call_id = 1"))
        plan = self._explained(asked[-1])
        self.assertIn(
            "Index Cond: ((account_id = entry.account_id)"
            " AND ((signed_key)::text = (entry.signed_key)::text))",
            plan,
        )
        self.assertNotIn("Seq Scan", plan)

    def test_no_index_is_the_beginning_of_another(self):
        self.env.cr.execute(
            """
            SELECT indrelid::regclass, indexrelid::regclass, indisunique,
                pg_get_expr(indpred, indrelid), ARRAY(
                    SELECT pg_get_indexdef(indexrelid, position, true)
                    FROM generate_series(1, indnkeyatts) AS position
                ), 1 = ANY(indoption) OR 3 = ANY(indoption)
            FROM pg_index
            WHERE indrelid::regclass::text LIKE 'zadarma%'
            """
        )
        indexes = self.env.cr.fetchall()
        for table, name, unique, predicate, columns, descending in indexes:
            self.assertFalse(descending, f"{name} grows at its beginning")
            if unique:
                continue
            longer = [
                other
                for its_table, other, _unique, its_predicate, its_columns, _ in indexes
                if (its_table, its_predicate) == (table, predicate)
                and other != name
                and its_columns[: len(columns)] == columns
            ]
            self.assertFalse(longer, f"{name} is the beginning of {longer}")

    def test_no_index_of_the_journal_changes_when_an_entry_is_marked(self):
        self.env.cr.execute(
            "SELECT pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid = 'zadarma_event'::regclass"
        )
        for [index] in self.env.cr.fetchall():
            self.assertNotRegex(index, r"\b(state|tries)\b")

    def test_what_waits_failed_or_is_doubted_is_found_among_millions(self):
        self.env.user.group_ids += self.env.ref("zadarma_connector.group_zadarma_admin")
        search = self.env["zadarma.event"].get_view(view_type="search")["arch"]
        for name, index in (
            ("waiting", "zadarma_event_pkey"),
            ("doubted", "zadarma_event_doubted_index"),
            ("failed", "zadarma_event_failed_index"),
        ):
            [domain] = etree.fromstring(search).xpath(
                f"//filter[@name='{name}']/@domain"
            )
            plan = self._plan(literal_eval(domain), "zadarma.event", self.env.user)
            with self.subTest(name):
                self.assertIn(index, plan)
                self.assertNotIn("Seq Scan on zadarma_event ", plan)

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
            # as another one is: some columns are required by what else is installed
            "INSERT INTO res_partner SELECT (jsonb_populate_record(known,"
            " jsonb_build_object('id', nextval('res_partner_id_seq'),"
            " 'phone', '+44 7400 ' || 100000 + one))).*"
            " FROM res_partner AS known, generate_series(1, 5000) AS one"
            " WHERE known.id = %s",
            [self.env["res.partner"].create({"name": "Bench"}).id],
        )
        self.env.cr.execute("ANALYZE res_partner")
        # as at a million, where workers would cost more than the look-up
        self.env.cr.execute("SET LOCAL min_parallel_table_scan_size = 0")
        self.env.cr.execute("SET LOCAL parallel_setup_cost = 0")
        wanted = [*keys.look_up("+442037691880")]
        query = self.env["res.partner"]._zadarma_select(wanted)
        rows = self.env.execute_query(SQL("EXPLAIN %s", query))
        plan = "\n".join(row[0] for row in rows)
        self.assertIn("res_partner_zadarma_phone_index", plan)
        self.assertNotIn("Seq Scan", plan)
        self.assertNotIn("Parallel", plan)
