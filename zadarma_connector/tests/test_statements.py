# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How often PostgreSQL is asked for a notification, while the PBX and a caller wait.

Without what Odoo asks for any request, and what begins and ends transactions.
"""

from datetime import UTC, datetime, timedelta

from odoo.tests import tagged

from .common import (
    ZadarmaCase,
    answered_call,
    as_request,
    incoming,
    outgoing,
    signature,
    wall_clock,
)

#: At most so many statements for each kind of notification.
LIMITS = {
    "NOTIFY_START": 9,
    "NOTIFY_INTERNAL": 11,
    "NOTIFY_ANSWER": 11,
    "NOTIFY_END": 12,
    "NOTIFY_RECORD": 7,
    "NOTIFY_OUT_START": 12,
    "NOTIFY_OUT_END": 14,
}
#: While somebody looks at who is free: the message has to be read and written.
WATCHED = {"NOTIFY_START": 2}
ROUTED = 20
WITH_WORKING_HOURS = 21


@tagged("post_install", "-at_install")
class TestStatements(ZadarmaCase):
    """Everything that Odoo keeps in memory is there, as in a server that runs."""

    def _count(self, params):
        """Deliver a notification over HTTP's way; the statements that it took."""
        with self.enter_registry_test_mode(), as_request(self.env) as env:
            before = self.env.cr.sql_log_count
            answer = env["zadarma.account"]._notified(params, signature(params), "")
            self.assertIsNotNone(answer)
            return self.env.cr.sql_log_count - before

    def _calls(self, ending):
        """The notifications of an incoming and of an outgoing call."""
        out = f"out_{ending}"
        talk = {"duration": "42", "disposition": "answered", "is_recorded": "0"}
        return [
            *answered_call(pbx_call_id=f"in_{ending}", part=f"1458313316.{ending}"),
            outgoing("NOTIFY_OUT_START", out),
            outgoing("NOTIFY_OUT_END", out, **talk),
        ]

    def test_each_kind_of_notification(self):
        for number in range(2):
            for params in self._calls(f"{number:040}"):
                params["call_start"] = f"2026-10-05 14:0{number}:22"
                counted = self._count(params)
                if number:
                    with self.subTest(params["event"]):
                        self.assertLessEqual(counted, LIMITS[params["event"]])

    def test_a_look_at_who_is_free_reads_nothing_more(self):
        """A call that nobody's telephone rings for yet is told to no one else; all
        others' messages are stored in one statement."""
        self.env["zadarma.extension"].with_user(self.agent).watch()
        for number in range(2):
            for params in self._calls(f"{number:040}"):
                params["call_start"] = f"2026-10-05 14:0{number}:22"
                counted = self._count(params)
                if number:
                    more = WATCHED.get(params["event"], 0)
                    with self.subTest(params["event"]):
                        self.assertLessEqual(counted, LIMITS[params["event"]] + more)

    def test_a_call_that_is_routed(self):
        now = datetime.now(UTC)
        self.account.route_to_manager = True
        # of a number that nobody dials
        number, account = "+442037691889", {"account_id": self.account.id}
        self.env["zadarma.did"].create({**account, "number": number})
        rule = {**account, "called_number": number, "scenario": "1"}
        self.env["zadarma.routing.rule"].create(rule)
        self.partner.user_id = self.agent
        for limit, heeds_hours in ((ROUTED, False), (WITH_WORKING_HOURS, True)):
            self.account.route_working_hours = heeds_hours
            for number in range(2):
                params = incoming(
                    "NOTIFY_START",
                    f"in_{heeds_hours:d}{number:039}",
                    # another signed text each time
                    call_start=wall_clock(
                        timedelta(seconds=2 * heeds_hours + number), now
                    ),
                    caller_id="+442037691880",
                    called_did="442037691881",
                )
                counted = self._count(params)
                decided = [
                    ("pbx_call_id", "=", params["pbx_call_id"]),
                    ("event", "=", "ROUTED"),
                ]
                with self.subTest(heeds_hours=heeds_hours, number=number):
                    self.assertTrue(self.env["zadarma.event"].search_count(decided))
                    if number:
                        self.assertLessEqual(counted, limit)
