# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import suppress
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from ...zadarma_api import errors

#: Somebody has to do something so long before a number is lost.
_BEFORE_EXPIRY = timedelta(days=14)


class ZadarmaAccount(models.Model):
    """Own numbers are looked after until they expire."""

    _inherit = "zadarma.account"

    tariff = fields.Char("Price plan", readonly=True, copy=False)
    tariff_cost = fields.Float("Cost of the price plan", readonly=True, copy=False)
    monthly_fees = fields.Float(
        compute="_compute_monthly_fees",
        help="What Zadarma takes each month: for the own numbers that it renews by "
        "itself.",
    )

    @api.depends("did_ids.monthly_fee", "did_ids.autorenew", "did_ids.active")
    def _compute_monthly_fees(self):
        for account in self:
            account.monthly_fees = sum(account._renewed().mapped("monthly_fee"))

    def _renewed(self):
        """The own numbers that are paid from the balance by themselves."""
        return self.did_ids.filtered(
            lambda did: (
                did.active
                and did.at_zadarma
                and did.autorenew
                and did.currency == self.balance_currency
            )
        )

    def _take_balance(self, client):
        result = super()._take_balance(client)
        # it is for information alone
        with suppress(errors.Refused, errors.BadAnswer):
            tariff = client.get_tariff()
            self.tariff, self.tariff_cost = tariff["name"], tariff["cost"]
        return result

    @api.depends(
        *("did_ids.paid_until", "did_ids.autorenew", "did_ids.active"),
        *("did_ids.monthly_fee", "balance"),
    )
    def _compute_problems(self):
        return super()._compute_problems()

    def _find_problems(self):
        problems = super()._find_problems()
        if not self.connected_at:
            return problems
        soon = fields.Date.context_today(self) + _BEFORE_EXPIRY
        problems += self._find_fees_due(soon)
        for did in self.did_ids.filtered(
            lambda did: (
                did.active
                and not did.autorenew
                and did.paid_until
                and did.paid_until <= soon
            )
        ):
            problems.append(
                self.env._(
                    "The number %(number)s is paid until %(day)s and is not renewed by "
                    "itself. Renew it in your personal account at Zadarma, or it will "
                    "be lost.",
                    number=did.display_name,
                    day=format_date(self.env, did.paid_until),
                )
            )
        return problems

    def _find_fees_due(self, soon):
        """Whether the balance is less than the fees that Zadarma takes until a day.

        A balance that is low anyway is told already.
        """
        due = self._renewed().filtered(
            lambda did: did.paid_until and did.paid_until <= soon
        )
        fees = sum(due.mapped("monthly_fee"))
        if not self.balance_currency or not self.low_balance <= self.balance < fees:
            return []
        return [
            self.env._(
                "The balance of %(balance).2f %(currency)s is less than the fees of "
                "own numbers that are due until %(day)s: %(fees).2f %(currency)s. Top "
                "it up, or numbers will be lost.",
                balance=self.balance,
                currency=self.balance_currency,
                day=format_date(self.env, soon),
                fees=fees,
            )
        ]

    def _check_health(self):
        # by itself it takes none away: nobody would see that a list was not whole
        self._bring_own_numbers(self._client(background=True).get_direct_numbers())
        return super()._check_health()
