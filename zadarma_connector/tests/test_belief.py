# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What somebody achieves who caught one notification: nothing."""

import time
from datetime import UTC, datetime, timedelta

from odoo.tests import tagged

from ..models.journal import zadarma_event_apply
from .common import (
    CALLER,
    DID,
    IN,
    OUT,
    ZadarmaCase,
    answered_call,
    incoming,
    missed_call,
    outgoing,
    receive,
    signature,
    wall_clock,
)

_OTHER = "in_1111111111111111111111111111111111111111"


@tagged("post_install", "-at_install")
class TestCaughtNotification(ZadarmaCase):
    """A call that was told in full, and then its texts again, by a stranger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.route_to_manager = True
        cls.partner.user_id = cls.agent

    def setUp(self):
        super().setUp()
        self.began = wall_clock(timedelta(minutes=1))
        self.enterContext(self.enter_registry_test_mode())
        self.told = [
            {**params, **({"call_start": self.began} if "call_start" in params else {})}
            for params in answered_call()
        ]
        for params in self.told:
            receive(self.account, params)
        self.caught = self.told[0]

    def _calls(self):
        self.env.invalidate_all()
        return {
            call.pbx_call_id: (call.date_start, call.caller_number, call.called_number)
            for call in self.env["zadarma.call"].search([])
        }

    def _assert_nothing_comes_of(self, *attack):
        """Nobody is told anything, no call changes, and nothing follows."""
        before = self._calls()
        for params in attack:
            self.assertEqual(receive(self.account, params), {}, params)
        after = self._calls()
        self.assertEqual({id_: after[id_] for id_ in before}, before)
        self.env["ir.cron"].flush_model()
        self.env.ref("zadarma_connector.cron_follow_up").method_direct_trigger()
        self.env.invalidate_all()
        new = self.env["zadarma.call"].search([("pbx_call_id", "not in", list(before))])
        self.assertEqual(set(new.mapped("in_doubt")), {True} if new else set())
        self.assertFalse(new.message_ids)
        self.assertFalse(new.filtered("routing_rule"))
        self.assertFalse(self.env["zadarma.waiting.caller"].search([]))
        return new

    def _doubts(self):
        return self.env["zadarma.event"].search([("state", "=", "doubted")])

    def test_the_same_text_under_another_id(self):
        new = self._assert_nothing_comes_of({**self.caught, "pbx_call_id": _OTHER})
        self.assertEqual(len(new), 1)

    def test_the_same_text_is_known_whatever_stands_beside_it(self):
        """Of an account whose PBX writes Unix times, too."""
        start = incoming("NOTIFY_START", _OTHER, call_start=str(int(time.time())))
        receive(self.account, start)
        again = {
            **start,
            "pbx_call_id": "in_2222222222222222222222222222222222222222",
            "callstart": "2001-01-01 00:00:00",
            "call_id": "1000000000.1",
            "call_id_with_rec": "1000000000.1",
        }
        self.assertEqual(len(self._assert_nothing_comes_of(again)), 1)

    def test_a_missed_call_of_another_id(self):
        texts = [
            {**params, "call_start": self.began}
            for params in missed_call("101", pbx_call_id=_OTHER)
        ]
        self._assert_nothing_comes_of(*texts)

    def test_a_time_that_nobody_signed(self):
        for name in ("callstart", "start", "date_start"):
            for pbx_call_id in (IN, _OTHER):
                with self.subTest(name, pbx_call_id=pbx_call_id):
                    self._assert_nothing_comes_of(
                        {
                            **self.caught,
                            "pbx_call_id": pbx_call_id,
                            name: "2001-01-01 00:00:00",
                        }
                    )

    def test_borders_moved(self):
        caller, did = self.caught["caller_id"], self.caught["called_did"]
        for digits in (1, 3, 9):
            for pbx_call_id in (IN, _OTHER):
                for moved in (
                    (caller[:-digits], caller[-digits:] + did),
                    (caller + did[:digits], did[digits:]),
                ):
                    with self.subTest(moved, pbx_call_id=pbx_call_id):
                        new = self._assert_nothing_comes_of(
                            {
                                **self.caught,
                                "pbx_call_id": pbx_call_id,
                                "caller_id": moved[0],
                                "called_did": moved[1],
                            }
                        )
                        self.assertFalse(new)

    def test_a_border_moved_into_the_time(self):
        new = self._assert_nothing_comes_of(
            {
                **self.caught,
                "pbx_call_id": _OTHER,
                "called_did": DID + self.began[:1],
                "call_start": self.began[1:],
            }
        )
        self.assertFalse(new)

    def test_an_incoming_text_as_an_outgoing_event(self):
        text = CALLER + DID
        attack = {
            "event": "NOTIFY_OUT_START",
            "pbx_call_id": _OTHER,
            "internal": text,
            "destination": "",
            "call_start": self.began,
            "caller_id": "+447700900123",
        }
        self._assert_nothing_comes_of(attack)
        # nor does the id that it spoke of learn anything later
        self._assert_nothing_comes_of({**self.caught, "pbx_call_id": _OTHER})

    def test_an_end_for_an_outgoing_call(self):
        new = self._assert_nothing_comes_of(
            {
                **self.caught,
                "event": "NOTIFY_END",
                "pbx_call_id": OUT,
                "internal": "102",
                "disposition": "answered",
                "duration": "600",
            }
        )
        self.assertFalse(new)
        self.assertIn("kind_mismatch", self._doubts().mapped("doubt"))

    def test_an_outgoing_text_under_another_id(self):
        caught = outgoing("NOTIFY_OUT_START", call_start=self.began)
        receive(self.account, caught)
        for internal, destination in (("10", "1" + CALLER), ("101" + CALLER, "")):
            with self.subTest(internal):
                self._assert_nothing_comes_of(
                    {
                        **caught,
                        "pbx_call_id": OUT,
                        "internal": internal,
                        "destination": destination,
                    }
                )
        self._assert_nothing_comes_of({**caught, "pbx_call_id": f"out_{_OTHER[3:]}"})

    def test_the_same_id_says_something_else(self):
        other = incoming(
            "NOTIFY_START", caller_id="+447700900123", call_start=wall_clock()
        )
        self._assert_nothing_comes_of(other)
        self.assertEqual(self._doubts().mapped("doubt"), ["contradicts"])

    def test_a_start_of_long_ago_is_told_nothing(self):
        for ago in (timedelta(days=2), timedelta(minutes=10), -timedelta(hours=1)):
            pbx_call_id = f"in_{abs(int(ago.total_seconds())):040}"
            start = incoming("NOTIFY_START", pbx_call_id, call_start=wall_clock(ago))
            self.assertEqual(receive(self.account, start), {}, ago)
            call = self.env["zadarma.call"].search([("pbx_call_id", "=", pbx_call_id)])
            self.assertEqual(call.partner_id, self.partner)

    def test_a_genuine_call_is_told_who_the_customer_is(self):
        start = incoming("NOTIFY_START", _OTHER, call_start=wall_clock())
        self.assertEqual(receive(self.account, start)["redirect"], "101")

    def test_of_one_text_only_so_much_is_kept(self):
        for number in range(70):
            receive(
                self.account,
                {
                    **self.caught,
                    "caller_id": CALLER[:-1],
                    "called_did": CALLER[-1] + DID,
                    "odd": str(number),
                },
            )
        self.assertEqual(len(self._doubts()), 50)
        for number in range(70):
            receive(self.account, {**self.caught, "pbx_call_id": f"in_{number:040}"})
        self.assertLessEqual(self.env["zadarma.call"].search_count([]), 52)

    def _flood(self, *attack):
        """What comes faster than it is applied."""
        for params in attack:
            self.env["zadarma.event"]._store(
                self.account.id, "notification", params, signature=signature(params)
            )

    def _apply(self):
        self.patch(zadarma_event_apply, "_GRACE", -timedelta(hours=1))
        self.env.ref("zadarma_connector.cron_apply").method_direct_trigger()
        self.env.invalidate_all()

    def _told(self, pbx_call_id):
        self._apply()
        entries = self.env["zadarma.event"].search([("pbx_call_id", "=", pbx_call_id)])
        self.assertEqual(set(entries.mapped("state")), {"applied"})
        return entries

    def test_a_flood_under_its_own_id_is_applied_and_small_again(self):
        new = {"pbx_call_id": _OTHER, "call_start": wall_clock()}
        start, _ring, _answer, end, _record = [{**one, **new} for one in self.told]
        receive(self.account, start)
        self._flood(*({**start, "odd": str(number)} for number in range(150)))
        self._flood(*({**start, "calltype": str(number)} for number in range(150)))
        self._flood(*({**end, "odd": str(number)} for number in range(150)))
        receive(self.account, {**end, "duration": "77"})
        entries = self._told(_OTHER)
        told = entries.filtered(lambda one: one.source == "notification")
        self.assertEqual(len(told), 1 + 50 + 150 + 2)
        call = entries.call_id
        self.assertEqual((call.state, call.result), ("ended", "answered"))
        self.assertEqual(entries[0]._said()["duration"], "77")

    def test_a_flood_of_claims_is_bounded(self):
        end = self.told[-2]
        ids = (f"1458313316.{number}" for number in range(250))
        self._flood(*({**end, "call_id_with_rec": one} for one in ids))
        entries = self._told(IN)
        ends = entries.filtered(lambda one: one.event == end["event"])
        self.assertEqual(len(ends), 200)
        self.assertLessEqual(len(entries.call_id.leg_ids), 201)

    def test_of_doubts_that_come_at_once_only_so_many_are_kept(self):
        moved = {"caller_id": CALLER[:-1], "called_did": CALLER[-1] + DID}
        attack = [{**self.caught, **moved, "calltype": str(one)} for one in range(70)]
        # no other id loses anything by that
        other = {**attack[0], "pbx_call_id": "in_" + "f" * 40}
        self._flood(*attack, other)
        self._apply()
        kept = self._doubts().mapped("pbx_call_id")
        self.assertEqual((kept.count(IN), kept.count(other["pbx_call_id"])), (50, 1))

    def test_what_is_not_known_as_ours_waits_for_statistics(self):
        now = datetime.now(UTC)
        start = incoming(
            "NOTIFY_START",
            _OTHER,
            called_did="48221234567",
            call_start=wall_clock(now=now),
        )
        new = self._assert_nothing_comes_of(start)
        self.assertFalse(new)
        self.assertEqual(self._doubts().doubt, "unknown_did")
        # a new account that knows none of its numbers has its calls
        self.account.did_ids.unlink()
        start["pbx_call_id"] = "in_2222222222222222222222222222222222222222"
        start["call_start"] = wall_clock(timedelta(seconds=5), now)
        self.assertEqual(receive(self.account, start), {})
        call = self.env["zadarma.call"].search(
            [("pbx_call_id", "=", start["pbx_call_id"])]
        )
        self.assertEqual(call.external_number, CALLER)
