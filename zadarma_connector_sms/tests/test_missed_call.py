# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

import requests

from odoo import fields
from odoo.tests import tagged

from odoo.addons.zadarma_connector.tests import common

from .common import SEND, SmsCase

MOBILE, FIXED = "+447400123456", "+442079460000"


@tagged("post_install", "-at_install")
class TestMissedCall(SmsCase):
    def setUp(self):
        super().setUp()
        self.account.write({"missed_sms": "always", "missed_sms_text": "We call back."})
        self.zadarma.answers[SEND] = self.answer(MOBILE)
        self.minutes = iter(range(1, 59))
        self.ids = (f"in_{number:040}" for number in range(1, 99))

    def miss(self, number=MOBILE, ago=None, notifications=None):
        """A call comes in vain, each at another moment; return it, followed up."""
        ago = ago or timedelta(minutes=next(self.minutes))
        said = notifications or common.missed_call(
            "101",
            pbx_call_id=next(self.ids),
            caller_id=number,
            call_start=common.wall_clock(ago),
        )
        call = self._notify(*said)
        self.follow_up()
        self.queue()
        self.follow_up()
        return call

    def follow_up(self):
        self.run_job("zadarma_connector.cron_follow_up")

    def waiting(self):
        return self.env["zadarma.waiting.caller"].search([("number", "=", MOBILE)])

    def test_a_text_and_an_attempt(self):
        call = self.miss()
        plain = MOBILE.lstrip("+")
        self.assertEqual(self.sent, [([plain], "We call back.", common.DID)])
        self.assertEqual(call.callback_state, "attempted")
        self.assertEqual(call.missed_sms_ids.number, MOBILE)
        waiting = self.waiting()
        self.assertEqual((waiting.state, waiting.attempt_count), ("attempted", 1))

    def test_only_what_zadarma_took_is_an_attempt(self):
        for answer in (
            self.answer(denied=[(MOBILE, "Stop list")]),
            requests.ReadTimeout(),
            (429, {}, ""),
        ):
            self.zadarma.answers[SEND] = answer
            call = self.miss()
            with self.subTest(answer):
                self.assertTrue(call.missed_sms_at)
                self.assertEqual(call.callback_state, "open")
                self.assertFalse(self.waiting().attempt_count)
            call.missed_sms_at = fields.Datetime.now() - timedelta(days=1)
        # the limit is over
        self.zadarma.answers[SEND] = self.answer(MOBILE)
        self.env["zadarma.limiter"].search([]).blocked_until = 0
        self.queue()
        self.assertEqual(call.callback_state, "open")
        self.follow_up()
        self.assertEqual(call.callback_state, "attempted")
        self.assertEqual(self.waiting().attempt_count, 1)

    def test_blacklisted_while_it_waits(self):
        self.zadarma.answers[SEND] = (429, {}, "")
        call = self.miss()
        self.env["phone.blacklist"].add(MOBILE)
        self.env["zadarma.limiter"].search([]).blocked_until = 0
        self.zadarma.answers[SEND] = self.answer(MOBILE)
        before = len(self.sent)
        self.queue()
        self.follow_up()
        self.assertEqual(len(self.sent), before)
        self.assertEqual(call.callback_state, "open")

    def test_once_a_number_and_day(self):
        call = self.miss()
        self.assertFalse(self.miss().missed_sms_at)
        self.assertEqual(len(self.sent), 1)
        call.missed_sms_at = fields.Datetime.now() - timedelta(days=1)
        self.miss()
        self.assertEqual(len(self.sent), 2)

    def test_who_gets_none(self):
        self.env["phone.blacklist"].add("+447400123457")
        self.env["zadarma.did"].create(
            {"account_id": self.account.id, "number": "+447400123458"}
        )
        for number in (
            *(FIXED, "+447400123457", "+447400123458", "anonymous", ""),
            # of no country
            "+99900112233",
        ):
            with self.subTest(number):
                call = self.miss(number)
                self.assertFalse(call.missed_sms_at)
        # which is waited for nevertheless
        self.assertEqual(call.callback_state, "open")
        self.assertEqual(self.sent, [])

    def test_only_missed_ones_and_soon(self):
        self.miss(notifications=common.answered_call())
        self.miss(ago=timedelta(hours=3))
        with patch.object(
            self.env.registry["zadarma.call"], "_ended_just_now", lambda _call: False
        ):
            self.miss()
        self.assertEqual(len(self.sent), 1)

    def test_nobody_who_was_spoken_to_since(self):
        """The PBX told late of the call that was missed."""
        later = common.wall_clock(timedelta(minutes=5))
        for said in common.answered_call(pbx_call_id=next(self.ids)):
            self._notify({**said, "caller_id": MOBILE, "call_start": later})
        self.assertEqual(self.miss(ago=timedelta(minutes=20)).callback_state, "done")
        self.assertEqual(self.sent, [])

    def test_outside_of_hours(self):
        self.account.missed_sms = "outside"
        calendar = self.company.resource_calendar_id
        working = patch.object(
            self.env.registry["resource.calendar"],
            "get_work_hours_count",
            lambda *_arguments, **_more: 1,
        )
        with working:
            self.miss()
        self.assertEqual(self.sent, [])
        calendar.attendance_ids.unlink()
        self.miss()
        self.assertEqual(self.sent, [], "without hours every hour counts")
        calendar.write(
            {
                "attendance_ids": [
                    fields.Command.create(
                        {
                            "name": "Some day",
                            "dayofweek": str(
                                (fields.Datetime.now() + timedelta(days=3)).weekday()
                            ),
                            "hour_from": 8,
                            "hour_to": 9,
                        }
                    )
                ]
            }
        )
        self.miss()
        self.assertEqual(len(self.sent), 1)

    def test_switched_off(self):
        self.account.missed_sms = "never"
        self.miss()
        self.account.write({"missed_sms": "always", "send_sms": False})
        self.miss()
        self.assertEqual((self.sent, self.others), ([], []))
