# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an extension does besides, after a call that was asked for in Odoo."""

from odoo import fields
from odoo.tests import tagged

from .common import CALLER, OUT, incoming, outgoing
from .test_dial import DialCase

OWN_LEG = f"{OUT[:-1]}0"
OTHER = f"{OUT[:-1]}1"
SECOND_CUSTOMER = "+442079460018"
EMERGENCY = "112"


@tagged("post_install", "-at_install")
class TestCallbacks(DialCase):
    """Only our own extension's leg and the customer's belong to a request."""

    def setUp(self):
        super().setUp()
        self.account.tz = "UTC"
        self.now = f"{fields.Datetime.now():%Y-%m-%d %H:%M:%S}"
        self.call = self._call(self._dial())

    def _start(self, destination, pbx_call_id, internal="101"):
        return outgoing(
            "NOTIFY_OUT_START",
            pbx_call_id,
            call_start=self.now,
            destination=destination,
            internal=internal,
        )

    def _end(self, destination, pbx_call_id, **params):
        return outgoing(
            "NOTIFY_OUT_END",
            pbx_call_id,
            call_start=self.now,
            destination=destination,
            disposition="answered",
            duration="7",
            **params,
        )

    def _both_legs(self):
        """Both legs start, each under an id of its own, as projects saw it."""
        self._notify(self._start("101", OWN_LEG), self._start(CALLER, OUT))

    def _assert_apart(self, other, **values):
        """The other call is its own, and the customer's goes on until its end."""
        self.assertNotEqual(other, self.call)
        self.assertRecordValues(other, [values])
        self.assertNotEqual(self.call.state, "ended")
        self.assertEqual(self._notify(self._end(CALLER, OUT)), self.call)
        self.assertEqual((self.call.result, self.call.duration), ("answered", 7))
        self._notify(self._end("101", OWN_LEG))
        self.assertEqual(self.env["zadarma.call"].search([]), self.call + other)

    def test_consultation(self):
        for first in (True, False):
            with self.subTest(after_the_legs=first):
                if first:
                    self._both_legs()
                other = self._notify(self._start("102", OTHER), self._end("102", OTHER))
                if not first:
                    self._both_legs()
                self._assert_apart(
                    other,
                    direction="internal",
                    called_number="102",
                    state="ended",
                    duration=7,
                )
                self.env["zadarma.event"].search([]).unlink()
                self.env["zadarma.call"].search([]).unlink()
                self.call = self._call(self._dial())

    def test_consultation_of_which_only_the_answer_is_told(self):
        answer = outgoing(
            "NOTIFY_ANSWER", OTHER, call_start=self.now, destination="102"
        )
        self._both_legs()
        self.assertNotEqual(self._notify(answer), self.call)
        self.assertEqual(self._notify(self._end("102", OTHER)).called_number, "102")

    def test_transfer(self):
        self._both_legs()
        handed = {
            "pbx_call_id": OWN_LEG,
            "call_start": self.now,
            "caller_id": CALLER,
            "internal": "102",
        }
        self._notify(
            incoming("NOTIFY_INTERNAL", **handed, transfer_from="101"),
            incoming("NOTIFY_ANSWER", **handed, destination="102"),
            self._end(CALLER, OUT, last_internal="102"),
            self._end("101", OWN_LEG, last_internal="102"),
        )
        self.assertEqual(self.env["zadarma.call"].search([]), self.call)
        self.assertEqual((self.call.result, self.call.state), ("answered", "ended"))
        self.assertEqual(self.call.external_number, CALLER)

    def test_transfer_that_is_told_when_all_is_over(self):
        told = self._end(CALLER, OUT, last_internal="102")
        self.assertEqual(self._notify(told), self.call)

    def test_emergency_call(self):
        self._both_legs()
        other = self._notify(self._start(EMERGENCY, OTHER), self._end(EMERGENCY, OTHER))
        self._assert_apart(other, called_number=EMERGENCY, state="ended")

    def test_emergency_call_before_our_telephone_rang(self):
        other = self._notify(self._start(EMERGENCY, OTHER))
        self.assertNotEqual(other, self.call)
        self.assertEqual(self.call.state, "requested")

    def test_second_customer(self):
        self._both_legs()
        other = self._notify(
            self._start(SECOND_CUSTOMER, OTHER), self._end(SECOND_CUSTOMER, OTHER)
        )
        self._assert_apart(other, external_number=SECOND_CUSTOMER, state="ended")

    def test_a_refused_request_keeps_its_reason(self):
        self.env["zadarma.event"]._add_own_fact(
            self.call, "CALLBACK_REFUSED", reason="Wrong number"
        )
        for pbx_call_id, destination in (
            (OTHER, "102"),
            (OUT, EMERGENCY),
            (OWN_LEG, SECOND_CUSTOMER),
        ):
            self._notify(
                self._start(destination, pbx_call_id),
                self._end(destination, pbx_call_id),
            )
        self.assertEqual(
            (self.call.result, self.call.failure), ("failed", "Wrong number")
        )
        self.assertEqual(self.env["zadarma.call"].search_count([]), 4)
