# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime
from unittest.mock import patch

import psycopg2
from psycopg2.pool import PoolError

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.journal import zadarma_event_apply, zadarma_event_intake
from .common import (
    CALLER,
    DID,
    IN,
    ZadarmaCase,
    answered_call,
    as_request,
    incoming,
    missed_call,
    outgoing,
    receive,
    signature,
    wall_clock,
)


@tagged("post_install", "-at_install")
class TestCall(ZadarmaCase):
    def test_answered_call_links_customer_and_employee(self):
        call = self._notify(*answered_call())
        self.assertRecordValues(
            call,
            [
                {
                    "direction": "incoming",
                    "state": "ended",
                    "result": "answered",
                    "caller_number": CALLER,
                    "called_number": f"+{DID}",
                    "external_number": CALLER,
                    "partner_id": self.partner.id,
                    "partner_match": "exact",
                    "extension_id": self.extension.id,
                    "employee_id": self.employee.id,
                    "user_id": self.agent.id,
                    "date_start": datetime(2026, 10, 5, 11, 3, 22),
                    "duration": 42,
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertRecordValues(
            call.leg_ids,
            [
                {
                    "extension_id": self.extension.id,
                    "result": "answered",
                    "pbx_leg_id": "1458313316.343456",
                }
            ],
        )
        self.assertEqual(set(call.event_ids.mapped("state")), {"applied"})
        self.assertEqual(len(call.event_ids), 5)

    def test_any_order_makes_the_same_call(self):
        names = ["state", "result", "duration", "employee_id", "partner_id"]
        notifications = answered_call()
        first = self._notify(*notifications).read(names)[0]
        for shift in range(1, len(notifications)):
            pbx_call_id = f"{IN}{shift}"
            # two calls of one caller do not begin in the same second
            own = {
                "pbx_call_id": pbx_call_id,
                "call_start": f"2026-10-05 14:03:{22 + shift}",
            }
            shifted = [
                {**params, **own}
                for params in notifications[shift:] + notifications[:shift]
            ]
            again = self._notify(*shifted).read(names)[0]
            self.assertEqual({**again, "id": 0}, {**first, "id": 0})

    def test_repetition_is_counted_not_stored(self):
        call = self._notify(*answered_call(), *answered_call())
        self.assertEqual(call.event_ids.mapped("delivery_count"), [2] * 5)
        self.assertEqual(len(call.leg_ids), 1)

    def test_missed_call_of_a_ring_group(self):
        call = self._notify(*missed_call("101", "102"))
        self.assertEqual(call.result, "missed")
        self.assertFalse(call.extension_id)
        self.assertFalse(call.user_id)
        self.assertEqual(call.leg_ids.user_id, self.agent + self.colleague)
        self.assertEqual(call.leg_ids.mapped("result"), ["no_answer"] * 2)

    def test_outgoing_call(self):
        call = self._notify(
            outgoing("NOTIFY_OUT_START", caller_id="0"),
            outgoing("NOTIFY_OUT_END", caller_id=DID, disposition="busy", duration="0"),
        )
        self.assertRecordValues(
            call,
            [
                {
                    "direction": "outgoing",
                    "result": "busy",
                    # no signature covers the caller ID that it was made with
                    "caller_number": "101",
                    "external_number": CALLER,
                    "partner_id": self.partner.id,
                    "employee_id": self.employee.id,
                }
            ],
        )

    def test_internal_call_has_no_customer(self):
        call = self._notify(
            outgoing("NOTIFY_OUT_START", destination="102"),
            outgoing("NOTIFY_OUT_END", destination="102", disposition="answered"),
        )
        self.assertEqual(call.direction, "internal")
        self.assertFalse(call.external_number)
        self.assertFalse(call.partner_id)
        names = self.employee.name, self.other_employee.name
        self.assertEqual(call.display_name, "Internal: 101 {} → 102 {}".format(*names))

    def test_hidden_caller(self):
        call = self._notify(incoming("NOTIFY_START", caller_id="0"))
        self.assertFalse(call.external_number)
        self.assertEqual(call.partner_match, "none")
        self.assertEqual(call.display_name, "Number withheld")

    def test_answering_extension_replaces_the_one_that_rang(self):
        call = self._notify(*missed_call("101")[:2])
        self.assertEqual(call.employee_id, self.employee)
        self._notify(
            incoming("NOTIFY_ANSWER", internal="102", destination="102"),
        )
        self.assertEqual(call.employee_id, self.other_employee)
        self.assertEqual(call.user_id, self.colleague)


@tagged("post_install", "-at_install")
class TestCustomer(ZadarmaCase):
    def _call(self, caller_id):
        self.sequence = getattr(self, "sequence", 0) + 1
        return self._notify(
            incoming("NOTIFY_START", f"in_{self.sequence}", caller_id=caller_id)
        )

    def test_number_without_plus(self):
        self.assertEqual(self._call(CALLER.lstrip("+")).partner_id, self.partner)

    def test_national_numbers_on_both_sides(self):
        partner = self.env["res.partner"].create(
            {"name": "Olena", "phone": "(044) 364-57-13"}
        )
        for caller_id in ("+380443645713", "380443645713", "0443645713"):
            call = self._call(caller_id)
            self.assertEqual(call.external_number, "+380443645713")
            self.assertEqual(call.partner_id, partner)

    def test_what_is_no_telephone_number_stays_as_it_is(self):
        call = self._call("12345")
        self.assertEqual(call.external_number, "12345")
        self.assertFalse(call.partner_id)

    def test_unknown_number(self):
        call = self._call("+442079460000")
        self.assertFalse(call.partner_id)
        self.assertEqual(call.partner_match, "none")

    def test_several_contacts_are_not_decided_by_chance(self):
        self.partner.copy({"phone": self.partner.phone})
        call = self._call(CALLER)
        self.assertFalse(call.partner_id)
        self.assertEqual(call.partner_match, "ambiguous")

    def test_contact_of_another_company_is_not_matched(self):
        self.partner.company_id = self.env["res.company"].create({"name": "Other"})
        self.assertFalse(self._call(CALLER).partner_id)

    def test_customer_once_found_stays(self):
        call = self._notify(incoming("NOTIFY_START"))
        self.partner.phone = "+442079460000"
        self.env["res.partner"].create({"name": "New owner", "phone": CALLER})
        self._notify(*answered_call())
        self.assertEqual(call.partner_id, self.partner)


@tagged("post_install", "-at_install")
class TestJournal(ZadarmaCase):
    def _receive(self, params):
        with self.enter_registry_test_mode():
            answer = receive(self.account, params)
        entry = self.env["zadarma.event"].search([], order="id desc", limit=1)
        entry.invalidate_recordset()
        return answer, entry

    def test_entry_keeps_what_was_received(self):
        params = incoming("NOTIFY_START", undocumented="x")
        answer, entry = self._receive(params)
        self.assertEqual(answer, {})
        self.assertEqual(entry._said(), params)
        self.assertEqual(entry.source, "notification")
        self.assertEqual(
            set(entry.payload_text.split("\n")),
            {f"{name}: {value}" for name, value in params.items()},
        )
        # once: what a column has is not in the payload
        self.assertNotIn(params["pbx_call_id"], str(entry.payload))

    def test_entry_of_before_that_says_all_in_its_payload_is_applied_too(self):
        params = incoming("NOTIFY_END", disposition="answered", duration="7")
        with patch.object(
            zadarma_event_intake, "payload_of", lambda params, **_: params
        ):
            _answer, entry = self._receive(params)
        self.assertEqual(entry.payload, params)
        self.assertEqual(entry._said(), params)
        self.assertEqual((entry.state, entry.call_id.duration), ("applied", 7))

    def test_a_copy_with_another_secret_stores_what_is_told_again(self):
        params = incoming("NOTIFY_END", disposition="answered", duration="7")
        _answer, entry = self._receive(params)
        call = entry.call_id
        self.env["ir.config_parameter"].set_param("database.secret", "another")
        _answer, again = self._receive(params)
        self.assertNotEqual(again, entry)
        self.assertNotEqual(again.fingerprint, entry.fingerprint)
        self.assertEqual(again.signed_key, entry.signed_key)
        self.assertEqual((again.state, again.call_id), ("applied", call))
        self.assertEqual(call.duration, 7)

    def test_sms_within_a_minute_of_the_first_is_one_message(self):
        yes = {"event": "SMS", "result": '{"text":"yes"}'}
        for _time in range(3):
            _answer, entry = self._receive(yes)
        # what no signature covers does not make it another one
        self._receive({**yes, "more": "x", "pbx_call_id": IN})
        self.assertEqual(entry.delivery_count, 4)
        self._receive({**yes, "result": '{"text":"no"}'})
        # a minute later than the first, whatever came meanwhile
        self.env.cr.execute(
            "UPDATE zadarma_event SET received_at = received_at - interval '61 s'"
            " WHERE id = %s",
            [entry.id],
        )
        _answer, second = self._receive(yes)
        self.assertNotEqual(second, entry)
        entries = self.env["zadarma.event"].search([], order="id")
        self.assertEqual(entries.mapped("delivery_count"), [4, 1, 1])

    def test_entry_is_evidence(self):
        _answer, entry = self._receive(incoming("NOTIFY_START"))
        for vals in (
            {"payload": {}},
            {"source": "request"},
            {"event": "NOTIFY_END"},
            {"pbx_call_id": False},
        ):
            with self.assertRaisesRegex(UserError, "evidence"):
                entry.write(vals)

    def test_unknown_event_is_kept_and_ignored(self):
        _answer, entry = self._receive(incoming("NOTIFY_SOMETHING_NEW"))
        self.assertEqual(entry.state, "ignored")
        self.assertFalse(entry.call_id)

    def test_notification_of_no_call_is_kept_and_shown(self):
        for pbx_call_id in ("", "x' OR 1=1"):
            _answer, entry = self._receive(incoming("NOTIFY_START", pbx_call_id))
            self.assertEqual(entry.state, "failed")
            self.assertIn("pbx_call_id", entry.error)

    def test_nul_characters_are_kept_as_a_mark(self):
        _answer, entry = self._receive(incoming("NOTIFY_START", odd="a\0b"))
        self.assertEqual(entry.payload["odd"], "a\ufffdb")
        self.assertEqual(entry.state, "applied")

    def test_what_was_added_displaces_nothing_that_was_sent(self):
        params = incoming("NOTIFY_START")
        _answer, entry = self._receive(
            {**dict.fromkeys(map(str, range(40)), "x"), **params}
        )
        self.assertEqual(entry._said() | params, entry._said())
        self.assertEqual(entry.cut, "…")
        self.assertEqual(entry.call_id.caller_number, CALLER)

    @mute_logger("odoo.addons.zadarma_connector.models.journal.zadarma_event_apply")
    def test_bug_loses_nothing(self):
        Call = type(self.env["zadarma.call"])
        with patch.object(Call, "_new_links", side_effect=KeyError("bug")):
            answer, entry = self._receive(incoming("NOTIFY_START"))
        self.assertEqual(answer, {})
        self.assertEqual((entry.state, entry.error), ("received", "KeyError: 'bug'"))
        self.assertFalse(entry.call_id)
        # the job tries again, but not for ever and not in silence
        with patch.object(Call, "_new_links", side_effect=KeyError("bug")):
            for _try in range(4):
                self._apply_later()
        self.assertEqual((entry.state, entry.error), ("failed", "KeyError: 'bug'"))
        self.account.connected_at = fields.Datetime.now()
        self.assertIn("could not be computed", self.account.problems)
        # the next notification of that call applies both
        call = self._notify(*answered_call()[1:])
        self.assertEqual(entry.state, "applied")
        self.assertFalse(entry.error)
        self.assertEqual(call.partner_id, self.partner)

    def test_call_busy_for_long_is_applied_later(self):
        Event = type(self.env["zadarma.event"])
        with patch.object(Event, "_lock_calls", return_value=False):
            _answer, entry = self._receive(incoming("NOTIFY_START"))
        self.assertEqual(entry.state, "received")
        busy = psycopg2.errors.LockNotAvailable()
        with patch.object(Event, "_apply", side_effect=busy):
            _answer, entry = self._receive(incoming("NOTIFY_INTERNAL", internal="101"))
        self.assertEqual(entry.state, "received")
        self._apply_later()
        entries = self.env["zadarma.event"].search([("pbx_call_id", "=", IN)])
        self.assertEqual(entries.mapped("state"), ["applied"] * 2)
        self.assertEqual(entries.call_id.employee_id, self.employee)

    def test_no_second_connection_is_needed(self):
        """Who waits for one may do so for ever: they are held by others who wait."""
        self.account.route_to_manager = True
        params = incoming("NOTIFY_START", call_start=wall_clock())
        with self.enter_registry_test_mode(), as_request(self.env) as env:
            accounts = env["zadarma.account"]
            with patch.object(env.registry, "cursor", side_effect=PoolError):
                accounts._notified(params, signature(params), "")
                # repeated, and not genuine
                accounts._notified(params, signature(params), "")
                accounts._notified(params, "wrong", "")
        entries = self.env["zadarma.event"].search([], order="id")
        self.assertEqual(entries.mapped("event"), ["NOTIFY_START", "ROUTED"])
        self.assertEqual(entries.mapped("state"), ["applied"] * 2)

    def test_flood_of_one_call_waits_for_the_job(self):
        self.patch(zadarma_event_apply, "_FLOOD", 3)
        for number in range(4):
            _answer, entry = self._receive(incoming("NOTIFY_END", duration=str(number)))
        self.assertEqual(entry.state, "received")
        self._apply_later()
        self.assertEqual(entry.state, "applied")

    def test_malformed_id_never_becomes_a_call(self):
        for pbx_call_id in ("garbage 1", "in_" + "x" * 20_000):
            _answer, entry = self._receive(incoming("NOTIFY_START", pbx_call_id))
            self.assertEqual(entry._said()["pbx_call_id"], pbx_call_id[:64])
            self.assertEqual(
                entry.cut, "pbx_call_id" if len(pbx_call_id) > 64 else False
            )
        self.env["zadarma.event.waiting"].init()
        self._apply_later()
        self.assertFalse(self.env["zadarma.call"].search([]))

    def test_conflict_is_repeated_at_once(self):
        Event = type(self.env["zadarma.event"])
        apply = Event._apply
        conflicts = [psycopg2.errors.SerializationFailure()] * 2

        def conflicting(event, *args):
            # pgcode of an exception made by hand is read-only and empty
            if conflicts:
                event.env.cr.execute("DO $$BEGIN RAISE SQLSTATE '40001'; END$$")
            return apply(event, *args)

        def counted(event, *args):
            try:
                return conflicting(event, *args)
            except psycopg2.Error:
                conflicts.pop()
                raise

        with (
            patch.object(Event, "_apply", counted),
            mute_logger("odoo.sql_db"),
        ):
            _answer, entry = self._receive(incoming("NOTIFY_START"))
        self.assertEqual(entry.state, "applied")
        self.assertFalse(conflicts)
