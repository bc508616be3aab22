# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ZadarmaCall(models.Model):
    """Tasks made of calls."""

    _inherit = "zadarma.call"

    def action_create_task(self):
        """Open the task that was made of this call; make it if there is none.

        Where the customer has no project yet, the user chooses one in the task's form.

        :raise AccessError: the user may not see the call, or make no tasks
        """
        return self._make_document("project.task", self._make_task)

    def _make_task(self):
        values = self._task_values()
        project = self._task_project()
        if not project:
            return {
                "type": "ir.actions.act_window",
                "res_model": "project.task",
                "views": [[False, "form"]],
                "context": {
                    **{f"default_{name}": value for name, value in values.items()},
                    "zadarma_made_of_call": ["project.task", self.id],
                },
            }
        return self.env["project.task"].create({**values, "project_id": project.id})

    def _task_values(self):
        values = {"name": self._document_name(), "user_ids": [(4, self.env.uid)]}
        if self.partner_id:
            # which brings its own number; another one would be written into it
            return {**values, "partner_id": self.partner_id.id}
        return {**values, "partner_phone": self._number_to_show()}

    def _task_project(self):
        """The customer's own project, else that of their last task; may be empty."""
        if not self.partner_id:
            return self.env["project.project"]
        partner = self.partner_id.with_company(self.company_id)
        domain = partner._zadarma_business_domain()
        own = self.env["project.project"].search(domain, order="id DESC", limit=1)
        return own or self.env["project.task"].search(
            [*domain, ("project_id", "!=", False)], order="id DESC", limit=1
        ).project_id._filtered_access("read")

    def _card_actions(self):
        actions = super()._card_actions()
        # others have to-dos of their own, and no projects
        makes_tasks = self.env.user.has_group("project.group_project_user")
        if not self.can_identify or not makes_tasks:
            return actions
        label = (
            self.env._("Open Task")
            if self._made_document("project.task")
            else self.env._("Create Task")
        )
        return [*actions, {"label": label, "method": "action_create_task"}]
