# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The browser phone: its key, its domain, and what it dials."""

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CALLER
from .test_dial import CALLBACK, DialCase

KEY = "/v1/webrtc/get_key/"
DOMAINS = "/v1/webrtc/"


@tagged("post_install", "-at_install")
class TestWebphone(DialCase):
    def setUp(self):
        super().setUp()
        self.account.write({"webrtc_enabled": True, "pbx_id": "4321"})
        self.zadarma.answers[KEY] = {"key": "first"}

    def _webphone(self, user=None, **context):
        users = self.env["res.users"].with_user(user or self.agent)
        with self.enter_registry_test_mode():
            told = users.with_context(**context).zadarma_webphone()
        self.env.invalidate_all()
        return told

    def test_key_with_the_full_login(self):
        for language in ("uk_UA", "pt_BR"):
            self.env["res.lang"]._activate_lang(language)
        self.assertEqual(
            self._webphone(lang="uk_UA"),
            {
                "extension_id": self.extension.id,
                "url": "https://my.zadarma.com",
                "key": "first",
                "login": "4321-101",
                "shape": "rounded",
                "position": "bottom_right",
                "language": "ua",
            },
        )
        self.assertEqual(self._webphone(lang="pt_BR")["language"], "en")
        self.assertEqual(self.zadarma.requests, [("GET", KEY, {"sip": ["4321-101"]})])

    def test_key_is_renewed_while_it_works_for_another_day(self):
        self._webphone()
        self.zadarma.answers[KEY] = {"key": "second"}
        self.extension.webphone_key_at = fields.Datetime.subtract(
            fields.Datetime.now(), hours=47
        )
        self.assertEqual(self._webphone()["key"], "first")
        self.extension.webphone_key_at = fields.Datetime.subtract(
            fields.Datetime.now(), hours=49
        )
        self.assertEqual(self._webphone()["key"], "second")

    def test_successor_gets_another_key(self):
        self._webphone()
        self.zadarma.answers[KEY] = {"key": "second"}
        self.other_extension.employee_id = False
        self.extension.employee_id = self.other_employee
        self.assertEqual(self._webphone(self.colleague)["key"], "second")

    def test_key_of_another_account_is_forgotten(self):
        self._webphone()
        self.zadarma.answers[KEY] = {"key": "second"}
        self.account.api_key = "another"
        self.assertEqual(self._webphone()["key"], "second")

    def test_nobody_can_read_the_key(self):
        self._webphone()
        extension = self.extension
        self.assertEqual(extension.sudo().webphone_key, "first")
        for user in (self.agent, self.env.ref("base.user_admin")):
            with self.assertRaises(AccessError):
                extension.with_user(user).read(["webphone_key"])

    def test_stand_in_for_the_api_has_the_widget(self):
        self.account.api_url = "http://127.0.0.1:8070/"
        self.assertEqual(self.account._widget_url(), "http://127.0.0.1:8070")

    def test_why_there_is_none(self):
        with self.assertRaisesRegex(UserError, "no internal number"):
            self._webphone(self.supervisor)
        self.account.pbx_id = False
        with self.assertRaisesRegex(UserError, "Get PBX"):
            self._webphone()
        self.account.write({"pbx_id": "4321", "webrtc_enabled": False})
        with self.assertRaisesRegex(UserError, "switched off"):
            self._webphone()
        self.account.webrtc_enabled = True
        refusal = '{"status":"error","message":"No such sip"}'
        self.zadarma.answers[KEY] = (400, {}, refusal)
        with self.assertRaisesRegex(UserError, "No such sip"):
            self._webphone()

    def test_it_dials_what_is_kept_here(self):
        answer = self._dial(in_browser=True)
        call = self._call(answer)
        self.assertEqual(answer["number"], CALLER)
        self.assertEqual((call.state, call.user_id), ("requested", self.agent))
        self.assertFalse(self.zadarma.requests)
        # a second click shows the call, and dials nothing
        self.assertNotIn("number", self._dial(in_browser=True))

    def test_if_it_cannot_the_telephone_rings(self):
        call = self._call(self._dial(in_browser=True))
        users = self.env["res.users"]
        with self.enter_registry_test_mode():
            users.with_user(self.colleague).zadarma_dial_failed(call.id, "no")
        self.env.invalidate_all()
        self.assertEqual(call.state, "requested")
        with self.enter_registry_test_mode():
            users.with_user(self.agent).zadarma_dial_failed(call.id, "microphone")
        self.env.invalidate_all()
        self.assertEqual((call.result, call.failure_text), ("failed", "microphone"))
        self.assertNotEqual(self._call(self._dial()), call)
        self.assertIn(CALLBACK, [path for _verb, path, _body in self.zadarma.requests])


@tagged("post_install", "-at_install")
class TestWebphoneDomain(DialCase):
    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param(
            "web.base.url", "https://odoo.example.com"
        )
        self.listed = {"is_exists": True, "domains": []}
        self.zadarma.answers = {
            DOMAINS: self.listed,
            "/v1/webrtc/create/": {},
            "/v1/webrtc/domain/": {},
        }
        send = self.zadarma.send

        def registering(request):
            if request.method == "POST":
                self.listed.update(is_exists=True, domains=["odoo.example.com"])
            return send(request)

        self.patch(self.zadarma, "send", registering)

    def _posted(self):
        self.account.action_register_webphone()
        return [
            (path, body) for verb, path, body in self.zadarma.requests if verb == "POST"
        ]

    def test_first_domain(self):
        self.listed["is_exists"] = False
        domain = {"domain": ["odoo.example.com"]}
        self.assertEqual(self._posted(), [("/v1/webrtc/create/", domain)])
        self.assertEqual(self.account.webrtc_domains, "odoo.example.com")

    def test_further_domain(self):
        domain = {"domain": ["odoo.example.com"]}
        self.assertEqual(self._posted(), [("/v1/webrtc/domain/", domain)])

    def test_known_domain(self):
        self.listed["domains"] = ["odoo.example.com"]
        self.assertEqual(self._posted(), [])

    def test_domain_that_zadarma_did_not_take(self):
        self.zadarma.answers[DOMAINS] = {"is_exists": True, "domains": ["a.example"]}
        with self.assertRaisesRegex(UserError, "does not list odoo.example.com"):
            self.account.action_register_webphone()

    def test_only_administrators(self):
        with self.assertRaises(AccessError):
            self.account.with_user(self.agent).action_register_webphone()
