# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.telling import told

_OLDEST = timedelta(days=3653)
#: Minutes of a day.
_LONGEST = 1440


class ZadarmaCallByHand(models.TransientModel):
    """A call by private telephone."""

    _name = "zadarma.call.by.hand"
    _description = "Log a Call"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    partner_id = fields.Many2one("res.partner", "Contact", required=True)
    direction = fields.Selection(
        [("incoming", "I was called"), ("outgoing", "I called")],
        required=True,
        default="outgoing",
    )
    reached = fields.Boolean("Answered", default=True)
    date_start = fields.Datetime(
        "Date and time", required=True, default=lambda self: fields.Datetime.now()
    )
    minutes = fields.Integer(default=1)
    outcome_id = fields.Many2one("zadarma.call.outcome", check_company=True)
    note = fields.Text()

    @api.depends("partner_id")
    @api.depends_context("company")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.partner_id.company_id or self.env.company

    @api.constrains("date_start", "minutes")
    def _check_past(self):
        for wizard in self:
            age = fields.Datetime.now() - wizard.date_start
            if not timedelta() <= age <= _OLDEST or not 0 <= wizard.minutes <= _LONGEST:
                raise ValidationError(
                    self.env._(
                        "A call that you log must lie in the last ten years and be at "
                        "most a day long."
                    )
                )

    def action_log(self):
        """Keep the call, which is in the history at once.

        :return: the action that says so and closes the dialog
        :raise UserError: the company has no account
        """
        self.ensure_one()
        self.partner_id.check_access("read")
        company = self.company_id
        # sudo: zadarma.account - among whose calls it is
        account_sudo = (
            self.env["zadarma.account"]
            .sudo()
            .search([("company_id", "=", company.id), ("active", "=", True)], limit=1)
        )
        if not account_sudo or company not in self.env.companies:
            raise UserError(
                self.env._(
                    "%s has no Zadarma account to which this call could be added. Ask "
                    "an administrator of the telephony to connect one.",
                    company.name,
                )
            )
        call_sudo = self.env["zadarma.call"]._log_by_hand(
            account_sudo, self.partner_id, self._told()
        )
        return told(self.env._("The call with %s is logged.", call_sudo.display_name))

    def _told(self):
        """What the user says of the call; see ``zadarma.call._log_by_hand``."""
        return {
            "direction": self.direction,
            "reached": self.reached,
            "date_start": self.date_start,
            "duration": self.minutes * 60,
            "outcome_id": self.outcome_id.id,
            "note": self.note,
        }
