# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ...tools.phone_text import has_column
from ...zadarma_api.numbers import keys, matching, told

#: Columns that tell in which countries numbers are written, where they exist.
_FACTS = ("company_id", "country_id", "commercial_partner_id")


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

    #: Stored fields with telephone numbers, as people type them; those that exist
    #: take part.
    _zadarma_number_fields = ()
    #: Fields that decide as well whether a record is recognised, and as whom.
    _zadarma_decisive = ("active", "company_id", "country_id", "parent_id")

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env["zadarma.relink"]._queue(records._zadarma_texts())
        return records

    def write(self, vals):
        if not vals.keys() & {*self._zadarma_columns(), *self._zadarma_decisive}:
            return super().write(vals)
        # a number that is added says nothing of others
        decisive = vals.keys() & {*self._zadarma_decisive}
        before = self._zadarma_texts() | self._zadarma_further_numbers()
        before |= self._zadarma_dependent_texts() if decisive else set()
        result = super().write(vals)
        after = self._zadarma_texts()
        after |= self._zadarma_dependent_texts() if decisive else set()
        self.env["zadarma.relink"]._queue(before | after)
        return result

    def unlink(self):
        texts = self._zadarma_texts() | self._zadarma_further_numbers()
        texts |= self._zadarma_dependent_texts()
        result = super().unlink()
        self.env["zadarma.relink"]._queue(texts)
        return result

    def _zadarma_texts(self):
        """All that is written in these records' fields with numbers, a set."""
        names = self._zadarma_columns()
        # sudo: nothing of it leaves the server
        return {record[name] for record in self.sudo() for name in names}

    @api.model
    def _zadarma_columns(self):
        """Those of :attr:`_zadarma_number_fields` that there are."""
        return [name for name in self._zadarma_number_fields if has_column(self, name)]

    def _zadarma_further_numbers(self):
        """Numbers by which these records are recognised as well; new ones have none."""
        return set()

    def _zadarma_dependent_texts(self):
        """Texts and numbers of other records that are recognised, or as whom, by what
        these are; a set."""
        return set()

    @api.model
    def _zadarma_with_contact(self, contacts):
        """The records, archived ones included, that some contacts stand for."""
        if "partner_id" not in self._fields:
            return self.browse()
        everything = self.sudo().with_context(active_test=False)
        return everything.search([("partner_id", "in", contacts.ids)])

    def _zadarma_contact(self):
        """The contact that stands for this record, may be empty."""
        return self["partner_id"] if "partner_id" in self._fields else self.browse()

    def _zadarma_own_countries(self):
        """In which countries this record's numbers may be written, the likeliest first.

        :return: list of ``res.country``, some may be empty
        """
        own = [self._phone_get_country().get(self.id)]
        if "commercial_partner_id" in self._fields:
            own.append(self.commercial_partner_id.country_id)
        return [*filter(None, own), self.company_id.country_id]

    def _zadarma_countries(self, account):
        """In which countries the texts of this record are read, the likeliest first.

        :param account: the ``zadarma.account``
        :return: list of ISO codes
        """
        # sudo: res.country - of records that belong to the one that is judged
        own = self.sudo()._zadarma_own_countries()
        codes = [country.code for country in (*own, account.sudo().country_id)]
        return [*filter(None, dict.fromkeys(codes))]

    def _zadarma_numbers(self, account):
        """The numbers in these records' fields, as they are dialled.

        :param account: the ``zadarma.account``
        :return: list in E.164, each once
        """
        found = []
        for record in self.sudo():
            texts = [record[name] for name in record._zadarma_columns()]
            found += told.numbers(texts, record._zadarma_countries(account))
        return [*dict.fromkeys(found)]

    def _zadarma_select(self, wanted):
        """The query for records that may have one of some numbers.

        Of whatever company: with a condition on it, PostgreSQL plans twice as long, and
        may read all records of a company instead of the few with the number.

        :param list wanted: the keys of the numbers, see
            :func:`~...zadarma_api.numbers.keys.look_up`
        :return: SQL with the columns: model, id, whether active, the id of the
            company, what :meth:`_zadarma_remember` takes, and the texts of
            :attr:`_zadarma_number_fields`
        """
        columns = self._zadarma_columns()
        facts = [name if has_column(self, name) else "NULL" for name in _FACTS]
        conditions = []
        # no comprehension: the checker of SQL in Odoo's test_lint breaks on them
        for name in columns:
            has_key = SQL(keys.keys_sql(name))
            conditions.append(
                SQL("(%s IS NOT NULL AND (%s) && %s)", SQL(name), has_key, wanted)
            )
        self.flush_model({*columns, *{"active", *_FACTS}.intersection(self._fields)})
        return SQL(
            """
            SELECT %(model)s, id, %(active)s, %(company)s, ARRAY[%(facts)s]::int[],
                ARRAY[%(texts)s]::text[]
            FROM %(table)s WHERE %(conditions)s
            """,
            model=self._name,
            active=SQL("active" if "active" in self._fields else "true"),
            company=SQL(f"{facts[0]}::int"),
            facts=SQL(", ".join(facts)),
            texts=SQL(", ".join(columns)),
            table=SQL.identifier(self._table),
            conditions=SQL(" OR ").join(conditions),
        )

    def _zadarma_remember(self, facts):
        """Know of a record what was selected with it: it need not be read again.

        :param facts: ids, or None, as :meth:`_zadarma_select` tells them
        """
        for name, value in zip(_FACTS, facts, strict=True):
            if has_column(self, name):
                self._fields[name]._insert_cache(self, [value])

    def _zadarma_match(self, account, number, texts):
        """Judge whether one of some texts has a number.

        :param account: the ``zadarma.account``
        :param number: in E.164
        :param texts: of this record
        :return: as :func:`~...zadarma_api.numbers.matching.match`
        """
        # most texts have their country: nothing else of the record is read then
        if all(matching.needs_no_country(text) for text in texts if text):
            return matching.match(texts, number)
        return matching.match(texts, number, self._zadarma_countries(account))
