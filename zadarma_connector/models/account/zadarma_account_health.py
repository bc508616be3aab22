# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...zadarma_api import errors

#: Unverified notifications older than this are no news.
_RECENT = timedelta(days=1)
#: What is offered to import.
_HISTORY = timedelta(days=30)


class ZadarmaAccount(models.Model):
    """Whether all is well, and who has to do something if it is not."""

    _name = "zadarma.account"
    _inherit = ["zadarma.account", "mail.thread", "mail.activity.mixin"]

    low_balance = fields.Float(
        "Low below",
        default=1,
        help="An activity tells the administrator when the balance is lower.",
    )
    polling = fields.Boolean(
        "No public address",
        help="Zadarma cannot reach this Odoo, so it is asked for calls every ten "
        "minutes. Calls appear that much later, and nobody sees them ring.",
    )
    reconciled_until = fields.Datetime(
        "Complete until",
        readonly=True,
        copy=False,
        help="Up to here the call log was compared with Zadarma's statistics.",
    )
    reconciliation_ids = fields.One2many("zadarma.reconciliation", "account_id")
    last_notification_at = fields.Datetime(
        "Last notification", compute="_compute_last_notification_at", compute_sudo=True
    )
    unverified_ids = fields.One2many(
        "zadarma.unverified.notification", "account_id", "Unverified notifications"
    )
    connection_error = fields.Char(readonly=True, copy=False)
    problems = fields.Text(
        compute="_compute_problems",
        compute_sudo=True,
        help="What the administrator should look at.",
    )

    def _compute_last_notification_at(self):
        for account in self:
            last = self.env["zadarma.event"].search(
                [
                    ("account_id", "in", account._origin.ids),
                    ("source", "=", "notification"),
                ],
                order="received_at DESC",
                limit=1,
            )
            account.last_notification_at = last.received_at

    @api.depends(
        "connection_error",
        "clock_differs",
        "balance",
        "low_balance",
        "webhook_is_registered",
        "unverified_ids.last_at",
    )
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
                    "The balance is low: %(balance).2f %(currency)s. Without money "
                    "nobody can call.",
                    balance=self.balance,
                    currency=self.balance_currency,
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
        problems += self._find_notification_problems()
        failed = self.env["zadarma.event"].search_count(
            [("account_id", "in", self._origin.ids), ("state", "=", "failed")]
        )
        if failed:
            problems.append(
                self.env._(
                    "%s entries of the journal could not be computed. Open them and "
                    "press Apply Again, or Ignore if they tell of no call.",
                    failed,
                )
            )
        stuck = self.reconciliation_ids[:1]
        if stuck.state == "failed":
            problems.append(
                self.env._("The last reconciliation failed: %s", stuck.error)
            )
        return problems

    def _find_notification_problems(self):
        if self.polling:
            return []
        problems = []
        if not self.webhook_is_registered:
            problems.append(
                self.env._(
                    "Zadarma notifies another address (%s), so calls do not appear. "
                    "Press Register Notifications.",
                    self.webhook_registered_url or self.env._("none"),
                )
            )
        elif not all(self[name] for name in self._switches()):
            problems.append(
                self.env._(
                    "Some notifications are switched off at Zadarma. Press Register "
                    "Notifications."
                )
            )
        recently = fields.Datetime.now() - _RECENT
        if self.last_notification_at and self.last_notification_at >= recently:
            # the secret is right, so what has another one is a stranger's
            return problems
        unverified = self.unverified_ids.filtered(
            lambda one: one.last_at >= recently and one.points_at_us
        )
        if unverified:
            problems.append(
                self.env._(
                    "%(count)s notifications could not be verified, the last at %(at)s "
                    "(UTC): %(reason)s. If they are Zadarma's, the secret here is not "
                    "that of Zadarma's cabinet.",
                    count=sum(unverified.mapped("count")),
                    at=max(unverified.mapped("last_at")),
                    reason=unverified[0].reason_text,
                )
            )
        return problems

    def action_reconcile(self):
        """Ask for a period to compare with Zadarma's statistics."""
        self.ensure_one()
        now = fields.Datetime.now()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Compare with Zadarma's statistics"),
            "res_model": "zadarma.reconciliation",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_account_id": self.id,
                "default_date_from": now - _HISTORY,
                "default_date_to": now,
            },
        }

    # -- the job -----------------------------------------------------------------

    @api.model
    def _cron_health(self):
        """Ask Zadarma how things stand, and tell the administrator if need be."""
        accounts = self.search([("connected_at", "!=", False)])
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(accounts))
        for account in accounts:
            account._check_health()
            if not progress(1):
                break

    def _check_health(self):
        try:
            client = self._client(background=True)
            self._take_balance(client)
            if not self.polling:
                self._take_registration(client)
        except errors.RateLimited:
            return  # busy, not broken: the job comes again
        except errors.ZadarmaError as error:
            self.connection_error = self._explain(error)
        except UserError as error:
            # no key or no secret any more
            self.connection_error = str(error)
        self._tell_administrator()

    def _tell_administrator(self):
        """Have one activity as long as there are problems, and none otherwise."""
        todo = "mail.mail_activity_data_warning"
        problems = self.problems
        note = Markup("<br/>").join((problems or "").split("\n"))
        activities = self.activity_search([todo])
        if not problems:
            activities.unlink()
        elif not activities:
            self.activity_schedule(
                todo,
                summary=self.env._("Zadarma needs your attention"),
                note=note,
                user_id=self._administrator().id,
            )
        else:
            activities.write({"note": note})

    def _administrator(self):
        """Who made the account, if they still administrate; else somebody who does."""
        administrators = self.env.ref(
            "zadarma_connector.group_zadarma_admin"
        ).all_user_ids.filtered(
            lambda user: user.active
            and not user.share
            and self.company_id in user.company_ids
        )
        made_it = administrators & self.create_uid
        return (made_it or administrators)[:1] or self.env.user
