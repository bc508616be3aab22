# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import KEY, ZadarmaCase

CALLINFO = "/v1/pbx/callinfo/"
URL = f"{CALLINFO}url/"
SWITCHES = f"{CALLINFO}notifications/"
ALL = (
    "notify_start",
    "notify_internal",
    "notify_answer",
    "notify_end",
    "notify_out_start",
    "notify_out_end",
)


@tagged("post_install", "-at_install")
class TestRegisterNotifications(ZadarmaCase):
    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param("web.base.url", "https://odoo.test")
        self.address = "https://odoo.test/exec/Zadarma.notify"
        self._answers(self.address, dict.fromkeys(ALL, "true"))

    def _answers(self, url, switches):
        self.zadarma.answers = {
            URL: {"url": url},
            SWITCHES: {"notifications": switches},
            CALLINFO: {"url": url, "notifications": switches},
        }

    def test_address_and_switches_are_set(self):
        action = self.account.action_register_webhooks()
        self.assertEqual(
            self.zadarma.requests,
            [
                ("POST", URL, {"url": [self.address]}),
                ("POST", SWITCHES, dict.fromkeys(ALL, ["true"])),
                ("GET", CALLINFO, {}),
            ],
        )
        self.assertEqual(action["params"]["type"], "success")
        self.assertTrue(self.account.webhook_is_registered)
        self.assertTrue(all(self.account[name] for name in ALL))

    def test_what_zadarma_answers_is_shown(self):
        self._answers(
            "https://elsewhere.test/",
            {**dict.fromkeys(ALL, "true"), "notify_end": "false"},
        )
        action = self.account.action_register_webhooks()
        self.assertEqual(action["params"]["type"], "warning")
        self.assertFalse(self.account.webhook_is_registered)
        self.assertEqual(self.account.webhook_registered_url, "https://elsewhere.test/")
        self.assertFalse(self.account.notify_end)
        self.assertTrue(self.account.notify_start)

    def test_what_zadarma_left_undone_is_named(self):
        for url, switches, words in (
            ("", dict.fromkeys(ALL, "true"), "still sends no notifications"),
            (
                "https://elsewhere.test/",
                dict.fromkeys(ALL, "true"),
                "still sends its notifications to https://elsewhere.test/",
            ),
            (
                self.address,
                {**dict.fromkeys(ALL, "true"), "notify_end": "false"},
                "still off: Incoming call ends.",
            ),
        ):
            self._answers(url, switches)
            message = self.account.action_register_webhooks()["params"]["message"]
            self.assertIn(words, message)

    def test_problems_name_the_address_that_is_notified(self):
        self.account.connected_at = "2026-01-01"
        self.assertIn("Zadarma sends no notifications", self.account.problems)
        self.assertNotIn("another address", self.account.problems)
        self.account.webhook_registered_url = "https://elsewhere.test/"
        self.assertIn("another address, https://elsewhere", self.account.problems)

    def test_refused_address(self):
        self.zadarma.answers[URL] = (
            400,
            {},
            '{"status":"error","message":"Wrong url"}',
        )
        with self.assertRaisesRegex(UserError, "Wrong url"):
            self.account.action_register_webhooks()
        self.assertFalse(self.account.webhook_registered_url)

    def test_nonsense_for_switches(self):
        self.zadarma.answers[CALLINFO] = {"url": "", "notifications": []}
        with self.assertRaisesRegex(UserError, "not come from Zadarma"):
            self.account.action_register_webhooks()

    def test_several_accounts_have_addresses_of_their_own(self):
        self.assertEqual(self.account.webhook_url, self.address)
        self.account.action_register_webhooks()
        other = self.env["zadarma.account"].create({"api_key": KEY[::-1]})
        self.env.invalidate_all()
        urls = (self.account + other).mapped("webhook_url")
        self.assertEqual(len(set(urls)), 2)
        self.assertEqual(urls[0], f"{self.address}/{self.account.webhook_token}")
        # the one registered before still reaches us
        self.assertTrue(self.account.webhook_is_registered)

    def test_plain_http_is_pointed_out(self):
        self.assertTrue(self.account.webhook_is_public)
        self.env["ir.config_parameter"].set_param("web.base.url", "http://odoo.test")
        self.env.invalidate_all()
        self.assertFalse(self.account.webhook_is_public)

    def test_record_notifications_show_when_one_came(self):
        self.assertFalse(self.account.notify_record)
        self._notify(
            {"event": "NOTIFY_RECORD", "pbx_call_id": "in_1", "call_id_with_rec": "1.1"}
        )
        self.env.invalidate_all()
        self.assertTrue(self.account.notify_record)
