# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...zadarma_api.waiting import WAITING


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        """Who ticks off a task to call back says that no call is needed any more."""
        caller_ids = [
            activity.res_id
            for activity in self
            if activity.active and activity.res_model == "zadarma.waiting.caller"
        ]
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        callers = self.env["zadarma.waiting.caller"].browse(caller_ids).exists()
        # sudo: zadarma.waiting.caller - whoever may tick off its task
        waiting = callers.sudo().filtered(lambda one: one.state in WAITING)
        if waiting:
            waiting.with_env(self.env)._waive(
                feedback or self.env._("the task was marked as done")
            )
        return result
