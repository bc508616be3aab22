# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import ZadarmaCase, answered_call, outgoing

#: When the calls of the tests are.
NOW = "2026-10-05 11:10:00"


@tagged("post_install", "-at_install")
class TestDocuments(ZadarmaCase):
    """A call belongs to documents: here to departments, which have a chatter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent.group_ids |= cls.env.ref("hr.group_hr_user")
        cls.first, cls.second = cls.env["hr.department"].create(
            [{"name": "Bakers"}, {"name": "Drivers"}]
        )

    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time(NOW))

    def _call(self, *notifications):
        call = self._notify(*notifications or answered_call())
        return call.with_user(self.agent)

    def _run_job(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("zadarma_connector.cron_follow_up").method_direct_trigger()
        self.env.invalidate_all()

    def _lines(self, document):
        """The lines of calls in a chatter."""
        calls = self.env["zadarma.call"].search([])
        return document.message_ids & calls.message_ids

    def test_put_on_several_and_taken_off(self):
        call = self._call()
        call.add_document("hr.department", self.first.id)
        told = call.add_document("hr.department", self.second.id)
        self.assertEqual([one["name"] for one in told], ["Bakers", "Drivers"])
        self.assertEqual({one["kind"] for one in told}, {"Department"})
        self.assertEqual(call.documents(), told)
        for department in (self.first, self.second):
            [line] = self._lines(department)
            self.assertIn("Incoming call", line.body)
        # once however often
        call.add_document("hr.department", self.first.id)
        self._run_job()
        self.assertEqual(len(self._lines(self.first)), 1)
        [left] = call.remove_document("hr.department", self.first.id)
        self.assertEqual(left["id"], self.second.id)
        self.assertFalse(self._lines(self.first))
        self.assertTrue(self._lines(self.second))
        self._run_job()
        self.assertFalse(self._lines(self.first))

    def test_a_call_that_goes_on_gets_its_line_when_it_is_over(self):
        start, internal, answer, end, _record = answered_call()
        call = self._call(start, internal, answer)
        call.add_document("hr.department", self.first.id)
        self.assertFalse(self._lines(self.first))
        self._notify(end)
        self._run_job()
        self.assertEqual(len(self._lines(self.first)), 1)

    def test_an_old_call_has_its_line_where_somebody_put_it(self):
        with freeze_time("2026-11-05 11:10:00"):
            call = self._call()
            self._run_job()
            self.assertFalse(call.sudo().message_ids, "history")
            call.add_document("hr.department", self.first.id)
            self.assertEqual(len(self._lines(self.first)), 1)

    def test_the_document_it_was_made_from_is_one(self):
        values = {
            "account_id": self.account.id,
            "direction": "outgoing",
            "state": "requested",
            "user_id": self.agent.id,
        }
        of_department = {"res_model": "hr.department", "res_id": self.first.id}
        call = self.env["zadarma.call"].create({**values, **of_department})
        [document] = call.with_user(self.agent).documents()
        self.assertEqual(document["id"], self.first.id)
        # it can be taken off as well
        call.with_user(self.agent).remove_document("hr.department", self.first.id)
        self.assertFalse(call.with_user(self.agent).documents())
        of_contact = {"res_model": "res.partner", "res_id": self.partner.id}
        of_contact = call.sudo().create({**values, **of_contact})
        self.assertFalse(of_contact.document_ids, "who has it anyway")

    def test_what_cannot_be_put_on(self):
        call = self._call()
        for model in ("res.partner", "zadarma.account", "mail.thread", "no.model"):
            with self.assertRaisesRegex(UserError, "cannot be put"):
                call.add_document(model, 1)
        gone = self.second.id
        self.second.unlink()
        with self.assertRaisesRegex(UserError, "does not exist"):
            call.add_document("hr.department", gone)
        self.assertFalse(call.documents())

    def test_who_may(self):
        call = self._call()
        with self.assertRaises(AccessError):
            call.with_user(self.colleague).documents()
        with self.assertRaises(AccessError):
            call.with_user(self.colleague).add_document("hr.department", self.first.id)
        call.add_document("hr.department", self.first.id)
        self.agent.group_ids -= self.env.ref("hr.group_hr_user")
        for change in (call.add_document, call.remove_document):
            with self.assertRaises(AccessError):
                change("hr.department", self.first.id)
        [seen] = call.documents()
        self.assertFalse(seen["canRemove"])

    def test_what_is_looked_for(self):
        call = self._call()
        found = {one["model"] for one in call.document_offers()["models"]}
        self.assertIn("hr.department", found)
        self.assertFalse({one for one in found if one.startswith("zadarma.")})
        self.agent.group_ids -= self.env.ref("hr.group_hr_user")
        found = {one["model"] for one in call.document_offers()["models"]}
        self.assertNotIn("hr.department", found)

    def test_a_document_shows_its_calls(self):
        mine = self.first.with_user(self.agent)
        self.assertEqual(mine.zadarma_document_call_count, 0)
        call = self._call()
        call.add_document("hr.department", self.first.id)
        mine.invalidate_recordset()
        self.assertEqual(mine.zadarma_document_call_count, 1)
        domain = mine.action_zadarma_document_calls()["domain"]
        self.assertEqual(call.search(domain), call)
        # a call that the reader may not see is none
        other = self.first.with_user(self.colleague)
        self.assertEqual(other.zadarma_document_call_count, 0)
        arch = mine.get_view(view_type="form")["arch"]
        self.assertEqual(arch.count("action_zadarma_document_calls"), 1)
        stranger = self.env["res.users"].create({"name": "S", "login": "stranger"})
        arch = self.first.with_user(stranger).get_view(view_type="form")["arch"]
        self.assertNotIn("action_zadarma_document_calls", arch)

    def test_of_many_documents_calls_are_counted_at_once(self):
        call = self._call()
        for department in (self.first, self.second):
            call.add_document("hr.department", department.id)
        hidden = self._notify(*answered_call("102", "in_2"))
        hidden._put_on(self.first)
        both = (self.first | self.second).with_user(self.agent)
        self.env.flush_all()
        counted = []
        for documents in (both[:1], both):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            documents.mapped("zadarma_document_call_count")
            counted.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counted[0], counted[1])
        self.assertEqual(both.mapped("zadarma_document_call_count"), [1, 1])

    def test_documents_that_are_deleted_are_gone(self):
        call = self._call()
        call.add_document("hr.department", self.first.id)
        self.first.unlink()
        self.assertFalse(call.documents())
        self.assertFalse(self.env["zadarma.call.document"].search([]))

    def test_calls_that_are_deleted_take_their_lines_along(self):
        call = self._call()
        call.add_document("hr.department", self.first.id)
        line = self._lines(self.first)
        call.sudo().unlink()
        self.assertFalse(line.exists())

    def test_on_the_card(self):
        call = self._call(outgoing("NOTIFY_OUT_START"))
        [card] = call.card_data()
        self.assertEqual((card["documents"], card["canPutOn"]), ([], True))
        told = call.add_document("hr.department", self.first.id)
        [card] = call.card_data()
        self.assertEqual(card["documents"], told)
