# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class ZadarmaCall(models.Model):
    """Calls of which nobody can tell any more whose they were."""

    _inherit = "zadarma.call"

    sealed_at = fields.Datetime(
        "Emptied on",
        readonly=True,
        copy=False,
        help="Numbers, names and texts of this call were removed for good.",
    )

    _sealed_index = models.Index(
        "(company_id, date_start NULLS FIRST, id) WHERE sealed_at IS NOT NULL"
    )

    @api.depends("sealed_at")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for call in self:
            if call.sealed_at and call.direction != "internal":
                call.display_name = self.env._("Removed")
        return result

    def _check_not_emptied(self):
        """Nothing is added to a call that was emptied.

        :raise UserError: it was
        """
        if any(self.mapped("sealed_at")):
            raise UserError(
                self.env._("Names and texts of this call were removed for good.")
            )
