# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

#: A hundred years.
MOST_MONTHS = 1200


class ZadarmaAccount(models.Model):
    """How long it is known whose calls they were."""

    _inherit = "zadarma.account"

    call_months = fields.Integer(
        "Remove after (months)",
        help="Numbers, names, notes, recordings and texts of older calls are removed, "
        "unless they are marked to be kept; what is counted stays. 0 removes none.",
    )

    _call_months_range = models.Constraint(
        f"CHECK(call_months BETWEEN 0 AND {MOST_MONTHS})",
        "Remove names and numbers after 1 to 1200 months; 0 removes none.",
    )

    def _old_calls(self):
        """Neither what is kept nor what a hold is on."""
        if self.company_id.zadarma_hold:
            return Domain.FALSE
        return super()._old_calls() & Domain("keep", "=", False)

    def _removed_before(self, months):
        """Until when nobody's name is known any more, UTC.

        :param months: 1 or more
        :raise ValidationError: there are no so many months
        """
        if not 0 < months <= MOST_MONTHS:
            raise ValidationError(
                self.env._(
                    "Enter a number of months from 1 to %(most)s.", most=MOST_MONTHS
                )
            )
        return fields.Datetime.now() - relativedelta(months=months)

    def _calls_before(self, before):
        """The domain of ended calls of which nothing was removed yet.

        :param before: UTC
        """
        began = Domain("date_start", "<", before) | (
            Domain("date_start", "=", False) & Domain("create_date", "<", before)
        )
        # when we heard of it nobody outside can move; of history statistics tell
        is_sure = Domain("confirmed", "=", True) | Domain("create_date", "<", before)
        return (
            Domain("account_id", "=", self.id)
            & Domain("sealed_at", "=", False)
            & Domain("state", "=", "ended")
            & began
            & is_sure
        )

    def _calls_to_empty(self, before):
        """Those of :meth:`_calls_before` that are not kept."""
        return self._calls_before(before) & ~self.env["zadarma.call"]._kept_domain()

    def action_rehearse_retention(self):
        """Show how much would be removed, before it is."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Removal Test"),
            "res_model": "zadarma.retention.rehearsal",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_account_id": self.id,
                "default_months": self.call_months or 24,
            },
        }
