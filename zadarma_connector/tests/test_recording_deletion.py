# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..zadarma_api import download
from .common import CALLER, IN, answered_call
from .test_recording import (
    OTHER_PART,
    REQUEST,
    RecordingCase,
    path,
    transferred_call,
)
from .test_recording_transcript import SPEECH, WORDS

OTHER = "in_" + "d" * 40
DELETED = {"file_name": "1.mp3"}


class DeletionCase(RecordingCase):
    def run_job(self, name):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(f"zadarma_connector.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def deletions(self):
        """What Zadarma was asked to delete."""
        return [body for verb, _path, body in self.zadarma.requests if verb == "DELETE"]

    def two(self):
        """The recordings of two calls."""
        first = self.kept()
        self.zadarma_has(OTHER_PART)
        return first + self.kept(*answered_call(pbx_call_id=OTHER, part=OTHER_PART))

    def transcribed(self):
        recording = self.kept()
        recording._take_transcript([{"text": "private", "start": 0, "channel": 1}])
        return recording


@tagged("post_install", "-at_install")
class TestRetention(DeletionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.recording_days = 30

    def test_old_recordings_are_deleted_and_reported(self):
        recording = self.transcribed()
        file = recording.attachment_id
        self.clock.tick(timedelta(days=29))
        self.run_job("cron_retention")
        self.assertEqual(recording.state, "kept")
        self.clock.tick(timedelta(days=2))
        self.run_job("cron_retention")
        self.assertEqual(recording.state, "deleted")
        self.assertFalse(file.exists())
        self.assertFalse(recording.transcript or recording.transcript_phrases)
        self.assertFalse(self.deletions())
        report = self.env["zadarma.recording.deletion"].search([])
        self.assertEqual(
            (report.kind, report.recordings, report.files, report.transcripts),
            ("retention", 1, 1, 1),
        )
        self.assertFalse(report.at_zadarma or report.pending)
        # for good: neither the job nor a user brings it back
        self.fetch()
        recording.call_id.with_user(self.agent).request_recordings()
        self.assertEqual(recording.state, "deleted")
        with self.assertRaisesRegex(UserError, "was deleted"):
            recording.with_user(self.agent).listen()
        self.run_job("cron_retention")
        self.assertEqual(report.search_count([]), 1)

    def test_marked_recordings_are_kept(self):
        recording = self.kept()
        call = recording.call_id
        with self.assertRaises(AccessError):
            call.with_user(self.agent).action_keep_recordings()
        call.with_user(self.supervisor).action_keep_recordings()
        self.assertTrue(call.has_kept_recordings)
        self.clock.tick(timedelta(days=99))
        self.run_job("cron_retention")
        self.assertEqual(recording.state, "kept")
        call.with_user(self.supervisor).action_keep_recordings()
        self.run_job("cron_retention")
        self.assertEqual(recording.state, "deleted")

    def test_days_are_not_negative(self):
        with self.assertRaisesRegex(ValidationError, "0 keeps them for ever"):
            self.account.recording_days = -1

    def test_without_days_nothing_is_deleted(self):
        self.account.recording_days = 0
        recording = self.kept()
        self.clock.tick(timedelta(days=9999))
        self.run_job("cron_retention")
        self.assertEqual(recording.state, "kept")
        with self.assertRaises(ValidationError):
            self.account.recording_days = -1

    def test_zadarma_deletes_too(self):
        self.account.delete_remotely = True
        recording = self.kept()
        self.clock.tick(timedelta(days=31))
        self.zadarma.answers[REQUEST] = (429, {"Retry-After": "30"}, "{}")
        self.run_job("cron_retention")
        report = self.env["zadarma.recording.deletion"].search([])
        self.assertEqual(report.pending, 1)
        self.run_job("cron_delete_remotely")
        self.assertEqual(report.pending, 1)
        self.env["zadarma.limiter"].search([]).blocked_until = 0
        self.zadarma.answers[REQUEST] = (502, {}, "Bad Gateway")
        self.run_job("cron_delete_remotely")
        self.assertEqual(report.pending, 1)
        self.zadarma.answers[REQUEST] = DELETED
        self.run_job("cron_delete_remotely")
        self.assertEqual(report.pending, 0)
        self.assertEqual(self.deletions()[-1], {"pbx_call_id": [IN]})
        self.assertFalse(recording.delete_remotely)
        asked = len(self.deletions())
        self.run_job("cron_delete_remotely")
        self.assertEqual(len(self.deletions()), asked)

    def test_what_zadarma_does_not_have_counts_as_deleted(self):
        self.account.delete_remotely = True
        self.kept()
        self.clock.tick(timedelta(days=31))
        self.zadarma_has()
        self.run_job("cron_retention")
        self.run_job("cron_delete_remotely")
        self.assertEqual(self.env["zadarma.recording.deletion"].search([]).pending, 0)

    def test_zadarma_deletes_what_nobody_asked_for(self):
        self.account.delete_remotely = True
        call = self._notify(*answered_call())
        self.clock.tick(timedelta(days=31))
        self.zadarma.answers[REQUEST] = DELETED
        self.run_job("cron_retention")
        self.run_job("cron_delete_remotely")
        self.assertEqual(call.recording_ids.state, "deleted")
        self.assertEqual(self.deletions(), [{"pbx_call_id": [IN]}])

    def _failing(self, method, bad):
        """Let a method of a record's model fail for this record."""
        original = getattr(type(bad), method)

        def fail(record, *arguments):
            if record == bad:
                raise RuntimeError("a bug")
            return original(record, *arguments)

        self.enterContext(mute_logger("odoo.addons.zadarma_connector.tools.job"))
        return patch.object(type(bad), method, fail)

    def test_one_that_cannot_be_deleted_is_not_the_others(self):
        bad, good = self.two()
        self.clock.tick(timedelta(days=31))
        with self._failing("_forget_recordings", bad.call_id):
            self.run_job("cron_retention")
        self.assertEqual((bad.state, good.state), ("kept", "deleted"))
        self.assertEqual(
            (bad.reason, bad.call_id.retention_attempts), ("RuntimeError", 1)
        )
        self.run_job("cron_retention")
        self.assertEqual(bad.state, "deleted")
        # one report a day
        report = self.env["zadarma.recording.deletion"].search([])
        self.assertEqual((report.recordings, report.files), (2, 2))
        self.assertEqual(report.recording_ids, bad | good)

    def test_absurd_days_of_one_account_are_not_the_others(self):
        recording = self.kept()
        other = self.env["zadarma.account"].create(
            {"api_key": "other", "api_secret": "x", "recording_days": 2**31 - 1}
        )
        self.assertTrue(other)
        self.clock.tick(timedelta(days=31))
        self.run_job("cron_retention")
        self.assertEqual(recording.state, "deleted")

    def test_one_that_zadarma_does_not_delete_is_not_the_others(self):
        self.account.delete_remotely = True
        bad, good = self.two()
        self.clock.tick(timedelta(days=31))
        self.run_job("cron_retention")
        self.zadarma.answers[REQUEST] = DELETED
        with self._failing("_delete_at_zadarma", bad):
            self.run_job("cron_delete_remotely")
        self.assertEqual((bad.delete_remotely, good.delete_remotely), (True, False))
        self.assertEqual((bad.reason, bad.delete_attempts), ("RuntimeError", 1))
        self.run_job("cron_delete_remotely")
        self.assertFalse(bad.delete_remotely or bad.reason)


@tagged("post_install", "-at_install")
class TestForgetting(DeletionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            login="manager",
            groups="base.group_user,zadarma_connector.group_zadarma_admin",
        )

    def _forget_person(self, **values):
        """Forget the person; return the report, and what was deleted of recordings."""
        request = self.env["zadarma.person.request"].with_user(self.manager)
        action = request.create(
            {"partner_id": self.partner.id, **values}
        ).action_forget()
        report = self.env[action["res_model"]].browse(action["res_id"])
        return report, report.deletion_ids

    def test_all_recordings_of_a_person_are_forgotten(self):
        recording = self.transcribed()
        # a call of their number that was linked to nobody
        unlinked = self._notify(*answered_call(pbx_call_id=OTHER))
        unlinked.partner_id = False
        # statistics know it
        unlinked.in_doubt = False
        self.zadarma.answers[REQUEST] = DELETED
        calls = recording.call_id | unlinked
        report, deletion = self._forget_person()
        self.assertEqual((report.call_count, deletion.recordings), (2, 2))
        self.assertEqual((deletion.kind, deletion.user_id), ("person", self.manager))
        self.assertNotIn(self.partner.name, str(deletion.read()))
        self.assertEqual(set(calls.recording_ids.mapped("state")), {"deleted"})
        self.assertFalse(recording.transcript)
        self.run_job("cron_delete_remotely")
        self.assertEqual(len(self.deletions()), 2)
        self.assertEqual((deletion.pending, report.pending_count), (0, 0))
        again, _deletion = self._forget_person()
        self.assertEqual(again.recording_count, 0)

    def test_case_06_all_numbers_of_a_person_are_forgotten(self):
        self.partner.phone = "044 222 33 44 / +44 20 3769 1880 (mother)"
        self.env["zadarma.relink"].search([]).unlink()
        unlinked = self._notify(*answered_call(pbx_call_id=OTHER))
        unlinked.partner_id = False
        report, _deletion = self._forget_person()
        self.assertEqual(report.call_count, 1)
        self.assertEqual(set(unlinked.recording_ids.mapped("state")), {"deleted"})

    def _forgotten_while(self, module, name):
        """Have all forgotten while a function of a module does its work."""
        original = getattr(module, name)

        def forget_meanwhile(*arguments, **named):
            result = original(*arguments, **named)
            self._forget_person(at_zadarma=False)
            self.env.flush_all()
            return result

        return patch.object(module, name, forget_meanwhile)

    def test_what_is_forgotten_while_it_is_fetched_stays_forgotten(self):
        call = self._notify(*transferred_call())
        with self._forgotten_while(download, "download"):
            self.fetch()
        self.assertEqual(self.asked(path()), 1)
        # neither the part that came nor the one that Zadarma does not have yet
        self.assertEqual(call.recording_ids.mapped("state"), ["deleted"] * 2)
        self.assertFalse(call.recording_ids.attachment_id)

    def test_what_is_forgotten_before_its_turn_gets_no_transcript(self):
        recordings = self.two()
        recordings._request_transcript()
        self.zadarma.answers[SPEECH] = {
            "recognitionStatus": "recognized",
            "words": WORDS,
        }
        first, second = recordings
        original = type(recordings)._transcribe

        def transcribe(recording):
            original(recording)
            second.browse(second.id)._forget("person", False)
            self.env.flush_all()

        with patch.object(type(recordings), "_transcribe", transcribe):
            self.run_job("cron_transcripts")
        self.assertIn("good morning", first.transcript)
        self.assertEqual((second.state, second.transcript), ("deleted", False))

    def test_others_are_left_alone(self):
        recording = self.kept()
        other = self.env["res.partner"].create({"name": "Other", "phone": CALLER})
        recording.call_id.partner_id = other
        report, deletion = self._forget_person()
        self.assertEqual((report.recording_count, report.other_count), (0, 1))
        self.assertFalse(deletion)
        self.assertEqual(recording.state, "kept")

    def test_marked_ones_only_when_it_is_said(self):
        recording = self.kept()
        recording.keep = True
        report, deletion = self._forget_person(at_zadarma=False)
        self.assertEqual((report.kept_count, len(deletion)), (1, 0))
        self.assertEqual(recording.state, "kept")
        self._forget_person(at_zadarma=False, kept_too=True)
        self.assertEqual(recording.state, "deleted")
        self.assertFalse(recording.delete_remotely)

    def test_forgetting_is_for_administrators(self):
        for user in (self.agent, self.supervisor):
            Request = self.env["zadarma.person.request"].with_user(user)
            with self.assertRaises(AccessError):
                Request.create({"partner_id": self.partner.id})
            Deletion = self.env["zadarma.recording.deletion"].with_user(user)
            self.assertFalse(Deletion.has_access("read"))
