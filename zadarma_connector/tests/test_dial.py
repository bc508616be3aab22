# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls that users ask for in Odoo."""

from datetime import timedelta

import requests

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from ..models.dial import res_users_dial
from ..tools.transaction import in_own_transaction
from .common import CALLER, OUT, ZadarmaCase, missed_call, outgoing

STATUS = "/v1/pbx/internal/101/status/"
FORWARDING = "/v1/pbx/redirection/"
CALLBACK = "/v1/request/callback/"


class DialCase(ZadarmaCase):
    def setUp(self):
        super().setUp()
        self.zadarma.answers = {
            STATUS: {"is_online": "true"},
            CALLBACK: {"from": "101", "to": CALLER, "time": 1},
        }

    def _dial(self, number=CALLER, *args, user=None, **kwargs):
        users = self.env["res.users"].with_user(user or self.agent)
        with self.enter_registry_test_mode():
            answer = users.zadarma_dial(number, *args, **kwargs)
        self.env.invalidate_all()
        return answer

    def _asked(self):
        """What Zadarma was asked to call."""
        return [body for _verb, path, body in self.zadarma.requests if path == CALLBACK]

    def _call(self, answer):
        return self.env["zadarma.call"].browse(answer["call_id"])

    def _dial_in_vain(self, sentence):
        """Dial in vain, and return the call."""
        with self.assertRaisesRegex(UserError, sentence):
            self._dial()
        self.env.invalidate_all()
        return self.env["zadarma.call"].search([], order="id desc", limit=1)


@tagged("post_install", "-at_install")
class TestDial(DialCase):
    def test_own_telephone_rings_first(self):
        answer = self._dial()
        call = self._call(answer)
        self.assertEqual(answer, {"call_id": call.id, "state": "requested"})
        self.assertEqual(
            self._asked(), [{"from": ["101"], "to": [CALLER], "sip": ["101"]}]
        )
        self.assertRecordValues(
            call,
            [
                {
                    "state": "requested",
                    "direction": "outgoing",
                    "external_number": CALLER,
                    "extension_id": self.extension.id,
                    "user_id": self.agent.id,
                    "partner_id": self.partner.id,
                    "res_model": False,
                    "res_id": 0,
                }
            ],
        )
        self.assertTrue(call.with_user(self.agent).has_access("read"))

    def test_a_refused_call_is_named_for_the_card_that_tells_why(self):
        self.zadarma.answers[STATUS] = {"is_online": "false"}
        self.zadarma.answers[FORWARDING] = {"current_status": "off"}
        with self.assertRaisesRegex(UserError, "not registered") as refused:
            self._dial()
        self.env.invalidate_all()
        call = self.env["zadarma.call"].search([], order="id desc", limit=1)
        self.assertEqual(refused.exception.context, {"zadarma_call_id": call.id})
        self.assertEqual(call.failure_text, str(refused.exception))

    def test_a_call_is_called_back_from_its_own_form(self):
        missed = self._notify(*missed_call("101")).with_user(self.agent)
        dial = missed.action_call()
        self.assertEqual(dial["tag"], "zadarma_connector.dial")
        self.assertEqual(
            dial["params"],
            {"number": CALLER, "resModel": "zadarma.call", "resId": missed.id},
        )
        with self.assertRaisesRegex(UserError, "no internal number"):
            missed.with_user(self.supervisor).action_call()

    def test_colleagues_are_found_by_name_and_number(self):
        users = self.env["res.users"].with_user(self.agent)
        other = self.other_extension
        told = {"id": other.id, "number": "102", "name": self.other_employee.name}
        for text in ("102", "COLL", "colleague"):
            with self.subTest(text):
                self.assertEqual(users.zadarma_colleagues(text), [told])
        self.assertEqual(users.zadarma_colleagues("101"), [], "the own one")
        other.write({"employee_id": False, "user_id": self.supervisor.id})
        [found] = users.zadarma_colleagues("supervis")
        self.assertEqual(found["name"], self.supervisor.name)
        other.write({"user_id": False, "name": "Fax"})
        [found] = users.zadarma_colleagues("fax")
        self.assertEqual(found["name"], "Fax")
        with self.assertRaisesRegex(UserError, "no internal number"):
            users.with_user(self.supervisor).zadarma_colleagues("101")

    def test_colleagues_of_another_pbx_cannot_be_called(self):
        elsewhere = self.account.copy({"api_key": "another", "api_secret": "secret"})
        self.env["zadarma.extension"].create(
            {"account_id": elsewhere.id, "number": "103", "name": "Elsewhere"}
        )
        users = self.env["res.users"].with_user(self.agent)
        self.assertEqual(users.zadarma_colleagues("103"), [])

    def test_notifications_make_it_one_call(self):
        call = self._call(self._dial())
        self.assertEqual(self._told(), call)
        self.assertEqual((call.result, call.pbx_call_id), ("answered", OUT))

    def test_second_click_dials_nothing(self):
        first = self._dial()
        self.assertEqual(self._dial("+44 20 3769 1880"), first)
        self.assertEqual(len(self._asked()), 1)
        self.assertNotEqual(self._dial("+442079460000"), first)
        self.assertEqual(len(self._asked()), 2)

    def test_call_that_ended_can_be_dialled_again(self):
        first = self._dial()
        call = self._call(first)
        self.env["zadarma.event"]._add_own_fact(call, "CALLBACK_REFUSED", reason="no")
        self.assertNotEqual(self._dial(), first)
        self.assertEqual(len(self._asked()), 2)

    def _told(self, pbx_call_id=OUT, seconds=0):
        """What notifications of an answered call just now make."""
        self.account.tz = "UTC"
        start = fields.Datetime.now() + timedelta(seconds=seconds)
        common = {"call_start": f"{start:%Y-%m-%d %H:%M:%S}"}
        return self._notify(
            outgoing("NOTIFY_OUT_START", pbx_call_id, **common),
            outgoing(
                "NOTIFY_OUT_END",
                pbx_call_id,
                disposition="answered",
                duration="7",
                **common,
            ),
        )

    def test_call_that_was_refused_before_stays_apart(self):
        refused = self._call(self._dial())
        self.env["zadarma.event"]._add_own_fact(
            refused, "CALLBACK_REFUSED", reason="no"
        )
        call = self._call(self._dial())
        self.assertEqual(self._told(), call)
        self.assertEqual((refused.result, call.result), ("failed", "answered"))
        self.assertTrue(refused.exists().event_ids)

    def test_two_calls_of_two_requests(self):
        first = self._call(self._dial())
        self.assertEqual(self._told(), first)
        second = self._call(self._dial())
        self.assertNotEqual(second, first)
        # two calls have two signed texts
        self.assertEqual(self._told("out_2", 1), second)
        self.assertEqual((first.result, second.result), ("answered", "answered"))

    def test_call_that_comes_in_spite_of_a_refusal(self):
        call = self._call(self._dial())
        self.env["zadarma.event"]._add_own_fact(
            call, "CALLBACK_REFUSED", reason="timeout"
        )
        self.assertEqual(self._told(), call)
        self.assertEqual(call.result, "answered")

    def test_national_numbers(self):
        france = self.env.ref("base.fr")
        frenchman = self.env["res.partner"].create(
            {"name": "Luc", "country_id": france.id}
        )
        for written, document, dialled in (
            ("(044) 364-57-13", None, "+380443645713"),
            ("380443645713", None, "+380443645713"),
            ("442037691880", None, CALLER),
            ("00442037691880", None, CALLER),
            ("01 45 67 89 01", frenchman, "+33145678901"),
            ("+44 (0) 20 3769 1880", frenchman, CALLER),
        ):
            with self.subTest(written):
                about = (document._name, document.id) if document else ()
                call = self._call(self._dial(written, *about))
                self.assertEqual(call.external_number, dialled)
                self.assertEqual(self._asked()[-1]["to"], [dialled])
                self.env["zadarma.event"]._add_own_fact(
                    call, "CALLBACK_REFUSED", reason="no"
                )

    def test_case_04_the_button_dials_what_identification_finds(self):
        for written in (
            "044 364-57-13 (Olya)",
            "044 364-57-13 (Viber)",
            "044 364-57-13 Durchwahl 12",
            "8 (044) 364-57-13",
            "044 364-57-13/12",
            "380443645713.0",
            "tel. +380 44 364 57 13",
        ):
            with self.subTest(written):
                call = self._call(self._dial(written))
                self.assertEqual(call.external_number, "+380443645713")
                self.env["zadarma.event"]._add_own_fact(
                    call, "CALLBACK_REFUSED", reason="no"
                )

    def test_case_04_of_several_numbers_one_is_asked_for(self):
        answer = self._dial("044 222 77 88 / 050 222 77 88", "res.partner", 0)
        self.assertEqual(
            answer,
            {
                "call_id": False,
                "state": "several",
                "numbers": [
                    {"id": "+380442227788", "text": "044 222 77 88", "name": ""},
                    {"id": "+380502227788", "text": "050 222 77 88", "name": ""},
                ],
            },
        )
        self.assertFalse(self.zadarma.requests)
        # the same number twice is one
        self._dial("044 222 77 88, +380 44 222 77 88")
        self.assertEqual(self._asked()[-1]["to"], ["+380442227788"])

    def test_case_05_never_dial_a_stranger(self):
        self.company.country_id = False
        somebody = self.env["res.partner"].create({"name": "Huber"})
        for written, country, sentence in (
            ("(201) 555-0123", False, "country"),
            ("8 (495) 123-45-67", False, "country"),
            ("+44 20 3769", False, "no such number"),
            ("01 58858 Hr. Huber", False, "country"),
        ):
            with (
                self.subTest(written),
                self.assertRaisesRegex(UserError, sentence),
            ):
                somebody.country_id = country
                self._dial(written, "res.partner", somebody.id)
        self.assertFalse(self.zadarma.requests)

    def test_case_05_a_number_with_its_country_is_not_told_to_get_one(self):
        for written in ("+44 20 3769", "+12", "0048 1"):
            with self.assertRaises(UserError) as raised:
                self._dial(written)
            self.assertNotIn("with its country", str(raised.exception))

    def test_country_of_the_contact_s_company(self):
        bakery = self.env["res.partner"].create(
            {
                "name": "Bakery",
                "is_company": True,
                "country_id": self.env.ref("base.us").id,
            }
        )
        person = self.env["res.partner"].create(
            {"name": "Ana", "parent_id": bakery.id, "type": "other"}
        )
        person.country_id = False
        self._dial("(201) 555-0123", "res.partner", person.id)
        self.assertEqual(self._asked()[-1]["to"], ["+12015550123"])

    def test_a_portal_user_learns_no_names(self):
        guest = new_test_user(self.env, "guest", "base.group_portal")
        users = self.env["res.users"].with_user(guest)
        administrators = self.env.ref(
            "zadarma_connector.group_zadarma_admin"
        ).all_user_ids
        self.assertTrue(administrators)
        for ask in (
            lambda: users.zadarma_dial(CALLER),
            lambda: users.zadarma_telephone_state(),
            lambda: users.zadarma_webphone(),
        ):
            with self.assertRaises(UserError) as refused:
                ask()
            for name in administrators.mapped("name"):
                self.assertNotIn(name, str(refused.exception))

    def test_what_is_no_number_is_not_dialled(self):
        for written in ("", None, "Orchard", "101", "+12", "112"):
            with (
                self.subTest(written),
                self.assertRaisesRegex(UserError, "not a telephone number"),
            ):
                self._dial(written)
        self.assertFalse(self.zadarma.requests)

    def test_only_own_extensions(self):
        second = self.extension.copy(
            {"number": "105", "employee_id": False, "user_id": self.agent.id}
        )
        self.zadarma.answers["/v1/pbx/internal/105/status/"] = {"is_online": "true"}
        call = self._call(self._dial(extension_id=second.id))
        self.assertEqual(call.extension_id, second)
        self.assertEqual(self._asked()[-1]["from"], ["105"])
        with self.assertRaisesRegex(UserError, "no internal number"):
            self._dial(extension_id=self.other_extension.id)

    def test_extension_of_the_current_company_comes_first(self):
        company = self.env["res.company"].create({"name": "Second"})
        self.agent.company_ids |= company
        account = self.account.copy(
            {"company_id": company.id, "api_key": "k2", "api_secret": "s2"}
        )
        extension = self.env["zadarma.extension"].create(
            {"account_id": account.id, "number": "100", "user_id": self.agent.id}
        )
        users = self.env["res.users"].with_user(self.agent)
        self.assertEqual(users._zadarma_extension(), self.extension)
        there = users.with_context(allowed_company_ids=company.ids)
        self.assertEqual(there._zadarma_extension(), extension)
        self.agent.company_ids -= company
        self.assertEqual(there._zadarma_extensions(), self.extension)


@tagged("post_install", "-at_install")
class TestDialledDocument(DialCase):
    def test_document_and_its_customer(self):
        shared = self.partner.copy({"phone": self.partner.phone, "name": "Accounting"})
        call = self._call(self._dial(CALLER, "res.partner", shared.id))
        self.assertRecordValues(
            call,
            [
                {
                    "res_model": "res.partner",
                    "res_id": shared.id,
                    "partner_id": shared.id,
                    "partner_match": "manual",
                }
            ],
        )

    def test_call_back_knows_the_customer_no_better(self):
        missed = self._notify(*missed_call("101"))
        call = self._call(self._dial(CALLER, "zadarma.call", missed.id))
        self.assertEqual((call.partner_id, call.partner_match), (self.partner, "exact"))
        self.env["zadarma.event"]._add_own_fact(call, "CALLBACK_REFUSED", reason="no")
        chosen = self.partner.copy({"name": "Accounting"})
        missed.write({"partner_id": chosen.id, "partner_match": "manual"})
        call = self._call(self._dial(CALLER, "zadarma.call", missed.id))
        self.assertEqual((call.partner_id, call.partner_match), (chosen, "manual"))

    def test_document_without_a_customer(self):
        call = self._call(self._dial(CALLER, "hr.employee.public", self.employee.id))
        self.assertEqual(
            (call.res_model, call.res_id), ("hr.employee.public", self.employee.id)
        )
        self.assertEqual(call.partner_match, "exact")

    def test_customer_of_another_company_is_not_taken(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.agent.company_ids |= company
        theirs = self.env["res.partner"].create(
            {"name": "Theirs", "company_id": company.id}
        )
        users = self.agent.with_context(allowed_company_ids=[company.id])
        call = self._call(
            self._dial("+442079460000", "res.partner", theirs.id, user=users)
        )
        self.assertFalse(call.partner_id)

    def test_document_that_may_not_be_read(self):
        with self.assertRaises(AccessError):
            self._dial(CALLER, "zadarma.account", self.account.id)
        self.assertFalse(self.zadarma.requests)
        self.assertFalse(self.env["zadarma.call"].search([]))

    def test_document_that_does_not_exist(self):
        gone = self.partner.copy()
        gone.unlink()
        for document in (
            ("res.partner", gone.id),
            ("no.such.model", 1),
            ("zadarma.routing", 1),
        ):
            with self.assertRaisesRegex(UserError, "does not exist any more"):
                self._dial(CALLER, *document)
        self.assertFalse(self.zadarma.requests)

    def test_new_document_is_none(self):
        self.assertFalse(self._call(self._dial(CALLER, "res.partner", False)).res_id)


@tagged("post_install", "-at_install")
class TestDialFailures(DialCase):
    def test_user_without_an_extension(self):
        nobody = self._agent("nobody")
        self.env.ref("base.user_admin").name = "Mitchell"
        with self.assertRaisesRegex(UserError, r"no internal number.*Mitchell"):
            self._dial(user=nobody)

    def test_user_without_the_right(self):
        outsider = new_test_user(self.env, login="outsider", groups="base.group_user")
        self.other_extension.employee_id = False
        self.other_extension.user_id = outsider
        with self.assertRaisesRegex(UserError, "no internal number"):
            self._dial(user=outsider)

    def test_archived_account(self):
        self.account.active = False
        with self.assertRaisesRegex(UserError, "no internal number"):
            self._dial()

    def test_telephone_not_registered(self):
        self.zadarma.answers.update(
            {
                STATUS: {"is_online": "false"},
                FORWARDING: {"current_status": "off"},
            }
        )
        call = self._dial_in_vain("101 is not registered")
        self.assertRecordValues(call, [{"state": "ended", "result": "failed"}])
        self.assertIn("not registered", call.failure_text)
        self.assertEqual(self._asked(), [])
        # the user switches it on and tries again at once
        self.zadarma.answers[STATUS] = {"is_online": "true"}
        self.assertEqual(self._call(self._dial()).state, "requested")

    def test_forwarding_that_is_not_told_is_none(self):
        self.zadarma.answers.update(
            {
                STATUS: {"is_online": "false"},
                FORWARDING: (404, {}, '{"status":"error","message":"Wrong method"}'),
            }
        )
        self._dial_in_vain("101 is not registered")

    def test_forwarded_extension_needs_no_telephone(self):
        self.zadarma.answers.update(
            {STATUS: {"is_online": "false"}, FORWARDING: {"current_status": "on"}}
        )
        self._dial()
        self.assertEqual(len(self._asked()), 1)

    def test_registered_telephone_is_not_asked_for_again_within_a_minute(self):
        self._dial()
        self._dial("+442079460000")
        asked = [path for _verb, path, _body in self.zadarma.requests]
        self.assertEqual(asked, [STATUS, CALLBACK, CALLBACK])
        self.extension.online_at = "2020-01-01"
        self._dial("+442079460001")
        asked = [path for _verb, path, _body in self.zadarma.requests[3:]]
        self.assertEqual(asked, [STATUS, CALLBACK])

    def test_state_of_the_telephone_is_asked_once_a_minute(self):
        users = self.env["res.users"].with_user(self.agent)

        def state():
            with self.enter_registry_test_mode():
                online = users.zadarma_telephone_state()
            self.env.invalidate_all()
            return online

        self.zadarma.answers[STATUS] = {"is_online": "false"}
        self.assertIs(state(), False)
        self.zadarma.answers[STATUS] = {"is_online": "true"}
        self.assertIs(state(), False)
        self.extension.online_at = "2020-01-01"
        self.assertIs(state(), True)
        self.assertEqual(len(self.zadarma.requests), 2)
        self.extension.online_at = False
        self.zadarma.answers[STATUS] = requests.ConnectionError("no network")
        self.assertIs(state(), None)
        with self.assertRaisesRegex(UserError, "no internal number"):
            users.with_user(self.supervisor).zadarma_telephone_state()

    def test_what_zadarma_says(self):
        error = '{"status":"error","message":"%s"}'
        for answer, sentence in (
            ((400, {}, error % "Check your phone number"), "Check your phone number"),
            ((429, {"Retry-After": "7"}, error % "slow"), "Wait 7 s"),
            ((401, {}, error % "Not authorized"), "does not accept this key"),
            ((502, {}, "<html>"), "did not come from Zadarma"),
            (requests.ConnectionError("refused"), "cannot be reached"),
            (requests.ReadTimeout(), "did not answer in time. Wait a moment"),
        ):
            with self.subTest(sentence):
                self.zadarma.answers[CALLBACK] = answer
                call = self._dial_in_vain(sentence)
                self.assertEqual((call.state, call.result), ("ended", "failed"))
                self.assertRegex(call.failure_text, sentence)
                self.env["zadarma.limiter"].search([]).blocked_until = 0

    def test_no_money(self):
        call = self._notify(
            outgoing("NOTIFY_OUT_START"),
            outgoing("NOTIFY_OUT_END", disposition="no money", duration="0"),
        )
        self.assertEqual(call.result, "failed")
        self.assertIn("not enough money", call.failure_text)

    def test_blacklisted_number_asks_first(self):
        self.env["phone.blacklist"].create({"number": CALLER})
        answer = self._dial("+44 20 3769 1880")
        self.assertEqual(answer, {"call_id": False, "state": "blacklisted"})
        self.assertFalse(self.zadarma.requests)
        self.assertFalse(self.env["zadarma.call"].search([]))
        self.assertEqual(self._dial(confirmed=True)["state"], "requested")
        self.assertEqual(len(self._asked()), 1)


@tagged("post_install", "-at_install")
class TestDialSession(HttpCase, DialCase):
    """What the web client is told, and what Odoo repeats."""

    def _info(self, login):
        self.authenticate(login, login)
        response = self.url_open(
            "/web/session/get_session_info",
            data="{}",
            headers={"Content-Type": "application/json"},
        )
        return response.json()["result"]

    def test_session_info(self):
        self.extension.name = "Sales"
        new_test_user(self.env, login="outsider", groups="base.group_user")
        self._agent("nobody")
        extension = {"id": self.extension.id, "number": "101", "name": "Sales"}
        self.assertEqual(
            self._info("agent")["zadarma"],
            {
                "extensions": [extension],
                "webrtc": False,
                "card": True,
                "opens": False,
                "bar": {"missed": [], "waiting": [], "away": False},
            },
        )
        self.agent.zadarma_card = False
        self.assertIs(self._info("agent")["zadarma"]["card"], False)
        self.account.webrtc_enabled = True
        self.assertIs(self._info("agent")["zadarma"]["webrtc"], True)
        self.assertIs(self._info("outsider")["zadarma"], False)
        self.assertIs(self._info("nobody")["zadarma"], False)

    def test_session_info_costs_one_statement(self):
        users = self.env["res.users"].with_user(self.agent)
        users._zadarma_session_info()
        self.env.flush_all()
        self.env.invalidate_all()
        # the user's groups and companies are known by then
        self.assertTrue(users.env.user.has_group("base.group_user"))
        with self.assertQueryCount(1):
            users._zadarma_session_info()

    def test_repeated_request_dials_once(self):
        """The first try dials and then meets a conflict, as if another user wrote."""
        tries = []
        once = res_users_dial.ResUsers._zadarma_once

        def conflicting(users, key, action):
            call_id, is_new = once(users, key, action)
            tries.append(call_id)
            if len(tries) == 1:
                # the call is over before the request is repeated
                in_own_transaction(
                    users.env["zadarma.call"],
                    lambda calls: calls._fail_request(call_id, "over"),
                )
                users.env.cr.execute("DO $$BEGIN RAISE SQLSTATE '40001'; END$$")
            return call_id, is_new

        self.authenticate("agent", "agent")
        self.patch(res_users_dial.ResUsers, "_zadarma_once", conflicting)
        with self.assertLogs("odoo.sql_db", "ERROR"):
            answer = self.make_jsonrpc_request(
                "/web/dataset/call_kw/res.users/zadarma_dial",
                {
                    "model": "res.users",
                    "method": "zadarma_dial",
                    "args": [CALLER],
                    "kwargs": {},
                },
            )
        self.assertEqual(len(tries), 2)
        self.assertEqual(answer, {"call_id": tries[0], "state": "requested"})
        self.assertEqual(len(self._asked()), 1)
