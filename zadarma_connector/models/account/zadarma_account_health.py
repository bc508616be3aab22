# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

from ...tools import job

#: Unverified notifications older than this are no news.
RECENT = timedelta(days=1)


class ZadarmaAccount(models.Model):
    """Whether all is well, and who has to do something if it is not."""

    _name = "zadarma.account"
    _inherit = ["zadarma.account", "mail.thread", "mail.activity.mixin"]

    low_balance = fields.Float(
        "Warn below",
        default=1,
        help="An activity tells the administrator when the balance is lower.",
    )
    polling = fields.Boolean(
        "No public address",
        help="Zadarma cannot reach this Odoo, so it is asked for calls every ten "
        "minutes. Calls appear that much later, and nobody sees them ring.",
    )
    unverified_ids = fields.One2many(
        "zadarma.unverified.notification", "account_id", "Unverified notifications"
    )
    connection_error = fields.Char(readonly=True, copy=False)
    health_attempts = fields.Integer(
        readonly=True, copy=False, help="How many checks in a row failed."
    )
    problems = fields.Text(
        compute="_compute_problems",
        compute_sudo=True,
        help="What the administrator should look at.",
    )

    @api.depends(
        "connection_error",
        "country_id",
        "clock_differs",
        "balance",
        "low_balance",
        "webhook_is_registered",
        "unverified_ids.last_at",
    )
    @api.depends_context("lang")
    def _compute_problems(self):
        for account in self:
            account.problems = "\n".join(account._find_problems()) or False

    def _find_problems(self):
        """What is not well, a sentence each; nothing for an account not yet in use."""
        self.ensure_one()
        problems = []
        if self.connection_error:
            problems.append(self.connection_error)
        if not self.connected_at:
            return problems
        if self.balance_currency and self.balance < self.low_balance:
            problems.append(
                self.env._(
                    "The balance is low: %(balance).2f %(currency)s. Top it up, or "
                    "calls will fail.",
                    balance=self.balance,
                    currency=self.balance_currency,
                )
            )
        if not self.country_id:
            problems.append(
                self.env._(
                    "%s has no country, so numbers that come without a country code "
                    "cannot be read. Set the country of the company.",
                    self.company_id.name,
                )
            )
        if self.clock_differs:
            problems.append(
                self.env._(
                    "Zadarma's clock (%(clock)s) does not agree with the time zone "
                    "%(zone)s: calls get wrong times.",
                    clock=self.pbx_clock,
                    zone=self.tz,
                )
            )
        return problems + self._find_notification_problems()

    def _find_notification_problems(self):
        if self.polling:
            return []
        problem = self._notification_problem()
        return ([problem] if problem else []) + self._find_delivery_problems()

    def _notification_problem(self):
        """Why Zadarma does not notify us of all, empty if it does."""
        if not self.webhook_registered_url:
            return self.env._(
                "Zadarma sends no notifications, so calls do not appear. Press "
                "Register Notifications."
            )
        if not self.webhook_is_registered:
            return self.env._(
                "Zadarma sends its notifications to another address, %s, so calls do "
                "not appear. Press Register Notifications to have them here instead "
                "of there.",
                self.webhook_registered_url,
            )
        if not all(self[name] for name in self._switches()):
            return self.env._(
                "Some notifications are switched off at Zadarma. Press Register "
                "Notifications."
            )
        return ""

    def _find_delivery_problems(self):
        """What is wrong with what was delivered here."""
        recently = fields.Datetime.now() - RECENT
        unverified = self.unverified_ids.filtered(
            lambda one: one.last_at >= recently and one.points_at_us
        )
        if not unverified:
            return []
        return [
            self.env._(
                "Notifications could not be verified: %(count)s, the last at %(at)s "
                "(UTC). %(reason)s. If they are Zadarma's, the secret here is not the "
                "one in your personal account at Zadarma.",
                count=sum(unverified.mapped("count")),
                at=max(unverified.mapped("last_at")),
                reason=unverified[0].reason_text,
            )
        ]

    # -- the job -----------------------------------------------------------------

    @api.model
    def _cron_health(self):
        """Ask Zadarma how things stand, and tell the administrator if need be."""
        job.run(
            self,
            "cron_health",
            [("connected_at", "!=", False)],
            job.Attempts("health_attempts"),
            do=lambda account: account._check_health(),
            failed=lambda account, *told: account._check_failed(*told),
        )

    def _check_health(self):
        client = self._client(background=True)
        self._take_balance(client)
        if not self.polling:
            self._take_registration(client)
        self.health_attempts = 0
        self._tell_administrator()

    def _check_failed(self, error, reason):
        self.connection_error = (
            reason
            if isinstance(error, job.EXPECTED)
            else self.env._("The account could not be checked at Zadarma: %s", reason)
        )
        self._tell_administrator()
