# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls that are too old for anybody to know whose they were."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..models.privacy import zadarma_call_retention as retention
from .common import (
    CALLER,
    DID,
    IN,
    answered_call,
    incoming,
    missed_call,
    outgoing,
    receive,
)
from .test_reconciliation import row
from .test_recording_deletion import DeletionCase

MISSED = "in_" + "1" * 40
#: What tells whose a call was.
TELLING = (
    *("external_number", "partner_id", "note", "failure", "waiver", "res_id"),
    *("candidate_ids", "colleague_id", "proposed_partner_id", "message_ids"),
    *("document_ids", "tag_ids", "plan_ids", "copy_ids"),
)
#: What is counted.
COUNTED = (
    *("direction", "state", "result", "disposition", "date_start", "date_answer"),
    *("date_end", "duration", "wait_duration", "recorded", "ghost_answer"),
    *("person_id", "employee_id", "user_id", "extension_id", "extension_number"),
    *("callback_state", "time_to_call_back", "routing_rule", "outcome_id"),
)


class RemovalCase(DeletionCase):
    def age(self, **ago):
        """Let time go by, and the nightly job run."""
        self.clock.tick(timedelta(**ago))
        self.run_job("cron_empty")

    def figures(self):
        """All that the statistics count, by day and result, and by person."""
        self.env.flush_all()
        measures = ["__count", "incoming:sum", "answered:sum", "missed:sum"]
        measures += ["talk:sum", "wait:avg", "time_to_call_back:avg", "reach_rate:avg"]
        report = self.env["zadarma.call.report"]
        return [
            report._read_group(domain, groups, measures)
            for domain, groups in (
                ([], ["date:day", "result"]),
                ([], ["person_id", "direction", "hour"]),
                ([("direction", "=", "incoming")], ["called_number"]),
            )
        ]

    def stored(self, calls):
        """All that is stored of calls, and of their legs."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT to_jsonb(call) FROM zadarma_call call WHERE id IN %s ORDER BY id",
            [calls._ids],
        )
        told = self.env.cr.fetchall()
        self.env.cr.execute(
            "SELECT to_jsonb(leg) FROM zadarma_call_leg leg"
            " WHERE call_id IN %s ORDER BY id",
            [calls._ids],
        )
        return told, self.env.cr.fetchall()


@tagged("post_install", "-at_install")
class TestRemovalByAge(RemovalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.call_months = 6

    def calls(self):
        """A talk with a recording, a missed call, one that was dialled."""
        recording = self.kept()
        talk = recording.call_id
        recording._take_transcript([{"text": "private", "start": 0, "channel": 1}])
        talk.with_user(self.agent).card_note("wants bread")
        missed = self._notify(
            *missed_call("101", pbx_call_id=MISSED, call_start="2026-10-05 14:04:22")
        )
        dialled = self._notify(
            outgoing("NOTIFY_OUT_START"),
            outgoing("NOTIFY_OUT_END", disposition="no answer", duration="0"),
        )
        self.run_job("cron_follow_up")
        return talk + missed + dialled

    def test_names_and_numbers_go_and_figures_stay(self):
        calls = self.calls()
        self.assertEqual(calls.partner_id, self.partner)
        self.assertTrue(calls[0].message_ids)
        plan = calls[0].card_plan(self.env.ref("mail.mail_activity_data_todo").id)
        document = self.env["hr.department"].create({"name": "Bakers"})
        calls[0].add_document(document._name, document.id)
        calls[0].card_tags(self.env["zadarma.call.tag"].create({"name": "Oven"}).ids)
        self.assertEqual(document.zadarma_document_call_count, 1)
        lines, file = calls.message_ids, calls.recording_ids.attachment_id
        self.assertEqual(set(lines.mapped("model")), {"res.partner", document._name})
        waiting = self.env["zadarma.waiting.caller"].search([("number", "=", CALLER)])
        self.assertTrue(waiting)
        counted, figures = calls.read(COUNTED), self.figures()
        self.age(days=170)
        self.assertFalse(any(calls.mapped("sealed_at")))
        self.age(days=20)
        self.assertTrue(all(calls.mapped("sealed_at")))
        for call in calls:
            self.assertFalse(any(call[name] for name in TELLING))
            self.assertEqual(call.display_name, "Removed")
        self.assertEqual(calls.read(COUNTED), counted)
        self.assertEqual(self.figures(), figures)
        self.assertEqual(calls[0].called_number, f"+{DID}")
        self.assertEqual(calls[2].caller_number, "101")
        self.assertFalse(calls[0].caller_number or calls[2].called_number)
        document.invalidate_recordset()
        self.assertFalse(document.zadarma_document_call_count)
        self.assertFalse((lines | waiting.message_ids).exists() or file.exists())
        self.assertFalse(waiting.exists())
        self.assertFalse(self.env["mail.activity"].browse(plan["id"]).exists())
        self.assertEqual(calls.recording_ids.state, "deleted")
        self.assertFalse(calls.recording_ids.transcript)
        entries = calls.event_ids
        self.assertEqual(set(entries.mapped("state")), {"sealed"})
        self.assertFalse(any(entries.mapped("payload")))
        self.assertFalse(any(entries.mapped("payload_text")))
        for entry in entries:
            # no key of what was said: whoever has the database could try numbers out
            self.assertFalse(entry.signed_key)
            self.assertTrue(entry.fingerprint.startswith("sealed "))
        report = self.env["zadarma.privacy.report"].search([])
        self.assertEqual(
            (
                report.kind,
                report.call_count,
                report.recording_count,
                report.transcript_count,
            ),
            ("retention", 3, 1, 1),
        )
        self.assertEqual(
            (report.note_count, report.activity_count, report.waiting_count), (1, 1, 1)
        )
        self.assertEqual(report.entry_count, len(entries))

    def test_computing_all_again_changes_nothing(self):
        calls = self.calls()
        entries = calls.event_ids
        self.age(days=200)
        before, figures = self.stored(calls), self.figures()
        with self.enter_registry_test_mode():
            entries.action_apply_again()
        self.env.invalidate_all()
        self.assertEqual(self.stored(calls), before)
        self.assertEqual(self.figures(), figures)
        self.run_job("cron_apply")
        self.run_job("cron_follow_up")
        self.run_job("cron_close")
        self.fetch()
        self.assertEqual(self.stored(calls), before)
        self.assertEqual(self.env["zadarma.call"].search_count([]), 3)

    def test_what_is_told_later_is_only_counted(self):
        calls = self.calls()
        self.age(days=200)
        before = self.stored(calls)
        count = self.env["zadarma.event"].search_count([])
        deliveries = sum(calls.event_ids.mapped("delivery_count"))
        told = [
            answered_call()[0],
            incoming("NOTIFY_END", MISSED, duration="9", disposition="answered"),
        ]
        with self.enter_registry_test_mode():
            for params in told:
                self.assertEqual(receive(self.account, params), {})
        self.env.invalidate_all()
        self.assertEqual(self.stored(calls), before)
        self.assertEqual(self.env["zadarma.event"].search_count([]), count)
        self.assertEqual(sum(calls.event_ids.mapped("delivery_count")), deliveries + 2)

    def test_an_import_does_not_bring_it_back(self):
        call = self.calls()[0]
        self.age(days=200)
        before = self.stored(call)
        self.zadarma.answers["/v1/statistics/pbx/"] = {"stats": [row()]}
        run = self.env["zadarma.reconciliation"].create(
            {
                "account_id": self.account.id,
                "date_from": "2026-10-05 00:00:00",
                "date_to": "2026-10-06 00:00:00",
            }
        )
        self.run_job("cron_reconcile")
        self.assertEqual((run.state, run.error, run.unapplied), ("done", False, False))
        self.assertEqual((run.added, run.corrected, run.doubted), (0, 0, 0))
        self.assertEqual(self.stored(call), before)
        self.assertFalse(
            self.env["zadarma.event"].search([("payload", "ilike", CALLER[1:])])
        )

    def test_a_fact_that_was_stored_meanwhile_is_emptied_with_its_call(self):
        call = self.calls()[0]
        self.age(days=200)
        before = self.stored(call)
        # another server stored it before it could see that the call was emptied
        late = self.env["zadarma.event"].create(
            {
                "account_id": self.account.id,
                "source": "notification",
                "event": "NOTIFY_END",
                "pbx_call_id": IN,
                "payload": answered_call()[3],
                "fingerprint": "late",
                "received_at": self.env.cr.now(),
            }
        )
        self.env.flush_all()
        with self.enter_registry_test_mode():
            late._apply_now(self.account.id, [IN])
        self.env.invalidate_all()
        self.assertEqual((late.state, late.payload), ("sealed", {}))
        self.assertNotEqual(late.fingerprint, "late")
        self.assertEqual(self.stored(call), before)

    def test_a_call_without_entries_does_not_come_back_either(self):
        call = self._notify(*missed_call("101"))
        call.event_ids.unlink()
        self.age(days=200)
        self.assertTrue(call.sealed_at)
        self._notify(*missed_call("101"))
        self.assertFalse(call.external_number or call.caller_number)

    def test_what_is_kept_wins(self):
        calls = self.calls()
        with self.assertRaises(AccessError):
            calls[1].with_user(self.agent).action_keep()
        calls[1].with_user(self.supervisor).action_keep()
        calls.recording_ids.keep = True
        self.age(days=200)
        self.assertEqual([bool(call.sealed_at) for call in calls], [0, 0, 1])
        calls[1].with_user(self.supervisor).action_keep()
        calls.recording_ids.keep = False
        self.run_job("cron_empty")
        self.assertTrue(all(calls.mapped("sealed_at")))

    def test_a_hold_of_the_company_wins(self):
        self.account.recording_days = 30
        calls = self.calls()
        self.company.zadarma_hold = True
        self.age(days=200)
        self.run_job("cron_retention")
        self.assertFalse(any(calls.mapped("sealed_at")))
        self.assertEqual(calls.recording_ids.state, "kept")
        with self.assertRaisesRegex(UserError, "keeps all calls"):
            calls[0]._forget()
        self.company.zadarma_hold = False
        self.run_job("cron_empty")
        self.assertTrue(all(calls.mapped("sealed_at")))

    def test_zadarmas_copies_can_be_chosen_wherever_they_would_go(self):
        for values in ({"recording_days": 0}, {"recording_days": 30, "call_months": 0}):
            self.account.write({"delete_remotely": False, **values})
            with self.subTest(**values), Form(self.account) as form:
                form.delete_remotely = True
            self.assertTrue(self.account.delete_remotely)

    def test_a_kept_call_keeps_its_recording(self):
        self.account.write({"recording_days": 30, "call_months": 0})
        recording = self.kept()
        recording.call_id.keep = True
        self.clock.tick(timedelta(days=99))
        self.run_job("cron_retention")
        self.assertEqual(recording.state, "kept")

    def test_what_tells_of_no_call_goes_as_well(self):
        self.account.call_months = 1
        with self.enter_registry_test_mode():
            receive(
                self.account,
                {"event": "SMS", "result": f'{{"caller_id": "{CALLER}"}}'},
            )
        entry = self.env["zadarma.event"].search([("event", "=", "SMS")])
        self.assertTrue(entry)
        self.env.cr.execute(
            "UPDATE zadarma_event SET received_at = '2026-10-05' WHERE id = %s",
            [entry.id],
        )
        entry.invalidate_recordset()
        self.age(days=20)
        self.assertTrue(entry.exists())
        self.age(days=20)
        self.assertFalse(entry.exists())

    def test_a_call_with_which_it_fails_holds_up_no_other(self):
        calls = self.calls()
        Call = type(self.env["zadarma.call"])
        real = Call._empty_columns

        def fail(self):
            if calls[1] in self:
                raise ValueError("a bug")
            real(self)

        self.patch(Call, "_empty_columns", fail)
        with self.assertLogs("odoo.addons.zadarma_connector", "ERROR") as logs:
            self.age(days=200)
        self.assertEqual([bool(call.sealed_at) for call in calls], [1, 0, 1])
        self.assertIn(f"[{calls[1].id}]", logs.output[-1])

    def test_what_is_wrong_with_all_is_logged_once(self):
        calls = self.calls()

        def fail(self):
            raise ValueError("a bug")

        self.patch(type(self.env["zadarma.call"]), "_empty_columns", fail)
        with self.assertLogs("odoo.addons.zadarma_connector", "ERROR") as logs:
            self.age(days=200)
        self.assertFalse(any(calls.mapped("sealed_at")))
        self.assertEqual(len(logs.output), 2, logs.output)
        self.assertIn("ValueError", logs.output[0])
        self.assertIn("3 calls", logs.output[1])

    def test_a_hold_that_begins_meanwhile_wins(self):
        calls = self.calls()
        self.patch(retention, "_BATCH", 1)
        Call = type(self.env["zadarma.call"])
        real = Call._empty_columns

        def empty(self):
            real(self)
            self.company_id.zadarma_hold = True

        self.patch(Call, "_empty_columns", empty)
        self.age(days=200)
        self.assertEqual([bool(call.sealed_at) for call in calls], [1, 0, 0])

    def test_it_is_rehearsed_before_it_is_switched_on(self):
        self.account.call_months = 0
        calls = self.calls()
        calls[1].keep = True
        self.age(days=200)
        self.assertFalse(any(calls.mapped("sealed_at")))
        action = self.account.action_rehearse_retention()
        rehearsal = self.env[action["res_model"]].with_context(**action["context"])
        rehearsal = rehearsal.create({"months": 6})
        self.assertEqual(
            (rehearsal.calls, rehearsal.recordings, rehearsal.kept), (2, 1, 1)
        )
        rehearsal.months = 12
        self.assertEqual((rehearsal.calls, rehearsal.kept), (0, 0))
        rehearsal.months = 0
        self.assertIn("1 to 1200", rehearsal.trouble)
        with self.assertRaises(ValidationError):
            rehearsal.action_switch_on()
        rehearsal.months = 6
        rehearsal.action_switch_on()
        self.assertEqual(self.account.call_months, 6)
        self.run_job("cron_empty")
        self.assertEqual([bool(call.sealed_at) for call in calls], [1, 0, 1])

    def test_nothing_is_added_to_an_emptied_call(self):
        call = self.calls()[0]
        self.age(days=200)
        with self.assertRaisesRegex(UserError, "removed for good"):
            call.with_user(self.supervisor).card_note("it was Orchard Lane")
        document = self.env["hr.department"].create({"name": "Bakers"})
        with self.assertRaisesRegex(UserError, "removed for good"):
            call.add_document(document._name, document.id)
        with self.assertRaisesRegex(UserError, "removed for good"):
            call.card_tags(self.env["zadarma.call.tag"].create({"name": "Oven"}).ids)
        with self.assertRaisesRegex(UserError, "removed for good"):
            call._make_document(document._name, document.copy)
        call.with_user(self.supervisor).action_request_recordings()
        self.fetch()
        self.assertEqual(call.recording_ids.state, "deleted")
        self.assertFalse(call.can_identify)
        [card] = call.with_user(self.supervisor).card_data()
        self.assertFalse(card["canPutOn"] or card["documents"] or card["figures"])
        # nor is one fetched that nobody knew of
        call.recording_ids.unlink()
        self.assertFalse(call.recording_state)
        with self.assertRaises(UserError):
            call.with_user(self.supervisor).action_request_recordings()
