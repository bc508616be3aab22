# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import answered_call
from .test_recording import OTHER_PART, PART, RecordingCase

SPEECH = "/v1/speech_recognition/"
WORDS = [
    {
        "channel": 2,
        "result": [
            {"s": 0.5, "e": 0.9, "w": "good"},
            {"s": 0.9, "e": 1.2, "w": "morning"},
        ],
    },
    {"channel": 1, "result": [{"s": 2, "e": 2.5, "w": "invoice"}]},
]


@tagged("post_install", "-at_install")
class TestTranscripts(RecordingCase):
    def zadarma_says(self, status, **values):
        self.zadarma.answers[SPEECH] = {"recognitionStatus": status, **values}

    def transcribe(self, times=1):
        for _time in range(times):
            self.env.flush_all()
            with self.enter_registry_test_mode():
                self.env.ref(
                    "zadarma_connector.cron_transcripts"
                ).method_direct_trigger()
            self.env.invalidate_all()
            self.clock.tick(timedelta(hours=2))

    def verbs(self):
        return [verb for verb, path, _body in self.zadarma.requests if path == SPEECH]

    def test_transcript_is_started_and_fetched(self):
        recording = self.kept()
        self.transcribe()
        self.assertFalse(self.verbs())
        player = recording.call_id.with_user(self.agent).request_transcripts()
        self.assertFalse(player["transcribable"])
        self.assertIn("asked for", player["tracks"][0]["transcript"])
        self.zadarma_says("ready for recognize")
        self.transcribe()
        self.assertEqual(self.verbs(), ["GET", "PUT"])
        self.zadarma_says("in progress")
        self.transcribe()
        self.assertEqual(recording.transcript_state, "in_progress")
        self.zadarma_says("recognized", words=WORDS)
        self.transcribe(2)
        self.assertEqual(self.verbs(), ["GET", "PUT", "GET", "GET"])
        self.assertEqual(
            self.zadarma.requests[-1][2], {"call_id": [PART], "return": ["words"]}
        )
        self.assertEqual(recording.transcript, "good morning\ninvoice")
        [track] = recording.call_id.with_user(self.agent).recording_player()["tracks"]
        self.assertEqual(
            [
                (one["start"], one["speaker"], one["ours"], one["text"])
                for one in track["phrases"]
            ],
            [
                (0.5, self.agent.name, True, "good morning"),
                (2, self.partner.name, False, "invoice"),
            ],
        )

    def test_transcript_by_itself(self):
        self.account.transcribe = True
        self.zadarma_says("recognized", words=WORDS)
        recording = self.kept()
        self.transcribe()
        self.assertEqual(recording.transcript_state, "done")
        self.assertEqual(self.verbs(), ["GET"])

    def test_transcripts_are_found_by_who_may_hear(self):
        self.account.transcribe = True
        self.zadarma_says("recognized", words=WORDS)
        recording = self.kept(*answered_call())
        self.transcribe()
        # sees the call, but did not speak
        self.partner.user_id = self.colleague
        for user, found in (
            (self.agent, True),
            (self.supervisor, True),
            (self.colleague, False),
        ):
            with self.subTest(user.login):
                calls = self.env["zadarma.call"].with_user(user)
                self.assertTrue(calls.search([("id", "=", recording.call_id.id)]))
                hits = calls.search([("transcript", "ilike", "INVOICE")])
                self.assertEqual(bool(hits), found)
                self.assertFalse(calls.search([("transcript", "ilike", "banana")]))

    def test_what_cannot_be_recognised_is_said(self):
        recording = self.kept()
        recording._request_transcript()
        self.zadarma_says("not available for recognize")
        self.transcribe(2)
        # it may not be there yet
        self.assertEqual(recording.transcript_state, "in_progress")
        self.transcribe(3)
        self.assertEqual(recording.transcript_state, "not_available")
        self.assertIn("switched on", recording._transcript_text())

    def test_failures_are_said(self):
        recording = self.kept()
        recording._request_transcript()
        self.zadarma_says("error")
        self.transcribe()
        self.assertEqual(recording.transcript_state, "failed")
        self.assertIn("recognition failed", recording._transcript_text())
        player = recording.call_id.with_user(self.agent).recording_player()
        self.assertTrue(player["transcribable"])

    def test_trouble_is_tried_again_for_hours(self):
        for answer in (
            (502, {}, "Bad Gateway"),
            {"recognitionStatus": "recognized", "words": [{"channel": 1}]},
        ):
            with self.subTest(answer):
                recording = self.kept()
                recording.transcript_state = False
                recording._request_transcript()
                self.zadarma.answers[SPEECH] = answer
                self.transcribe()
                self.assertEqual(recording.transcript_state, "waiting")
                self.transcribe(12)
                self.assertEqual(recording.transcript_state, "failed")
                self.assertTrue(recording.transcript_reason)

    def test_without_a_secret(self):
        recording = self.kept()
        recording._request_transcript()
        self.account.api_key = False
        self.transcribe()
        self.assertIn("Enter the key", recording.transcript_reason)

    def test_limit_of_requests_only_delays(self):
        recording = self.kept()
        recording._request_transcript()
        self.zadarma.answers[SPEECH] = (429, {"Retry-After": "30"}, "{}")
        self.transcribe()
        self.assertEqual(
            (recording.transcript_state, recording.transcript_attempts), ("waiting", 0)
        )

    def test_a_bad_one_is_not_the_others(self):
        recordings = self.kept()
        self.zadarma_has(OTHER_PART)
        recordings += self.kept(
            *answered_call(pbx_call_id="in_" + "e" * 40, part=OTHER_PART)
        )
        recordings._request_transcript()
        bad, good = recordings
        self.zadarma_says("recognized", words=WORDS)
        original = type(recordings)._take_transcript

        def take_transcript(recording, phrases):
            if recording == bad:
                # Zadarma's words go into the database as they are
                phrases = [{**one, "text": "a\0b"} for one in phrases]
            original(recording, phrases)

        with (
            patch.object(type(recordings), "_take_transcript", take_transcript),
            mute_logger("odoo.sql_db", "odoo.addons.zadarma_connector.tools.job"),
        ):
            self.transcribe()
        self.assertEqual(good.transcript_state, "done")
        self.assertEqual(
            (bad.transcript_state, bad.transcript_reason, bad.transcript_attempts),
            ("waiting", "ValueError", 1),
        )
        self.transcribe()
        self.assertEqual(bad.transcript_state, "done")
