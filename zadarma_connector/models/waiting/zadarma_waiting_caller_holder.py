# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...zadarma_api.waiting import WAITING
from .zadarma_waiting_caller_task import TYPE


class ZadarmaWaitingCaller(models.Model):
    """Who has the task to call back, and giving it to somebody else."""

    _inherit = "zadarma.waiting.caller"

    holder_id = fields.Many2one(
        "res.users",
        "Assigned to",
        compute="_compute_holder_id",
        # people look for theirs, and a team lead groups by it
        store=True,
        index="btree_not_null",
    )

    @api.depends(
        "activity_ids.user_id",
        "activity_ids.activity_type_id",
        "activity_ids.automated",
    )
    def _compute_holder_id(self):
        call_back = self.env.ref(TYPE, raise_if_not_found=False)
        for caller in self:
            tasks = caller.activity_ids.filtered(
                lambda one: one.activity_type_id == call_back and one.automated
            )
            caller.holder_id = tasks[:1].user_id

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Odoo has whoever gets an activity follow, which takes the right to write.

        Nobody has that here, and whoever sees who waits may give the task away.
        """
        self.check_access("read")
        return super(ZadarmaWaitingCaller, self.sudo()).message_subscribe(
            partner_ids=partner_ids, subtype_ids=subtype_ids
        )

    def _could_hold(self):
        """Who could call all of these back."""
        users = self.env.ref("zadarma_connector.group_zadarma_user").all_user_ids
        for caller in self:
            users = caller._able(users)
        return users

    def _hand_to(self, user):
        """Give the tasks of those who wait to somebody, who keeps them.

        An overdue task stays with whom it is given to, like any other; the day on
        which it is due is that of the new holder's zone.

        :param user: a ``res.users``
        :return: those whose task changed hands
        :raise UserError: the user cannot call one of them back
        """
        self.check_access("read")
        # sudo: zadarma.waiting.caller, mail.activity - whoever sees who waits may
        # take a task over, so they may also give it away
        changing_sudo = self.sudo().filtered(
            lambda one: one.state in WAITING and one.holder_id != user
        )
        if user not in changing_sudo._could_hold():
            raise UserError(
                self.env._(
                    "%(person)s cannot call back all of them: it takes the right to "
                    "see calls, in each of the companies that were called.",
                    person=user.name,
                )
            )
        for caller in changing_sudo:
            former = caller.holder_id
            caller._tasks().with_context(mail_activity_quick_update=True).user_id = user
            # it was given by hand, whoever it would be by itself
            caller.task_user_id = False
            caller.escalated = caller.is_overdue
            caller._keep_task()
            caller._log_handover(former)
        return self.browse(changing_sudo.ids)

    def _log_handover(self, former):
        """Have in the history who gave the task to whom."""
        author = self.env.user.partner_id
        body = (
            self.env._(
                "The call back was handed over from %(former)s to %(holder)s.",
                former=former.name,
                holder=self.holder_id.name,
            )
            if former
            else self.env._(
                "The call back was given to %(holder)s.", holder=self.holder_id.name
            )
        )
        self._message_log(body=body, author_id=author.id)
