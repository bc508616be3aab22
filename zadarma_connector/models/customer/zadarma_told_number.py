# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ...zadarma_api.numbers import callers


class ZadarmaToldNumber(models.AbstractModel):
    """Records that people made of a caller's number, as the calls have it.

    Where a company has no country that may be a text that nobody can read yet. Models
    that inherit from this one have a ``number`` and a ``company_id``, each number once.
    """

    _name = "zadarma.told.number"
    _description = "Made of a Caller's Number"

    @api.model
    def _read_all_anew(self, companies):
        """Read what could not be read while companies had no country, in all models.

        At once: their calls come with the number that is read from now on.

        :param companies: ``res.company``, in superuser mode
        """
        names = self.env.registry.descendants(["zadarma.told.number"], "_inherit")
        for name in names:
            if not self.env[name]._abstract:
                self.env[name]._read_anew(companies)

    @api.model
    def _read_anew(self, companies):
        self.flush_model(["company_id", "number"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM %s
                WHERE company_id = ANY(%s) AND number !~ '^[+][1-9]'
                """,
                SQL.identifier(self._table),
                companies.ids,
            )
        )
        # sudo: of companies whose country somebody may set
        for record in self.sudo().browse(record_id for [record_id] in rows):
            company = record.company_id
            caller = callers.caller(record.number, company.country_id.code)
            if not caller.is_read:
                continue
            known = [("company_id", "=", company.id), ("number", "=", caller.number)]
            if self.sudo().search_count(known, limit=1):
                # somebody has said so already of the number that it is
                record.unlink()
            else:
                record.number = caller.number
