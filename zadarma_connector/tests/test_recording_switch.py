# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whose talks Zadarma records: shown, and switched."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import ZadarmaCase

SWITCH = "/v1/pbx/internal/recording/"


@tagged("post_install", "-at_install")
class TestRecordingSwitch(ZadarmaCase):
    def setUp(self):
        super().setUp()
        self.zadarma.answers = {
            "/v1/pbx/internal/": {"pbx_id": "1", "numbers": ["101", "102"]},
            "/v1/pbx/internal/101/info/": {
                "name": "Desk",
                "record_store": "For manual recognition",
            },
            "/v1/pbx/internal/102/info/": {"name": "Hall", "record_store": "false"},
            SWITCH: {"internal_number": 101, "recording": "on"},
        }

    def _switched(self):
        return [sent for _method, path, sent in self.zadarma.requests if path == SWITCH]

    def test_get_pbx_shows_it_and_switches_nothing(self):
        self.account.action_get_pbx()
        self.assertEqual(
            self.account.extension_ids.mapped("recording"), ["optional", "off"]
        )
        self.zadarma.answers["/v1/pbx/internal/102/info/"]["record_store"] = (
            "Without recognition"
        )
        self.account.action_get_pbx()
        self.assertEqual(self.other_extension.recording, "plain")
        self.assertFalse(self._switched())

    def test_it_is_switched_and_logged(self):
        admin = new_test_user(
            self.env, "admin2", "base.group_user,zadarma_connector.group_zadarma_admin"
        )
        extension = self.extension.with_user(admin)
        extension.recording = "all"
        self.assertEqual(
            self._switched(),
            [{"id": ["101"], "status": ["on_store"], "speech_recognition": ["all"]}],
        )
        line = self.account.message_ids[0]
        self.assertEqual(line.author_id, admin.partner_id)
        self.assertIn("101", line.body)
        self.assertIn("Recorded, with transcript", line.body)
        # the same again is no switch
        extension.recording = "all"
        extension.recording = "off"
        off = {"id": ["101"], "status": ["off_store"]}
        self.assertEqual(self._switched()[1:], [off])

    def test_what_zadarma_refuses_is_as_it_was(self):
        self.zadarma.answers[SWITCH] = (400, {}, '{"status":"error","message":"No"}')
        lines = self.account.message_ids
        with self.assertRaises(UserError):
            self.extension.recording = "all"
        self.extension.invalidate_recordset()
        self.assertFalse(self.extension.recording)
        self.assertEqual(self.account.message_ids, lines)

    def test_agents_switch_nothing(self):
        with self.assertRaises(AccessError):
            self.extension.with_user(self.agent).recording = "all"
        self.assertFalse(self._switched())

    def test_the_set_up_s_step(self):
        self.account.action_get_pbx()
        step = self.account._step_recordings()
        self.assertIn("102", step.sentences[0])
        self.assertNotIn("101", step.sentences[0])
        self.assertEqual(step.missing, ("102", "record"))
        [(method, _label)] = step.buttons
        getattr(self.account, method)()
        self.assertEqual(self.other_extension.recording, "plain")
        step = self.account._step_recordings()
        self.assertEqual((step.missing, step.buttons), (("record",), ()))
        self.account.notify_record = True
        self.assertFalse(self.account._step_recordings().missing)
        (self.extension | self.other_extension).recording = "off"
        self.assertEqual(self.account._step_recordings().missing, ("101", "102"))
