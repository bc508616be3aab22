# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import IN, ZadarmaCase, answered_call, as_request, receive

EVENT = "NUMBER_LOOKUP"
LOOK_UP = {"event": EVENT, "result": '{"mcc":"234"}'}


@tagged("post_install", "-at_install")
class TestOtherEvents(ZadarmaCase):
    """Events that tell of no call, for whoever wants them."""

    def setUp(self):
        super().setUp()
        self.taken, self.wanted = [], True
        events = self.env.registry["zadarma.event"]
        for name, method in (
            ("_other_events", lambda _event: {EVENT: "_take_look_up"}),
            ("_take_look_up", lambda entry: self._take(entry)),
        ):
            patcher = patch.object(events, name, method, create=True)
            patcher.start()
            self.addCleanup(patcher.stop)

    def _take(self, entry):
        if isinstance(self.wanted, Exception):
            raise self.wanted
        self.taken.append(entry.payload["result"])
        return self.wanted

    def _receive(self, **more):
        with self.enter_registry_test_mode():
            # signed as an SMS is
            answer = receive(self.account, {**LOOK_UP, **more})
        self.assertEqual(answer, {})
        self.env.invalidate_all()
        return self.env["zadarma.event"].search([("event", "=", EVENT)])

    def test_taken_once(self):
        for _time in range(2):
            entry = self._receive()
        self.assertEqual(self.taken, [LOOK_UP["result"]])
        self.assertEqual((entry.state, entry.delivery_count), ("applied", 2))

    def test_what_it_should_not_be_is_ignored(self):
        self.wanted = False
        self.assertEqual(self._receive().state, "ignored")

    def test_it_belongs_to_no_call(self):
        entry = self._receive(pbx_call_id=IN)
        call = self._notify(*answered_call())
        self.assertFalse(entry.pbx_call_id or entry in call.event_ids)

    @mute_logger("odoo.addons.zadarma_connector.models.journal.zadarma_event_others")
    def test_tried_again_then_failed_and_applied_by_hand(self):
        self.wanted = ValueError("of +442037691880")
        entry = self._receive()
        self.assertEqual((entry.state, entry.tries), ("received", 1))
        self.assertNotIn("442037691880", entry.error)
        for _time in range(5):
            with self.enter_registry_test_mode(), as_request(self.env) as env:
                env["zadarma.event"]._take_here(entry.id)
        self.env.invalidate_all()
        self.assertEqual((entry.state, entry.tries), ("failed", 5))
        self.wanted = True
        with self.enter_registry_test_mode():
            entry.action_apply_again()
        self.env.invalidate_all()
        self.assertEqual((entry.state, entry.error), ("applied", False))
        self.assertEqual(self.taken, [LOOK_UP["result"]])

    def test_only_what_makes_sense_is_offered(self):
        entry = self._receive()
        entries = entry | self._notify(*answered_call()).event_ids[0]
        self.assertEqual(entries.mapped("can_be_applied"), [False, False])
        for state, applied, ignored in (
            ("received", [True, True], [False, False]),
            ("failed", [True, True], [True, False]),
            ("doubted", [False, True], [False, False]),
            ("ignored", [False, False], [False, False]),
        ):
            with self.subTest(state):
                entries.state = state
                self.assertEqual(entries.mapped("can_be_applied"), applied)
                self.assertEqual(entries.mapped("can_be_ignored"), ignored)
        # what nobody takes
        entry.state = "failed"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE zadarma_event SET event = 'CALL_TRACKING' WHERE id = %s", [entry.id]
        )
        entry.invalidate_recordset()
        self.assertFalse(entry.can_be_applied)
        self.assertTrue(entry.can_be_ignored)

    def test_what_waits_can_be_taken_by_hand(self):
        with patch.object(self.env.registry["zadarma.event"], "_take_here"):
            entry = self._receive()
        self.assertEqual(entry.state, "received")
        with self.enter_registry_test_mode():
            told = entry.action_apply_again()["params"]
        self.env.invalidate_all()
        self.assertEqual(entry.state, "applied")
        self.assertEqual(told["type"], "success")
