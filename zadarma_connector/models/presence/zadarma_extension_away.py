# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ZadarmaExtension(models.Model):
    """Routing passes over who does not want to be disturbed."""

    _inherit = "zadarma.extension"

    @api.model
    def _user_fields(self):
        return [*super()._user_fields(), "zadarma_away_until"]

    def write(self, vals):
        result = super().write(vals)
        if not {"employee_id", "user_id"}.isdisjoint(vals):
            # sudo: zadarma.forwarding - whoever has the number now wishes otherwise
            self.sudo().forwarding_ids._wake()
        return result

    def _why_absent(self, moment, heeds_hours):
        self._fetch_person()
        if self.user_id._zadarma_is_away(moment) and not self._has_left():
            until = fields.Datetime.to_string(self.user_id.zadarma_away_until)
            return "do_not_disturb", {**self._person_ids(), "moment": until}
        return super()._why_absent(moment, heeds_hours)
