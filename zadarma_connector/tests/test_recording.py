# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

import requests
from freezegun import freeze_time

from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..models.recording.zadarma_listening import VALID_FOR
from .common import (
    CALL_START,
    IN,
    ZadarmaCase,
    answered_call,
    incoming,
    missed_call,
)

REQUEST = "/v1/pbx/record/request/"
PART, OTHER_PART = "1458313316.343456", "1458313399.343999"
SOUND = "OggS" + "sound" * 100
ENDED = "2026-10-05 11:04:04"
#: Two minutes after the call of the tests.
NOW = "2026-10-05 11:06:00"


def path(part=PART, extension="101"):
    """Where Zadarma keeps a recording, behind a link."""
    name = f"1-{part}-{extension}-2026-10-05-140322.mp3"
    return f"/v1/pbx/record/download/secret-token/{name}"


def link(part=PART, extension="101"):
    """A link to it."""
    return f"https://api.zadarma.com{path(part, extension)}"


def transferred_call():
    """An incoming call with two recorded parts."""
    return [
        *answered_call()[:-1],
        *(
            {"event": "NOTIFY_RECORD", "pbx_call_id": IN, "call_id_with_rec": part}
            for part in (PART, OTHER_PART)
        ),
    ]


class RecordingCase(ZadarmaCase):
    """Calls with recordings, which Zadarma has."""

    def setUp(self):
        super().setUp()
        self.clock = self.enterContext(freeze_time(NOW))
        self.zadarma_has(PART)

    def zadarma_has(self, *parts, extension="101"):
        """Let Zadarma have the recordings of these parts, and no others.

        :param extension: whose talks they are, as the names of the files tell
        """
        for name in [*self.zadarma.answers]:
            if "/record/" in name:
                del self.zadarma.answers[name]
        self.zadarma.answers[REQUEST] = (
            {
                "links": [link(part, extension) for part in parts],
                "lifetime_till": CALL_START,
            }
            if parts
            else (400, {}, '{"status": "error", "message": "File not found"}')
        )
        for part in parts:
            self.zadarma.answers[path(part, extension)] = (200, {}, SOUND)

    def _notify(self, *notifications, **how):
        """Deliver notifications, as if they had arrived when they say."""
        call = super()._notify(*notifications, **how)
        call.date_end = ENDED
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE zadarma_call SET create_date = %s WHERE id IN %s",
            [ENDED, call._ids],
        )
        call.invalidate_recordset(["create_date"])
        return call

    def fetch(self):
        """Run the job once."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("zadarma_connector.cron_recordings").method_direct_trigger()
        self.env.invalidate_all()

    def kept(self, *notifications):
        """The recordings of a call that was fetched."""
        call = self._notify(*(notifications or answered_call()))
        self.fetch()
        return call.recording_ids

    def asked(self, where=REQUEST):
        """How often Zadarma was asked for a path."""
        return [one for _verb, one, _body in self.zadarma.requests].count(where)


@tagged("post_install", "-at_install")
class TestFetching(RecordingCase):
    def test_recording_is_fetched_once_and_kept(self):
        recording = self.kept()
        self.assertEqual(
            (recording.state, recording.pbx_leg_id, recording.size),
            ("kept", PART, len(SOUND)),
        )
        self.assertEqual(recording.attachment_id.raw, SOUND.encode())
        self.assertEqual(recording.attachment_id.mimetype, "audio/ogg")
        self.assertEqual(
            self.zadarma.requests,
            [
                ("GET", REQUEST, {"lifetime": ["180"], "pbx_call_id": [IN]}),
                ("GET", path(), {}),
            ],
        )
        self.fetch()
        self.assertEqual(len(self.zadarma.requests), 2)
        self.assertEqual(recording.call_id.recording_state, "kept")

    def test_asking_while_the_job_makes_them_is_repeated_by_odoo(self):
        call = self._notify(*answered_call())
        self.assertFalse(call.recording_ids)
        # committed by the job after this request began, which does not see it
        self.env.cr.execute(
            SQL(
                "INSERT INTO zadarma_recording (call_id, pbx_leg_id, state)"
                " VALUES (%s, %s, 'waiting')",
                call.id,
                PART,
            )
        )
        with self.assertRaises(ConcurrencyError):
            call._asked_for()
        self.env.invalidate_all()
        self.assertEqual(call._asked_for().pbx_leg_id, PART)

    def test_the_job_fetches_although_somebody_makes_others_just_now(self):
        call = self._notify(*answered_call())
        recording = call._asked_for()
        recordings = type(recording)
        with patch.object(recordings, "_expect", side_effect=ConcurrencyError):
            self.fetch()
        self.assertEqual(recording.state, "kept")

    def test_after_its_notification_it_is_fetched_at_once(self):
        self.clock.move_to("2026-10-05 11:04:10")
        [*talk, told] = answered_call()
        call = self._notify(*talk)
        self.fetch()
        self.assertFalse(call.recording_ids)
        self._notify(told)
        self.fetch()
        self.assertEqual(call.recording_ids.state, "kept")

    def test_without_its_notification_it_is_fetched_40_seconds_later(self):
        self.clock.move_to("2026-10-05 11:04:10")
        call = self._notify(*answered_call()[:-1])
        self.fetch()
        self.assertFalse(self.asked())
        self.clock.tick(timedelta(seconds=60))
        self.fetch()
        self.assertEqual(call.recording_ids.state, "kept")

    def test_what_was_not_recorded_is_not_asked_for(self):
        self._notify(*missed_call("101"))
        self.fetch()
        self.assertFalse(self.zadarma.requests)

    def test_old_calls_are_not_fetched_by_themselves(self):
        call = self._notify(*answered_call())
        self.clock.tick(timedelta(days=3))
        self.fetch()
        self.assertFalse(self.zadarma.requests)
        self.assertEqual(call.recording_state, "remote")

    def test_all_parts_are_kept(self):
        self.zadarma_has(PART, OTHER_PART)
        recordings = self.kept(*transferred_call())
        self.assertEqual(recordings.mapped("pbx_leg_id"), [PART, OTHER_PART])
        self.assertEqual(recordings.mapped("state"), ["kept", "kept"])
        self.assertEqual(self.asked(), 1)

    def test_part_that_nobody_told_of_is_kept_too(self):
        self.zadarma_has(PART, OTHER_PART)
        recordings = self.kept()
        self.assertEqual(recordings.mapped("state"), ["kept", "kept"])

    def test_recording_of_no_known_part(self):
        end = incoming(
            "NOTIFY_END",
            internal="101",
            duration="42",
            disposition="answered",
            is_recorded="1",
        )
        recording = self.kept(*answered_call()[:3], end)
        self.assertEqual((recording.state, recording.pbx_leg_id), ("kept", PART))

    def test_late_part_is_asked_for_again(self):
        recordings = self.kept(*transferred_call())
        self.assertEqual(recordings.mapped("state"), ["kept", "not_yet"])
        self.assertEqual(recordings[0].call_id.recording_state, "kept")
        self.zadarma_has(PART, OTHER_PART)
        self.clock.tick(timedelta(minutes=2))
        self.fetch()
        self.assertEqual(recordings.mapped("state"), ["kept", "kept"])
        self.assertEqual(self.asked(path()), 1)

    def test_what_zadarma_does_not_have_yet_is_asked_for_with_growing_gaps(self):
        self.zadarma_has()
        call = self._notify(*answered_call())
        asked_at = []
        for minute in range(60):
            before = self.asked()
            self.fetch()
            if self.asked() > before:
                asked_at.append(minute)
            self.clock.tick(timedelta(minutes=1))
        self.assertEqual(asked_at, [0, 1, 3, 7, 15, 31])
        self.assertEqual(call.recording_ids.state, "not_yet")
        self.assertIn(
            "does not have the recording yet", call.recording_ids._state_text()
        )

    def _a_day_of_asking(self, recording):
        for _hour in range(26):
            self.clock.tick(timedelta(hours=1))
            self.fetch()
        asked = self.asked()
        self.clock.tick(timedelta(days=30))
        self.fetch()
        self.assertEqual(self.asked(), asked)
        return recording.state

    def test_what_zadarma_never_has_is_asked_for_a_day(self):
        self.zadarma_has()
        recording = self.kept()
        self.assertEqual(self._a_day_of_asking(recording), "never")
        self.assertIn("did not record", recording._state_text())

    def test_what_zadarma_overwrote_is_gone(self):
        self.zadarma_has()
        call = self._notify(*answered_call())
        self.clock.tick(timedelta(days=30))
        call.with_user(self.supervisor).action_request_recordings()
        self.fetch()
        self.assertEqual(call.recording_ids.state, "gone")
        self.assertIn("any more", call.recording_ids._state_text())
        self.assertEqual(self.asked(), 1)

    def test_expired_link_is_tried_again(self):
        self.zadarma.answers[path()] = (404, {}, "File not found")
        recording = self.kept()
        self.assertEqual(recording.state, "not_yet")
        self.zadarma_has(PART)
        self.clock.tick(timedelta(minutes=2))
        self.fetch()
        self.assertEqual(recording.state, "kept")

    def test_trouble_is_told_and_tried_again(self):
        for answer in (
            (200, {}, "<html>Hotel Miramar</html>"),
            requests.exceptions.ChunkedEncodingError("it broke off"),
            (502, {}, "Bad Gateway"),
            requests.ConnectionError("refused"),
        ):
            with self.subTest(answer):
                self.zadarma.answers[path()] = answer
                call = self._notify(*answered_call())
                call.recording_ids.unlink()
                self.fetch()
                recording = call.recording_ids
                self.assertEqual(recording.state, "waiting")
                self.assertTrue(recording.reason)
                self.assertIn(recording.reason, recording._state_text())
                self.assertFalse(recording.attachment_id)
        self.assertEqual(self._a_day_of_asking(recording), "failed")
        self.assertIn(recording.reason, recording._state_text())

    def test_trouble_with_the_request_is_told_and_tried_again(self):
        self.zadarma.answers[REQUEST] = (401, {}, "{}")
        recording = self.kept()
        self.assertEqual(recording.state, "waiting")
        self.assertIn("key and secret", recording.reason)
        self.account.api_key = False
        self.clock.tick(timedelta(minutes=2))
        self.fetch()
        self.assertIn("Enter the key", recording.reason)

    def test_foreign_links_are_not_followed(self):
        self.zadarma.answers[REQUEST] = {
            "links": [f"http://10.0.0.1/1-{PART}-101-x.mp3"]
        }
        recording = self.kept()
        self.assertEqual(recording.state, "failed")
        self.assertIn("10.0.0.1", recording.reason)

    def test_what_redirects_elsewhere_is_not_followed(self):
        self.zadarma.answers[path()] = (302, {"Location": "http://127.0.0.1:8069"}, "")
        recording = self.kept()
        self.assertEqual(recording.state, "failed")
        self.assertIn("127.0.0.1", recording.reason)

    def test_too_large_is_not_kept(self):
        self.zadarma.answers[path()] = (200, {"Content-Length": "9" * 12}, SOUND)
        recording = self.kept()
        self.assertEqual(recording.state, "failed")
        self.assertIn("256 MiB", recording.reason)

    def test_limit_of_requests_only_delays(self):
        self.zadarma.answers[REQUEST] = (429, {"Retry-After": "30"}, "{}")
        recording = self.kept()
        self.assertEqual((recording.state, recording.attempts), ("waiting", 0))
        self.assertFalse(recording.reason)
        cron = self.env.ref("zadarma_connector.cron_recordings")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertIn("2026-10-05 11:06:30", [str(one.call_at) for one in triggers])

    def test_a_bug_with_one_call_is_not_the_others(self):
        second = "in_" + "b" * 40
        other = [
            {
                **one,
                "pbx_call_id": second,
                **(
                    {"call_id_with_rec": OTHER_PART}
                    if "call_id_with_rec" in one
                    else {}
                ),
            }
            for one in answered_call()
        ]
        self.zadarma.answers[REQUEST] = RuntimeError("a bug")
        self._notify(*answered_call())
        call = self._notify(*other)
        with mute_logger("odoo.addons.zadarma_connector.tools.job"):
            self.fetch()
        self.assertEqual(call.recording_ids.reason, "RuntimeError")
        self.assertEqual(self.asked(), 2)

    def test_a_bad_part_is_not_the_other_parts(self):
        self.zadarma_has(PART, OTHER_PART)
        original = type(self.env["zadarma.recording"])._keep

        def keep(recording, *arguments):
            if recording.pbx_leg_id == PART:
                raise RuntimeError("a bug")
            original(recording, *arguments)

        with (
            patch.object(type(self.env["zadarma.recording"]), "_keep", keep),
            mute_logger("odoo.addons.zadarma_connector.tools.job"),
        ):
            bad, good = self.kept(*transferred_call())
        self.assertEqual((bad.state, bad.reason), ("waiting", "RuntimeError"))
        self.assertEqual(good.state, "kept")
        self.clock.tick(timedelta(minutes=2))
        self.fetch()
        self.assertEqual(bad.state, "kept")

    def test_database_can_be_the_store(self):
        self.env["ir.config_parameter"].set_param("ir_attachment.location", "db")
        recording = self.kept()
        self.assertEqual(recording.attachment_id.raw, SOUND.encode())
        self.assertFalse(recording.attachment_id.store_fname)


@tagged("post_install", "-at_install")
class TestAsking(RecordingCase):
    def test_selection_is_asked_for_with_progress(self):
        call = self._notify(*answered_call())
        missed = self._notify(*missed_call("101", pbx_call_id="in_" + "c" * 40))
        calls = (call | missed).with_user(self.agent)
        action = calls.action_request_recordings()
        self.assertEqual(action["tag"], "zadarma_recording_progress")
        self.assertEqual(action["params"]["call_ids"], call.ids)
        self.assertEqual(calls.recording_progress(), {"waiting": 1})
        self.assertFalse(self.zadarma.requests)
        self.fetch()
        self.assertEqual(calls.recording_progress(), {"kept": 1})

    def test_nothing_to_ask_for_is_said(self):
        missed = self._notify(*missed_call("101"))
        with self.assertRaisesRegex(UserError, "no recording"):
            missed.with_user(self.agent).action_request_recordings()

    def test_only_who_spoke_may_ask(self):
        call = self._notify(*answered_call("102"))
        self.partner.user_id = self.agent
        with self.assertRaisesRegex(UserError, "no recording"):
            call.with_user(self.agent).action_request_recordings()
        self.assertFalse(call.recording_ids)

    def test_what_failed_can_be_asked_for_again(self):
        self.zadarma.answers[path()] = (200, {"Content-Length": "9" * 12}, SOUND)
        recording = self.kept()
        player = recording.call_id.with_user(self.agent).recording_player()
        self.assertTrue(player["requestable"])
        self.assertIn("256 MiB", player["tracks"][0]["text"])
        self.zadarma_has(PART)
        recording.call_id.with_user(self.agent).request_recordings()
        self.assertEqual(recording.state, "waiting")
        self.fetch()
        self.assertEqual(recording.state, "kept")

    def test_what_is_kept_is_not_fetched_again(self):
        recording = self.kept()
        recording.call_id.with_user(self.agent).action_request_recordings()
        self.fetch()
        self.assertEqual((recording.state, self.asked()), ("kept", 1))

    def test_player_shows_the_parts_in_order(self):
        self.zadarma_has(PART, OTHER_PART)
        [recording, other] = self.kept(*transferred_call())
        player = recording.call_id.with_user(self.agent).recording_player()
        self.assertEqual(player["duration"], 42)
        self.assertFalse(player["requestable"])
        self.assertEqual(
            [one["id"] for one in player["tracks"]], [recording.id, other.id]
        )
        self.assertEqual([one["playable"] for one in player["tracks"]], [True, True])


@tagged("post_install", "-at_install")
class TestRemotely(RecordingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.play_record_remotely = True

    def kept(self, *notifications):
        """As it is; what Zadarma was asked until then is forgotten."""
        recordings = super().kept(*notifications)
        self.asked_before = [where for _verb, where, _body in self.zadarma.requests]
        self.zadarma.requests.clear()
        return recordings

    def test_nothing_is_fetched(self):
        recording = self.kept()
        self.assertEqual(recording.state, "remote")
        # for links only, once, so that who spoke may hear it
        self.assertEqual(self.asked_before, [REQUEST])
        self.fetch()
        self.assertFalse(self.zadarma.requests)

    def test_link_is_made_for_the_listener(self):
        recording = self.kept()
        told = recording.with_user(self.agent).listen()
        self.assertEqual(told["url"], link())
        self.assertEqual(
            self.zadarma.requests,
            # the talk of 42 seconds, and time to pause
            [("GET", REQUEST, {"lifetime": ["342"], "pbx_call_id": [IN]})],
        )
        listening = self.env["zadarma.listening"].search([])
        self.assertEqual(listening.user_id, self.agent)
        self.assertTrue(listening.remote)
        self.assertFalse(recording.attachment_id)
        # stored nowhere, since whoever has it can listen
        self.env.flush_all()
        self.assertNotIn("secret-token", str([*recording.read(), *listening.read()]))

    def test_no_link_for_others(self):
        recording = self.kept()
        with self.assertRaises(AccessError):
            recording.with_user(self.colleague).listen()
        self.assertFalse(self.zadarma.requests)

    def test_listening_goes_on_with_a_new_link(self):
        recording = self.kept().with_user(self.agent)
        told = recording.listen()
        again = recording.listen(told["listening_id"])
        self.assertEqual(again["listening_id"], told["listening_id"])
        self.assertEqual(self.asked(), 2)
        self.assertEqual(self.env["zadarma.listening"].search_count([]), 1)
        self.clock.tick(VALID_FOR + timedelta(seconds=1))
        later = recording.listen(told["listening_id"])
        self.assertNotEqual(later["listening_id"], told["listening_id"])

    def test_nobody_goes_on_with_a_listening_of_somebody_else(self):
        recording = self.kept()
        told = recording.with_user(self.agent).listen()
        other = recording.with_user(self.supervisor).listen(told["listening_id"])
        self.assertNotEqual(other["listening_id"], told["listening_id"])

    def test_what_zadarma_does_not_have_is_said_and_not_logged(self):
        recording = self.kept()
        self.zadarma_has()
        with self.assertRaisesRegex(UserError, "does not have this recording"):
            recording.with_user(self.agent).listen()
        self.assertFalse(self.env["zadarma.listening"].search([]))

    def test_foreign_link_is_not_given_out(self):
        recording = self.kept()
        self.zadarma.answers[REQUEST] = {"links": ["https://example.com/1.mp3"]}
        with self.assertRaisesRegex(UserError, "example.com"):
            recording.with_user(self.agent).listen()

    def test_setting_may_change_between(self):
        recording = self.kept()
        self.account.play_record_remotely = False
        self.fetch()
        # still there, and fetched when somebody wants to hear it
        self.assertEqual(recording.state, "remote")
        player = recording.call_id.with_user(self.agent).recording_player()
        self.assertTrue(player["requestable"])
        with self.assertRaisesRegex(UserError, "at Zadarma"):
            recording.with_user(self.agent).listen()
        recording.call_id.with_user(self.agent).request_recordings()
        self.fetch()
        self.assertEqual(recording.state, "kept")
        # what is kept is played from here, whatever the setting
        self.account.play_record_remotely = True
        told = recording.with_user(self.agent).listen()
        self.assertIn("/zadarma/recording/", told["url"])

    def test_what_was_waiting_is_played_remotely(self):
        self.account.play_record_remotely = False
        self.zadarma_has()
        recording = self.kept()
        self.assertEqual(recording.state, "not_yet")
        self.account.play_record_remotely = True
        self.assertEqual(recording.state, "remote")
