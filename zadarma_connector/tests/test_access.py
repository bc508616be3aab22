# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import KEY, SECRET, ZadarmaCase, answered_call, missed_call, outgoing


@tagged("post_install", "-at_install")
class TestAccess(ZadarmaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            login="manager",
            groups="base.group_user,zadarma_connector.group_zadarma_admin",
        )
        cls.system = new_test_user(
            cls.env,
            login="system",
            groups="base.group_system,zadarma_connector.group_zadarma_admin",
        )
        cls.outsider = new_test_user(
            cls.env, login="outsider", groups="base.group_user"
        )

    def _sees(self, user, call):
        calls = self.env["zadarma.call"].with_user(user)
        found = bool(calls.search([("id", "=", call.id)]))
        legs = self.env["zadarma.call.leg"].with_user(user)
        seen_legs = legs.search([("call_id", "=", call.id)])
        self.assertEqual(bool(seen_legs), found and bool(call.leg_ids))
        return found

    def test_agent_sees_own_calls(self):
        call = self._notify(*answered_call())
        self.assertTrue(self._sees(self.agent, call))
        self.assertFalse(self._sees(self.colleague, call))
        self.assertTrue(self._sees(self.supervisor, call))
        self.assertTrue(self._sees(self.manager, call))
        with self.assertRaises(AccessError):
            self._sees(self.outsider, call)

    def test_agent_sees_calls_that_rang_at_the_own_extension(self):
        call = self._notify(*missed_call("101", "102")[:-1], *answered_call("102")[2:])
        self.assertEqual(call.user_id, self.colleague)
        self.assertTrue(self._sees(self.agent, call))

    def test_agent_sees_calls_of_own_customers(self):
        call = self._notify(*answered_call("102"))
        self.assertFalse(self._sees(self.agent, call))
        self.partner.user_id = self.agent
        self.assertTrue(self._sees(self.agent, call))

    def test_agent_sees_calls_that_nobody_took(self):
        call = self._notify(*missed_call("102"))
        self.assertTrue(self._sees(self.agent, call))

    def test_agent_does_not_see_what_others_dialled(self):
        call = self._notify(
            outgoing("NOTIFY_OUT_END", internal="102", disposition="no answer")
        )
        self.assertFalse(self._sees(self.agent, call))

    def test_calls_are_written_by_the_pbx_alone(self):
        call = self._notify(*answered_call())
        for user in (self.agent, self.supervisor, self.manager):
            with self.subTest(user.login):
                own = call.with_user(user)
                with self.assertRaises(AccessError):
                    own.write({"duration": 1})
                with self.assertRaises(AccessError):
                    own.copy()
        with self.assertRaises(AccessError):
            call.with_user(self.supervisor).unlink()

    def test_journal_is_for_administrators(self):
        call = self._notify(*answered_call())
        entries = call.event_ids
        for user in (self.agent, self.supervisor):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    entries.with_user(user).read(["payload"])
                with self.assertRaises(AccessError):
                    call.with_user(user).read(["event_ids"])
        self.assertEqual(len(entries.with_user(self.manager).read(["payload"])), 5)
        for user in (self.manager, self.system):
            for operation in ("create", "write", "unlink"):
                self.assertFalse(entries.with_user(user).has_access(operation))

    def test_nobody_reads_the_secret(self):
        for user in (self.agent, self.supervisor, self.manager):
            account = self.account.with_user(user)
            for name in ("api_key", "api_secret", "api_secret_stored", "webhook_token"):
                with self.subTest(user=user.login, field=name):
                    with self.assertRaises(AccessError):
                        account.read([name])
                    with self.assertRaises(AccessError):
                        account.search([(name, "=like", "f%")])
        account = self.account.with_user(self.system)
        self.env.invalidate_all()
        self.assertEqual(account.read(["api_key"])[0]["api_key"], KEY)
        self.assertNotIn(SECRET, str(account.read()))
        self.assertNotIn("api_secret_stored", account.fields_get())
        for call in (
            lambda: account.read(["api_secret_stored"]),
            lambda: account.search([("api_secret_stored", "=like", "f%")]),
            lambda: account.export_data(["api_secret_stored"]),
            lambda: account._read_group([], ["api_secret_stored"]),
            lambda: account.write({"api_secret_stored": "x"}),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_credentials_belong_to_the_system_administrator(self):
        account = self.account.with_user(self.manager)
        account.name = "Renamed"
        for vals in (
            {"api_key": "x"},
            {"api_secret": "x"},
            {"api_url": "https://evil.test"},
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                account.write(vals)
        self.account.with_user(self.system).api_secret = "new"
        self.assertEqual(self.account.sudo().api_secret_stored, "new")

    def test_agents_do_not_see_the_account(self):
        for user in (self.agent, self.supervisor):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.account.with_user(user).read(["name"])

    def test_saved_secret_does_not_come_back(self):
        account = self.account.with_user(self.system)
        asked = {"name": {}, "api_secret": {}}
        [saved] = account.web_save({"api_secret": "sesame"}, asked)
        self.assertFalse(saved["api_secret"])
        [made] = account.browse().web_save(
            {"name": "New", "api_secret": "sesame", "tz": "UTC"}, asked
        )
        self.assertFalse(made["api_secret"])
        self.assertEqual(self.account.sudo().api_secret_stored, "sesame")

    def test_own_defaults_do_not_set_the_address(self):
        self.env["ir.default"].with_user(self.manager).set(
            "zadarma.account", "api_url", "http://127.0.0.1:9", user_id=True
        )
        account = self.env["zadarma.account"].with_user(self.manager).create({})
        self.assertEqual(account.sudo().api_url, "https://api.zadarma.com")

    def test_agents_do_not_change_accounts_and_extensions(self):
        for user in (self.agent, self.supervisor):
            for record in (self.account, self.extension):
                for operation in ("create", "write", "unlink"):
                    self.assertFalse(record.with_user(user).has_access(operation))

    def test_manager_gets_pbx_without_seeing_the_secret(self):
        self.zadarma.answers = {
            "/v1/pbx/internal/": {"pbx_id": 1, "numbers": [101]},
            "/v1/pbx/internal/101/info/": {"name": "Desk"},
        }
        self.account.with_user(self.manager).action_get_pbx()
        self.assertEqual(self.account.pbx_id, "1")
        with self.assertRaises(AccessError):
            self.account.with_user(self.agent).action_get_pbx()


@tagged("post_install", "-at_install")
class TestCompanies(ZadarmaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Other company"})
        cls.other_account = cls.env["zadarma.account"].create(
            {
                "name": "Other account",
                "api_key": KEY[::-1],
                "api_secret": SECRET[::-1],
                "company_id": cls.other_company.id,
            }
        )
        cls.boss = cls._agent(
            "boss",
            company_id=cls.other_company.id,
            company_ids=[(6, 0, cls.other_company.ids)],
        )
        cls.boss.group_ids |= cls.env.ref("zadarma_connector.group_zadarma_admin")

    def test_same_call_id_in_two_accounts_is_two_calls(self):
        call = self._notify(*answered_call())
        other = self._notify(*answered_call(), account=self.other_account)
        self.assertNotEqual(call, other)
        self.assertEqual(other.company_id, self.other_company)
        self.assertFalse(other.extension_id)

    def test_nothing_of_another_company_can_be_moved_or_silenced(self):
        entries = self._notify(*missed_call("101")).event_ids.with_user(self.boss)
        for action in (entries.action_ignore, entries.action_apply_again):
            with self.assertRaises(AccessError):
                action()
        own = self.env["zadarma.reconciliation"].create(
            {
                "account_id": self.other_account.id,
                "date_from": "2026-10-01",
                "date_to": "2026-10-02",
            }
        )
        with self.assertRaises(AccessError):
            own.with_user(self.boss).account_id = self.account
        extension = self.env["zadarma.extension"].create(
            {"account_id": self.other_account.id, "number": "105"}
        )
        for vals in ({"account_id": self.account.id}, {"number": "101"}):
            with self.assertRaisesRegex(UserError, "belongs to its PBX"):
                extension.with_user(self.boss).write(vals)

    def test_account_with_a_past_stays_in_its_company(self):
        with self.assertRaisesRegex(UserError, "make a new one"):
            self.account.company_id = self.other_company
        self.other_account.company_id = self.company

    def test_call_of_a_contact_that_became_another_company_s(self):
        call = self._notify(*missed_call("101"))
        self.partner.company_id = self.other_company
        self.env.flush_all()
        self.env.invalidate_all()
        for user in (self.agent, self.supervisor):
            [read] = call.with_user(user).read(["display_name", "partner_id"])
            self.assertEqual(read["display_name"], self.partner.name)

    def test_contact_whose_parent_is_another_company_s(self):
        self._notify(*missed_call("101"))
        self.partner.parent_id = self.env["res.partner"].create(
            {"name": "Parent", "company_id": self.other_company.id}
        )
        self.env.flush_all()
        self.env.invalidate_all()
        partner = self.partner.with_user(self.agent)
        self.assertEqual(partner.zadarma_call_count, 1)

    def test_each_company_sees_its_own(self):
        call = self._notify(*missed_call("101"))
        other = self._notify(*missed_call("101"), account=self.other_account)
        for user, seen in ((self.boss, other), (self.supervisor, call)):
            with self.subTest(user.login):
                calls = self.env["zadarma.call"].with_user(user)
                self.assertEqual(calls.search([]) & (call + other), seen)
        accounts = self.env["zadarma.account"].with_user(self.boss).search([])
        self.assertEqual(accounts, self.other_account)
        entries = self.env["zadarma.event"].with_user(self.boss).search([])
        self.assertEqual(entries.account_id, self.other_account)
        extensions = self.env["zadarma.extension"].with_user(self.boss).search([])
        self.assertNotIn(self.extension, extensions)
