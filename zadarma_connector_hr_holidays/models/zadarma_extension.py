# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.zadarma_connector.zadarma_api.forwarding import (
    EXTENSION,
    MAILBOX,
    PHONE,
    Forwarding,
    in_one_form,
)

#: Where calls of somebody on leave may go depends on these.
_DECISIVE = {"absence_target", "deputy_id", "employee_id", "active"}


class ZadarmaExtension(models.Model):
    """Where calls go while the person of an internal number is on leave.

    What is wished for follows from the leaves alone, each time the job looks: so it
    does not matter who changed one, or where a server stopped.
    """

    _inherit = "zadarma.extension"

    absence_target = fields.Selection(
        [
            ("deputy", "The deputy"),
            ("mobile", "Work mobile"),
            ("mailbox", "Mailbox"),
        ],
        "During time off",
        help="Where calls to this number go while its employee is on leave: to the "
        "deputy's number, to the employee's work mobile, or to a mailbox that sends "
        "messages to the employee's work e-mail. Empty: nowhere else.",
    )

    def write(self, vals):
        result = super().write(vals)
        if not _DECISIVE.isdisjoint(vals):
            self._look_at_absences()
        return result

    @api.model
    def _look_at_absences(self, moments=()):
        """Have the job look at once, and later.

        :param moments: UTC
        """
        # sudo: ir.cron - whoever changes a leave starts what follows from it
        job_sudo = self.env.ref("zadarma_connector_hr_holidays.cron_absences").sudo()
        job_sudo._trigger()
        if moments:
            job_sudo._trigger(at=list(moments))

    @api.model
    def _cron_absences(self):
        """Have the calls of whoever is on leave go elsewhere, and others' no more."""
        now = fields.Datetime.now()
        wishes = self.env["zadarma.forwarding.wish"].search(
            [("res_model", "=", "hr.leave")]
        )
        # they go when their extension's job looks at them
        wishes.filtered(lambda wish: wish._is_over(now)).forwarding_id._wake()
        absent = self.search(
            [
                ("account_id.forward_absent", "=", True),
                ("absence_target", "!=", False),
                ("employee_id", "!=", False),
            ]
        )
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(absent))
        leaves = self.env["hr.leave"]._zadarma_current(absent.employee_id, now)
        of_employee = leaves.grouped("employee_id")
        for extension in absent:
            extension._forward_absent(of_employee.get(extension.employee_id, ()))
            if not progress(1):
                return

    def _forward_absent(self, leaves):
        """Have calls go elsewhere because of leaves; overlapping ones wish for the
        same, each until its own end.

        Who is absent for longer has not been back since somebody changed the forwarding
        by hand: that counts for all of it.
        """
        if not leaves:
            return
        by_hand = any(self._absences().mapped("is_overruled"))
        try:
            target = self._absence_goes_to()
            for leave in leaves:
                self._forward(leave, "absence", target, leave.date_to)
        except UserError as error:
            # among the account's problems as well, unless two who stand in for each
            # other are away
            self._say_not_forwarded("absence", str(error))
        if by_hand:
            self._absences().is_overruled = True

    def _absences(self):
        """The wishes because of leaves."""
        return self.forwarding_ids.wish_ids.filtered(
            lambda wish: wish.res_model == "hr.leave"
        )

    def _is_forwarded_for(self, leave, now):
        """Whether calls shall go elsewhere because of a leave.

        :param now: UTC
        """
        return bool(
            self.active
            and self.account_id.forward_absent
            and self.absence_target
            and leave in leave._zadarma_current(self.employee_id, now)
        )

    def _absence_goes_to(self):
        """Where calls go meanwhile.

        :return: a :class:`~.zadarma_api.forwarding.Forwarding`
        :raise UserError: what is chosen is not there
        """
        employee = self.employee_id
        if not employee:
            raise self._no_target(self.env._("no employee"))
        if self.absence_target == "deputy":
            if not self.deputy_id.active:
                raise self._no_target(self.env._("no deputy"))
            return Forwarding(EXTENSION, self.deputy_id.number)
        if self.absence_target == "mobile":
            text = employee.mobile_phone
            if not text:
                raise self._no_target(self.env._("no work mobile"))
            choices = self.env["res.users"]._zadarma_choices(
                text, None, self.account_id
            )
            return Forwarding(PHONE, choices[0].number)
        if not employee.work_email:
            raise self._no_target(self.env._("no work e-mail"))
        return in_one_form(MAILBOX, employee.work_email, "always")

    def _no_target(self, what):
        return UserError(
            self.env._(
                "Calls to %(number)s cannot go elsewhere during time off: there is "
                "%(what)s.",
                number=self.display_name,
                what=what,
            )
        )
