# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.zadarma_connector.tests import common

from .common import SmsCase

HOOKS, URL = "/v1/pbx/webhooks/", "/v1/pbx/webhooks/url/"
CALLINFO = "/v1/pbx/callinfo/"


@tagged("post_install", "-at_install")
class TestRegistration(SmsCase):
    def setUp(self):
        super().setUp()
        self.account.connected_at = fields.Datetime.now()
        self.zadarma.answers |= {
            "/v1/direct_numbers/": {
                "info": [
                    {"number": common.DID, "status": "on"},
                    {"number": "442037691899", "status": "parking"},
                ]
            },
            "/v1/direct_numbers/receive_sms/": {"receive_sms": "on"},
            URL: {"url": ""},
            HOOKS + "hooks/": {"hooks": {}},
            CALLINFO: {"url": "", "notifications": {}},
        }
        self.registered(self.account.webhook_url)

    def registered(self, url, sms="true"):
        self.zadarma.answers[HOOKS] = {"url": url, "hooks": {"sms": sms}}

    def requested(self, *paths):
        return [
            (verb, path) for verb, path, _body in self.zadarma.requests if path in paths
        ]

    def problems(self):
        return self.account.problems or ""

    def test_receiving(self):
        told = self.account.action_receive_sms()["params"]
        self.assertEqual(told["type"], "success")
        self.assertIn(f"+{common.DID}", told["message"])
        body = {path: body for _verb, path, body in self.zadarma.requests}
        self.assertEqual(body[URL], {"url": [self.account.webhook_url]})
        self.assertEqual(body[HOOKS + "hooks/"], {"sms": ["true"]})
        self.assertEqual(
            body["/v1/direct_numbers/receive_sms/"],
            {"number": [common.DID], "value": ["on"]},
        )
        self.assertTrue(self.account.receive_sms and self.account.notify_sms)
        self.assertNotIn("SMS", self.problems())

    def test_numbers_that_cannot(self):
        self.zadarma.answers["/v1/direct_numbers/receive_sms/"] = (
            *(400, {}),
            '{"status": "error", "message": "Wrong parameters"}',
        )
        told = self.account.action_receive_sms()["params"]
        self.assertEqual(told["type"], "warning")
        self.assertIn("none of your numbers", told["message"])

    def test_an_address_that_cannot_be_reached(self):
        self.zadarma.answers[URL] = (
            *(400, {}),
            '{"status": "error", "message": "no echo"}',
        )
        with self.assertRaisesRegex(UserError, "no echo"):
            self.account.action_receive_sms()
        self.assertFalse(self.account.receive_sms)

    def test_health_watches_it(self):
        self.account.action_receive_sms()
        for url, sms, words in [
            ("", "true", "does not tell of SMS any more"),
            (self.account.webhook_url, "false", "does not tell of SMS any more"),
            ("https://other.example.com/", "true", "https://other.example.com/"),
        ]:
            self.registered(url, sms)
            with self.account._zadarma() as client:
                self.account._take_registration(client)
            self.assertIn(words, self.problems())
            self.assertIn("SMS", self.account.setup_left)
        # as that of calls, one button mends it
        self.zadarma.answers |= {
            CALLINFO + "url/": {"url": "x"},
            CALLINFO + "notifications/": {"notifications": {}},
        }
        self.registered(f"{self.account.webhook_url}")
        self.account.action_register_webhooks()
        self.assertNotIn("SMS", self.problems())

    def test_without_receiving_nothing_is_asked_or_missed(self):
        with self.account._zadarma() as client:
            self.account._take_registration(client)
        self.assertFalse(self.requested(HOOKS))
        self.assertNotIn("SMS", self.problems())

    def test_archiving_ends_it(self):
        self.account.action_receive_sms()
        self.zadarma.requests.clear()
        self.account.active = False
        self.assertIn(("DELETE", URL), self.requested(URL))
        self.assertFalse(self.account.receive_sms)

    def test_another_s_address_is_left_alone(self):
        self.account.action_receive_sms()
        self.registered("https://other.example.com/")
        self.zadarma.requests.clear()
        self.account.action_stop_receiving_sms()
        self.assertFalse(self.requested(URL))

    @mute_logger("odoo.addons.zadarma_connector.models.account.zadarma_account_leaving")
    def test_without_zadarma_it_ends_here_and_is_told(self):
        self.account.action_receive_sms()
        self.zadarma.answers[HOOKS] = (500, {}, "")
        self.account._stop_receiving_sms()
        self.account.api_key = False
        self.account._stop_receiving_sms()

    def test_step_of_the_set_up(self):
        steps = {one["name"]: one for one in self.account.setup_steps}
        self.assertEqual([*steps][-2:], ["sms", "history"])
        step = steps["sms"]
        self.assertEqual(step["state"], "left")
        self.assertTrue(step["waivable"])
        self.assertEqual(
            [one["name"] for one in step["buttons"]], ["action_receive_sms"]
        )
        self.account.send_sms = False
        self.account.action_setup_send_sms()
        self.assertTrue(self.account.send_sms)
        self.account.action_receive_sms()
        steps = {one["name"]: one for one in self.account.setup_steps}
        self.assertEqual(steps["sms"]["state"], "done")
        self.assertFalse(steps["sms"]["buttons"])

    def test_putting_the_step_away(self):
        account = self.account.with_context(setup_step="sms")
        account.action_setup_waive()
        steps = {one["name"]: one for one in self.account.setup_steps}
        self.assertEqual(steps["sms"]["state"], "away")
