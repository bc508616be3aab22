# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ProjectTask(models.Model):
    """A task that a user completes in its form, begun from a call."""

    _inherit = "project.task"

    @api.model_create_multi
    def create(self, vals_list):
        tasks = super().create(vals_list)
        call_id = self.env.context.get("zadarma_made_of_call")
        call = self.env["zadarma.call"].browse(call_id or ())._filtered_access("read")
        if call and not call._made_document(self._name):
            call._put_on(tasks[:1], was_made=True)
            call._write_history()
        return tasks
