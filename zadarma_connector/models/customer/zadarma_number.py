# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...tools.phone_text import PhoneIndex


class ZadarmaNumber(models.Model):
    """Whose number it is, as somebody said who knows.

    Contacts with the same number are told apart so, and a contact may have more
    numbers than the one that its form has room for.
    """

    _name = "zadarma.number"
    _inherit = [
        "zadarma.identifiable",
        "zadarma.number.search",
        "zadarma.told.number",
    ]
    _description = "Assigned Telephone Number"
    _order = "number"
    _rec_name = "number"

    number = fields.Char(required=True, readonly=True, help="In E.164.")
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)

    _zadarma_number_fields = ("number",)
    _zadarma_searched_fields = ("number",)
    _zadarma_phone_index = PhoneIndex("number")
    _zadarma_decisive = ("partner_id",)
    _company_number_unique = models.Constraint(
        "UNIQUE(company_id, number)", "This number is already assigned to a contact."
    )
    _check_company_auto = True

    @api.model
    def _assign(self, company, number, partner):
        """Remember whose number it is, instead of whom it was before.

        :param company: the ``res.company`` that shall know
        :param number: in E.164
        :param partner: the ``res.partner``
        """
        known = self.search([("company_id", "=", company.id), ("number", "=", number)])
        if known:
            known.partner_id = partner
        else:
            self.create(
                {
                    "company_id": company.id,
                    "number": number,
                    "partner_id": partner.id,
                }
            )
