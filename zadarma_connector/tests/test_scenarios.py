# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Menus and scenarios of the PBX, chosen by name for routing rules."""

from odoo.tests import Form, new_test_user, tagged

from .common import DID, ZadarmaCase

MENUS = "/v1/pbx/ivr/"
SCENARIOS = "/v1/pbx/ivr/scenario/"


@tagged("post_install", "-at_install")
class TestScenarios(ZadarmaCase):
    def setUp(self):
        super().setUp()
        self.account.polling = True
        self.zadarma.answers = {
            "/v1/pbx/internal/": {"pbx_id": "1", "numbers": ["101", "102"]},
            "/v1/pbx/internal/101/info/": {"name": "Desk"},
            "/v1/pbx/internal/102/info/": {"name": "Hall"},
            "/v1/info/balance/": {"balance": 10, "currency": "EUR"},
            "/v1/info/timezone/": {"timezone": "UTC+2"},
            MENUS: {"ivrs": [{"menu_id": "0", "title": "Daytime"}]},
        }
        self._list(("1", "Sales"), ("2", "Service"))

    def _list(self, *scenarios):
        self.zadarma.answers[SCENARIOS] = {
            "scenarios": [
                {
                    "id": number,
                    "title": title,
                    "first_sips": ["101"],
                    "second_sips": ["102"],
                    "third_sips": [],
                }
                for number, title in scenarios
            ]
        }

    def _names(self):
        self.account.invalidate_recordset(["scenario_ids"])
        return self.account.scenario_ids.mapped("display_name")

    def _rule(self, **values):
        return self.env["zadarma.routing.rule"].create(
            {"account_id": self.account.id, "called_number": f"+{DID}", **values}
        )

    def test_get_pbx_brings_them_by_name(self):
        self.account.action_get_pbx()
        self.assertEqual(
            self._names(),
            [
                "Daytime: Sales (101, 102)",
                "Daytime: Service (101, 102)",
                "Daytime (whole menu)",
            ],
        )
        self._list(("1", "Sales team"))
        self.account._check_health()
        self.assertEqual(
            self._names(), ["Daytime: Sales team (101, 102)", "Daytime (whole menu)"]
        )
        self._list(("1", "Sales team"), ("2", "Service"))
        self.account.action_get_pbx()
        self.assertEqual(len(self._names()), 3, "it is back")

    def test_an_administrator_brings_and_chooses_them(self):
        admin = new_test_user(
            self.env, "admin2", "base.group_user,zadarma_connector.group_zadarma_admin"
        )
        account = self.account.with_user(admin)
        for listed in (("1", "Sales"), ("2", "Service")), (("1", "Sales team"),):
            self._list(*listed)
            account.action_get_pbx()
            self.assertEqual(len(self._names()), len(listed) + 1)
        rule = self.env["zadarma.routing.rule"].with_user(admin)
        chosen = rule.create(
            {
                "account_id": account.id,
                "called_number": f"+{DID}",
                "scenario_id": account.scenario_ids[0].id,
            }
        )
        self.assertEqual(chosen.scenario, "0-1")

    def test_numbers_come_although_scenarios_are_refused(self):
        for answer in (
            (400, {}, '{"status":"error","message":"No menus"}'),
            (429, {}, ""),
        ):
            self.zadarma.answers[MENUS] = answer
            action = self.account.action_get_pbx()
            self.assertEqual(action["params"]["type"], "success")
        self.zadarma.answers[MENUS] = (400, {}, '{"status":"error","message":"No"}')
        self.account._check_health()
        self.assertFalse(self.account.problems)

    def test_a_rule_chooses_one_by_name(self):
        self.account.action_get_pbx()
        listed = self.account.scenario_ids.grouped("redirect_to")
        sales = listed["0-1"]
        rule = self._rule(scenario_id=sales.id)
        self.assertEqual(rule.scenario, "0-1")
        # typed ones keep working, known or not
        self.assertEqual(self._rule(scenario="1").scenario_id, sales)
        whole = self._rule(scenario="0-main").scenario_id
        self.assertEqual(whole, listed["0-main"])
        self.assertFalse(self._rule(scenario="7-7").scenario_id)
        with Form(rule) as form:
            form.scenario_id = listed["0-2"]
            self.assertEqual(form.scenario, "0-2")
        self.assertEqual(rule.scenario, "0-2")
        with Form(rule) as form:
            form.scenario = "7-7"
            self.assertFalse(form.scenario_id)
            self.assertEqual(form.scenario, "7-7", "as typed")
        with Form(rule) as form:
            form.scenario_id = sales
            form.scenario_id = form.scenario_id.browse()
            self.assertFalse(form.scenario)
            form.extension_id = self.extension
        self.assertEqual(rule.extension_id, self.extension)

    def test_a_rule_for_one_that_is_gone_is_told(self):
        rule = self._rule(scenario="0-2")
        self.account._check_health()
        self.assertFalse(self.account.problems)
        for gone in (lambda: self._list(("1", "Sales")), self._no_menus):
            gone()
            self.account._check_health()
            self.assertIn("the scenario 0-2, which the PBX does", self.account.problems)
        rule.active = False
        self.account.invalidate_recordset()
        self.assertFalse(self.account.problems)

    def _no_menus(self):
        self.zadarma.answers[MENUS] = {"ivrs": []}

    def test_nothing_is_told_while_none_are_known(self):
        self._no_menus()
        self._rule(scenario="0-2")
        self.account._check_health()
        self.assertFalse(self.account.problems)
