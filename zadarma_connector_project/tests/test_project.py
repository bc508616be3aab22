# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from odoo.tests import Form, tagged

from odoo.addons.zadarma_connector.tests import common


@tagged("post_install", "-at_install")
class TestProject(common.ZadarmaCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.project_user = cls.env.ref("project.group_project_user")
        cls.agent.group_ids |= cls.project_user
        cls.project = cls.env["project.project"].create(
            {"name": "Ovens", "privacy_visibility": "employees"}
        )

    def _task(self, days=None, **values):
        """A task that is to be done so many days from now."""
        deadline = days is not None and datetime.now() + timedelta(days=days)
        return self.env["project.task"].create(
            {
                "name": "Repair",
                "project_id": self.project.id,
                "partner_id": self.partner.id,
                "date_deadline": deadline,
                **values,
            }
        )

    def _figures(self, user=None):
        return self.partner.with_user(user or self.agent)._zadarma_figures()

    def _call(self, *notifications):
        call = self._notify(*notifications or common.answered_call())
        return call.with_user(self.agent)

    def test_late_ones_first(self):
        late = self._task(days=-2)
        others = self._task(days=2) | self._task()
        self._task(days=-2, state="1_done")
        self._task(days=-2, state="1_canceled")
        for figure, label, urgent, tasks in zip(
            self._figures(),
            ("Late tasks", "Open tasks"),
            (True, False),
            (late, late | others),
            strict=True,
        ):
            self.assertEqual((figure["label"], figure["isUrgent"]), (label, urgent))
            self.assertEqual(figure["count"], len(tasks))
            found = self.env["project.task"].search(figure["action"]["domain"])
            self.assertEqual(found, tasks)

    def test_only_what_the_agent_may_see(self):
        self.project.privacy_visibility = "followers"
        self._task(days=-2)
        self.assertFalse(self._figures())
        self.assertFalse(self._figures(self.colleague))

    def test_task_of_a_call_once(self):
        self.project.partner_id = self.partner
        call = self._call()
        [card] = call.card_data()
        [action] = [one for one in card["actions"] if "Task" in one["label"]]
        self.assertEqual(action["label"], "Create Task")
        opened = [getattr(call, action["method"])() for _time in range(2)]
        [task] = self.project.task_ids
        self.assertEqual([one["res_id"] for one in opened], [task.id] * 2)
        self.assertEqual(task.name, "Call from Orchard Lane Bakery")
        self.assertEqual((task.partner_id, task.user_ids), (self.partner, self.agent))
        [card] = call.card_data()
        self.assertIn("Open Task", [one["label"] for one in card["actions"]])
        self.assertTrue(task.message_ids & call.sudo().message_ids, "its line")

    def test_without_a_project_the_agent_chooses_one(self):
        call = self._call(*common.missed_call("101", caller_id="4930901820"))
        action = call.action_create_task()
        self.assertFalse(self.env["project.task"].search([("name", "ilike", "Call ")]))
        Task = self.env["project.task"].with_user(self.agent)
        with Form(Task.with_context(**action["context"])) as form:
            self.assertEqual(form.name, "Call from +49 30 901820")
            form.project_id = self.project.with_user(self.agent)
        task = form.record
        self.assertEqual(task.partner_phone, "+49 30 901820")
        self.assertEqual(call.action_create_task()["res_id"], task.id)
        # a second one from the same form is a task of its own
        Task.with_context(**action["context"]).create({"project_id": self.project.id})
        self.assertEqual(call.action_create_task()["res_id"], task.id)

    def test_tasks_are_offered(self):
        late = self._task(days=-2)
        self._task(state="1_done")
        [offer] = self._call().document_offers()["offers"]
        self.assertEqual(offer["id"], late.id)
