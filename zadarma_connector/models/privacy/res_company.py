# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    _inherit = "res.company"

    zadarma_hold = fields.Boolean(
        "Keep all calls",
        help="Nothing of calls is removed, by age or for a person, as long as this is "
        "on: an authority or a court may need it.",
    )

    def _check_zadarma_hold(self):
        """Nothing may be removed while one of these companies keeps all calls.

        :raise UserError: one does
        """
        if held := self.filtered("zadarma_hold"):
            raise UserError(
                self.env._(
                    "%(company)s keeps all calls at present (Settings, Zadarma), so "
                    "nothing can be removed.",
                    company=held[0].name,
                )
            )
