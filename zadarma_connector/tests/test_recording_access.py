# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..models.recording.zadarma_listening import VALID_FOR
from .common import answered_call, missed_call
from .test_recording import PART, SOUND, RecordingCase


@tagged("post_install", "-at_install")
class TestRights(RecordingCase):
    def _may_hear(self, user, recording):
        own = recording.with_user(user)
        found = bool(own.search([("id", "=", recording.id)]))
        call = recording.call_id.with_user(user)
        if call.has_access("read"):
            self.assertEqual(call.can_listen, found)
            self.assertEqual(bool(call.recording_player()["tracks"]), found)
            self.assertEqual(
                bool(call.search([("can_listen", "=", True), ("id", "=", call.id)])),
                found,
            )
        if not found:
            with self.assertRaises(AccessError):
                own.listen()
        return found

    def test_who_spoke_may_hear_and_supervisors(self):
        recording = self.kept()
        self.assertTrue(self._may_hear(self.agent, recording))
        self.assertTrue(self._may_hear(self.supervisor, recording))
        self.assertFalse(self._may_hear(self.colleague, recording))

    def test_who_only_rang_may_not_hear(self):
        self.zadarma_has(PART, extension="102")
        recording = self.kept(
            *missed_call("101", "102")[:-1], *answered_call("102")[2:]
        )
        self.assertTrue(recording.call_id.with_user(self.agent).has_access("read"))
        self.assertFalse(self._may_hear(self.agent, recording))
        self.assertTrue(self._may_hear(self.colleague, recording))

    def test_card_offers_earlier_recordings_to_who_may_hear(self):
        earlier = self.kept().call_id
        self.partner.user_id = self.colleague
        call = self._notify(*answered_call(pbx_call_id="in_" + "e" * 40))
        for user, offered in ((self.agent, "kept"), (self.colleague, False)):
            [told] = call.with_user(user)._card_earlier()
            self.assertEqual((told["id"], told["recording"]), (earlier.id, offered))

    def test_salesperson_of_the_customer_may_not_hear(self):
        self.partner.user_id = self.colleague
        self.assertFalse(self._may_hear(self.colleague, self.kept()))

    def test_supervisors_of_other_companies_may_not_hear(self):
        company = self.env["res.company"].create({"name": "Other company"})
        other = new_test_user(
            self.env,
            login="other",
            company_id=company.id,
            company_ids=[company.id],
            groups="base.group_user,zadarma_connector.group_zadarma_supervisor",
        )
        self.assertFalse(self._may_hear(other, self.kept()))

    def test_recordings_are_written_by_nobody(self):
        recording = self.kept()
        manager = new_test_user(
            self.env,
            login="manager",
            groups="base.group_system,zadarma_connector.group_zadarma_admin",
        )
        for user in (self.agent, self.supervisor, manager):
            for operation in ("create", "write", "unlink"):
                self.assertFalse(recording.with_user(user).has_access(operation))

    def test_log_is_for_supervisors(self):
        recording = self.kept()
        recording.with_user(self.agent).listen()
        listening = self.env["zadarma.listening"].search([])
        self.assertEqual(
            (listening.user_id, listening.recording_id, listening.call_id),
            (self.agent, recording, recording.call_id),
        )
        self.assertTrue(listening.with_user(self.supervisor).has_access("read"))
        self.assertFalse(listening.with_user(self.agent).has_access("read"))
        for operation in ("create", "write", "unlink"):
            self.assertFalse(listening.with_user(self.supervisor).has_access(operation))

    def test_file_goes_with_its_recording(self):
        recording = self.kept()
        file = recording.attachment_id
        recording.call_id.unlink()
        self.assertFalse(recording.exists())
        self.assertFalse(file.exists())


@tagged("post_install", "-at_install")
class TestAddresses(RecordingCase, HttpCase):
    """What the bytes can be had by: our route, for who listens, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.system = new_test_user(
            cls.env,
            login="system",
            groups="base.group_system,zadarma_connector.group_zadarma_admin",
        )

    def enter_registry_test_mode(self):
        # it is on all the time: the server works in this test's transaction
        return contextlib.nullcontext()

    def _listen(self, recording, user):
        url = recording.with_user(user).listen()["url"]
        self.env.flush_all()
        return url

    def test_route_gives_the_sound_in_parts_and_whole(self):
        url = self._listen(self.kept(), self.agent)
        self.authenticate("agent", "agent")
        whole = self.url_open(url)
        self.assertEqual(
            (whole.status_code, whole.content, whole.headers["Content-Type"]),
            (200, SOUND.encode(), "audio/ogg"),
        )
        self.assertEqual(whole.headers["Accept-Ranges"], "bytes")
        self.assertIn("no-store", whole.headers["Cache-Control"])
        self.assertEqual(whole.headers["X-Content-Type-Options"], "nosniff")
        part = self.url_open(url, headers={"Range": "bytes=4-8"})
        self.assertEqual((part.status_code, part.content), (206, b"sound"))
        self.assertEqual(part.headers["Content-Range"], f"bytes 4-8/{len(SOUND)}")
        # parts of one listening are one listening
        self.assertEqual(self.env["zadarma.listening"].search_count([]), 1)

    def test_route_is_for_its_listener_alone(self):
        recording = self.kept()
        url = self._listen(recording, self.agent)
        for login in ("colleague", "supervisor", "system"):
            with self.subTest(login):
                self.authenticate(login, login)
                self.assertEqual(self.url_open(url).status_code, 404)
        self.authenticate(None, None)
        answer = self.url_open(url, allow_redirects=False)
        self.assertIn(answer.status_code, (302, 303))
        self.assertIn("/web/login", answer.headers["Location"])

    def test_route_ends_with_the_right_to_hear(self):
        recording = self.kept()
        url = self._listen(recording, self.agent)
        self.authenticate("agent", "agent")
        recording.call_id.user_id = self.colleague
        recording.call_id.leg_ids.user_id = self.colleague
        self.env.flush_all()
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(url).status_code, 403)

    def test_route_ends_with_the_listening(self):
        recording = self.kept()
        url = self._listen(recording, self.agent)
        self.env["zadarma.listening"].search([]).began_at -= VALID_FOR
        self.authenticate("agent", "agent")
        self.assertEqual(self.url_open(url).status_code, 404)
        self.assertEqual(self.url_open("/zadarma/recording/999999").status_code, 404)

    def test_general_addresses_give_nothing(self):
        recording = self.kept()
        file = recording.attachment_id
        token = file.sudo().access_token
        self.assertFalse(token)
        self.env.flush_all()
        for login in ("agent", "supervisor", "system", None):
            self.authenticate(login, login)
            for address in (
                f"/web/content/{file.id}",
                f"/web/content/{file.id}/{file.name}",
                f"/web/content/{file.id}?access_token=",
                f"/web/content/{file.id}?access_token=False",
                f"/web/content/{file.id}?download=1",
                *(
                    f"/web/content/ir.attachment/{file.id}/{field}"
                    for field in ("raw", "datas", "db_datas")
                ),
                f"/web/content/zadarma.recording/{recording.id}/attachment_id",
                f"/web/content/zadarma.recording/{recording.id}/raw",
                f"/web/image/{file.id}",
                f"/web/image/ir.attachment/{file.id}/raw",
                f"/web/filestore/{file.store_fname}",
                f"/mail/attachment/pdf_first_page/{file.id}",
            ):
                with self.subTest(login=login, address=address):
                    with mute_logger("odoo.http"):
                        answer = self.url_open(address)
                    self.assertNotIn(b"sound", answer.content)

    def _zipped(self, file):
        asked = {
            "file_ids": str(file.id),
            "zip_name": "all.zip",
            "csrf_token": http.Request.csrf_token(self),
        }
        return self.url_open("/mail/attachment/zip", asked).content

    def test_several_at_once_give_nothing(self):
        file = self.kept().attachment_id
        own = file.create(
            {"name": "own", "raw": b"own", "res_model": "res.users", "res_id": 1}
        )
        self.env.flush_all()
        for login in ("agent", "system"):
            self.authenticate(login, login)
            with mute_logger("odoo.http"):
                self.assertNotIn(file.name.encode(), self._zipped(file))
        self.assertIn(b"own", self._zipped(own))

    def test_methods_give_nothing(self):
        file = self.kept().attachment_id
        for user in (
            self.agent,
            self.supervisor,
            self.system,
            self.env.ref("base.user_admin"),
        ):
            own = file.with_user(user)
            self.env.invalidate_all()
            ways = {
                "read": lambda own=own: own.read(["raw", "datas", "db_datas"]),
                "web_read": lambda own=own: own.web_read({"raw": {}}),
                "export": lambda own=own: own.export_data(["datas"]),
                "by id": lambda own=own: own.search_read(
                    [("id", "=", own.id)], ["raw"]
                ),
                "by model": lambda own=own: own.search_read(
                    [("res_model", "=", "zadarma.recording.vault")], ["raw"]
                ),
                "by name": lambda own=own: own.search_read(
                    [("name", "like", "1-%")], ["raw"]
                ),
                "by checksum": lambda own=own: own.search_read(
                    [("checksum", "=", own.sudo().checksum)], ["raw"]
                ),
                "copy": lambda own=own: own.copy({"res_model": False, "res_id": False}),
                "publish": lambda own=own: own.write({"public": True}),
                "token": lambda own=own: own.generate_access_token(),
                "move": lambda own=own: own.write(
                    {"res_model": "res.users", "res_id": self.env.uid}
                ),
                "unlink": lambda own=own: own.unlink(),
            }
            for name, way in ways.items():
                with self.subTest(user=user.login, way=name):
                    try:
                        with self.cr.savepoint():
                            given = way()
                    except UserError:
                        continue
                    self.assertFalse(given)
        self.assertTrue(file.exists())
        self.assertFalse(file.public or file.access_token)

    def test_who_may_hear_does_not_see_where_it_is(self):
        recording = self.kept().with_user(self.agent)
        [seen] = recording.read()
        self.assertNotIn("/zadarma/", str(seen))
        with self.assertRaises(AccessError):
            recording.attachment_id.read(["store_fname"])
