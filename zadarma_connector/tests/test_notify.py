# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The route, over HTTP, as Zadarma and others use it."""

import json

from odoo.tests import HttpCase, tagged

from ..zadarma_api import facts
from .common import (
    IN,
    KEY,
    SECRET,
    ZadarmaCase,
    answered_call,
    incoming,
    outgoing,
    signature,
)

URL = "/exec/Zadarma.notify"


@tagged("post_install", "-at_install")
class TestNotify(ZadarmaCase, HttpCase):
    def _post(self, params, sign=signature, token=None, **kw):
        headers = {"User-Agent": "Zadarma API v1"}
        value = sign(params) if callable(sign) else sign
        if value is not None:
            headers["Signature"] = value
        url = f"{URL}/{token}" if token else URL
        return self.url_open(url, data=params, headers=headers, **kw)

    def _entries(self):
        self.env.invalidate_all()
        return self.env["zadarma.event"].search([])

    def _assert_refused(self, response, status=403):
        self.assertEqual(response.status_code, status)
        self.assertFalse(self._entries())
        self.assertFalse(self.env["zadarma.call"].search([]))
        self.assertNotIn("Set-Cookie", response.headers)
        if status == 403:
            self.assertEqual(response.content, b"")

    # -- notifications ------------------------------------------------------

    def test_call_from_ring_to_record(self):
        for params in answered_call():
            response = self._post(params)
            self.assertEqual(response.status_code, 200, params["event"])
            self.assertNotIn("Set-Cookie", response.headers)
        self.assertEqual(self._entries().mapped("state"), ["applied"] * 5)
        call = self.env["zadarma.call"].search([("pbx_call_id", "=", IN)])
        self.assertEqual(call.result, "answered")
        self.assertEqual(call.partner_id, self.partner)
        self.assertEqual(call.employee_id, self.employee)

    def test_answer_to_start_is_json(self):
        response = self._post(incoming("NOTIFY_START"))
        self.assertEqual(
            response.headers["Content-Type"].split(";")[0], "application/json"
        )
        self.assertEqual(response.json(), {})

    def test_outgoing_without_internal(self):
        params = outgoing("NOTIFY_OUT_START")
        del params["internal"]
        self.assertEqual(self._post(params).status_code, 200)

    def test_multipart_body(self):
        params = {"event": "SMS", "result": json.dumps({"text": "Привіт"})}
        response = self.url_open(
            URL,
            files={name: (None, value) for name, value in params.items()},
            headers={"Signature": signature(params)},
        )
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self._entries().mapped("state"), ["ignored"])

    def test_unknown_event(self):
        params = incoming("NOTIFY_SOMETHING_NEW")
        self.assertEqual(self._post(params).status_code, 200)
        self.assertEqual(self._entries().mapped("state"), ["ignored"])

    def test_unknown_event_unsigned(self):
        self._assert_refused(self._post(incoming("NOTIFY_SOMETHING_NEW"), "wrong"))

    def test_what_only_we_say_is_not_believed(self):
        """Whoever caught a notification cannot speak for our journal with it."""
        caught = incoming("NOTIFY_START")
        for event in facts.OURS:
            told = {**caught, "event": event, "disposition": "answered"}
            with self.subTest(event):
                self._assert_refused(self._post(told, signature(caught)))

    def test_query_string_is_not_the_notification(self):
        params = incoming("NOTIFY_START")
        response = self.url_open(
            f"{URL}?event=NOTIFY_END&disposition=answered",
            data=params,
            headers={"Signature": signature(params)},
        )
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self._entries()._said(), params)

    # -- what is not believed -----------------------------------------------

    def test_wrong_signatures(self):
        params = incoming("NOTIFY_START")
        wrong = {
            "wrong": "d3Jvbmc=",
            "missing": None,
            "empty": "",
            "raw digest": signature(params, raw=True),
            "of another secret": signature(params, secret=SECRET[::-1]),
            "of an empty secret": signature(params, secret=""),
            "of other values": signature({**params, "caller_id": "+1"}),
        }
        for name, value in wrong.items():
            with self.subTest(name):
                self._assert_refused(self._post(params, value))

    def test_missing_or_empty_secret(self):
        params = incoming("NOTIFY_START")
        for secret in (False, ""):
            self.account.sudo().api_secret_stored = secret
            self._assert_refused(self._post(params, signature(params, secret="")))
            self._assert_refused(self._post(params))

    def test_archived_account(self):
        self.account.active = False
        self._assert_refused(self._post(incoming("NOTIFY_START")))

    def test_speech_recognition_is_not_believed(self):
        params = {"event": "SPEECH_RECOGNITION", "result": "{}"}
        self._assert_refused(self._post(params))

    def test_get_without_echo(self):
        self._assert_refused(self.url_open(URL))

    def test_bodies_that_are_no_form(self):
        params = incoming("NOTIFY_START")
        headers = {"Signature": signature(params)}
        json_headers = {**headers, "Content-Type": "application/json"}
        broken = {**headers, "Content-Type": "multipart/form-data; boundary=x"}
        self._assert_refused(
            self.url_open(URL, data=json.dumps(params), headers=json_headers)
        )
        self._assert_refused(self.url_open(URL, data=b"\xff\0" * 50, headers=broken))
        self._assert_refused(self.url_open(URL, data=b"", headers=headers))

    def test_oversized_body(self):
        params = incoming("NOTIFY_START", padding="x" * 70_000)
        self._assert_refused(self._post(params), status=413)

    def test_requests_that_try_to_confuse_us(self):
        params = incoming("NOTIFY_START")
        headers = {"Signature": signature(params)}
        other = self._other_account()
        for request in (
            {"url": f"{URL}/%00"},
            {"url": f"{URL}/%00", "data": params},
            {"url": f"{URL}/{'x' * 200}", "data": params},
            {"url": f"{URL}?token=%00"},
            {"url": URL, "data": {"token": "x", "event": "x"}},
            {"url": URL, "files": {"zd_echo": ("a.txt", b"echo")}},
        ):
            with self.subTest(request):
                self._assert_refused(self.url_open(**request, headers=headers))
        # a token in the query selects nothing
        response = self.url_open(
            f"{URL}?token={other.webhook_token}", data=params, headers=headers
        )
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self._entries().account_id, self.account)

    # -- accounts -----------------------------------------------------------

    def _other_account(self):
        return self.env["zadarma.account"].create(
            {
                "name": "Other",
                "api_key": KEY[::-1],
                "api_secret": SECRET[::-1],
                "company_id": self.env["res.company"].create({"name": "Other"}).id,
            }
        )

    def test_secret_tells_the_account(self):
        other = self._other_account()
        params = incoming("NOTIFY_START")
        self._post(params)
        self._post(params, signature(params, secret=SECRET[::-1]))
        self.assertEqual(self._entries().account_id, self.account + other)
        calls = self.env["zadarma.call"].search([("pbx_call_id", "=", IN)])
        self.assertEqual(calls.company_id, self.account.company_id + other.company_id)

    def test_token_selects_the_account(self):
        self._other_account()
        response = self._post(
            incoming("NOTIFY_START"), token=self.account.webhook_token
        )
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self._entries().account_id, self.account)

    def test_token_of_another_account(self):
        other = self._other_account()
        self._assert_refused(
            self._post(incoming("NOTIFY_START"), token=other.webhook_token)
        )

    def test_token_is_no_proof(self):
        self._assert_refused(
            self._post(
                incoming("NOTIFY_START"), "wrong", token=self.account.webhook_token
            )
        )

    def test_unknown_token(self):
        self._assert_refused(self._post(incoming("NOTIFY_START"), token="unknown"))

    # -- the check of the address ---------------------------------------------

    def test_echo(self):
        for address in (URL, f"{URL}/{self.account.webhook_token}"):
            for kw in (
                {"url": f"{address}?zd_echo=5f2b9c-A_z"},
                {"url": f"{address}?zd_echo=5f2b9c-A_z", "data": {"x": "y"}},
                {"url": address, "data": {"zd_echo": "5f2b9c-A_z"}},
            ):
                with self.subTest(kw):
                    response = self.url_open(**kw)
                    self.assertEqual(response.status_code, 200)
                    self.assertEqual(response.text, "5f2b9c-A_z")
                    content_type = response.headers["Content-Type"]
                    self.assertEqual(content_type.split(";")[0], "text/plain")
                    self.assertNotIn("Set-Cookie", response.headers)

    def test_echo_with_the_characters_of_base64(self):
        response = self.url_open(URL, data={"zd_echo": "aGk+/w=="})
        self.assertEqual((response.status_code, response.text), (200, "aGk+/w=="))

    def test_echo_beside_a_notification_swallows_nothing(self):
        params = incoming("NOTIFY_START")
        response = self._post({**params, "zd_echo": "5f2b9c"}, signature(params))
        self.assertEqual(response.status_code, 200)
        self.assertNotEqual(response.text, "5f2b9c")
        self.assertEqual(self._entries().event, "NOTIFY_START")

    def test_hostile_echo(self):
        for echo in ("<script>alert(1)</script>", "", "a b", "x" * 200, "a\r\nb: c"):
            with self.subTest(echo):
                self._assert_refused(self.url_open(URL, data={"zd_echo": echo}))
                self._assert_refused(
                    self.url_open(URL, params={"zd_echo": echo}, method="GET")
                )
