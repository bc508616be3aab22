# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ZadarmaBlocked(models.Model):
    """A caller whom the PBX turns away as busy.

    A list of our own: Odoo's phone blacklist is about whom *we* may call or text.
    """

    _name = "zadarma.blocked"
    _description = "Blocked Caller"
    _order = "id DESC"
    _rec_name = "number"

    number = fields.Char(required=True, help="With its country, as +44 20 3769 1880.")
    reason = fields.Char()
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )

    _number_unique = models.UniqueIndex(
        "(company_id, number)", "This caller is blocked already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._clean(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._clean(vals))

    @api.model
    def _clean(self, vals):
        """Values with the number in E.164.

        :raise ValidationError: it is no telephone number
        """
        if "number" not in vals:
            return vals
        number = self.env.user._phone_format(
            number=vals["number"], country=self.env.company.country_id
        )
        if not number:
            raise ValidationError(
                self.env._(
                    "“%(number)s” is not a telephone number. Write it with its "
                    "country, for example +44 20 3769 1880.",
                    number=vals["number"] or "",
                )
            )
        return {**vals, "number": number}
