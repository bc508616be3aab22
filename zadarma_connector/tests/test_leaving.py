# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Accounts that go, and databases that are somebody else's."""

import requests

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..hooks import _own_tables, pre_init_hook
from .common import ZadarmaCase

INFO, URL = "/v1/pbx/callinfo/", "/v1/pbx/callinfo/url/"
SWITCHES = {"notify_start": "true"}


@tagged("post_install", "-at_install")
class TestLeaving(ZadarmaCase):
    def setUp(self):
        super().setUp()
        self.account.connected_at = "2026-10-05 10:00:00"
        self.zadarma_notifies(self.account.webhook_url)
        self.zadarma.answers[URL] = {"url": ""}

    def zadarma_notifies(self, url):
        self.zadarma.answers[INFO] = {"url": url, "notifications": SWITCHES}

    def ended(self):
        return ("DELETE", URL, {}) in self.zadarma.requests

    def told(self):
        """What the administrator was told."""
        return self.env["mail.message"].search(
            [("subject", "=", "Zadarma still sends notifications to this Odoo")]
        )

    def test_an_archived_account_is_not_notified_any_more(self):
        self.account.active = False
        self.assertTrue(self.ended())
        self.assertFalse(self.told())
        self.zadarma.requests = []
        self.account.active = False
        self.assertFalse(self.zadarma.requests)

    def test_so_is_a_removed_one(self):
        account = self.env["zadarma.account"].create(
            {"name": "Second", "api_key": "b" * 20, "api_secret": "c" * 20}
        )
        account.connected_at = "2026-10-05 10:00:00"
        self.zadarma_notifies(account.webhook_url)
        account.unlink()
        self.assertTrue(self.ended())

    def test_somebody_else_s_address_is_left_alone(self):
        self.zadarma_notifies("https://crm.example.com/zadarma")
        self.account.active = False
        self.assertFalse(self.ended())
        self.assertFalse(self.told())
        self.assertEqual(
            self.account.webhook_registered_url, "https://crm.example.com/zadarma"
        )

    def test_out_of_reach_it_goes_and_that_is_said(self):
        for trouble in (
            requests.ConnectionError("no route"),
            (401, {}, '{"status": "error", "message": "Not authorized"}'),
            (502, {}, "Bad Gateway"),
        ):
            self.account.active = True
            self.told().unlink()
            self.zadarma.answers[INFO] = trouble
            with self.assertLogs(
                "odoo.addons.zadarma_connector.models.account", "WARNING"
            ):
                self.account.active = False
            self.assertFalse(self.account.active)
            self.assertIn("End them in your personal account", self.told().body)

    def test_without_a_key_it_is_said_where_ours_is_registered(self):
        self.account.webhook_registered_url = self.account.webhook_url
        self.account.api_key = False
        with self.assertLogs("odoo.addons.zadarma_connector.models.account", "WARNING"):
            self.account.active = False
        self.assertTrue(self.told())

    def test_an_account_that_never_was_connected_asks_nobody(self):
        self.account.connected_at = False
        self.account.active = False
        self.assertFalse(self.zadarma.requests)

    def test_tables_of_the_same_names_are_another_addon_s(self):
        # as they are ours here, it is refused
        with self.assertRaisesRegex(UserError, "another addon.*zadarma_call,"):
            pre_init_hook(self.env)
        self.assertIn("zadarma_call", _own_tables())
        self.assertNotIn("res_partner", _own_tables())
