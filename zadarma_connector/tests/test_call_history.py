# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, new_test_user

from odoo.addons.mail.tools.discuss import Store

from .common import answered_call, incoming, missed_call
from .test_waiting_caller import WaitingCase, at, outgoing_call

FIELD = "zadarma_connector.field_zadarma_call__result"


class TestCallHistory(WaitingCase):
    def _lines(self, partner=None):
        self.env.invalidate_all()
        calls = self.env["zadarma.call"].search([])
        return (partner or self.partner).message_ids & calls.message_ids

    def _read(self, line, user):
        """What somebody reads of a line in the history."""
        self.env.invalidate_all()
        store = Store().add(line.with_user(user).sudo(False))
        [message] = store.get_result()["mail.message"]
        return str(message["body"][1])

    def test_each_call_is_a_line(self):
        before = self.partner.message_follower_ids
        self._play(at(1, *missed_call("101")), at(5, *answered_call("101", "in_2")))
        answered, missed = self._lines().sorted("date", reverse=True)
        read = self._read(missed, self.agent), self._read(answered, self.agent)
        self.assertIn("Incoming call</a>: Missed</p>", read[0])
        self.assertIn("Incoming call</a>: Answered, 0:42</p>", read[1])
        self.assertEqual(missed.author_id, self.env.ref("base.partner_root"))
        self.assertEqual(answered.author_id, self.agent.partner_id)
        self.assertEqual(str(missed.date), "2026-10-05 11:01:00")
        for line in answered + missed:
            self.assertEqual(line.subtype_id, self.env.ref("mail.mt_note"))
            self.assertFalse(line.notification_ids)
            self.assertTrue(line.is_internal)
        self.assertEqual(self.partner.message_follower_ids, before)

    def test_line_follows_the_call(self):
        self._play(at(1, *answered_call()))
        call = self.env["zadarma.call"].search([])
        line = self._lines()
        call.with_user(self.agent).card_note("Wants <b>bread</b>\nand rolls")
        self._run_job()
        self.assertEqual(self._lines(), line)
        self.assertIn(
            "Wants &lt;b&gt;bread&lt;/b&gt;<br>and rolls", self._read(line, self.agent)
        )
        call.duration = 3700
        self._run_job()
        self.assertIn("Answered, 1:01:40", line.body)
        # as it is already
        written = line.write_date
        with freeze_time("2026-10-05 13:00:00"):
            call.to_follow_up = True
            self._run_job()
        self.assertEqual(line.write_date, written)
        # it was somebody else
        other = self.partner.copy({"phone": False})
        call.partner_id = other
        self._run_job()
        self.assertFalse(self._lines())
        self.assertEqual(len(self._lines(other)), 1)
        call.in_doubt = True
        self._run_job()
        self.assertFalse(self._lines(other))
        call.in_doubt = False
        self._run_job()
        call.unlink()
        self.assertFalse(self._lines(other))

    def test_only_who_may_see_the_call_reads_its_note_and_can_open_it(self):
        self._play(at(1, *answered_call()))
        call = self.env["zadarma.call"].search([])
        call.with_user(self.agent).card_note("Wants rolls")
        self._run_job()
        line = self._lines()
        clerk = new_test_user(self.env, login="clerk", groups="base.group_user")
        # the colleague has the right, but not to this call
        self.assertFalse(call.with_user(self.colleague).has_access("read"))
        for user, sees in (
            (self.agent, True),
            (self.supervisor, True),
            (self.colleague, False),
            (clerk, False),
        ):
            with self.subTest(user.login):
                told = self._read(line, user)
                self.assertIn("Incoming call", told)
                self.assertIn("Answered, 0:42", told)
                self.assertEqual("Wants rolls" in told, sees)
                self.assertEqual("zadarma.call" in told, sees)
                # whatever way is taken to it
                stored = line.with_user(user).read(["body", "preview"])
                self.assertNotIn("Wants rolls", str(stored))
                found = self.partner.with_user(user).message_ids.search(
                    [("body", "ilike", "Wants rolls")]
                )
                self.assertFalse(found & line)
        # rights come and go, and nothing has to be rewritten
        self.partner.user_id = self.colleague
        self.assertIn("Wants rolls", self._read(line, self.colleague))
        self.partner.user_id = False
        self.assertNotIn("Wants rolls", self._read(line, self.colleague))
        self.agent.group_ids -= self.env.ref("zadarma_connector.group_zadarma_user")
        self.assertNotIn("Wants rolls", self._read(line, self.agent))

    def test_what_is_no_line(self):
        with freeze_time("2026-10-20 11:00:00"):
            self._play(at(1, *answered_call()))
        self.assertFalse(self._lines())
        stranger = incoming("NOTIFY_END", "in_2", caller_id="380443645713")
        self._play(at(1, {**stranger, "disposition": "answered", "duration": "9"}))
        self.assertFalse(self.env["zadarma.call"].search([]).message_ids)

    def test_language_of_the_company(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.company.partner_id.lang = "de_DE"
        [selection] = self.env["ir.model.fields.selection"].search(
            [
                ("field_id", "=", self.env.ref(FIELD).id),
                ("value", "=", "no_answer"),
            ]
        )
        selection.with_context(lang="de_DE").name = "Niemand da"
        self._play(at(1, *outgoing_call("no answer")))
        self.assertIn("Niemand da", self._lines().body)


class TestCallByHand(WaitingCase):
    def _log(self, user=None, **values):
        wizard = self.env["zadarma.call.by.hand"].with_user(user or self.agent)
        wizard = wizard.create({"partner_id": self.partner.id, **values})
        wizard.action_log()
        return self.env["zadarma.call"].search([("by_hand", "=", True)], limit=1)

    def test_whoever_waited_waits_no_more(self):
        self._play(at(1, *missed_call("101")))
        call = self._log(minutes=3, note="by mobile")
        self._run_job()
        self.assertRecordValues(
            call,
            [
                {
                    "account_id": self.account.id,
                    "direction": "outgoing",
                    "state": "ended",
                    "result": "answered",
                    "external_number": "+442037691880",
                    "partner_id": self.partner.id,
                    "employee_id": self.employee.id,
                    "user_id": self.agent.id,
                    "duration": 180,
                    "note": "by mobile",
                }
            ],
        )
        self.assertEqual(self._caller.state, "done")
        self.assertFalse(self._tasks)
        self.assertIn("logged by hand", call.message_ids.body)

    def test_case_15_the_number_that_waits(self):
        self.partner.phone = "044 222 33 44 / +44 20 3769 1880 (evenings)"
        self._play(at(1, *missed_call("101")))
        call = self._log()
        self._run_job()
        self.assertEqual(call.external_number, "+442037691880")
        self.assertEqual(self._caller.state, "done")

    def test_case_15_else_the_first_number(self):
        self.partner.phone = "Olya: 044 222 33 44 / +44 20 3769 1880"
        self.assertEqual(self._log().external_number, "+380442223344")
        self.partner.phone = "by pigeon"
        self.assertFalse(self._log(direction="incoming").external_number)

    def test_outcome_is_kept_and_all_is_seen_at_once(self):
        outcome = self.env["zadarma.call.outcome"].create({"name": "Sold"})
        wizard = self.env["zadarma.call.by.hand"].with_user(self.agent)
        action = wizard.create(
            {"partner_id": self.partner.id, "outcome_id": outcome.id, "minutes": 2}
        ).action_log()
        self.assertEqual(action["tag"], "display_notification")
        self.assertIn(self.partner.name, action["params"]["message"])
        self.assertEqual(
            action["params"]["next"]["type"], "ir.actions.act_window_close"
        )
        # before any job ran
        lines = self.partner.message_ids.filtered(lambda one: "Sold" in one.body)
        self.assertEqual(len(lines), 1)
        self.assertIn("2:00", lines.body)
        self._run_job()
        self.assertEqual(
            self.partner.message_ids.filtered(lambda one: "Sold" in one.body), lines
        )

    def test_outcome_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        outcome = self.env["zadarma.call.outcome"].create(
            {"name": "Sold", "company_id": other.id}
        )
        with self.assertRaises(UserError):
            self._log(self.env.user, outcome_id=outcome.id)

    def test_in_vain(self):
        self.assertEqual(self._log(reached=False).result, "no_answer")
        self.assertEqual(
            self._log(reached=False, direction="incoming").result, "missed"
        )

    def test_what_cannot_be_logged(self):
        for values in (
            {"date_start": "2026-10-05 11:10:01"},
            {"minutes": -1},
            {"minutes": 1441},
            {"minutes": 2**31 - 1},
            {"date_start": "0001-01-01 00:00:00"},
        ):
            with self.assertRaisesRegex(ValidationError, "last ten years"):
                self._log(**values)
        other = self.env["res.company"].create({"name": "Other"})
        self.agent.company_ids = [Command.link(other.id)]
        self.partner.company_id = other
        with self.assertRaisesRegex(UserError, "Other has no Zadarma account"):
            self._log(self.agent.with_context(allowed_company_ids=[other.id]))
