# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

import psycopg2
import pytz

from odoo import api, fields, models
from odoo.tools import split_every

from ...tools.transaction import unlogged
from ...tools.trouble import describe, where
from ...zadarma_api import clock
from ...zadarma_api.waiting import WAITING
from .zadarma_waiting_caller import write_changed

_logger = logging.getLogger(__name__)

TYPE = "zadarma_connector.mail_activity_type_call_back"
#: What is remembered of a task.
_GIVEN = ("responsible_id", "escalated", "task_user_id", "task_deadline")
#: Tasks that are looked at in one transaction.
_BATCH = 50


class ZadarmaWaitingCaller(models.Model):
    """The task to call somebody back: whose it is, and when it is overdue.

    It follows from the calls and the customer as long as nobody touches it. Whom
    somebody gives it to keeps it until it is overdue, and a day to which somebody puts
    it off stays.
    """

    _inherit = "zadarma.waiting.caller"

    responsible_id = fields.Many2one(
        "res.users", readonly=True, help="Whose task it is, unless it is overdue."
    )
    escalated = fields.Boolean(readonly=True)
    # what we gave last, to tell it from what people do; nobody if they gave it
    task_user_id = fields.Many2one("res.users", readonly=True)
    task_deadline = fields.Date(readonly=True)

    def _keep_task(self):
        """Have exactly one task, and have it say what it should."""
        self.ensure_one()
        tasks = self._tasks()
        tasks[1:].unlink()
        task = tasks[:1]
        late = self.date_due < fields.Datetime.now()
        holder = self._able(task.user_id)
        given_by_hand = holder and holder != self.task_user_id
        responsible = self._responsible()
        if not given_by_hand:
            user = self._supervisor(responsible) if late else responsible
        elif late and not self.escalated:
            user = self._supervisor(holder)
        else:
            user = holder
        deadline = self._deadline(user)
        values = {"summary": self._task_summary(), "user_id": user.id}
        if not task or deadline != self.task_deadline:
            values["date_deadline"] = deadline
        if task:
            write_changed(task.with_context(mail_activity_quick_update=True), values)
        else:
            self._quietly().activity_schedule(TYPE, **values)
        write_changed(
            self,
            {
                "responsible_id": responsible.id,
                "escalated": late,
                "task_user_id": False if given_by_hand else user.id,
                "task_deadline": deadline,
            },
        )

    def _close(self):
        """Have no task, and begin anew with the next one."""
        self._tasks().unlink()
        for caller in self:
            write_changed(caller, dict.fromkeys(_GIVEN, False))

    def _tasks(self):
        if not self:
            return self.env["mail.activity"]
        return self.activity_search([TYPE])

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
        zone = clock.zone_of(user.tz or self.account_id.tz)
        return pytz.utc.localize(self.date_due).astimezone(zone).date()

    # -- whose -------------------------------------------------------------------

    def _responsible(self):
        """Who calls back: the customer's manager, whom the account names, or the one
        with the fewest tasks of those whose telephones rang."""
        self.ensure_one()
        # sudo: res.partner - the manager of a contact
        partner_sudo = self.partner_id.sudo()
        manager = partner_sudo.user_id or partner_sudo.commercial_partner_id.user_id
        for user in (manager, self.account_id.waiting_user_id):
            if able := self._able(user):
                return able
        return self._least_busy(self._rung()) or self._supervisor(self.env["res.users"])

    def _missed_calls(self):
        """The calls after which somebody waits, the earliest first."""
        return self.env["zadarma.call"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("external_number", "=", self.number),
                ("callback_state", "in", WAITING),
            ],
            order="date_start, id",
        )

    def _rung(self):
        """Whose telephones rang first; later calls leave the task where it is."""
        for call in self._missed_calls():
            if able := self._able(call.leg_ids.user_id):
                return able
        return self.env["res.users"]

    def _able(self, users):
        """Those who can see who waits, and have not left."""
        return users.filtered(
            lambda user: user.active
            and user.has_group("zadarma_connector.group_zadarma_user")
            and self.company_id in user.company_ids
            and not self._has_left(user)
        )

    def _has_left(self, user):
        """Whether this company has archived whoever the user was in it."""
        # sudo: hr.employee - whether they left
        employees_sudo = user.sudo().with_context(active_test=False).employee_ids
        here = employees_sudo.filtered(lambda one: one.company_id == self.company_id)
        return here and not any(here.mapped("active"))

    def _least_busy(self, users):
        """Of several users the one with the fewest tasks, or who has this one."""
        if len(users) < 2 or self.responsible_id in users:
            return self.responsible_id & users or users
        tasks = self.env["mail.activity"]._read_group(
            [
                ("activity_type_id", "=", self.env.ref(TYPE).id),
                ("automated", "=", True),
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
        administrator = self.account_id._administrator().filtered("active")
        return (own or others or everybody or administrator)[:1]

    # -- the job -----------------------------------------------------------------

    @api.model
    def _cron_overdue(self):
        """Have each task say what it should: whose it is depends on the time too, and
        on people, and people delete tasks."""
        progress = self.env["ir.cron"]._commit_progress
        waiting = self.search([("state", "in", WAITING)])
        progress(remaining=len(waiting))
        for some in split_every(_BATCH, waiting.ids, self.browse):
            try:
                for caller in some.try_lock_for_update():
                    caller._try_to_keep_task()
            except psycopg2.OperationalError:
                # a call changed one of them just now, and looks after the task
                self.env.cr.rollback()
            if not progress(len(some)):
                return

    def _try_to_keep_task(self):
        """Keep the task, and pass over one with which that fails."""
        try:
            with unlogged(self.env.cr), self.env.cr.savepoint():
                self._keep_task()
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            _logger.error(
                "the task of waiting caller %s was not kept: %s\n%s",
                *(self.id, describe(error), where(error)),
            )
