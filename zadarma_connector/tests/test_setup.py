# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import KEY, SECRET, ZadarmaCase, answered_call

BALANCE = "/v1/info/balance/"
TIMEZONE = "/v1/info/timezone/"
INTERNAL = "/v1/pbx/internal/"
CALLINFO = "/v1/pbx/callinfo/"
CALLINFO_URL = "/v1/pbx/callinfo/url/"
CALLINFO_SWITCHES = "/v1/pbx/callinfo/notifications/"
SWITCHES = (
    *("notify_start", "notify_internal", "notify_answer"),
    *("notify_end", "notify_out_start", "notify_out_end"),
)
ADMIN = "base.group_user,zadarma_connector.group_zadarma_admin"


class SetupCase(ZadarmaCase):
    def setUp(self):
        super().setUp()
        self.zadarma.answers = {
            BALANCE: {"balance": 18.1636, "currency": "USD"},
            TIMEZONE: {"unixtime": 1, "datetime": "", "timezone": "UTC+14"},
            INTERNAL: {"pbx_id": "1234", "numbers": [101, 102]},
            INTERNAL + "101/info/": {"name": "Desk"},
            INTERNAL + "102/info/": {"name": "Hall"},
        }
        self._zadarma_notifies(self.account.webhook_url)

    def _zadarma_notifies(self, url, on="true"):
        self.zadarma.answers[CALLINFO] = {
            "url": url,
            "notifications": dict.fromkeys(SWITCHES, on),
        }

    def _state(self, name, account=None):
        self.env.invalidate_all()
        return self._step(name, account)["state"]

    def _step(self, name, account=None):
        steps = (account or self.account).setup_steps
        return next(step for step in steps if step["name"] == name)

    def _told(self, name):
        return " ".join(self._step(name)["told"])

    def _connect(self):
        return self.account.action_setup_connect()["params"]


@tagged("post_install", "-at_install")
class TestConnecting(SetupCase):
    def test_a_new_account_asks_for_the_connection_first(self):
        account = self.env["zadarma.account"].new({})
        self.assertEqual(self._step("connection", account)["state"], "left")
        self.assertIn("Enter the key", " ".join(account.setup_steps[0]["told"]))
        for name in ("clock", "pbx", "notifications", "people", "history"):
            step = self._step(name, account)
            self.assertEqual(step["state"], "left")
            self.assertFalse(step["buttons"])

    def test_one_button_does_all_that_needs_no_decision(self):
        self._zadarma_notifies(self.account.webhook_url)
        shown = self._connect()
        for name in (
            *("connection", "country", "pbx", "notifications"),
            *("people", "rights", "routing"),
        ):
            self.assertEqual(self._state(name), "done", name)
        self.assertEqual(shown["type"], "success")
        self.assertIn("Internal numbers: 2", shown["message"])
        self.assertEqual(self.account.pbx_id, "1234")

    def test_the_time_zone_follows_from_zadarmas_clock(self):
        self.env.user.tz = "Pacific/Kiritimati"
        shown = self._connect()
        self.assertEqual(self.account.tz, "Pacific/Kiritimati")
        self.assertIn("The time zone is Pacific/Kiritimati", shown["message"])
        self.assertEqual(self._state("clock"), "done")

    def test_the_zone_of_the_country_is_proposed(self):
        self.account.tz = "UTC"
        self.company.country_id = self.env.ref("base.ki")
        self._connect()
        self.assertEqual(self.account.tz, "Pacific/Kiritimati")
        # and again when it has changed
        self.account.tz = "Europe/Kyiv"
        self.env.invalidate_all()
        [button] = self._step("clock")["buttons"]
        self.assertEqual(button["label"], "Take Pacific/Kiritimati")
        self.account.action_setup_zone()
        self.assertEqual(self._state("clock"), "done")

    def test_the_browser_tells_where_the_administrator_is(self):
        connect = self.account.with_context(browser_tz="Pacific/Kiritimati")
        connect.action_setup_connect()
        self.assertEqual(self.account.tz, "Pacific/Kiritimati")
        self.account.tz = "UTC"
        self.account.with_context(browser_tz="Moon/Base").action_setup_connect()
        self.assertEqual(self.account.tz, "UTC")

    def test_a_zone_that_nothing_speaks_for_is_not_guessed(self):
        self.env.user.tz = "Europe/Kyiv"
        self._connect()
        self.assertEqual(self.account.tz, "Europe/Kyiv")
        self.assertEqual(self._state("clock"), "left")
        self.assertFalse(self._step("clock")["buttons"])
        self.assertIn("UTC+14", self._told("clock"))
        # but those that it may be can be chosen, and no other
        step = self._step("clock")
        self.assertIn("Pacific/Kiritimati", step["choices"])
        self.assertNotIn("Europe/Kyiv", step["choices"])
        chosen = self.account.with_context(setup_choice="Etc/GMT-14")
        getattr(chosen, step["choose"])()
        self.assertEqual(self.account.tz, "Etc/GMT-14")
        self.assertEqual(self._state("clock"), "done")
        self.assertFalse(self._step("clock")["choices"])

    def test_a_clock_that_no_zone_has_leaves_all_to_choose_from(self):
        self.account.write({"pbx_clock": "UTC+13:17", "tz": "UTC"})
        self.assertIn("Europe/Kyiv", self._step("clock")["choices"])
        self.assertFalse(self._step("clock")["buttons"])

    def test_nobody_elses_notifications_are_taken_away_unasked(self):
        self._zadarma_notifies("https://shop.example.com/calls")
        self._connect()
        asked = {(method, path) for method, path, _body in self.zadarma.requests}
        self.assertNotIn(("POST", CALLINFO_URL), asked)
        self.assertEqual(self._state("notifications"), "left")
        self.assertIn("https://shop.example.com/calls", self._told("notifications"))

    def test_what_fails_does_not_undo_what_went_well(self):
        self._zadarma_notifies("")
        self.zadarma.answers[INTERNAL] = (
            400,
            {},
            '{"status":"error","message":"No PBX"}',
        )
        self.zadarma.answers[CALLINFO_URL] = (
            400,
            {},
            '{"status":"error","message":"Address does not answer"}',
        )
        shown = self._connect()
        self.assertEqual(shown["type"], "warning")
        self.assertIn("No PBX", shown["message"])
        self.assertIn("Address does not answer", shown["message"])
        self.assertEqual(self._state("connection"), "done")
        self.assertEqual(self._state("pbx"), "left")
        self.assertEqual(self._state("notifications"), "left")

    def test_a_refused_key_is_an_error_without_the_secret(self):
        self.zadarma.answers[BALANCE] = (
            401,
            {},
            '{"status":"error","message":"Not authorized"}',
        )
        with self.assertRaisesRegex(UserError, "key and secret") as caught:
            self._connect()
        self.assertNotIn(SECRET, str(caught.exception))
        self.assertEqual(self._state("connection"), "left")

    def test_a_lost_connection_comes_back(self):
        self._connect()
        self.assertEqual(self._state("connection"), "done")
        self.account.connection_error = "Zadarma cannot be reached."
        self.assertEqual(self._state("connection"), "left")
        self.assertIn("cannot be reached", self._told("connection"))

    def test_without_a_public_address_zadarma_is_asked(self):
        self._zadarma_notifies("https://shop.example.com/calls")
        self._connect()
        self.assertIn(
            "action_setup_poll",
            [button["name"] for button in self._step("notifications")["buttons"]],
        )
        self.account.action_setup_poll()
        self.assertEqual(self._state("notifications"), "done")


@tagged("post_install", "-at_install")
class TestPeopleOfTheSetup(SetupCase):
    def setUp(self):
        super().setUp()
        self._connect()
        (self.extension | self.other_extension).write(
            {"employee_id": False, "user_id": False}
        )

    def _call_it(self, name, emails=""):
        self.extension.write({"name": name, "emails": emails})
        self.env.invalidate_all()
        return self.extension._suggest_people().get(self.extension)

    def test_people_of_the_same_name_are_suggested_and_accepted(self):
        self.assertEqual(self._state("people"), "left")
        written = f"  {self.employee.name.upper()} "
        self.assertEqual(self._call_it(written), self.employee)
        told = self._step("people")["told"]
        self.assertIn(f"101: {self.employee.name}", told)
        self.assertEqual(" ".join(told).count("that a number has in Zadarma"), 1)
        self.account.action_setup_accept_people()
        self.assertEqual(self.extension.employee_id, self.employee)
        self.assertEqual(self.extension.user_id, self.agent)
        self.assertFalse(self.other_extension.employee_id)
        self.assertEqual(self._state("people"), "left")
        self.other_extension.employee_id = self.other_employee
        self.assertEqual(self._state("people"), "done")

    def test_an_email_tells_too(self):
        self.employee.work_email = "First@Example.com"
        emails = "x@y.z, first@example.com"
        self.assertEqual(self._call_it("Desk", emails), self.employee)
        self.assertEqual(self._call_it("first@example.com"), self.employee)
        self.assertFalse(self._call_it("Desk", "second@example.com"))

    def test_somebody_without_an_employee_record_is_suggested_as_user(self):
        user = self._agent("solo", name="Solo Sailor")
        self.assertEqual(self._call_it("solo sailor"), user)
        self.account.action_setup_accept_people()
        self.assertEqual(self.extension.user_id, user)
        self.assertFalse(self.extension.employee_id)

    def test_nobody_is_suggested_where_two_could_be_meant(self):
        self.employee.create({"name": self.employee.name})
        self.assertFalse(self._call_it(self.employee.name))

    def test_nobody_of_another_company_is_suggested(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.env["hr.employee"].create({"name": "Far Away", "company_id": other.id})
        self.assertFalse(self._call_it("Far Away"))
        portal = new_test_user(self.env, "portal", "base.group_portal", name="Port Al")
        self.assertFalse(self._call_it(portal.name))

    def test_who_has_a_number_and_no_right_gets_it_by_one_click(self):
        novice = new_test_user(self.env, "novice", "base.group_user", name="Novice")
        self.extension.user_id = novice
        self.assertEqual(self._state("rights"), "left")
        self.assertIn("Novice", self._told("rights"))
        self.assertNotIn(self.agent.name, self._told("rights"))
        self.assertIn("Novice", self.account.problems)
        self.account.action_setup_give_right()
        self.assertTrue(novice.has_group("zadarma_connector.group_zadarma_user"))
        self.assertEqual(self._state("rights"), "done")
        self.assertNotIn("Novice", self.account.problems or "")

    def test_an_employee_without_a_user_is_named(self):
        self.extension.employee_id = self.employee.create({"name": "Paper Only"})
        self.assertEqual(self._state("rights"), "done")
        self.assertIn("Paper Only", self._told("rights"))

    def test_only_who_may_give_rights_gives_this_one(self):
        boss = new_test_user(self.env, "boss", ADMIN)
        self.extension.user_id = new_test_user(self.env, "novice", "base.group_user")
        with self.assertRaises(AccessError):
            self.account.with_user(boss).action_setup_give_right()


@tagged("post_install", "-at_install")
class TestPuttingAway(SetupCase):
    def setUp(self):
        super().setUp()
        self.env.user.tz = "Pacific/Kiritimati"
        self._connect()

    def _waive(self, name):
        self.account.with_context(setup_step=name).action_setup_waive()

    def test_history_stays_until_it_is_used(self):
        self.env["zadarma.reconciliation"].create(
            {
                "account_id": self.account.id,
                "kind": "daily",
                "date_from": "2026-01-01",
                "date_to": "2026-01-02",
            }
        )
        self.assertTrue(self.account.setup_offers_history)
        action = self.account.action_import_history()
        run = self.env["zadarma.reconciliation"].with_context(**action["context"])
        run = run.create({})
        run.write({"date_from": "2025-12-31 23:00:00", "date_to": "2026-01-31"})
        # days of whoever looks, who is 14 hours ahead; not the account's name twice
        self.assertEqual(run.display_name, "01/01/2026 – 01/31/2026")
        run.date_to = "2026-01-01 09:59:59"
        self.assertEqual(run.display_name, "01/01/2026")
        shown = run.action_begin()
        self.assertEqual((shown["res_model"], shown["res_id"]), (run._name, run.id))
        self.assertEqual(self._state("history"), "done")
        self.assertFalse(self.account.setup_offers_history)
        self.assertEqual(self.account.action_setup_progress()["res_id"], run.id)

    def test_history_can_be_waved_away(self):
        self._waive("history")
        self.assertEqual(self._state("history"), "away")
        self.assertFalse(self.account.setup_offers_history)

    def test_a_step_that_does_not_exist_is_not_put_away(self):
        self._waive("nonsense")
        self.account.action_setup_waive()
        self.assertFalse(self.account.setup_put_away)

    def test_what_is_put_away_comes_back_when_something_else_is_missing(self):
        novice, second = (
            new_test_user(self.env, login, "base.group_user")
            for login in ("novice", "second")
        )
        self.extension.write({"employee_id": False, "user_id": novice.id})
        self.account.action_setup_put_away()
        self.env.invalidate_all()
        self.assertFalse(self.account.setup_left)
        self.assertEqual(self._state("rights"), "away")
        self.assertNotIn("novice", self.account.problems or "")
        self.other_extension.write({"employee_id": False, "user_id": second.id})
        self.assertEqual(self._state("rights"), "left")
        self.assertEqual(self.account.setup_left, "Rights")

    def test_what_was_done_since_comes_back_when_it_falls_behind_again(self):
        self.account.route_to_manager = False
        self._waive("routing")
        self.account._check_health()
        self.assertEqual(self._state("routing"), "away")
        self.account.route_to_manager = True
        self.account._check_health()
        self.account.route_to_manager = False
        self.assertEqual(self._state("routing"), "left")

    def test_other_steps_lead_to_what_they_need(self):
        self.account.route_to_manager = False
        self.assertEqual(self._state("routing"), "left")
        self.account.action_setup_route()
        self.assertEqual(self._state("routing"), "done")
        self.company.country_id = False
        self.assertEqual(self._state("country"), "left")
        action = self.account.action_setup_country()
        self.assertEqual(action["res_id"], self.company.id)
        action = self.account.action_setup_people()
        self.assertEqual(action["res_model"], "zadarma.extension")

    def test_the_browser_phone_is_switched_on_with_its_domain(self):
        domain = self.account._webphone_domain()
        self.zadarma.answers["/v1/webrtc/"] = {
            "is_exists": True,
            "domains": [domain],
            "settings": {},
        }
        self.assertEqual(self._state("webphone"), "left")
        self.account.action_setup_webphone()
        self.assertTrue(self.account.webrtc_enabled)
        self.assertEqual(self._state("webphone"), "done")


@tagged("post_install", "-at_install")
class TestWayToTheSetup(SetupCase):
    def _help(self, user, model="zadarma.call"):
        self.env.invalidate_all()
        return self.env[model].with_user(user).get_empty_list_help("<p>Empty</p>")

    def test_empty_pages_lead_there_until_nothing_is_left(self):
        boss = new_test_user(self.env, "boss", ADMIN)
        for model in ("zadarma.call", "zadarma.waiting.caller", "zadarma.number"):
            self.assertIn("Connect Zadarma", self._help(boss, model))
            self.assertIn("action_zadarma_setup", self._help(boss, model))
        self._connect()
        self.assertIn("Continue Set-Up", self._help(boss))
        self.account.action_setup_put_away()
        self.assertEqual(self._help(boss), "<p>Empty</p>")

    def test_agents_learn_that_they_have_to_ask(self):
        self.assertIn("Ask your administrator", self._help(self.agent))
        self.assertNotIn("action_zadarma_setup", self._help(self.agent))
        self._connect()
        self.assertEqual(self._help(self.agent), "<p>Empty</p>")

    def test_the_dashboard_leads_there_until_there_is_a_call(self):
        report = self.env["zadarma.call.report"]
        report = report.with_user(new_test_user(self.env, "boss", ADMIN))
        self.assertIn("Connect Zadarma", report.dashboard(1)["hint"])
        self._connect()
        self._notify(*answered_call())
        self.assertNotIn("hint", report.dashboard(1))

    def test_the_account_that_needs_it_is_opened(self):
        Account = self.env["zadarma.account"]
        self.assertEqual(Account.action_setup_any()["res_id"], self.account.id)
        self._connect()
        self.account.action_setup_put_away()
        second = Account.create({"name": "A second one", "api_key": KEY[::-1]})
        self.assertEqual(Account.action_setup_any()["res_id"], second.id)
        # archiving ends the notifications
        self.zadarma.answers[CALLINFO_URL] = {"url": ""}
        (self.account | second).active = False
        self.assertFalse(Account.action_setup_any()["res_id"])

    def test_settings_lead_there(self):
        settings = self.env["res.config.settings"].create({})
        self.assertIn("Connection", settings.zadarma_setup_left)
        self.assertEqual(settings.action_zadarma_setup()["res_id"], self.account.id)
        self.account.active = False
        settings = self.env["res.config.settings"].create({})
        self.assertFalse(settings.action_zadarma_setup()["res_id"])

    def test_agents_do_not_see_it(self):
        with self.assertRaises(AccessError):
            self.account.with_user(self.agent).action_setup_put_away()
        with self.assertRaises(AccessError):
            self.account.with_user(self.agent).action_setup_connect()
