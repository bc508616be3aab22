# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        """What is done is told in a history, with the note of the call that it was
        planned on or done by: the call remembers where."""
        # sudo: zadarma.call - whoever does it, and may see the call or not
        calls_sudo = self.env["zadarma.call"].sudo()
        calls_sudo = calls_sudo.search([("plan_ids", "in", self.ids)])
        done = [
            (call_sudo, {_place(one) for one in call_sudo.plan_ids & self.sudo()})
            for call_sudo in calls_sudo
        ]
        messages, following = super()._action_done(
            feedback=feedback, attachment_ids=attachment_ids
        )
        for call_sudo, places in done:
            call_sudo.copy_ids += messages.sudo().filtered(
                lambda one, places=places: (
                    (one.model, one.res_id, one.mail_activity_type_id) in places
                )
            )
        return messages, following


def _place(activity):
    return activity.res_model, activity.res_id, activity.activity_type_id
