# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ZadarmaCall(models.Model):
    """Calls of which nobody can tell any more whose they were."""

    _inherit = "zadarma.call"

    sealed_at = fields.Datetime(
        "Emptied on",
        readonly=True,
        copy=False,
        help="Numbers, names and texts of this call were removed for good.",
    )

    @api.depends("sealed_at")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for call in self:
            if call.sealed_at and call.direction != "internal":
                call.display_name = self.env._("Removed")
        return result
