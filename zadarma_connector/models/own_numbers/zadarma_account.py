# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

#: Somebody has to do something so long before a number is lost.
_BEFORE_EXPIRY = timedelta(days=14)


class ZadarmaAccount(models.Model):
    """Own numbers are looked after until they expire."""

    _inherit = "zadarma.account"

    @api.depends("did_ids.paid_until", "did_ids.autorenew", "did_ids.active")
    def _compute_problems(self):
        return super()._compute_problems()

    def _find_problems(self):
        problems = super()._find_problems()
        if not self.connected_at:
            return problems
        soon = fields.Date.context_today(self) + _BEFORE_EXPIRY
        # what is renewed by itself is a matter of the balance, told elsewhere
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

    def _check_health(self):
        # by itself it takes none away: nobody would see that a list was not whole
        self._bring_own_numbers(self._client(background=True).get_direct_numbers())
        return super()._check_health()
