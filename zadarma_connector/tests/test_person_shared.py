# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Forgetting a person who is not the only one: with a number that others have, with
others' messages about them, with several numbers and companies."""

from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import answered_call, incoming, receive
from .test_person_request import (
    ALLOWED,
    NAME,
    NUMBER,
    OTHER,
    TYPED,
    PersonCase,
    of_person,
)
from .test_reconciliation import row
from .test_recording_transcript import SPEECH, WORDS

FORMER = "+442079460018"


@tagged("post_install", "-at_install")
class TestShared(PersonCase):
    def forget(self, **values):
        """Forget the person; return the report."""
        request = self.request(**(values or {"partner_id": self.partner.id}))
        action = request.action_forget()
        return self.env["zadarma.privacy.report"].browse(action["res_id"])

    def nothing_left(self, *texts):
        left = self.everywhere(*texts)
        self.assertEqual(left.keys() - ALLOWED.keys(), set(), left)

    def test_whoever_shares_the_number_goes_on_waiting(self):
        ben = self.env["res.partner"].create({"name": "Ben"})
        self.talk()
        theirs = self.missed()
        theirs.partner_id = ben
        self.run_job("cron_follow_up")
        waiting = self.env["zadarma.waiting.caller"].search([("number", "=", NUMBER)])
        self.assertEqual((waiting.partner_id, waiting.state), (ben, "open"))
        report = self.forget()
        self.assertEqual((report.call_count, report.waiting_count), (1, 0))
        self.assertEqual(waiting.exists().state, "open")
        self.assertTrue(waiting.activity_ids)
        self.assertEqual(theirs.callback_state, "open")

    def test_who_waits_in_the_person_s_name_waits_in_the_other_s(self):
        ben = self.env["res.partner"].create({"name": "Ben"})
        self.missed().partner_id = ben
        later = self._notify(
            *of_person(answered_call()[:1], call_start="2026-10-05 14:05:22"),
            *of_person(
                [incoming("NOTIFY_END", duration="0", disposition="cancel")],
                call_start="2026-10-05 14:05:22",
            ),
        )
        later.partner_id = self.partner
        self.run_job("cron_follow_up")
        waiting = self.env["zadarma.waiting.caller"].search([("number", "=", NUMBER)])
        self.assertEqual(waiting.partner_id, self.partner)
        self.forget()
        waiting = self.env["zadarma.waiting.caller"].search([("number", "=", NUMBER)])
        self.assertEqual((waiting.partner_id, waiting.missed_count), (ben, 1))

    def test_a_call_of_one_of_several_contacts_is_left_and_told(self):
        other = self.partner.copy({"name": "Ben"})
        call = self.missed()
        self.assertFalse(call.partner_id)
        self.assertEqual(call.candidate_ids, self.partner | other)
        request = self.request(partner_id=self.partner.id)
        self.assertEqual((request.calls, request.others), (0, 1))
        report = self.forget()
        self.assertFalse(call.sealed_at)
        self.assertEqual(report.other_count, 1)
        # whoever has the number itself forgotten means them all
        self.forget(number=NUMBER)
        self.assertTrue(call.sealed_at)

    def test_the_number_in_whatever_notation(self):
        self.missed()
        for typed in (
            *("0044 20 7123 4567", "+44 (0)20 7123 4567", "442071234567"),
            *(" +44-20-7123.4567 ", "tel:+442071234567", "Philippa <+442071234567>"),
        ):
            self.assertEqual(self.request(number=typed).calls, 1, typed)
        # in another country's notation it is nobody's: said, and not "nothing found"
        for typed in (TYPED, "Philippa", "12"):
            request = self.request(number=typed, partner_id=self.partner.id)
            self.assertIn("cannot be read", request.trouble)
            self.assertFalse(request.is_anything)
            with self.assertRaisesRegex(UserError, "cannot be read"):
                request.action_forget()
        self.company.country_id = self.env.ref("base.uk")
        self.assertEqual(self.request(number=TYPED).calls, 1)

    def test_a_number_that_only_their_calls_have(self):
        """Dialled from a document, for instance."""
        call = self.missed(caller_id=FORMER)
        self.assertFalse(call.partner_id)
        call.write({"partner_id": self.partner.id, "partner_match": "manual"})
        self.run_job("cron_follow_up")
        self.env["zadarma.blocked"].create({"number": FORMER})
        with self.enter_registry_test_mode():
            receive(
                self.account,
                {"event": "SMS", "result": f'{{"caller_id": "{FORMER}"}}'},
            )
        self.forget()
        self.assertTrue(call.sealed_at)
        left = self.everywhere(FORMER[1:], "7946 0018")
        self.assertFalse({table: left[table] for table in left if "ir_" not in table})

    def test_two_numbers_an_archived_contact_and_a_merged_one(self):
        double = self.env["res.partner"].create({"name": "P. T.", "phone": FORMER})
        calls = self.talk() | self.missed(caller_id=FORMER)
        self.assertEqual(calls[1].partner_id, double)
        merging = self.env["base.partner.merge.automatic.wizard"]
        merging._merge((self.partner | double).ids, self.partner)
        self.env.invalidate_all()
        self.run_job("cron_relink")
        self.partner.active = False
        report = self.forget()
        self.assertEqual(report.call_count, 2)
        self.assertTrue(all(calls.mapped("sealed_at")))
        left = self.everywhere(FORMER[1:], "7946 0018")
        self.assertFalse(
            {table: left[table] for table in left if table not in ALLOWED}, left
        )

    def test_in_all_the_companies_of_whoever_asks_and_no_other(self):
        other = self.env["res.company"].create({"name": "Other"})
        account = self.env["zadarma.account"].create(
            {
                "name": "Other account",
                "api_key": "9" * 20,
                "api_secret": "8" * 20,
                "company_id": other.id,
                "tz": "Europe/Kyiv",
            }
        )
        mine = self.talk()
        theirs = self._notify(
            *of_person(answered_call(pbx_call_id=OTHER)[:4]), account=account
        )

        def asked_in(companies):
            Request = self.env["zadarma.person.request"]
            Request = Request.with_context(allowed_company_ids=companies.ids)
            return Request.create({"partner_id": self.partner.id})

        asked_in(self.company).action_forget()
        self.assertTrue(mine.sealed_at)
        self.assertFalse(theirs.sealed_at)
        request = asked_in(self.company | other)
        self.assertEqual(request.calls, 1)
        # a hold of one of them is in the way of that one only where something is
        self.company.zadarma_hold = True
        request.action_forget()
        self.assertTrue(theirs.sealed_at)

    def test_whatever_their_telephone_wrote_to_colleagues(self):
        """The task of who waits, handed over and done, and notes in inboxes."""
        self.colleague.notification_type = "inbox"
        self.missed()
        waiting = self.env["zadarma.waiting.caller"].search([("number", "=", NUMBER)])
        task = waiting.activity_ids
        task.with_user(self.agent).sudo().user_id = self.colleague
        waiting.message_post(body=f"{NAME} was angry", message_type="comment")
        task.action_feedback(feedback=f"{NAME} is called tomorrow")
        self.partner.message_subscribe(
            self.colleague.partner_id.ids,
            [self.env.ref("mail.mt_activities").id],
        )
        talk = self.talk()
        self.run_job("cron_follow_up")
        talk.with_user(self.agent).card_note(f"{NAME} wants bread")
        plan = talk.card_plan(self.env.ref("mail.mail_activity_data_todo").id)
        plan = self.env["mail.activity"].browse(plan["id"]).with_user(self.agent)
        plan.sudo().action_feedback()
        self.forget()
        self.nothing_left(NAME, "2071234567", "7123 4567")

    def test_what_waits_for_zadarma_brings_nothing_back(self):
        """A transcript that comes, a recording, a row of statistics, a late end."""
        talk = self.talk()
        self.fetch()
        talk.recording_ids._request_transcript()
        self.forget()
        self.zadarma.answers[SPEECH] = {
            "recognitionStatus": "recognized",
            "words": WORDS,
        }
        for job in ("cron_transcripts", "cron_recordings", "cron_close"):
            self.run_job(job)
        self._notify(*of_person(answered_call()[3:]))
        self.assertFalse(talk.recording_ids.transcript)
        self.assertEqual(set(talk.recording_ids.mapped("state")), {"deleted"})
        self.assertEqual(
            set(
                self.env["zadarma.event"]
                .search([("pbx_call_id", "=", talk.pbx_call_id)])
                .mapped("state")
            ),
            {"sealed"},
        )
        self.nothing_left(NAME, "2071234567", "7123 4567", "good morning")

    def test_nobody_deletes_calls_by_hand_while_all_are_kept(self):
        officer = new_test_user(
            self.env,
            login="archivist",
            groups="base.group_user,zadarma_connector.group_zadarma_admin",
        )
        call = self.talk()
        self.company.zadarma_hold = True
        with self.assertRaisesRegex(UserError, "keeps all calls"):
            call.with_user(officer).unlink()
        self.company.zadarma_hold = False
        call.with_user(officer).unlink()
        self.assertFalse(call.exists())

    def test_a_call_that_was_deleted_by_hand_does_not_come_back(self):
        call = self.talk()
        call.unlink()
        self.assertTrue(self.everywhere("2071234567")["zadarma_event"])
        self.forget(number=NUMBER)
        self.nothing_left("2071234567")
        self.zadarma.answers["/v1/statistics/pbx/"] = {
            "stats": [{**row(), "clid": NUMBER, "destination": "101"}]
        }
        self.env["zadarma.reconciliation"].create(
            {
                "account_id": self.account.id,
                "date_from": "2026-10-05 00:00:00",
                "date_to": "2026-10-06 00:00:00",
            }
        )
        self.run_job("cron_reconcile")
        self.assertFalse(self.env["zadarma.call"].search([]))
        self.nothing_left("2071234567")

    def test_a_kept_call_stays_answered_when_the_answer_is_emptied(self):
        """That somebody called back, only the kept call tells."""
        missed = self.missed()
        talk = self._notify(
            *of_person(answered_call()[:4], call_start="2026-10-05 14:09:22")
        )
        self.run_job("cron_follow_up")
        self.assertEqual(missed.callback_state, "done")
        missed.keep = True
        figures = self.figures()
        self.forget()
        self.assertEqual([bool(one.sealed_at) for one in (missed, talk)], [0, 1])
        self.env["zadarma.waiting.caller"]._refresh(self.company, {NUMBER})
        self.env.flush_all()
        self.assertEqual(missed.callback_state, "done")
        self.assertEqual(self.figures(), figures)

    def test_a_rule_does_not_run_for_an_emptied_call(self):
        call = self.talk()
        call.to_announce = True
        self.forget()
        self.clock.tick(timedelta(minutes=1))
        self.run_job("cron_follow_up")
        self.assertFalse(call.to_announce or call.talk_told)
