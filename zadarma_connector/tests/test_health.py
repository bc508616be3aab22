# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.account import zadarma_unverified_notification
from ..zadarma_api import errors, limits
from .common import (
    KEY,
    SECRET,
    ZadarmaCase,
    as_request,
    incoming,
    missed_call,
    receive,
    signature,
)

ALL_ON = dict.fromkeys(
    (
        "notify_start",
        "notify_internal",
        "notify_answer",
        "notify_end",
        "notify_out_start",
        "notify_out_end",
    ),
    "true",
)


@tagged("post_install", "-at_install")
class TestHealth(ZadarmaCase):
    def setUp(self):
        super().setUp()
        self.enterContext(self.enter_registry_test_mode())
        self.env["ir.config_parameter"].set_param("web.base.url", "https://odoo.test")
        self.account.tz = "UTC"
        self.account.connected_at = fields.Datetime.now()
        self.registered = {
            "url": self.account.webhook_url,
            "notifications": dict(ALL_ON),
        }
        self.balance = {"balance": 20, "currency": "USD"}
        self.clock = {"timezone": "UTC+0"}
        # what another test left in the memory of this process
        zadarma_unverified_notification._memory.counts.clear()

    def _check(self):
        self.zadarma.answers = {
            "/v1/info/balance/": self.balance,
            "/v1/info/timezone/": self.clock,
            "/v1/pbx/callinfo/": self.registered,
        }
        self.env.flush_all()
        self.env.ref("zadarma_connector.cron_health").method_direct_trigger()
        self.env.invalidate_all()
        return self.account.problems or ""

    def _activities(self):
        return self.account.activity_ids

    def test_nothing_to_do(self):
        self.assertEqual(self._check(), "")
        self.assertEqual(self.account.balance, 20)
        self.assertFalse(self._activities())

    def test_low_balance_is_an_activity_until_it_is_mended(self):
        self.balance["balance"] = 0.4
        self.assertIn("balance is low: 0.40 USD", self._check())
        activity = self._activities()
        self.assertIn("0.40", activity.note)
        self.assertTrue(
            activity.user_id.has_group("zadarma_connector.group_zadarma_admin")
        )
        # looked at again, it is still one activity
        self.balance["balance"] = 0.3
        self._check()
        self.assertEqual(self._activities(), activity)
        self.assertIn("0.30", activity.note)
        self.balance["balance"] = 9
        self.assertEqual(self._check(), "")
        self.assertFalse(self._activities())

    def test_foreign_words_are_no_markup(self):
        self.balance = (200, {}, '{"status":"error","message":"<a href=//x>hi</a>"}')
        self._check()
        self.assertIn("&lt;a href", self._activities().note)

    def test_threshold_of_the_balance(self):
        self.account.low_balance = 50
        self.assertIn("balance is low", self._check())

    def test_other_clock(self):
        self.clock["timezone"] = "UTC+5"
        self.assertIn("UTC+5", self._check())

    def test_other_address(self):
        self.registered["url"] = "https://elsewhere.test/"
        self.assertIn("https://elsewhere.test/", self._check())
        # nobody expects notifications when polling
        self.account.polling = True
        self.assertEqual(self._check(), "")

    def test_switch_that_is_off(self):
        self.registered["notifications"]["notify_end"] = "false"
        self.assertIn("switched off", self._check())

    def test_lost_connection(self):
        self.balance = (401, {}, '{"status":"error","message":"Not authorized"}')
        self.assertIn("key and secret", self._check())
        self.assertTrue(self._activities())
        self.balance = {"balance": 20, "currency": "USD"}
        self.assertEqual(self._check(), "")

    def test_lost_secret(self):
        self.account.sudo().api_secret_stored = False
        self.assertIn("Enter the key and the secret", self._check())

    def test_reached_limit_is_no_trouble(self):
        self._check()
        self.balance = (429, {}, "")
        self.assertEqual(self._check(), "")

    def test_case_28_company_without_a_country(self):
        self.company.country_id = False
        self.assertIn("has no country", self._check())
        self.company.country_id = self.env.ref("base.ua")
        self.assertEqual(self._check(), "")

    def _click(self, records, action):
        """Do what a button does, in a transaction of its own."""
        getattr(records, action)()
        self.env.cr.flush()
        # what another connection did is not in this one's cache
        self.env.invalidate_all()

    def test_warning_goes_when_the_connection_is_mended(self):
        self._check()
        self.balance = (401, {}, '{"status":"error","message":"Not authorized"}')
        self._check()
        self.assertTrue(self._activities())
        self.zadarma.answers["/v1/info/balance/"] = {"balance": 20, "currency": "USD"}
        self._click(self.account, "action_test_connection")
        self.assertFalse(self._activities())

    def test_warning_goes_when_a_setting_is_mended(self):
        self.clock["timezone"] = "UTC+5"
        self.balance["balance"] = 0.4
        self._check()
        [activity] = self._activities()
        self.account.low_balance = 0.1
        self.env.cr.flush()
        # of two problems one is left
        self.assertEqual(self._activities(), activity)
        self.assertNotIn("0.40", activity.note)
        self.assertIn("UTC+5", activity.note)
        self.account.tz = "Asia/Karachi"
        self.env.cr.flush()
        self.assertFalse(self._activities())

    def test_warning_goes_when_notifications_are_registered(self):
        self.registered["url"] = ""
        self._check()
        self.assertTrue(self._activities())
        self.registered["url"] = self.account.webhook_url
        self.zadarma.answers["/v1/pbx/callinfo/url/"] = {}
        self.zadarma.answers["/v1/pbx/callinfo/notifications/"] = {}
        self._click(self.account, "action_register_webhooks")
        self.assertFalse(self._activities())

    def test_warning_goes_when_the_company_has_a_country(self):
        self.company.country_id = False
        self._check()
        self.assertTrue(self._activities())
        self.company.country_id = self.env.ref("base.ua")
        self.env.cr.flush()
        self.assertFalse(self._activities())

    def test_warning_goes_when_a_right_is_given_or_is_not_needed(self):
        right = self.env.ref("zadarma_connector.group_zadarma_user")
        for mend in (
            lambda: self.account.action_setup_give_right(),
            lambda: self.agent.write({"group_ids": [Command.link(right.id)]}),
            lambda: self.extension.write({"employee_id": False, "user_id": False}),
        ):
            self.agent.group_ids -= right
            self._check()
            self.assertTrue(self._activities())
            mend()
            self.env.cr.flush()
            self.assertFalse(self._activities())

    def test_warning_goes_with_entries_that_are_ignored_or_applied(self):
        Event = self.env["zadarma.event"]
        for mend in ("action_ignore", "action_apply_again"):
            receive(self.account, incoming("NOTIFY_START", f"not an id: {mend}"))
            self._check()
            self.assertTrue(self._activities())
            failed = Event.search([("state", "=", "failed")])
            if mend == "action_apply_again":
                # as the bug that was mended would have it
                failed.state = "applied"
            self._click(failed, mend)
            self.assertFalse(self._activities(), mend)

    def test_nobody_is_warned_of_news_by_a_click(self):
        self._check()
        self.account.low_balance = 50
        self.env.cr.flush()
        self.assertIn("balance is low", self.account.problems)
        self.assertFalse(self._activities())

    def test_warning_speaks_the_language_of_whom_it_warns(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.account._administrator().lang = "de_DE"
        told = {}

        def find_problems(account):
            told[account.env.context.get("lang")] = True
            return ["Something"]

        with patch.object(type(self.account), "_find_problems", find_problems):
            self._check()
        self.assertIn("de_DE", told)

    def test_account_that_is_not_in_use_yet(self):
        self.account.connected_at = False
        self.assertEqual(self._check(), "")
        self.assertFalse(self.zadarma.requests)

    def _second_account(self):
        second = self.account.copy({"api_key": KEY[::-1], "api_secret": SECRET})
        second.connected_at = self.account.connected_at
        # of several accounts each has an address of its own
        self.registered["url"] = self.account.webhook_url
        return second

    def test_trouble_with_one_account_is_not_the_others(self):
        second = self._second_account()
        original = type(second)._take_balance

        def take_balance(account, client):
            if account == self.account:
                raise RuntimeError("a bug")
            original(account, client)

        with (
            patch.object(type(second), "_take_balance", take_balance),
            mute_logger("odoo.addons.zadarma_connector.tools.job"),
        ):
            self.assertIn(
                "could not be checked at Zadarma: RuntimeError", self._check()
            )
        self.assertIn("RuntimeError", self._activities().note)
        self.assertEqual(second.balance, 20)
        # mended, it is well again
        self.assertEqual(self._check(), "")
        self.assertFalse(self.account.health_attempts)

    def test_limit_of_one_account_is_not_the_others(self):
        second = self._second_account()
        self.env.flush_all()
        self.env["zadarma.limiter"]._limited(self.account.id, 30)
        self._check()
        self.assertFalse(self.account.connection_error)
        self.assertEqual((self.account.balance, second.balance), (0, 20))
        cron = self.env.ref("zadarma_connector.cron_health")
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))

    def test_failed_entries(self):
        receive(self.account, incoming("NOTIFY_START", "not an id"))
        self.assertIn("journal could not be computed", self._check())
        self.env["zadarma.event"].search([]).action_ignore()
        self.assertEqual(self._check(), "")

    def test_failed_reconciliation(self):
        self.env["zadarma.reconciliation"].create(
            {
                "account_id": self.account.id,
                "date_from": "2026-10-01",
                "date_to": "2026-10-02",
                "state": "failed",
                "error": "No PBX",
            }
        )
        self.assertIn("No PBX", self._check())

    def test_last_notification(self):
        self.assertFalse(self.account.last_notification_at)
        call = self._call(missed_call("101"))
        self.env.invalidate_all()
        self.assertEqual(
            self.account.last_notification_at, max(call.event_ids.mapped("received_at"))
        )

    def _call(self, notifications):
        for params in notifications:
            receive(self.account, params)
        return self.env["zadarma.call"].search([], limit=1)

    # -- unverified notifications --------------------------------------------------

    def _notify_unverified(self, params, header=None, token=None):
        self.env.flush_all()
        with as_request(self.env) as env:
            answer = env["zadarma.account"]._notified(params, header, token)
        self.assertIsNone(answer)

    def _counts(self):
        self.env.invalidate_all()
        counted = self.env["zadarma.unverified.notification"].search([])
        return {one.reason: one.count for one in counted}

    def test_unverified_ones_are_counted_by_reason(self):
        params = incoming("NOTIFY_START")
        for expected, arguments in {
            "unsigned": (params,),
            "signature": (params, "wrong"),
            "token": (params, "wrong", "unknown"),
            "no_form": ({}, "wrong"),
        }.items():
            with self.subTest(expected):
                self._forget()
                self._notify_unverified(*arguments)
                self.assertEqual(self._counts().get(expected), 1)
        self.account.sudo().api_secret_stored = False
        self._forget()
        self._notify_unverified(params, signature(params))
        self.assertEqual(self._counts()["no_secret"], 1)

    def _forget(self):
        """Make this process believe that it wrote counts down long ago."""
        zadarma_unverified_notification._memory.written_at.clear()

    def test_flood_is_written_down_once_in_a_while(self):
        params = incoming("NOTIFY_START")
        self._forget()
        for _request in range(50):
            self._notify_unverified(params, "wrong")
        self.assertEqual(self._counts(), {"signature": 1})
        self._forget()
        self._notify_unverified(params, "wrong")
        self.assertEqual(self._counts(), {"signature": 51})

    def test_transcripts_say_nothing_of_our_secret(self):
        self._forget()
        for header in ("wrong", None):
            params = {"event": "SPEECH_RECOGNITION", "result": "{}"}
            self._notify_unverified(params, header)
        self.assertEqual(self._counts(), {})

    def test_wrong_signatures_point_at_our_secret(self):
        self._forget()
        self._notify_unverified(incoming("NOTIFY_START"), "wrong")
        self.assertIn("secret", self._check())
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            self.assertEqual(self._check(), "")

    def test_strangers_are_no_problem_of_ours(self):
        self._forget()
        self._notify_unverified({}, None)
        self._notify_unverified(incoming("NOTIFY_START"), None)
        self.assertEqual(self._check(), "")


@tagged("post_install", "-at_install")
class TestLimiter(ZadarmaCase):
    def setUp(self):
        super().setUp()
        self.enterContext(self.enter_registry_test_mode())
        self.zadarma.answers = {
            "/v1/info/balance/": {"balance": 20, "currency": "USD"},
            "/v1/info/timezone/": {"timezone": "UTC+2"},
        }

    def _ask(self, background=False, times=1):
        client = self.account._client(background=background)
        for _time in range(times):
            client.get_balance()

    def test_background_leaves_half_to_people(self):
        with freeze_time("2026-10-05 12:00:00"):
            self._ask(background=True, times=limits.BACKGROUND)
            with self.assertRaises(errors.RateLimited) as caught:
                self._ask(background=True)
            self.assertEqual(caught.exception.retry_after, 61)
            self._ask(times=limits.GENERAL - limits.BACKGROUND)
            with self.assertRaises(errors.RateLimited):
                self._ask()
        self.assertEqual(len(self.zadarma.requests), limits.GENERAL)
        with freeze_time("2026-10-05 12:01:01"):
            self._ask()

    def test_user_is_told_how_long_to_wait(self):
        self.zadarma.answers["/v1/info/balance/"] = (429, {"Retry-After": "30"}, "")
        with freeze_time("2026-10-05 12:00:00"):
            with self.assertRaisesRegex(UserError, "30 s"):
                self.account.action_test_connection()
            # Zadarma is not asked again before
            self.zadarma.requests.clear()
            with self.assertRaisesRegex(UserError, "31 s"):
                self.account.action_test_connection()
            self.assertFalse(self.zadarma.requests)

    def test_no_proxy_blocks_us_for_long(self):
        limiter = self.env["zadarma.limiter"]
        with freeze_time("2026-10-05 12:00:00"):
            limiter._limited(self.account.id, 999_999_999)
        with freeze_time("2026-10-05 13:00:01"):
            self._ask()
        # what was limited was another key
        limiter._limited(self.account.id, 60)
        self.account.api_key = "another"
        self.env.flush_all()
        self._ask()

    def test_accounts_have_limits_of_their_own(self):
        other = self.env["zadarma.account"].create(
            {"api_key": KEY[::-1], "api_secret": "x"}
        )
        self.env["zadarma.limiter"]._limited(other.id, 60)
        self._ask()


@tagged("post_install", "-at_install")
class TestBelief(ZadarmaCase):
    """Our own rules of belief may be wrong: no account loses its calls by them."""

    def setUp(self):
        super().setUp()
        self.enterContext(self.enter_registry_test_mode())
        self.account.tz = "UTC"
        self.account.connected_at = fields.Datetime.now() - timedelta(hours=5)

    def _problems(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.account.problems or ""

    def _start(self, number, ago=timedelta(), **params):
        """A call that began some time ago, as if it were told just now."""
        started = fields.Datetime.now() - ago - timedelta(seconds=number)
        told = {"call_start": f"{started:%Y-%m-%d %H:%M:%S}", **params}
        receive(self.account, incoming("NOTIFY_START", f"in_{number}", **told))

    def _silent(self):
        """The address is registered, and statistics know a call."""
        self.account.webhook_registered_url = self.account.webhook_url
        return self.env["zadarma.call"].create(
            {
                "account_id": self.account.id,
                "direction": "incoming",
                "state": "ended",
                "confirmed": True,
                "date_start": fields.Datetime.now() - timedelta(hours=1),
            }
        )

    def test_many_doubts_are_told_with_examples(self):
        for number in range(4):
            self._start(number, called_did="48221234567")
        self.assertNotIn("Doubted", self._problems())
        self._start(5, called_did="48221234567")
        self.assertIn("Doubted notifications of the last day: 5 of 5", self._problems())
        self.assertIn("The dialled number is not known as yours", self.account.problems)

    def test_few_of_many_are_no_problem(self):
        for number in range(5):
            self._start(number, called_did="48221234567")
        entries = self.env["zadarma.event"].search([])
        for number in range(250):
            entries[0].copy({"state": "applied", "fingerprint": str(number)})
        self.assertNotIn("Doubted notifications", self._problems())

    def test_silence_while_statistics_know_calls(self):
        call = self._silent()
        self.assertIn("its statistics have calls since then: 1.", self._problems())
        call.confirmed = False
        self.assertNotIn("has sent no notifications", self._problems())
        call.confirmed = True
        self._start(1)
        self.assertNotIn("has sent no notifications", self._problems())

    def test_who_polls_hears_nothing_and_that_is_well(self):
        self._silent()
        self.account.polling = True
        self.assertNotIn("has sent no notifications", self._problems())

    def test_constant_offset_is_the_time_zone_s(self):
        for number in range(10):
            self._start(number, ago=timedelta(hours=-2))
        problems = self._problems()
        self.assertIn("2 h too late: the time zone UTC", problems)
        # whoever sends one of them again does not silence it
        self._start(11, ago=timedelta(hours=3))
        [old] = self.env["zadarma.event"].search([("pbx_call_id", "=", "in_11")])
        receive(self.account, {**old._said(), "pbx_call_id": "in_12"})
        old.unlink()
        self.assertIn("2 h too late", self._problems())
        self.account.tz = "Europe/Kyiv"
        self.assertNotIn("seem to begin", self._problems())


@tagged("post_install", "-at_install")
class TestApplyAgain(ZadarmaCase):
    def test_failed_entries_are_applied_by_button_and_after_an_upgrade(self):
        Event = self.env["zadarma.event"]
        for again in (
            lambda entries: entries.action_apply_again(),
            lambda entries: self._upgrade(),
        ):
            call = self._notify(*missed_call("101"))
            entries = call.event_ids
            entries.write({"state": "failed", "error": "KeyError", "call_id": False})
            call.unlink()
            self.env.flush_all()
            with self.enter_registry_test_mode():
                again(entries)
            self.env.invalidate_all()
            self.assertEqual(entries.mapped("state"), ["applied"] * 3)
            self.assertEqual(entries.call_id.result, "missed")
            self.assertFalse(any(entries.mapped("error")))
            entries.call_id.unlink()
            Event.search([]).unlink()

    def _upgrade(self):
        self.env["zadarma.event.waiting"].init()
        self.env.cr.execute(
            "UPDATE zadarma_event SET received_at = received_at - interval '1 hour'"
        )
        self.env.invalidate_all()
        self.env.ref("zadarma_connector.cron_apply").method_direct_trigger()

    def _without_id(self, entry):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE zadarma_event SET pbx_call_id = NULL WHERE id = %s", [entry.id]
        )
        entry.invalidate_recordset()

    def test_agents_cannot_apply_nor_ignore(self):
        entries = self._notify(*missed_call("101")).event_ids.with_user(self.agent)
        for action in (entries.action_apply_again, entries.action_ignore):
            with self.assertRaises(AccessError):
                action()

    def test_only_what_failed_is_ignored(self):
        entries = self._notify(*missed_call("101")).event_ids
        told = entries.action_ignore()["params"]
        self.assertEqual(entries.mapped("state"), ["applied"] * 3)
        self.assertEqual(told["type"], "warning")
        self.assertIn("Nothing was ignored", told["message"])
        entries[0].state = "failed"
        self._without_id(entries[0])
        told = entries.action_ignore()["params"]
        self.assertEqual(entries.mapped("state").count("ignored"), 1)
        self.assertIn("ignored from now on: 1 of 3", told["message"])

    def test_what_was_applied_again_is_told(self):
        entries = self._notify(*missed_call("101")).event_ids
        entries.write({"state": "failed"})
        self._without_id(entries[0])
        with self.enter_registry_test_mode():
            told = entries.action_apply_again()["params"]
        self.assertEqual(told["type"], "warning")
        self.assertIn("applied now: 2 of 3", told["message"])
