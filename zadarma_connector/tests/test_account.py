# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import psycopg2
import requests

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import KEY, SECRET, ZadarmaCase

BALANCE = "/v1/info/balance/"
TIMEZONE = "/v1/info/timezone/"
INTERNAL = "/v1/pbx/internal/"
RATE_LIMIT_TEXT = (
    '{"status":"error","message":"You exceeded the rate limit by User Limits"}'
)


@tagged("post_install", "-at_install")
class TestConnection(ZadarmaCase):
    def setUp(self):
        super().setUp()
        self.zadarma.answers = {
            BALANCE: {"balance": 18.1636, "currency": "USD"},
            TIMEZONE: {"unixtime": 1, "datetime": "", "timezone": "UTC+14"},
        }

    def test_connection_shows_balance_and_clock(self):
        action = self.account.action_test_connection()
        self.assertIn("18.16 USD", action["params"]["message"])
        self.assertEqual(self.account.balance, 18.1636)
        self.assertTrue(self.account.connected_at)
        self.assertEqual(self.account.pbx_clock, "UTC+14")

    def test_other_clock_is_pointed_out(self):
        self.account.action_test_connection()
        self.assertTrue(self.account.clock_differs)
        self.account.tz = "Pacific/Kiritimati"
        self.assertFalse(self.account.clock_differs)

    def test_every_failure_tells_what_to_do(self):
        refusals = {
            "key and secret": (
                401,
                {},
                '{"status":"error","message":"Not authorized"}',
            ),
            "Wait 20 s": (429, {"Retry-After": "20"}, ""),
            "limit of requests": (200, {}, RATE_LIMIT_TEXT),
            "Wrong method name": (
                404,
                {},
                '{"status":"error","message":"Wrong method name"}',
            ),
            "proxy or firewall": (200, {}, "<html>Welcome to the hotel</html>"),
            "HTTP 502": (502, {}, "<html>Bad gateway</html>"),
            "Check the Url": (200, {}, '{"status":"success","something":"else"}'),
            "not come from Zadarma": (200, {}, ""),
            "did not answer in time": requests.ReadTimeout(),
            "did not answer": requests.ConnectTimeout(),
            "access to the internet": requests.ConnectionError("no route"),
        }
        for words, answer in refusals.items():
            with self.subTest(words):
                self.zadarma.answers[BALANCE] = answer
                with self.assertRaisesRegex(UserError, words) as caught:
                    self.account.action_test_connection()
                self.assertNotIn(SECRET, str(caught.exception))
                self.assertFalse(self.account.connected_at)

    def test_key_and_secret_are_asked_for_first(self):
        account = self.env["zadarma.account"].create({"name": "New"})
        with self.assertRaisesRegex(UserError, "Enter the key and the secret"):
            account.action_test_connection()
        account.api_key = "new"
        with self.assertRaisesRegex(UserError, "Enter the key and the secret"):
            account.action_test_connection()
        self.assertFalse(self.zadarma.requests)

    def test_new_key_forgets_the_old_connection(self):
        self.account.action_test_connection()
        self.account.api_key = "another"
        self.assertFalse(self.account.connected_at)


@tagged("post_install", "-at_install")
class TestCredentials(ZadarmaCase):
    def test_secret_can_be_set_but_not_read(self):
        self.assertEqual(self.account.sudo().api_secret_stored, SECRET)
        self.env.invalidate_all()
        self.assertTrue(self.account.api_secret_is_set)
        read = self.account.with_user(self.env.ref("base.user_admin")).read()[0]
        self.assertNotIn(SECRET, str(read))
        self.assertFalse(read["api_secret"])

    def test_form_saved_without_a_secret_keeps_it(self):
        with Form(self.account) as form:
            form.name = "Renamed"
            self.assertFalse(form.api_secret)
        self.assertEqual(self.account.sudo().api_secret_stored, SECRET)

    def test_copied_blanks_are_dropped(self):
        self.account.write(
            {
                "api_key": f" {KEY}\n",
                "api_secret": f"\t{SECRET} ",
                "api_url": " https://x.y ",
            }
        )
        self.assertEqual(self.account.api_key, KEY)
        self.assertEqual(self.account.api_url, "https://x.y")
        self.assertEqual(self.account.sudo().api_secret_stored, SECRET)

    def test_impossible_credentials_are_refused(self):
        for name in ("api_key", "api_secret"):
            for value in ("a b", "ключ", "a\r\nX-Evil: 1"):
                with (
                    self.subTest(name=name, value=value),
                    self.assertRaisesRegex(ValidationError, "Copy it again"),
                ):
                    self.account[name] = value

    def test_url_must_be_an_address(self):
        wrong = [
            "api.zadarma.com",
            "ftp://api.zadarma.com",
            "https://",
            "https://[",
            "https://api.zadarma.com/v1",
            "https://api.zadarma.com?x=1",
            "https://user:pass@api.zadarma.com",
        ]
        for url in wrong:
            with (
                self.subTest(url),
                self.assertRaisesRegex(ValidationError, "https://api.zadarma.com"),
            ):
                self.account.api_url = url

    @mute_logger("odoo.sql_db")
    def test_active_accounts_have_distinct_keys(self):
        other_company = self.env["res.company"].create({"name": "Other"})
        with self.assertRaises(psycopg2.errors.UniqueViolation), self.cr.savepoint():
            self.env["zadarma.account"].create(
                {"api_key": KEY, "company_id": other_company.id}
            )
        self.account.active = False
        self.env.flush_all()
        account = self.env["zadarma.account"].create({"api_key": KEY})
        self.assertEqual(account.api_key, KEY)
        with self.assertRaises(psycopg2.errors.UniqueViolation), self.cr.savepoint():
            self.account.active = True
            self.env.flush_all()

    def test_secret_comes_into_no_log(self):
        other = self.env["zadarma.account"].create({"api_key": KEY[::-1]})
        with (
            self.assertLogs("odoo.sql_db") as logged,
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.cr.savepoint(),
        ):
            other.write({"api_key": KEY, "api_secret": SECRET[::-1]})
            self.env.flush_all()
        self.assertNotIn(SECRET[::-1], str(logged.output))

    def test_copy_has_no_credentials(self):
        copy = self.account.copy()
        self.assertFalse(copy.api_key)
        self.assertFalse(copy.api_secret_is_set)
        self.assertNotEqual(copy.webhook_token, self.account.webhook_token)


@tagged("post_install", "-at_install")
class TestGetPbx(ZadarmaCase):
    def setUp(self):
        super().setUp()
        self._pbx([100, 101])

    def _pbx(self, numbers, pbx_id=1234):
        self.zadarma.answers = {INTERNAL: {"pbx_id": pbx_id, "numbers": numbers}}
        for number in numbers:
            self.zadarma.answers[f"{INTERNAL}{number}/info/"] = {
                "name": f"Desk {number}"
            }

    def _numbers(self):
        self.account.invalidate_recordset(["extension_ids"])
        return self.account.extension_ids.mapped("number")

    def test_numbers_and_names_are_brought(self):
        action = self.account.action_get_pbx()
        self.assertEqual(self.account.pbx_id, "1234")
        self.assertEqual(self._numbers(), ["100", "101"])
        self.assertEqual(
            self.account.extension_ids.mapped("name"), ["Desk 100", "Desk 101"]
        )
        self.assertIn("Internal numbers: 2", action["params"]["message"])

    def _own_numbers(self, **values):
        self.account.invalidate_recordset(["did_ids"])
        dids = self.account.with_context(active_test=False).did_ids
        return {
            did.number: (did.name, did.active, did.at_zadarma, did.is_ours)
            for did in dids
        }

    def _list_own_numbers(self, *numbers):
        self.zadarma.answers["/v1/direct_numbers/"] = {
            "info": [
                {"number": number, "number_name": name, "status": status}
                for number, name, status in numbers
            ]
        }

    def test_own_numbers_are_brought_and_those_of_others_left_alone(self):
        self.account.did_ids.unlink()
        self.env["zadarma.did"].create(
            {"account_id": self.account.id, "number": "044 222 77 88"}
        )
        self._list_own_numbers(
            ("442037691881", "London", "on"), ("48221234567", "", "off")
        )
        self.account.action_get_pbx()
        by_hand = {"+380442227788": (False, True, False, True)}
        self.assertEqual(
            self._own_numbers(),
            {
                **by_hand,
                "+442037691881": ("London", True, True, True),
                "+48221234567": ("", False, True, True),
            },
        )
        # one is given back, one renamed
        self._list_own_numbers(("48221234567", "Warsaw", "on"))
        self.account.action_get_pbx()
        self.assertEqual(
            self._own_numbers(),
            {
                **by_hand,
                "+442037691881": ("London", False, True, True),
                "+48221234567": ("Warsaw", True, True, True),
            },
        )

    def test_an_own_number_must_be_one(self):
        for number in ("Office", "12"):
            with self.assertRaisesRegex(ValidationError, "not a telephone number"):
                self.env["zadarma.did"].create(
                    {"account_id": self.account.id, "number": number}
                )
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            self.account.did_ids.number = "+442037691882"

    def test_assignments_stay_and_returned_numbers_come_back(self):
        self.account.action_get_pbx()
        self.assertFalse(self.other_extension.active)
        self._pbx([101, 102])
        self.account.action_get_pbx()
        self.assertEqual(self._numbers(), ["101", "102"])
        self.assertEqual(self.extension.employee_id, self.employee)
        self.assertEqual(self.other_extension.employee_id, self.other_employee)

    def test_leading_zeros_and_repetitions(self):
        self._pbx(["001", "001"])
        self.account.action_get_pbx()
        self.assertEqual(self._numbers(), ["001"])

    def test_numbers_survive_names_that_zadarma_withholds(self):
        self.zadarma.answers[f"{INTERNAL}100/info/"] = (200, {}, RATE_LIMIT_TEXT)
        action = self.account.action_get_pbx()
        self.assertEqual(self._numbers(), ["100", "101"])
        self.assertEqual(action["params"]["type"], "warning")
        self._pbx([100, 101])
        self.account.action_get_pbx()
        self.assertEqual(
            self.account.extension_ids.mapped("name"), ["Desk 100", "Desk 101"]
        )

    def test_who_is_new_is_asked_about_first(self):
        self._pbx([101])
        self.account.action_get_pbx()
        self._pbx([100, 101, 102])
        self.other_extension.unlink()
        self.zadarma.requests = []
        self.account.action_get_pbx()
        asked = [path for _method, path, _sent in self.zadarma.requests]
        self.assertEqual(
            asked,
            [
                *(INTERNAL, "/v1/direct_numbers/"),
                *(f"{INTERNAL}{number}/info/" for number in (100, 102, 101)),
                "/v1/pbx/ivr/",
            ],
        )

    def test_failure_leaves_everything_as_it_was(self):
        answers = [
            (429, {}, ""),
            (200, {}, RATE_LIMIT_TEXT),
            (200, {}, "<html></html>"),
            (200, {}, '{"status":"success","pbx_id":1,"numbers":"101"}'),
            (401, {}, '{"status":"error","message":"Not authorized"}'),
            (200, {}, '{"status":"error","message":"PBX is off"}'),
            requests.ReadTimeout(),
        ]
        for answer in answers:
            with self.subTest(answer), self.assertRaises(UserError):
                self.zadarma.answers[INTERNAL] = answer
                self.account.action_get_pbx()
            self.assertEqual(self._numbers(), ["101", "102"])

    def test_refusal_is_told_in_zadarma_s_words(self):
        self.zadarma.answers[INTERNAL] = (
            200,
            {},
            '{"status":"error","message":"PBX is off"}',
        )
        with self.assertRaisesRegex(UserError, "PBX is off"):
            self.account.action_get_pbx()


@tagged("post_install", "-at_install")
class TestFigures(ZadarmaCase):
    def test_wrong_figures_get_sentences(self):
        for name, figure, sentence in (
            ("follow_up_days", -1, "0 to 3650 days"),
            ("follow_up_days", 10**9, "0 to 3650 days"),
            ("waiting_minutes", 0, "from 1 to 43200 minutes"),
            ("waiting_minutes", 2**31 - 1, "from 1 to 43200 minutes"),
            ("ghost_seconds", -1, "from 0 to 3600 seconds"),
            ("ghost_seconds", 10**9, "from 0 to 3600 seconds"),
            ("recording_days", -1, "how many days recordings are kept"),
            ("route_timeout", 0, "s before the call comes back"),
        ):
            with (
                self.subTest(name, figure=figure),
                mute_logger("odoo.sql_db"),
                self.assertRaises(Exception) as refused,
                self.cr.savepoint(),
            ):
                self.account.write({name: figure})
                self.account.flush_recordset()
            error = refused.exception
            if isinstance(error, psycopg2.IntegrityError):
                error = self.env["zadarma.account"]._sql_error_to_message(error)
            self.assertIn(sentence, str(error))
