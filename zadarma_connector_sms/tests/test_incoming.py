# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tools.discuss import Store
from odoo.addons.zadarma_connector.tests import common

from .common import NUMBER, OTHER, OWN, SEND, SmsCase


@tagged("post_install", "-at_install")
class TestIncoming(SmsCase):
    def entries(self):
        return self.env["zadarma.event"].search([("event", "=", "SMS")])

    def test_it_is_in_the_customer_s_history(self):
        self.partner.user_id = self.agent
        sms = self.receive("Привіт <b>\nhttps://example.com/a")
        self.assertEqual((sms.direction, sms.state), ("incoming", "received"))
        self.assertEqual((sms.number, sms.own), (NUMBER, OWN))
        self.assertEqual((sms.partner_id, sms.user_id), (self.partner, self.agent))
        line = sms.mail_message_id
        self.assertEqual((line.model, line.res_id), ("res.partner", self.partner.id))
        self.assertIn("Incoming SMS to +442037691881", line.body)
        self.assertIn("Привіт &lt;b&gt;<br", line.body)
        self.assertIn('href="https://example.com/a"', line.body)
        self.assertEqual(line.author_id, self.partner)
        self.assertEqual(line.subtype_id.name, "Incoming SMS")
        self.assertEqual(self.entries().state, "applied")
        self.assertEqual(self.entries().summary, "442037691880 writes to 442037691881")

    def test_only_the_salesperson_is_notified(self):
        self.partner.write({"user_id": self.agent.id, "email": "bakery@example.com"})
        self.partner.message_subscribe(self.partner.ids)
        sms = self.receive()
        notified = sms.mail_message_id.notified_partner_ids
        self.assertEqual(notified, self.agent.partner_id)
        self.assertEqual(self.sent, [])

    def test_of_nobody_s_customer_who_wrote_last_is_notified(self):
        self.zadarma.answers[SEND] = self.answer(NUMBER)
        self.env["sms.sms"].with_user(self.agent).sudo().create(
            {"number": NUMBER, "body": "Is it ready?"}
        )
        self.queue()
        self.assertEqual(self.receive().user_id, self.agent)

    def test_a_repeated_event_is_one_message(self):
        first = self.receive()
        self.assertEqual(self.receive(), first)
        # what is not signed makes no difference
        self.assertEqual(self.receive(pbx_call_id=common.IN, more="x"), first)
        self.assertEqual(self.entries().delivery_count, 3)
        self.assertEqual(len(self.partner.message_ids & first.mail_message_id), 1)
        self.assertNotEqual(self.receive("No"), first)

    def test_an_sms_is_no_call_s(self):
        self.receive(pbx_call_id=common.IN)
        self.assertFalse(self.entries().pbx_call_id)
        call = self._notify(*common.answered_call())
        self.assertNotIn(self.entries(), call.event_ids)

    def test_what_is_no_sms_is_kept_and_ignored(self):
        for result in ('{"words": []}', "", "[]", '{"text": "x"}'):
            with self.enter_registry_test_mode():
                common.receive(self.account, {"event": "SMS", "result": result})
        self.assertEqual(set(self.entries().mapped("state")), {"ignored"})
        self.assertFalse(self.env["zadarma.message"].search([]))

    def test_unknown_and_named_senders(self):
        sms = self.receive(number=OTHER)
        self.assertFalse(sms.partner_id or sms.user_id)
        bank = self.receive("Your code: 1", number="Bank")
        self.assertEqual(bank.number, "Bank")
        self.assertFalse(bank.to_follow_up or bank.can_be_answered)

    def test_a_number_of_a_range_that_is_new(self):
        sms = self.receive(number="+447700900018")
        self.assertEqual(sms.number, "+447700900018")
        self.assertTrue(sms.can_be_answered)

    def test_it_goes_to_the_new_owner_of_the_number(self):
        stranger, known = self.receive(number=OTHER), self.receive()
        owner = self.partner.create({"name": "Anna", "phone": "+49 30 901820"})
        self.run_job("zadarma_connector.cron_relink")
        self.assertEqual(stranger.partner_id, owner)
        self.assertEqual(known.partner_id, self.partner)

    def test_several_contacts_with_the_number_get_nothing(self):
        self.partner.copy({"name": "Namesake", "phone": NUMBER})
        sms = self.receive()
        self.assertFalse(sms.partner_id or sms.mail_message_id)

    def test_answer_in_two_clicks(self):
        sms = self.receive()
        sms.invalidate_recordset()
        message = sms.with_user(self.supervisor)
        action = message.action_answer()
        window = (
            self.env[action["res_model"]]
            .with_user(self.supervisor)
            .with_context(**action["context"])
            .create({"body": "Thank you"})
        )
        self.assertEqual((window.number, window.own), (NUMBER, OWN))
        window.action_send()
        self.commit()
        plain = NUMBER.lstrip("+")
        self.assertEqual(self.sent, [([plain], "Thank you", common.DID)])
        line = self.partner.message_ids.filtered(lambda one: one.message_type == "sms")
        self.assertEqual(line.notification_ids.res_partner_id, self.partner)
        last = self.env["zadarma.message"].search([], limit=1, order="id DESC")
        self.assertEqual((last.state, last.user_id), ("sent", self.supervisor))
        self.assertEqual(last.conversation_ids, last | sms)

    def test_an_answer_to_a_further_number_leaves_the_contact_s_alone(self):
        self.env["zadarma.number"]._assign(self.company, OTHER, self.partner)
        sms = self.receive(number=OTHER)
        self.assertEqual(sms.partner_id, self.partner)
        self.zadarma.answers[SEND] = self.answer(OTHER)
        self.env["zadarma.message.answer"].create(
            {"message_id": sms.id, "body": "Thank you"}
        ).action_send()
        self.commit()
        self.assertEqual([one[0] for one in self.sent], [[OTHER.lstrip("+")]])
        self.assertEqual(self.partner.phone, "+44 20 3769 1880")

    def test_an_answer_to_a_stranger(self):
        sms = self.receive(number=OTHER)
        self.zadarma.answers[SEND] = self.answer(OTHER)
        window = self.env["zadarma.message.answer"].with_user(self.agent)
        window.create({"message_id": sms.id, "body": "Who is this?"}).action_send()
        self.commit()
        self.assertEqual([one[0] for one in self.sent], [[OTHER.lstrip("+")]])
        last = self.env["zadarma.message"].search([], limit=1, order="id DESC")
        self.assertEqual(last.user_id, self.agent)

    def test_the_line_can_be_answered_by_whoever_sees_the_sms(self):
        self.partner.user_id = self.agent
        sms = self.receive()
        for user, expected in ((self.agent, sms.id), (self.colleague, None)):
            line = sms.mail_message_id.with_user(user)
            told = Store().add(line).get_result()["mail.message"]
            self.assertEqual(told[0].get("zadarma_sms_id"), expected)

    @mute_logger("odoo.addons.zadarma_connector.models.journal.zadarma_event_others")
    def test_what_could_not_be_taken_is_taken_later(self):
        messages = self.env.registry["zadarma.message"]
        with patch.object(messages, "_keep_incoming", side_effect=ValueError("a bug")):
            self.receive()
            entry = self.entries()
            self.assertEqual((entry.state, entry.tries), ("received", 1))
            self.assertIn("a bug", entry.error)
            for _time in range(4):
                with (
                    self.enter_registry_test_mode(),
                    common.as_request(self.env) as env,
                ):
                    env["zadarma.event"]._take_here(entry.id)
            self.env.invalidate_all()
            self.assertEqual(entry.state, "failed")
        with self.enter_registry_test_mode():
            entry.action_apply_again()
        self.env.invalidate_all()
        self.assertEqual((entry.state, entry.error), ("applied", False))
        self.assertEqual(len(self.env["zadarma.message"].search([])), 1)

    def test_what_was_only_stored_is_taken_by_the_job(self):
        events = self.env.registry["zadarma.event"]
        with patch.object(events, "_take_here"):
            self.receive()
        entry = self.entries()
        self.assertEqual(entry.state, "received")
        self.env.cr.execute(
            "UPDATE zadarma_event SET received_at = received_at - interval '1 minute'"
        )
        self.run_job("zadarma_connector.cron_apply")
        self.assertEqual(entry.state, "applied")
        self.assertEqual(len(self.env["zadarma.message"].search([])), 1)

    def test_a_bad_follow_up_is_noted_and_given_up(self):
        sms = self.receive(follow_up=False)
        with (
            patch.object(type(sms), "_post", side_effect=ValueError("a bug")),
            mute_logger("odoo.addons.zadarma_connector.tools.job"),
        ):
            for _time in range(12):
                sms.follow_up_at = False
                self.run_job("zadarma_connector_sms.cron_follow_up")
        self.assertFalse(sms.to_follow_up)
        self.assertEqual(sms.failure, "ValueError")

    def test_json_as_zadarma_writes_it(self):
        text = json.dumps("ok/ Привіт").replace("/", "\\/")
        result = (
            f'{{"caller_did":"{common.DID}","caller_id":"442037691880","text":{text}}}'
        )
        with self.enter_registry_test_mode():
            common.receive(self.account, {"event": "SMS", "result": result})
        self.assertEqual(self.env["zadarma.message"].search([]).body, "ok/ Привіт")

    def test_names_that_look_like_numbers(self):
        """Whoever sends through a gateway chooses what stands there."""
        for name in ("+STOP", "+1", "12345", "+44x2037691880", "<b>Bank</b>", "+"):
            with self.subTest(name):
                sms = self.receive("STOP", sender=name)
                self.assertFalse(sms.to_follow_up or sms.failure)
                self.assertFalse(sms.can_be_answered or sms.partner_id)
                with self.assertRaises(UserError):
                    sms.action_answer()
        self.assertFalse(self.env["phone.blacklist"].search([]))

    def test_a_number_that_odoo_takes_for_none(self):
        sms = self.receive("Stop", number="+99900112233")
        self.assertFalse(sms.to_follow_up or sms.failure)
        self.assertFalse(self.env["phone.blacklist"].search([]))

    def test_texts_of_all_kinds(self):
        for text in (
            "😀" * 800,
            "<script>alert(1)</script>" * 64,
            "\u202e" + "x" * 1599,
            "half a pair \ud83d",
            "{{ object.name }} %(x)s {0} ${x}",
            " ",
        ):
            with self.subTest(text[:20]):
                sms = self.receive(text)
                self.assertFalse(sms.to_follow_up or sms.failure)
                self.assertEqual(sms.body, text.replace("\ud83d", "\ufffd"))
                self.assertEqual(sms.partner_id, self.partner)
                self.assertNotIn("<script", sms.mail_message_id.body)

    def test_nobody_reads_others_sms_through_the_window(self):
        self.partner.user_id = self.agent
        sms = self.receive("Secret")
        windows = self.env["zadarma.message.answer"].with_user(self.colleague)
        sms.invalidate_recordset()
        window = windows.create({"message_id": sms.id, "body": "x"})
        # as whoever opens it later
        self.env.invalidate_all()
        for name in ("answered", "number", "own", "partner_id"):
            with self.assertRaises(AccessError):
                window.read([name])
        with self.assertRaises(AccessError):
            windows.new({"message_id": sms.id}).answered  # noqa: B018
        with self.assertRaises(AccessError):
            window.action_send()

    def test_an_answer_is_paid_by_the_company_that_was_written_to(self):
        sms = self.receive()
        other = self.env["res.company"].create({"name": "Other"})
        self.supervisor.write({"company_ids": [Command.link(other.id)]})
        window = self.env["zadarma.message.answer"].with_user(self.supervisor)
        window = window.with_context(allowed_company_ids=[other.id, self.company.id])
        window.create({"message_id": sms.id, "body": "Thank you"}).action_send()
        self.commit()
        self.queue()
        self.assertEqual((len(self.sent), self.others), (1, []))

    def test_an_answer_keeps_its_lines(self):
        sms = self.receive()
        text = "Dear Ann,\n5 < 6 & <b>\nhttps://example.com/a?b=1&c=2"
        self.env["zadarma.message.answer"].create(
            {"message_id": sms.id, "body": text}
        ).action_send()
        self.commit()
        self.assertEqual([one[1] for one in self.sent], [text])

    def test_the_last_of_a_conversation_is_found_again(self):
        first, second = self.receive("1"), self.receive("2", follow_up=False)
        # what two that come at once leave
        self.env.flush_all()
        self.env.cr.execute("UPDATE zadarma_message SET is_last = TRUE")
        self.env.invalidate_all()
        self.run_job("zadarma_connector_sms.cron_follow_up")
        self.assertEqual((first | second).filtered("is_last"), second)
