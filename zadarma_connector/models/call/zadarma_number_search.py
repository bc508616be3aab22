# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from ...zadarma_api.numbers import searching


class ZadarmaNumberSearch(models.AbstractModel):
    """What is found by a number, or a part of one, as people type it.

    A model takes part by inheriting from this one and naming its fields; it is then
    also found so by name.
    """

    _name = "zadarma.number.search"
    _description = "Found by Telephone Number"

    #: Stored fields with numbers in E.164.
    _zadarma_searched_fields = ()

    number_search = fields.Char(
        "Any number", compute="_compute_number_search", search="_search_number_search"
    )

    def _compute_number_search(self):
        """It is only there to be searched."""
        self.number_search = False

    @api.model
    def _search_number_search(self, operator, value):
        if operator not in ("ilike", "like", "=") or not isinstance(value, str):
            return NotImplemented
        return self._number_domain(value) | Domain.OR(
            Domain(name, operator, value) for name in self._zadarma_searched_fields
        )

    @api.model
    def _search_display_name(self, operator, value):
        domain = Domain(super()._search_display_name(operator, value))
        if not isinstance(value, str) or not operator.endswith(("like", "=")):
            return domain
        by_number = self._number_domain(value)
        if operator in Domain.NEGATIVE_OPERATORS:
            return domain & ~by_number
        return domain | by_number

    @api.model
    def _number_domain(self, fragment):
        """The records with a number that somebody typed, or typed a part of."""
        countries = self.env.companies.country_id.mapped("code")
        return Domain.OR(
            Domain(name, "=like", pattern)
            for pattern in searching.patterns(fragment, countries)
            for name in self._zadarma_searched_fields
        )
