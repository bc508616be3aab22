# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...zadarma_api.waiting import WAITING
from .zadarma_waiting_caller_task import TYPE


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        """Who ticks off a task to call back says that no call is needed any more.

        Whatever else somebody planned with who waits is done without saying so.
        """
        call_back = self.env.ref(TYPE, raise_if_not_found=False)
        caller_ids = [
            activity.res_id
            for activity in self
            if activity.active
            and activity.automated
            and activity.activity_type_id == call_back
            and activity.res_model == "zadarma.waiting.caller"
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
