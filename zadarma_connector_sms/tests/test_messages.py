# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import json
import zipfile
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import NUMBER, OTHER, SEND, SmsCase


@tagged("post_install", "-at_install")
class TestMessages(SmsCase):
    def seen_by(self, user):
        return self.env["zadarma.message"].with_user(user).search([])

    def test_who_sees_what(self):
        self.partner.user_id = self.agent
        mine = self.receive()
        nobodys = self.receive(number=OTHER)
        self.assertEqual(self.seen_by(self.agent), mine | nobodys)
        self.assertEqual(self.seen_by(self.colleague), nobodys)
        self.assertEqual(self.seen_by(self.supervisor), mine | nobodys)
        with self.assertRaises(AccessError):
            mine.with_user(self.supervisor).write({"body": "x"})
        with self.assertRaises(AccessError):
            mine.with_user(self.colleague).action_answer()
        other = self.env["res.company"].create({"name": "Other"})
        elsewhere = self._agent("elsewhere", company_id=other.id, company_ids=other.ids)
        self.assertFalse(self.seen_by(elsewhere))

    def test_conversations(self):
        first = self.receive()
        self.zadarma.answers[SEND] = self.answer(NUMBER, OTHER)
        self.write_sms([NUMBER, OTHER])
        self.queue()
        last = self.env["zadarma.message"].search([("is_last", "=", True)])
        self.assertEqual(sorted(last.mapped("number")), [NUMBER, OTHER])
        self.assertEqual(set(last.mapped("direction")), {"outgoing"})
        self.assertEqual(len(first.conversation_ids), 2)
        last.filtered(lambda one: one.number == NUMBER).unlink()
        self.assertTrue(first.is_last)

    def test_a_number_is_found_as_people_type_it(self):
        sms = self.receive()
        self.receive(number=OTHER)
        for typed in (NUMBER, NUMBER.removeprefix("+"), f"00{NUMBER[1:]}"):
            found = self.env["zadarma.message"].search(
                [("number_search", "ilike", typed)]
            )
            self.assertEqual(found, sms, typed)

    def test_the_form(self):
        sms = self.receive()
        with Form(sms.with_user(self.supervisor)) as form:
            self.assertEqual(form.number, NUMBER)

    def test_who_cannot_be_answered(self):
        bank = self.receive(number="Bank")
        with self.assertRaisesRegex(UserError, "is a name"):
            bank.action_answer()
        sms = self.receive()
        self.account.send_sms = False
        with self.assertRaisesRegex(UserError, "do not go through Zadarma"):
            sms.action_answer()

    def test_the_account_stays_its_company_s(self):
        self.receive()
        self.env["zadarma.extension"].search([]).unlink()
        other = self.env["res.company"].create({"name": "Other"})
        with self.assertRaises(UserError):
            self.account.company_id = other

    # -- personal data -------------------------------------------------------------

    def find(self, number=OTHER):
        return self.env["zadarma.person"]._find(
            self.company, self.env["res.partner"], number
        )

    def test_telling_a_person(self):
        self.receive("My order?", number=OTHER)
        file = io.BytesIO()
        self.env["zadarma.person"]._write_zip(self.find(), file)
        told = json.loads(zipfile.ZipFile(file).read("calls.json"))
        [sms] = told["message"]
        self.assertEqual((sms["body"], sms["number"]), ("My order?", OTHER))

    def test_forgetting_a_person(self):
        sms = self.receive("My order?")
        self.receive("Mine", number=OTHER)
        line, entry = sms.mail_message_id, sms.event_id
        [report] = self.env["zadarma.person"]._forget(self.find(NUMBER), False, False)
        self.assertFalse(sms.exists() or line.exists() or entry.exists())
        self.assertEqual(report.message_count, 1)
        self.assertEqual(
            self.env["zadarma.message"].search([]).mapped("body"), ["Mine"]
        )

    def test_whoever_writes_from_the_same_number_is_left(self):
        mine, theirs = self.receive("Mine"), self.receive("Theirs")
        theirs.partner_id = self.partner.create({"name": "Ben"})
        nobodys = self.receive("Whose?")
        nobodys.partner_id = False
        self.assertEqual(mine.partner_id, self.partner)
        request = self.env["zadarma.person.request"].create(
            {"partner_id": self.partner.id}
        )
        request.action_forget()
        self.assertEqual((mine | theirs | nobodys).exists(), theirs)

    def test_nothing_is_kept_of_nobody(self):
        request = self.env["zadarma.person.request"].create({"number": OTHER})
        self.assertFalse(request.is_anything)
        self.receive(number=OTHER)
        request = self.env["zadarma.person.request"].create({"number": OTHER})
        self.assertTrue(request.is_anything)

    def test_sms_go_with_calls_of_their_age(self):
        self.account.call_months = 12
        old, new = self.receive("Old"), self.receive("New")
        old.date = fields.Datetime.now() - timedelta(days=400)
        self.run_job("zadarma_connector.cron_empty")
        self.assertFalse(old.exists())
        self.assertTrue(new.exists())
        report = self.env["zadarma.privacy.report"].search([], limit=1)
        self.assertEqual(report.message_count, 1)
