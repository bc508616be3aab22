# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import itertools

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import ZadarmaCase, answered_call, incoming, missed_call

NOW = "2026-10-05 11:10:00"
LOG = "odoo.addons.zadarma_connector.models.automation.zadarma_call_announcing"


class RuleMixin:
    """Rules of Odoo's automation on calls."""

    def _rule(self, name, code):
        field = self.env["ir.model.fields"]._get("zadarma.call", name)
        model = self.env["ir.model"]._get("zadarma.call")
        action = {
            "name": "Rule",
            "model_id": model.id,
            "state": "code",
            "code": code,
            "usage": "base_automation",
        }
        return self.env["base.automation"].create(
            {
                "name": f"Rule of {name}",
                "model_id": model.id,
                "trigger": "on_create_or_write",
                "trigger_field_ids": [(6, 0, field.ids)],
                "filter_domain": f"[('{name}', '!=', False)]",
                "action_server_ids": [(0, 0, action)],
            }
        )

    def _counting_rule(self, name):
        """A rule that leaves a contact each time it runs."""
        return self._rule(name, f"env['res.partner'].create({{'name': 'ran {name}'}})")

    def _runs(self, name):
        return self.env["res.partner"].search_count([("name", "=", f"ran {name}")])

    def _run_job(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("zadarma_connector.cron_follow_up").method_direct_trigger()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestAutomation(RuleMixin, ZadarmaCase):
    """Rules of Odoo's automation, which the job runs once for each call."""

    def setUp(self):
        super().setUp()
        self.enterContext(freeze_time(NOW))

    def test_once_whatever_comes_in_whatever_order(self):
        for name in ("missed_told", "talk_told", "outcome_told"):
            self._counting_rule(name)
        notifications = answered_call()[:4]
        for number, order in enumerate(itertools.permutations(range(4))):
            if number % 5:
                continue
            pbx_call_id = f"in_{number}"
            for place in (*order, *order):
                self._notify(
                    {
                        **notifications[place],
                        "pbx_call_id": pbx_call_id,
                        "call_start": f"2026-10-05 14:03:{10 + number}",
                    }
                )
                self._run_job()
        self.assertEqual(self._runs("talk_told"), 5)
        self._notify(*missed_call("101", pbx_call_id="in_99"))
        self.assertEqual(self._runs("missed_told"), 0, "not while the PBX waits")
        self._run_job()
        self._run_job()
        self.assertEqual(self._runs("missed_told"), 1)
        self.assertEqual(self._runs("outcome_told"), 0)

    def test_the_outcome_once(self):
        self._counting_rule("outcome_told")
        call = self._notify(*answered_call())
        for name in ("Solved", "Not solved"):
            outcome = self.env["zadarma.call.outcome"].create({"name": name})
            call.with_user(self.agent).card_outcome(outcome.id)
            self._run_job()
        self.assertEqual(self._runs("outcome_told"), 1)

    def test_a_missed_call_that_was_a_talk(self):
        """Both happened, as far as anybody knew."""
        for name in ("missed_told", "talk_told"):
            self._counting_rule(name)
        call = self._notify(*missed_call("101"))
        self._run_job()
        call.write({"result": "answered", "duration": 30})
        self._run_job()
        self.assertEqual((self._runs("missed_told"), self._runs("talk_told")), (1, 1))

    def test_a_rule_that_fails_harms_nothing(self):
        self._rule("talk_told", "record.write({'note': 'x'})\n1 / 0")
        self._counting_rule("outcome_told")
        outcome = self.env["zadarma.call.outcome"].create({"name": "Solved"})
        calls = self._notify(*answered_call()) | self._notify(
            *(
                {**told, "call_start": "2026-10-05 14:03:40"}
                for told in answered_call("101", "in_2")
            )
        )
        calls.outcome_id = outcome
        with self.assertLogs(LOG, "WARNING") as logs, mute_logger("odoo.sql_db"):
            self._run_job()
        self.assertEqual(len(logs.output), 2)
        self.assertNotIn("442037691880", "".join(logs.output))
        for call in calls:
            self.assertTrue(call.talk_told, "it ran")
            self.assertFalse(call.note, "what it did is undone")
            self.assertTrue(call.message_ids, "all else was done")
            self.assertFalse(call.to_announce)
        self.assertEqual(self._runs("outcome_told"), 2)
        self._run_job()
        self.assertEqual(self._runs("outcome_told"), 2)

    def test_history_runs_no_rule(self):
        self._counting_rule("talk_told")
        with freeze_time("2026-11-05 11:10:00"):
            self._notify(*answered_call())
            self._run_job()
        self.assertEqual(self._runs("talk_told"), 0)

    def test_what_ends_the_worker_is_left_alone_in_the_end(self):
        self._counting_rule("missed_told")
        call = self._notify(*missed_call("101"))
        call.announce_attempts = 3
        self._run_job()
        self.assertEqual(self._runs("missed_told"), 0)

    def test_a_call_that_only_rings_runs_nothing(self):
        self._counting_rule("missed_told")
        self._notify(incoming("NOTIFY_START"))
        self._run_job()
        self.assertEqual(self._runs("missed_told"), 0)
