# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.phone_validation.models.mail_thread_phone import PHONE_REGEX_PATTERN

from ...zadarma_api.numbers import searching


class ResPartner(models.Model):
    """Contacts as the dialler finds and calls them."""

    _inherit = "res.partner"

    zadarma_phones = fields.Char(
        compute="_compute_zadarma_phones",
        search="_search_zadarma_phones",
        help="All that is written in the fields with numbers.",
    )
    zadarma_number_search = fields.Char(
        compute="_compute_zadarma_number_search",
        search="_search_zadarma_number_search",
    )

    @api.depends(lambda self: self._zadarma_columns())
    def _compute_zadarma_phones(self):
        names = self._zadarma_columns()
        for partner in self:
            written = filter(None, (partner[name] for name in names))
            partner.zadarma_phones = ", ".join(dict.fromkeys(written))

    @api.model
    def _search_zadarma_phones(self, operator, value):
        """Contacts with a number, or without any."""
        if operator not in ("in", "not in") or {*value} != {False}:
            return NotImplemented
        written = Domain.OR(
            Domain(name, "!=", False) for name in self._zadarma_columns()
        )
        return written if operator == "not in" else ~written

    def _compute_zadarma_number_search(self):
        """It is only there to be searched."""
        self.zadarma_number_search = False

    @api.model
    def _search_zadarma_number_search(self, operator, value):
        """Contacts with a number that somebody typed, or typed a part of.

        Whole numbers are looked for as those of callers, parts in what is written.
        """
        if operator != "ilike" or not isinstance(value, str):
            return NotImplemented
        companies = self.env.companies
        patterns = searching.patterns(value, companies.country_id.mapped("code"))
        # sudo: zadarma.account - only which contacts its company has
        accounts_sudo = self.env["zadarma.account"].sudo()
        accounts_sudo = accounts_sudo.search([("company_id", "in", companies.ids)])
        whole = [one for one in patterns if "%" not in one]
        identify = self.env["zadarma.identification"]._identify
        found = self.browse()
        for account_sudo in accounts_sudo if whole else ():
            for identification in identify(account_sudo, whole).values():
                found |= identification.partner | identification.candidates
        return Domain("id", "in", found.ids) | Domain.OR(
            self._zadarma_written_domain(one.strip("%")) for one in patterns
        )

    @api.model
    def _zadarma_written_domain(self, part):
        """Contacts in whose fields digits are written; Odoo looks into those that it
        knows, and has indexes for it."""
        others = {*self._zadarma_columns()} - {*self._phone_get_number_fields()}
        return Domain("phone_mobile_search", "ilike", part) | Domain.OR(
            Domain.custom(
                to_sql=lambda model, alias, query, name=name: SQL(
                    "regexp_replace(%s, %s, '', 'g') LIKE %s",
                    model._field_to_sql(alias, name, query),
                    PHONE_REGEX_PATTERN,
                    f"%{part}%",
                )
            )
            for name in sorted(others)
        )
