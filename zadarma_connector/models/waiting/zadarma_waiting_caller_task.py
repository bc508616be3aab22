# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytz

from odoo import api, fields, models

from ...zadarma_api.waiting import WAITING

_TYPE = "zadarma_connector.mail_activity_type_call_back"


class ZadarmaWaitingCaller(models.Model):
    """The task to call somebody back: whose it is, and when it is overdue."""

    _inherit = "zadarma.waiting.caller"

    def _keep_task(self):
        """Have exactly one task, which tells what was tried."""
        self.ensure_one()
        summary = self._task_summary()
        tasks = self._tasks()
        tasks[1:].unlink()
        if not tasks:
            user = self._responsible()
            self._quietly().activity_schedule(
                _TYPE,
                date_deadline=self._deadline(user),
                summary=summary,
                user_id=user.id,
            )
        elif tasks[0].summary != summary:
            tasks[0].summary = summary

    def _close(self):
        """Have no task."""
        self._tasks().unlink()

    def _tasks(self):
        if not self:
            return self.env["mail.activity"]
        return self.activity_search([_TYPE])

    def _quietly(self):
        """Without an e-mail for each missed call; the counter of tasks tells enough."""
        return self.with_context(mail_activity_quick_update=True)

    def _task_summary(self):
        if not self.attempt_count:
            return self.env._("Call back %s", self._number_to_show())
        return self.env._(
            "Call back %(number)s (attempts: %(count)s)",
            number=self._number_to_show(),
            count=self.attempt_count,
        )

    def _deadline(self, user):
        """The day on which it is due, where the user is."""
        zone = pytz.timezone(user.tz or self.account_id.tz)
        return pytz.utc.localize(self.date_due).astimezone(zone).date()

    # -- whose -------------------------------------------------------------------

    def _responsible(self):
        """Who calls back: the customer's manager, whom the account names, or the one
        with the fewest tasks of those whose telephones rang."""
        self.ensure_one()
        # sudo: res.partner - the manager of a contact
        partner_sudo = self.partner_id.sudo()
        managers = partner_sudo.user_id or partner_sudo.commercial_partner_id.user_id
        for users in (
            managers,
            self.account_id.waiting_user_id,
            self._least_busy(self._able(self.call_id.leg_ids.user_id)),
        ):
            if able := self._able(users):
                return able[0]
        return self._supervisor(self.env["res.users"])

    def _able(self, users):
        """Those who can see who waits."""
        return users.filtered(
            lambda user: user.active
            and user.has_group("zadarma_connector.group_zadarma_user")
            and self.company_id in user.company_ids
        )

    @api.model
    def _least_busy(self, users):
        if len(users) < 2:
            return users
        tasks = self.env["mail.activity"]._read_group(
            [
                ("activity_type_id", "=", self.env.ref(_TYPE).id),
                ("user_id", "in", users.ids),
            ],
            ["user_id"],
            ["__count"],
        )
        counts = dict(tasks)
        return min(users.sorted("id"), key=lambda user: counts.get(user, 0))

    def _supervisor(self, user):
        """The user's own manager if they supervise calls, else whoever does; an
        administrator of the telephony is asked last."""
        everybody = self._able(
            self.env.ref("zadarma_connector.group_zadarma_supervisor").all_user_ids
        ).sorted("id")
        own = user.employee_ids.parent_id.user_id & everybody
        others = everybody.filtered(
            lambda one: not one.has_group("zadarma_connector.group_zadarma_admin")
        )
        return (own or others or everybody or self.account_id._administrator())[0]

    # -- overdue -----------------------------------------------------------------

    @api.model
    def _cron_overdue(self):
        """Give overdue tasks to supervisors, and lost ones back to somebody."""
        waiting = [("state", "in", WAITING)]
        overdue = self.search(
            [
                *waiting,
                ("date_due", "<", fields.Datetime.now()),
                ("escalated", "=", False),
            ]
        )
        lost = self.search([*waiting, ("activity_ids", "=", False)])
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(overdue) + len(lost))
        for caller in lost:
            caller._keep_task()
            if not progress(1):
                return
        for caller in overdue:
            caller._escalate()
            if not progress(1):
                return

    def _escalate(self):
        self.ensure_one()
        for task in self._tasks():
            supervisor = self._supervisor(task.user_id)
            if supervisor != task.user_id:
                task.with_context(mail_activity_quick_update=True).user_id = supervisor
        self.escalated = True
