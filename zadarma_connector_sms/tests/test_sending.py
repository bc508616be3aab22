# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

import psycopg2
import requests

from odoo import fields
from odoo.modules import get_module_path
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.misc import file_open

from odoo.addons.zadarma_connector.tests import common
from odoo.addons.zadarma_connector.zadarma_api import limits

from ..tools.sms_api import SmsApiZadarma
from .common import NUMBER, OTHER, OWN, SEND, SENDERS, SmsCase

REFUSED = 400, {}, '{"status": "error", "message": "%s"}'


@tagged("post_install", "-at_install")
class TestSending(SmsCase):
    def messages(self):
        return self.env["zadarma.message"].search([], order="id")

    def states(self, sms):
        return sms.mapped("state")

    def test_the_composer_sends_after_the_commit(self):
        self.agent.group_ids |= self.env.ref("base.group_partner_manager")
        composer = (
            self.env["sms.composer"]
            .with_user(self.agent)
            .with_context(active_model="res.partner", active_id=self.partner.id)
            .create({"body": "Your bread is ready"})
        )
        message = composer._action_send_sms()
        self.assertEqual(self.sent, [])
        self.commit()
        number = NUMBER.lstrip("+")
        self.assertEqual(self.sent, [([number], "Your bread is ready", common.DID)])
        notification = message.sudo().notification_ids
        self.assertEqual(notification.notification_status, "pending")
        [kept] = self.messages()
        self.assertEqual((kept.state, kept.direction), ("sent", "outgoing"))
        self.assertEqual((kept.number, kept.own), (NUMBER, OWN))
        self.assertEqual((kept.cost, kept.currency), (0.06, "USD"))
        self.assertEqual((kept.partner_id, kept.user_id), (self.partner, self.agent))
        self.assertEqual(kept.mail_message_id, message)
        self.assertEqual(kept.body, "Your bread is ready")

    def test_what_is_rolled_back_is_not_sent(self):
        self.write_sms([NUMBER]).send()
        self.env.cr.postcommit.clear()
        self.commit()
        self.assertEqual(self.sent, [])

    def test_one_request_for_a_text(self):
        sms = self.write_sms([NUMBER, OTHER, NUMBER]) | self.write_sms([OTHER], "Bye")
        self.zadarma.answers[SEND] = self.answer(NUMBER, OTHER)
        self.queue()
        plain = [NUMBER.lstrip("+"), OTHER.lstrip("+")]
        self.assertEqual(
            [numbers for numbers, _text, _sender in self.sent],
            # a number is in a request once
            [plain, plain[:1], plain[1:]],
        )
        self.assertEqual(set(self.states(sms)), {"pending"})
        self.assertTrue(all(sms.mapped("to_delete")))

    def test_senders_are_asked_for_once_a_country(self):
        self.write_sms([NUMBER, "+442079460000", OTHER])
        self.zadarma.answers[SEND] = self.answer(NUMBER, "+442079460000", OTHER)
        self.queue()
        self.write_sms([NUMBER])
        self.queue()
        asked = [
            body["phones"]
            for _v, path, body in self.zadarma.requests
            if path == SENDERS
        ]
        self.assertEqual(asked, [[NUMBER.lstrip("+")], [OTHER.lstrip("+")]])
        known = self.env["zadarma.sms.sender"].search([])
        self.assertEqual(sorted(known.mapped("country")), ["DE", "GB"])
        known.told_at = fields.Datetime.now() - timedelta(days=2)
        self.write_sms([NUMBER])
        self.queue()
        self.assertEqual(self.zadarma.requests[-2][1], SENDERS)

    def test_the_account_s_sender_where_it_is_allowed(self):
        self.account.sms_sender = "Teamsale"
        self.write_sms([NUMBER])
        self.queue()
        self.account.sms_sender = "Bakery"
        self.write_sms([NUMBER])
        self.queue()
        self.assertEqual([one[2] for one in self.sent], ["Teamsale", common.DID])

    def test_the_account_s_sender_as_people_write_it(self):
        second = "442037691882"
        self.zadarma.answers[SENDERS] = {"senders": [common.DID, second, "Teamsale"]}
        for written in ("+44 20 3769 1882", second, "teamsale "):
            self.account.sms_sender = written
            self.write_sms([NUMBER])
            self.queue()
        self.assertEqual([one[2] for one in self.sent], [second, second, "Teamsale"])

    def test_the_sender_that_zadarma_used_is_kept(self):
        answer = self.answer(NUMBER)
        [details] = answer["sms_detalization"]
        for used, own in (
            ("Teamsale", "Teamsale"),
            ("+442037691882", "+442037691882"),
            (442037691882, "+442037691882"),
            # it was sent, whatever stands there
            (["x"], OWN),
            (None, OWN),
            ("x" * 99, OWN),
        ):
            with self.subTest(used):
                details["senderid"] = used
                self.zadarma.answers[SEND] = answer
                sms = self.write_sms([NUMBER])
                self.queue()
                self.assertEqual(sms.state, "pending")
                self.assertEqual(self.messages()[-1].own, own)

    def test_an_answer_goes_out_from_the_number_that_was_written_to(self):
        second = "442037691882"
        self.zadarma.answers[SENDERS] = {"senders": [common.DID, second]}
        self.account.sms_sender = OWN
        self.receive(own=second)
        self.write_sms([NUMBER, OTHER])
        self.queue()
        self.assertEqual(
            sorted((one[0], one[2]) for one in self.sent),
            [([NUMBER.lstrip("+")], second), ([OTHER.lstrip("+")], common.DID)],
        )

    def test_denied_numbers(self):
        sms = self.write_sms([NUMBER, OTHER])
        why = "Number is in the stop list"
        self.zadarma.answers[SEND] = self.answer(NUMBER, denied=[(OTHER, why)])
        self.queue()
        self.assertEqual(self.states(sms), ["pending", "error"])
        taken, denied = self.messages()
        self.assertEqual((taken.state, denied.state), ("sent", "failed"))
        self.assertEqual((denied.failure, denied.cost), (why, 0))

    def test_failures_of_odoo_with_zadarma_s_words(self):
        for words, failure in [
            ("Not enough money", "sms_credit"),
            ("Wrong number format", "sms_number_format"),
            ("Destination is not available", "sms_country_not_supported"),
            ("Sender must be registered", "sms_registration_needed"),
            ("Stop list", "sms_rejected"),
        ]:
            with self.subTest(words):
                self.zadarma.answers[SEND] = REFUSED[:2] + (REFUSED[2] % words,)
                message = self.partner._message_sms("Hello", sms_numbers=[OTHER])
                self.commit()
                notification = message.notification_ids
                self.assertEqual(notification.failure_type, failure)
                self.assertEqual(notification.failure_reason, words)
                self.assertIn(notification.notification_status, ("exception", "bounce"))

    def test_one_wrong_number_does_not_stop_the_others(self):
        sms = self.write_sms([NUMBER, OTHER])
        self.zadarma.answers[SEND] = REFUSED[:2] + (REFUSED[2] % "Wrong parameters",)
        self.queue()
        self.assertEqual([len(one[0]) for one in self.sent], [2, 1, 1])
        self.assertEqual(self.states(sms), ["error"] * 2)
        self.assertEqual(len(self.messages()), 2)

    def test_a_number_of_no_country_does_not_stop_the_others(self):
        nobody = "+99900112233"
        sms = self.write_sms([NUMBER, nobody])
        self.zadarma.answers[SEND] = self.answer(NUMBER, denied=[(nobody, "No route")])
        self.queue()
        self.assertEqual(self.states(sms), ["pending", "error"])

    def test_numbers_that_are_none(self):
        sms = self.write_sms(["12", False, NUMBER])
        self.queue()
        self.assertEqual(
            sms.mapped("failure_type"),
            ["sms_number_format", "sms_number_missing", False],
        )
        self.assertEqual(len(self.sent), 1)

    def test_the_rate_limit_leaves_them_in_the_queue(self):
        sms = self.write_sms([NUMBER])
        for limit in ((429, {"Retry-After": "30"}, ""), REFUSED):
            body = limit[2] % "You exceeded the rate limit" if limit[2] else ""
            self.zadarma.answers[SEND] = (*limit[:2], body)
            self.env["zadarma.limiter"].search([]).blocked_until = 0
            self.queue()
            self.assertEqual(self.states(sms), ["outgoing"])
            self.assertFalse(sms.failure_type)
            self.assertFalse(self.messages())
        self.env["zadarma.limiter"].search([]).blocked_until = 0
        self.zadarma.answers[SEND] = self.answer(NUMBER)
        self.queue()
        self.assertEqual(self.states(sms), ["pending"])

    def test_batches_leave_half_of_the_limit_to_people(self):
        self.write_sms([NUMBER] * 60, "Hello")
        for number, sms in enumerate(self.env["sms.sms"].search([])):
            sms.body = f"Hello {number}"
        self.queue()
        self.assertEqual(len(self.zadarma.requests), limits.BACKGROUND)
        self.assertEqual(
            self.env["sms.sms"].search_count([("state", "=", "outgoing")]),
            61 - limits.BACKGROUND,
        )
        # somebody writes one meanwhile, and does not wait
        sms = self.write_sms([NUMBER], "At once")
        sms.send()
        self.commit()
        self.assertEqual(sms.state, "pending")

    def test_more_than_a_few_go_through_the_queue(self):
        sms = self.write_sms([NUMBER] * 11)
        sms.send()
        self.commit()
        self.assertEqual(set(self.states(sms)), {"outgoing"})

    def test_unreachable_is_tried_again(self):
        sms = self.write_sms([NUMBER])
        self.zadarma.answers[SENDERS] = requests.ConnectionError("refused")
        self.queue()
        self.assertEqual(self.states(sms), ["outgoing"])

    def test_a_lost_answer_is_not_sent_again_by_itself(self):
        sms = self.write_sms([NUMBER])
        for lost in (
            requests.ReadTimeout(),
            requests.ConnectionError("reset"),
            (502, {}, "<html>"),
        ):
            with self.subTest(lost):
                self.zadarma.answers[SEND] = lost
                sms.state = "outgoing"
                before = len(self.sent)
                self.queue()
                self.assertEqual(len(self.sent), before + 1)
                self.assertEqual((sms.state, sms.failure_type), ("error", "sms_server"))
                self.assertEqual(self.messages().state, "uncertain")
                self.queue()
                self.assertEqual(len(self.sent), before + 1)
        # somebody wants it sent again
        self.zadarma.answers[SEND] = self.answer(NUMBER)
        sms.resend_failed()
        self.commit()
        self.assertEqual((sms.state, self.messages().state), ("pending", "sent"))

    def test_cut_off_before_our_commit(self):
        """What a killed worker leaves: claimed or concluded, and still queued."""
        sms = self.write_sms([NUMBER])
        messages = self.env["zadarma.message"]
        with self.enter_registry_test_mode():
            messages._claim(self.account, "Hello", "", {sms.uuid: NUMBER})
        self.queue()
        self.assertEqual(self.sent, [])
        self.assertEqual(self.states(sms), ["error"])
        self.assertEqual(self.messages().state, "uncertain")
        with self.enter_registry_test_mode():
            messages._conclude({sms.uuid: {"state": "sent"}})
        sms.state = "outgoing"
        self.queue()
        self.assertEqual((self.sent, self.states(sms)), ([], ["pending"]))

    def test_cut_off_twice_before_our_commit(self):
        """Only a person has sent again what was perhaps sent."""
        sms = self.write_sms([NUMBER])
        messages = self.env["zadarma.message"]
        with self.enter_registry_test_mode():
            for _time in range(2):
                messages._claim(self.account, "Hello", "", {sms.uuid: NUMBER})
        self.queue()
        self.assertEqual((self.sent, self.states(sms)), ([], ["error"]))
        told = sms.resend_failed()["params"]
        self.assertEqual((told["type"], told["message"][-1]), ("info", "1"))
        self.commit()
        self.assertEqual((len(self.sent), self.states(sms)), (1, ["pending"]))

    def test_a_job_that_has_no_time_left_comes_again(self):
        self.write_sms([NUMBER])
        job = self.env.ref("sms.ir_cron_sms_scheduler_action")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)])
        triggers.unlink()
        with patch.object(
            self.env.registry["ir.cron"], "_commit_progress", lambda *_a, **_m: 0
        ):
            self.queue()
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)]))

    def test_whoever_waits_does_not_wait_for_each(self):
        self.zadarma.answers[SENDERS] = requests.ConnectionError("refused")
        sms = self.write_sms([NUMBER] * 5)
        for number, one in enumerate(sms):
            one.body = f"Hello {number}"
        sms.send()
        self.commit()
        self.assertEqual(len(self.zadarma.requests), 1)
        self.assertEqual(set(self.states(sms)), {"outgoing"})

    def test_texts_of_all_kinds(self):
        texts = ["😀" * 800, "a" * 1600, "50% & more + <b>\nline", "Привіт", " "]
        for text in texts:
            self.write_sms([NUMBER], text)
        self.queue()
        self.assertEqual([text for _n, text, _s in self.sent], texts)

    def test_without_key_and_secret(self):
        self.account.write({"api_key": False})
        sms = self.write_sms([NUMBER])
        self.queue()
        self.assertEqual((sms.state, sms.failure_type), ("error", "sms_acc"))
        self.assertFalse(self.zadarma.requests)
        self.assertFalse(self.messages())

    def test_a_copy_of_a_database_sends_nothing(self):
        sms = self.write_sms([NUMBER])
        self.env.flush_all()
        folder = get_module_path("zadarma_connector")
        with file_open(f"{folder}/data/neutralize.sql") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.queue()
        # not through another provider either
        self.assertFalse(self.zadarma.requests or self.others)
        self.assertEqual((sms.state, sms.failure_type), ("error", "sms_acc"))

    def test_not_authorized(self):
        self.zadarma.answers[SEND] = (401, {}, "")
        sms = self.write_sms([NUMBER])
        self.queue()
        self.assertEqual((sms.state, sms.failure_type), ("error", "sms_acc"))
        self.assertEqual(self.messages().state, "failed")

    def test_two_companies_and_two_providers(self):
        other = self.env["res.company"].create({"name": "Other"})
        ours, theirs = self.write_sms([NUMBER]), self.write_sms([OTHER], company=other)
        self.queue()
        self.assertEqual([one[0] for one in self.sent], [[NUMBER.lstrip("+")]])
        self.assertEqual(self.others, [OTHER])
        self.assertEqual(self.states(ours | theirs), ["pending"] * 2)
        # at once, too
        again = self.write_sms([OTHER], company=other) | self.write_sms([NUMBER])
        again.send()
        self.assertEqual((self.others, len(self.sent)), ([OTHER] * 2, 1))
        self.commit()
        self.assertEqual(len(self.sent), 2)

    def test_the_others_do_not_wait_for_what_zadarma_leaves_waiting(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.env["ir.config_parameter"].set_param("sms.session.batch.size", 2)
        waiting = self.write_sms([NUMBER] * 3)
        self.write_sms([OTHER], company=other)
        self.zadarma.answers[SEND] = (429, {}, "")
        self.queue()
        self.assertEqual(self.others, [OTHER])
        self.assertEqual(set(self.states(waiting)), {"outgoing"})

    def test_mass_sms_are_their_record_s_company_s(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.partner.company_id = self.company
        theirs = self.partner.create(
            {"name": "Their customer", "phone": OTHER, "company_id": other.id}
        )
        composer = self.env["sms.composer"].create(
            {
                "body": "Hello",
                "composition_mode": "mass",
                "res_model": "res.partner",
                "res_ids": repr((self.partner | theirs).ids),
                "mass_keep_log": False,
            }
        )
        composer.action_send_sms()
        self.queue()
        self.assertEqual([one[0] for one in self.sent], [[NUMBER.lstrip("+")]])
        self.assertEqual(self.others, [OTHER])

    def test_only_one_account_of_a_company_sends(self):
        second = self.account.copy({"name": "Second"})
        self.assertFalse(second.send_sms)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.env.cr.savepoint(),
        ):
            second.send_sms = True

    def test_switched_off_it_is_odoo_s_again(self):
        settings = self.env["res.config.settings"]
        self.assertTrue(settings.create({}).zadarma_sends_sms)
        self.account.send_sms = False
        self.assertFalse(settings.create({}).zadarma_sends_sms)
        self.write_sms([NUMBER])
        self.queue()
        self.assertEqual((self.sent, self.others), ([], [NUMBER]))

    def test_a_provider_like_odoo_s(self):
        """As the test of a mailing uses it."""
        api = self.company._get_sms_api_class()(self.env)
        self.assertIsInstance(api, SmsApiZadarma)
        with self.enter_registry_test_mode():
            results = api._send_sms_batch(
                [{"content": "Hi", "numbers": [{"number": NUMBER, "uuid": "a"}]}]
            )
        self.assertEqual([one["state"] for one in results], ["success"])
        self.assertIn("money", api._get_sms_api_error_messages())
