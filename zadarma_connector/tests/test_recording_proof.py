# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Hearing, transcripts and deletion rest on what an outsider cannot write.

The attacks are made with what one caught notification allows: every parameter that
Zadarma does not sign.
"""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CALLER, IN, answered_call, incoming, outgoing, receive
from .test_recording import OTHER_PART, PART, RecordingCase
from .test_recording_deletion import DELETED, OTHER, REQUEST, DeletionCase
from .test_recording_transcript import SPEECH


def row(pbx_call_id=IN, **values):
    """A row of statistics of an answered call of the tests."""
    return {
        "event": "STATISTICS",
        "call_id": PART,
        "sip": CALLER,
        "clid": CALLER,
        "destination": "102",
        "callstart": "2026-10-05 14:03:22",
        "disposition": "answered",
        "seconds": "42",
        "is_recorded": "true",
        "pbx_call_id": pbx_call_id,
        **values,
    }


def stolen_answer(**values):
    """ANSWER with the agent's own extension on the colleague's call: not signed."""
    return incoming("NOTIFY_ANSWER", **{"internal": "101", "destination": "", **values})


@tagged("post_install", "-at_install")
class TestHearing(RecordingCase):
    def setUp(self):
        super().setUp()
        self.zadarma_has(PART, extension="102")

    def listed(self, *rows):
        """Put rows of statistics into the journal, and compute their calls."""
        journal = self.env["zadarma.event"]
        with self.enter_registry_test_mode():
            for one in rows:
                journal._store(self.account.id, "statistics", one)
            journal._apply_now(self.account.id, [rows[0]["pbx_call_id"]])
        self.env.invalidate_all()

    def assertHears(self, call, *users):
        for user in self.agent | self.colleague:
            own = call.with_user(user)
            self.assertEqual(own.can_listen, user in users, user.login)
            found = own.search([("id", "=", call.id), ("can_listen", "=", True)])
            self.assertEqual(bool(found), user in users, user.login)
            seen = self.env["zadarma.recording"].with_user(user)
            seen = seen.search([("call_id", "=", call.id)])
            self.assertEqual(seen, call.recording_ids if user in users else seen[:0])

    def test_claims_give_nobody_a_right(self):
        forged = (
            stolen_answer(),
            stolen_answer(destination="101"),
            incoming("NOTIFY_INTERNAL", internal="101", transfer_from="101"),
            incoming(
                "NOTIFY_END",
                internal="101",
                last_internal="101",
                duration="42",
                disposition="answered",
                is_recorded="1",
            ),
        )
        for number, one in enumerate(forged):
            with self.subTest(one["event"]):
                part = f"145831331{number}.343456"
                pbx_call_id = f"in_{number}" + "f" * 39
                start = f"2026-10-05 14:0{number}:22"
                told = [
                    {**told, "call_start": start}
                    for told in answered_call("102", pbx_call_id, part)
                ]
                forged_one = {**one, "pbx_call_id": pbx_call_id, "call_start": start}
                call = self._notify(*told[:-2], forged_one, *told[-2:])
                self.assertHears(call)
                self.zadarma_has(part, extension="102")
                self.fetch()
                self.assertEqual(call.recording_ids.state, "kept")
                self.assertHears(call, self.colleague)
                # afterwards no more than before
                self._notify({**forged_one, "duration": "43"})
                self.assertHears(call, self.colleague)

    def test_forged_outgoing_call_gives_no_right(self):
        call = self._notify(
            outgoing("NOTIFY_OUT_START", internal="101"),
            outgoing(
                "NOTIFY_OUT_END",
                internal="101",
                duration="42",
                disposition="answered",
                is_recorded="1",
            ),
        )
        self.assertHears(call)
        self.assertTrue(call.with_user(self.agent).being_checked)
        self.fetch()
        self.assertEqual(call.recording_ids.state, "kept")
        self.assertHears(call)
        self.assertFalse(call.with_user(self.agent).being_checked)

    def test_who_spoke_hears_it_when_the_file_is_there(self):
        call = self._notify(*answered_call("102"))
        own = call.with_user(self.colleague)
        self.assertTrue(own.being_checked)
        self.assertFalse(call.with_user(self.agent).being_checked)
        own.action_request_recordings()
        self.assertEqual(own.recording_progress(), {"waiting": 1})
        self.assertHears(call)
        self.fetch()
        self.assertHears(call, self.colleague)
        self.assertFalse(own.being_checked)
        self.assertTrue(call.recording_ids.with_user(self.colleague).listen())
        with self.assertRaises(AccessError):
            call.recording_ids.with_user(self.agent).listen()

    def test_who_spoke_hears_it_remotely_too(self):
        self.account.play_record_remotely = True
        call = self._notify(*answered_call("102"), stolen_answer())
        self.zadarma_has()
        self.fetch()
        self.assertHears(call)
        self.assertEqual(call.recording_ids.state, "remote")
        self.zadarma_has(PART, extension="102")
        self.clock.tick(timedelta(minutes=2))
        self.fetch()
        self.assertHears(call, self.colleague)
        # once proved, it is not asked for any more
        asked = self.asked()
        self.clock.tick(timedelta(minutes=10))
        self.fetch()
        self.assertEqual(self.asked(), asked)

    def test_what_is_never_there_remotely_is_asked_for_a_day(self):
        self.account.play_record_remotely = True
        self.zadarma_has()
        recording = self.kept(*answered_call("102"))
        for _hour in range(26):
            self.clock.tick(timedelta(hours=1))
            self.fetch()
        self.assertEqual(recording.state, "never")

    def test_statistics_prove_who_spoke(self):
        call = self._notify(*answered_call("102"), stolen_answer())
        unanswered = {"disposition": "no answer", "seconds": "0"}
        rung = row(call_id=OTHER_PART, destination="101", **unanswered)
        self.listed(row(), rung)
        self.assertHears(call, self.colleague)

    def test_who_may_not_hear_has_nothing_transcribed(self):
        recording = self.kept(*answered_call("102"), stolen_answer())
        recording.call_id.with_user(self.agent).request_transcripts()
        self.assertFalse(recording.transcript_state)

    def test_file_without_a_parts_name_is_asked_for_once(self):
        self.account.play_record_remotely = True
        name = "https://api.zadarma.com/v1/pbx/record/download/x/1.mp3"
        self.zadarma.answers[REQUEST] = {"links": [name]}
        call = self._notify(*answered_call("102")[:-2])
        call.recorded = True
        call.state = "ended"
        self.fetch()
        self.assertEqual(call.recording_ids.mapped("pbx_leg_id"), [False])
        self.assertHears(call)
        self.clock.tick(timedelta(hours=1))
        self.fetch()
        self.assertEqual(self.asked(), 1)

    def test_proof_outlives_what_comes_later(self):
        recording = self.kept(*answered_call("102"))
        call = recording.call_id
        self.listed(row(call_id=OTHER_PART))
        self.assertHears(call, self.colleague)


@tagged("post_install", "-at_install")
class TestParts(DeletionCase):
    """END and RECORD name a part of another call."""

    def setUp(self):
        super().setUp()
        # ours has a file of its own, the colleague's is what the forged part names
        self.zadarma_has(PART)

    def _with_forged_part(self):
        told = answered_call()
        end = {**told[3], "call_id_with_rec": OTHER_PART}
        return self._notify(*told[:3], end, told[4])

    def _part(self, call, part):
        return call.recording_ids.filtered(lambda one: one.pbx_leg_id == part)

    def test_part_of_another_call_is_neither_fetched_nor_asked_for(self):
        call = self._with_forged_part()
        self.fetch()
        self.assertEqual(self._part(call, PART).state, "kept")
        forged = self._part(call, OTHER_PART)
        self.assertEqual((forged.state, forged.proved), ("not_yet", False))
        forged._request_transcript()
        self.assertFalse(forged.transcript_state)
        self.account.play_record_remotely = True
        forged.state = "remote"
        with self.assertRaisesRegex(UserError, "does not have this recording"):
            forged.with_user(self.supervisor).listen()
        self.assertNotIn(OTHER_PART, str(self.zadarma.requests))

    def test_part_of_another_call_is_not_deleted(self):
        self.account.write({"recording_days": 30, "delete_remotely": True})
        call = self._with_forged_part()
        self.fetch()
        # one is kept, so that the call as a whole is not deleted
        self._part(call, PART).keep = True
        self.clock.tick(timedelta(days=31))
        self.zadarma.answers[REQUEST] = DELETED
        self.run_job("cron_retention")
        self.run_job("cron_delete_remotely")
        self.assertEqual(self._part(call, OTHER_PART).state, "deleted")
        self.assertFalse(self.deletions())
        self._part(call, PART).keep = False
        self.run_job("cron_retention")
        self.run_job("cron_delete_remotely")
        self.assertEqual(self.deletions(), [{"pbx_call_id": [IN]}])

    def test_part_is_of_the_first_call_that_it_is_proved_of(self):
        first = self.kept()
        second = self.kept(*answered_call(pbx_call_id=OTHER))
        self.assertEqual((first.state, first.proved), ("kept", True))
        self.assertEqual((second.state, second.proved), ("not_yet", False))

    def test_call_in_doubt_is_not_deleted(self):
        call = self._notify(*answered_call())
        call.in_doubt = True
        recordings = self.env["zadarma.recording"]._expect(call)
        recordings._forget("person", True)
        self.zadarma.answers[REQUEST] = DELETED
        self.run_job("cron_delete_remotely")
        self.assertFalse(self.deletions())
        call.in_doubt = False
        self.run_job("cron_delete_remotely")
        self.assertEqual(self.deletions(), [{"pbx_call_id": [IN]}])


@tagged("post_install", "-at_install")
class TestTimes(DeletionCase):
    def test_moved_start_deletes_nothing(self):
        self.account.write({"recording_days": 30, "delete_remotely": True})
        recording = self.kept()
        call = recording.call_id
        self._notify(incoming("NOTIFY_START", callstart="2001-01-01 00:00:00"))
        # whatever moved it
        call.date_start = "2001-01-01 00:00:00"
        self.run_job("cron_retention")
        self.run_job("cron_delete_remotely")
        self.assertEqual(recording.state, "kept")
        self.assertFalse(self.deletions())
        # history is what statistics tell
        call.confirmed = True
        self.run_job("cron_retention")
        self.assertEqual(recording.state, "deleted")


@tagged("post_install", "-at_install")
class TestTrouble(DeletionCase):
    def setUp(self):
        super().setUp()
        self.account.connected_at = "2026-10-05 11:00:00"
        self.account.polling = True

    def test_account_that_is_not_let_in_loses_no_recording(self):
        self.zadarma.answers[REQUEST] = (401, {}, "{}")
        recording = self.kept()
        for _day in range(3):
            self.clock.tick(timedelta(days=1))
            self.fetch()
        self.assertEqual((recording.state, recording.attempts), ("waiting", 0))
        self.zadarma_has(PART)
        self.fetch()
        self.assertEqual(recording.state, "kept")

    def test_refused_deletion_ends_and_is_reported(self):
        recording = self.kept()
        report = recording._forget("person", True)
        error = '{"status": "error", "message": "Not permitted"}'
        self.zadarma.answers[REQUEST] = (400, {}, error)
        for _day in range(9):
            self.run_job("cron_delete_remotely")
        self.assertEqual(len(self.deletions()), 7)
        self.assertEqual((report.pending, report.refused), (0, 1))
        self.assertIn("Not permitted", recording.reason)

    def test_trouble_with_deleting_is_tried_on_and_told(self):
        recording = self.kept()
        report = recording._forget("person", True)
        self.zadarma.answers[REQUEST] = (502, {}, "Bad Gateway")
        for _day in range(9):
            self.run_job("cron_delete_remotely")
        self.assertEqual((report.pending, report.refused), (1, 0))
        self.assertIn("could not be deleted for days", self.account.problems)

    def test_what_ends_the_worker_is_told(self):
        recording = self.kept()
        self.assertFalse(self.account.problems)
        for values in (
            {"state": "waiting", "attempts": 5},
            {"state": "not_yet", "requested_at": "2026-10-01 00:00:00"},
            {"transcript_state": "in_progress", "transcript_attempts": 10},
        ):
            with self.subTest(values):
                recording.write({"state": "kept", "attempts": 0, **values})
                self.account.invalidate_recordset(["problems"])
                self.assertIn("never finished", self.account.problems)
                recording.write({"state": "kept", "transcript_state": False})
        self.account.invalidate_recordset(["problems"])
        self.assertFalse(self.account.problems)


@tagged("post_install", "-at_install")
class TestAnnouncement(DeletionCase):
    def _announce(self, **params):
        with self.enter_registry_test_mode():
            receive(
                self.account,
                {
                    "event": "SPEECH_RECOGNITION",
                    "result": '{"words": [{"channel": 1, "result": []}]}',
                    "pbx_call_id": IN,
                    **params,
                },
            )
        self.env.invalidate_all()

    def test_announced_transcript_is_asked_for_at_once(self):
        recording = self.kept()
        recording._request_transcript()
        self.zadarma.answers[SPEECH] = {"recognitionStatus": "in progress"}
        self.run_job("cron_transcripts")
        due = recording.transcript_next_try_at
        for part in ("", "x\0", OTHER_PART):
            self._announce(call_id=part)
        self.assertEqual(recording.transcript_next_try_at, due)
        self._announce(call_id=PART)
        self.assertLess(recording.transcript_next_try_at, due)
        # never its content
        self.assertFalse(recording.transcript)
        self.run_job("cron_transcripts")
        due = recording.transcript_next_try_at
        # nor may it use up the attempts
        self._announce(call_id=PART, lang="en")
        self.assertEqual(recording.transcript_next_try_at, due)
