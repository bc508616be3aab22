# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ...tools import phone_text


class ZadarmaIdentifiable(models.AbstractModel):
    """Whoever can be recognised by a telephone number.

    A model takes part by inheriting from this one, naming its fields, and giving each
    an index::

        class Lead(models.Model):
            _name = "crm.lead"
            _inherit = ["crm.lead", "zadarma.identifiable"]

            _zadarma_number_fields = ("phone",)
            _zadarma_phone_index = PhoneIndex("phone")

    Its records are then in ``Identification.records``, the contacts behind them are
    offered when no contact has the number, and calls are linked anew when its numbers
    change.
    """

    _name = "zadarma.identifiable"
    _description = "Recognised by Telephone Number"

    #: Stored fields with telephone numbers, as people type them.
    _zadarma_number_fields = ()
    #: Fields that decide as well whether a record is recognised, and as whom.
    _zadarma_decisive = ("active", "company_id", "country_id", "parent_id")

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env["zadarma.relink"]._queue(records._zadarma_texts())
        return records

    def write(self, vals):
        if not vals.keys() & {*self._zadarma_number_fields, *self._zadarma_decisive}:
            return super().write(vals)
        before = self._zadarma_texts() | self._zadarma_further_numbers()
        result = super().write(vals)
        self.env["zadarma.relink"]._queue(before | self._zadarma_texts())
        return result

    def unlink(self):
        texts = self._zadarma_texts() | self._zadarma_further_numbers()
        result = super().unlink()
        self.env["zadarma.relink"]._queue(texts)
        return result

    def _zadarma_texts(self):
        """All that is written in these records' fields with numbers, a set."""
        names = {*self._zadarma_number_fields}
        names |= {"phone_sanitized"}.intersection(self._fields)
        # sudo: nothing of it leaves the server
        return {record[name] for record in self.sudo() for name in names}

    def _zadarma_further_numbers(self):
        """Numbers by which these records are recognised as well; new ones have none."""
        return set()

    def _zadarma_contact(self):
        """The contact that stands for this record, may be empty."""
        return self["partner_id"] if "partner_id" in self._fields else self.browse()

    def _zadarma_country(self):
        """The country whose numbers this record writes without a prefix."""
        own = self._phone_get_country().get(self.id)
        if not own and "commercial_partner_id" in self._fields:
            own = self.commercial_partner_id.country_id
        return own or self.company_id.country_id

    def _zadarma_select(self, company, numbers, keys):
        """The query for records that may have one of some numbers.

        :param company: the ``res.company``; records of others are left out
        :param list numbers: in E.164
        :param list keys: theirs, see :func:`~...tools.phone_text.keys`
        :return: SQL with the columns: model, id, whether active, the normalised
            number, and the texts of :attr:`_zadarma_number_fields`
        """
        normalised = "phone_sanitized" in self._fields
        conditions = []
        # no comprehension: the checker of SQL in Odoo's test_lint breaks on them
        for name in self._zadarma_number_fields:
            has_key = SQL(phone_text.keys_sql(name))
            conditions.append(
                SQL("(%s IS NOT NULL AND %s && %s)", SQL(name), has_key, keys)
            )
        if normalised:
            conditions.append(SQL("phone_sanitized = ANY(%s)", numbers))
        self.flush_model(
            {
                *self._zadarma_number_fields,
                *{"active", "company_id", "phone_sanitized"}.intersection(self._fields),
            }
        )
        return SQL(
            """
            SELECT %(model)s, id, %(active)s, %(normalised)s, ARRAY[%(texts)s]::text[]
            FROM %(table)s WHERE (%(conditions)s) AND %(company)s
            """,
            model=self._name,
            active=SQL("active" if "active" in self._fields else "true"),
            normalised=SQL("phone_sanitized" if normalised else "NULL::text"),
            texts=SQL(", ").join(map(SQL, self._zadarma_number_fields)),
            table=SQL.identifier(self._table),
            conditions=SQL(" OR ").join(conditions),
            company=SQL("(company_id IS NULL OR company_id = %s)", company.id)
            if "company_id" in self._fields
            else SQL("true"),
        )

    def _zadarma_match(self, account, number, texts):
        """Judge whether one of some texts is a number.

        :param account: the ``zadarma.account``
        :param number: in E.164
        :param texts: of this record
        :return: ``exact``; ``probable`` if only the last digits agree and nobody can
            tell the country; None
        """
        found = None
        for text in texts:
            for written in phone_text.split(text):
                match = self._zadarma_match_one(account, number, written)
                if match == "exact":
                    return match
                found = found or match
        return found

    def _zadarma_match_one(self, account, number, written):
        if phone_text.key(written) not in phone_text.keys(number):
            return None
        if phone_text.digits(written) == number.removeprefix("+"):
            return "exact"
        international = written.startswith(("+", "00"))
        country = self.env["res.country"]
        if international:
            written = f"+{phone_text.digits(written)}"
        else:
            country = self._zadarma_country() or account.country_id
        read = self._phone_format_number(written, country)
        if read:
            return "exact" if read == number else None
        # numbers that are newer than what phonenumbers knows
        national = written.lstrip("0")
        if country.phone_code and number == f"+{country.phone_code}{national}":
            return "exact"
        if not international and phone_text.resembles(written, number):
            return "probable"
        return None
