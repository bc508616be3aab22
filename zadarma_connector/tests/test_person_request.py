# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Telling and forgetting a person."""

import contextlib
import io
import json
import re
import zipfile
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import DID, answered_call, incoming, missed_call, receive
from .test_recording import OTHER_PART, REQUEST, SOUND
from .test_removal_by_age import MISSED, RemovalCase

#: Neither is in any text of Odoo or of ours.
NAME, NUMBER, TYPED = "Philippa Thistlewood", "+442071234567", "020 7123 4567"
#: However it is written.
TEXTS = (NAME, "2071234567", "7123 4567")
STRANGER = "+4930901820"
OTHER = "in_" + "2" * 40
#: Tables that may have the name or the number, and why.
ALLOWED = {
    "res_partner": "the contact itself is Odoo's",
    "phone_blacklist": "whoever must not be called has to stay known",
}


def of_person(notifications, **params):
    """Notifications, as if the person had called."""
    return [
        {**one, "caller_id": NUMBER, **params} if "caller_id" in one else one
        for one in notifications
    ]


class PersonCase(RemovalCase):
    def request(self, **values):
        return self.env["zadarma.person.request"].create(values)

    def everywhere(self, *texts):
        """The rows of all tables that have one of some texts: by table."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        )
        found = {}
        for [table] in self.env.cr.fetchall():
            self.env.cr.execute(
                f'SELECT row::text FROM "{table}" AS row WHERE row::text ~* %s',
                ["|".join(map(re.escape, texts))],
            )
            if rows := [text for [text] in self.env.cr.fetchall()]:
                found[table] = rows
        return found

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.write({"name": NAME, "phone": TYPED})
        cls.partner.country_id = cls.env.ref("base.uk")
        cls.env["phone.blacklist"].create({"number": NUMBER})

    def talk(self):
        """A call of the person, which is recorded."""
        return self._notify(*of_person(answered_call()))

    def missed(self, **params):
        """Another one, which nobody took."""
        call = self._notify(
            *of_person(
                missed_call("101", pbx_call_id=MISSED),
                call_start="2026-10-05 14:04:22",
                **params,
            )
        )
        self.run_job("cron_follow_up")
        return call

    def life(self):
        """All that the telephony keeps of a person; their calls."""
        talk = self.talk()
        self.fetch()
        talk.recording_ids._take_transcript(
            [{"text": f"I am {NAME}", "start": 0, "channel": 1}]
        )
        talk.with_user(self.agent).card_note(f"{NAME} wants a call at {NUMBER}")
        talk.card_plan(self.env.ref("mail.mail_activity_data_todo").id)
        missed = self.missed()
        missed.candidate_ids = self.partner
        missed.waiver = NAME
        self.env["zadarma.number"]._assign(self.company, NUMBER, self.partner)
        self.env["zadarma.blocked"].create({"number": NUMBER, "reason": NAME})
        # two that tell of no call: one is doubted, one unknown
        with self.enter_registry_test_mode():
            receive(
                self.account,
                incoming(
                    "NOTIFY_START", OTHER, caller_id=NUMBER, called_did="4430000000"
                ),
            )
            receive(
                self.account,
                {"event": "SMS", "result": f'{{"caller_id": "{NUMBER}"}}'},
            )
        self.env["zadarma.routing.rehearsal"].create(
            {"account_id": self.account.id, "caller_number": TYPED}
        )
        self.env["zadarma.left.number"].create(
            {"company_id": self.company.id, "number": NUMBER}
        )
        self.env["zadarma.relink"]._queue({TYPED})
        self.partner._bus_send("zadarma.call", {"id": talk.id, "number": NUMBER})
        return talk + missed


@tagged("post_install", "-at_install")
class TestForgetting(PersonCase):
    def test_neither_name_nor_number_is_left(self):
        calls = self.life()
        before = self.everywhere(*TEXTS)
        for table in (
            *("zadarma_call", "zadarma_event", "zadarma_waiting_caller"),
            *("zadarma_number", "zadarma_blocked", "zadarma_relink"),
            *("zadarma_left_number", "zadarma_routing_rehearsal", "mail_activity"),
            *("zadarma_recording", "bus_bus", "phone_blacklist"),
        ):
            self.assertIn(table, before)
        figures = self.figures()
        action = self.request(partner_id=self.partner.id).action_forget()
        left = self.everywhere(*TEXTS)
        self.assertEqual(left.keys() - ALLOWED.keys(), set(), left)
        self.assertEqual(self.figures(), figures)
        report = self.env["zadarma.privacy.report"].browse(action["res_id"])
        self.assertEqual(
            (
                report.kind,
                report.call_count,
                report.recording_count,
                report.transcript_count,
            ),
            ("person", 2, 1, 1),
        )
        self.assertEqual(
            (report.note_count, report.activity_count, report.waiting_count), (1, 1, 1)
        )
        self.assertEqual((report.assigned_count, report.blocked_count), (1, 1))
        self.assertFalse(
            report.kept_count or report.running_count or report.other_count
        )
        # nothing links the calls with the contact
        self.assertFalse(calls.partner_id or calls.candidate_ids or calls.message_ids)
        self.assertFalse(self.env["zadarma.waiting.caller"].search([]))

    def test_nor_where_its_note_was_told(self):
        """What was planned with a call and done, also by it, and who was told."""
        call_type = self.env.ref("mail.mail_activity_data_call")
        planned = self.partner.activity_schedule(activity_type_id=call_type.id)
        planned._write({"create_date": "2026-10-01 09:00:00"})
        planned.invalidate_recordset()
        quiet = self.partner.with_context(mail_auto_subscribe_no_notify=True)
        quiet.user_id = self.colleague
        self.colleague.write({"zadarma_tell_me": True, "notification_type": "inbox"})
        talk = self.talk()
        talk.card_note(f"{NAME} wants a call")
        self.run_job("cron_follow_up")
        self.assertTrue(talk.card_done(planned.id))
        plan = talk.card_plan(self.env.ref("mail.mail_activity_data_todo").id)
        self.env["mail.activity"].browse(plan["id"]).action_feedback()
        self.clock.tick(timedelta(minutes=11))
        self.run_job("cron_tell")
        before = self.everywhere(NAME)
        self.assertEqual(len(before["mail_activity"]), 2)
        self.assertEqual(len(before["mail_message"]), 3)
        self.request(partner_id=self.partner.id).action_forget()
        # what browsers were told, Odoo deletes after a day
        self.env.cr.execute("DELETE FROM bus_bus")
        left = self.everywhere(NAME)
        self.assertEqual(left.keys() - ALLOWED.keys(), set(), left)

    def test_what_goes_on_afterwards_brings_nothing_back(self):
        self.life()
        self.request(partner_id=self.partner.id).action_forget()
        for job in ("cron_follow_up", "cron_relink", "cron_apply", "cron_overdue"):
            self.run_job(job)
        self.fetch()
        self.talk()
        left = self.everywhere(*TEXTS)
        self.assertEqual(left.keys() - ALLOWED.keys(), set(), left)

    def test_zadarma_deletes_its_recordings(self):
        self.talk()
        self.fetch()
        self.zadarma.answers[REQUEST] = {"file_name": "1.mp3"}
        action = self.request(partner_id=self.partner.id).action_forget()
        report = self.env["zadarma.privacy.report"].browse(action["res_id"])
        self.assertEqual(report.pending_count, 1)
        self.run_job("cron_delete_remotely")
        self.assertEqual(len(self.deletions()), 1)
        self.assertFalse(report.pending_count)

    def test_by_number_whoever_it_is(self):
        call = self.missed(caller_id=STRANGER)
        request = self.request(number="+49 30 901820")
        self.assertEqual((request.calls, request.waiting), (1, 1))
        request.action_forget()
        self.assertTrue(call.sealed_at)
        left = self.everywhere(STRANGER[1:], "30 901820")
        self.assertFalse({table: left[table] for table in left if "ir_" not in table})

    def test_others_with_the_same_number_are_told_and_left(self):
        mine, theirs = self.talk(), self.missed()
        theirs.partner_id = self.env["res.partner"].create({"name": "Ben"})
        request = self.request(partner_id=self.partner.id)
        self.assertEqual((request.calls, request.others), (1, 1))
        action = request.action_forget()
        self.assertTrue(mine.sealed_at)
        self.assertFalse(theirs.sealed_at)
        report = self.env["zadarma.privacy.report"].browse(action["res_id"])
        self.assertEqual(report.other_count, 1)

    def test_kept_calls_go_only_if_somebody_says_so(self):
        call = self.talk()
        call.keep = True
        request = self.request(partner_id=self.partner.id)
        self.assertEqual(request.kept, 1)
        action = request.action_forget()
        self.assertFalse(call.sealed_at)
        report = self.env["zadarma.privacy.report"].browse(action["res_id"])
        self.assertEqual((report.call_count, report.kept_count), (0, 1))
        self.request(partner_id=self.partner.id, kept_too=True).action_forget()
        self.assertTrue(call.sealed_at)

    def test_a_call_that_goes_on_is_told_and_left(self):
        call = self._notify(*of_person(answered_call()[:1]))
        request = self.request(partner_id=self.partner.id)
        self.assertEqual(request.running, 1)
        action = request.action_forget()
        self.assertFalse(call.sealed_at)
        report = self.env["zadarma.privacy.report"].browse(action["res_id"])
        self.assertEqual(report.running_count, 1)

    def test_a_hold_forbids_it(self):
        call = self.talk()
        self.company.zadarma_hold = True
        request = self.request(partner_id=self.partner.id)
        self.assertTrue(request.is_held)
        with self.assertRaisesRegex(UserError, "keeps all calls"):
            request.action_forget()
        self.assertFalse(call.sealed_at)

    def test_own_numbers_are_nobody_s(self):
        request = self.request(number=f"+{DID}")
        self.assertIn("your own numbers", request.trouble)
        with self.assertRaisesRegex(UserError, "your own numbers"):
            request.action_forget()
        # as the contact of one's own company has it
        self.talk()
        self.company.partner_id.phone = f"+{DID}"
        self.assertEqual(self.request(partner_id=self.company.partner_id.id).calls, 0)
        with self.assertRaisesRegex(UserError, "Whose calls"):
            self.request().action_forget()

    def test_only_administrators(self):
        for user in (self.agent, self.supervisor):
            with self.assertRaises(AccessError):
                self.env["zadarma.person.request"].with_user(user).create({})


@tagged("post_install", "-at_install")
class TestTelling(PersonCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.admin = new_test_user(
            self.env,
            login="officer",
            groups="base.group_user,zadarma_connector.group_zadarma_admin",
        )

    def enter_registry_test_mode(self):
        # it is on all the time: the server works in this test's transaction
        return contextlib.nullcontext()

    def zipped(self, request):
        content = io.BytesIO()
        request._write_zip(content)
        archive = zipfile.ZipFile(content)
        return archive, json.loads(archive.read("calls.json"))

    def test_one_zip_with_all_of_it(self):
        calls = self.life()
        document = self.env["hr.department"].create({"name": "Bakers"})
        calls[0].add_document(document._name, document.id)
        calls[0].card_tags(self.env["zadarma.call.tag"].create({"name": "Oven"}).ids)
        request = self.request(partner_id=self.partner.id)
        action = request.action_tell()
        self.assertEqual(action["url"], f"/zadarma/person/{request.id}")
        archive, told = self.zipped(request)
        self.assertEqual(told["numbers"], [NUMBER])
        self.assertEqual(len(told["calls"]), 2)
        talk = next(one for one in told["calls"] if one["recordings"])
        self.assertIn("wants a call", talk["note"])
        self.assertTrue(talk["history"])
        told_of = {entry["told"]["pbx_call_id"] for entry in talk["journal"]}
        self.assertEqual(len(told_of), 1)
        self.assertEqual((talk["tags"], talk["documents"]), (["Oven"], ["Bakers"]))
        [recording] = talk["recordings"]
        self.assertEqual(archive.read(recording["file"]), SOUND.encode())
        self.assertEqual(archive.read(recording["transcript"]), f"I am {NAME}".encode())
        self.assertEqual(told["assigned_numbers"], [NUMBER])
        self.assertEqual(told["blocked"][0]["reason"], NAME)
        self.assertEqual(told["waiting"][0]["number"], NUMBER)
        self.assertEqual(len(told["other_journal_entries"]), 2)
        report = self.env["zadarma.privacy.report"].search([])
        self.assertEqual((report.kind, report.call_count), ("told", 2))

    def test_what_is_only_at_zadarma_is_fetched(self):
        self.account.play_record_remotely = True
        self.talk()
        self.fetch()
        archive, told = self.zipped(self.request(number=NUMBER))
        [recording] = told["calls"][0]["recordings"]
        self.assertEqual(archive.read(recording["file"]), SOUND.encode())
        # out of reach, the ZIP says that it is there
        self.zadarma_has(OTHER_PART)
        self.zadarma.answers[REQUEST] = (502, {}, "Bad Gateway")
        _archive, told = self.zipped(self.request(number=NUMBER))
        [recording] = told["calls"][0]["recordings"]
        self.assertEqual((recording["state"], recording["file"]), ("remote", None))

    def test_only_whoever_asked_downloads_it(self):
        self.talk()
        request = self.env["zadarma.person.request"].with_user(self.admin)
        request = request.create({"partner_id": self.partner.id})
        where = request.action_tell()["url"]
        self.env.flush_all()
        self.authenticate("officer", "officer")
        response = self.url_open(where)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Cache-Control"], "private, no-store")
        archive = zipfile.ZipFile(io.BytesIO(response.content))
        self.assertIn("calls.json", archive.namelist())
        self.authenticate("supervisor", "supervisor")
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(where).status_code, 403)
        self.authenticate(None, None)
        self.assertNotIn("zip", self.url_open(where).headers["Content-Type"])
