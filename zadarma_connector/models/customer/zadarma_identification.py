# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from dataclasses import dataclass, field

from odoo import api, models
from odoo.tools import SQL

from ...zadarma_api.numbers import keys

CONTACTS = "res.partner"
ASSIGNED = "zadarma.number"
#: The better match first.
_RANKS = ("assigned", "exact", "probable")


@dataclass(frozen=True)
class Identification:
    """Who has a telephone number.

    :param partner: the ``res.partner``, empty if nobody or several have it
    :param match: ``exact``, ``probable``, ``ambiguous`` or ``none``, as in
        ``zadarma.call.partner_match``
    :param candidates: all contacts that it may be, the one found among them
    :param dict records: from other models to their records with this number
    """

    partner: models.BaseModel
    match: str
    candidates: models.BaseModel
    records: dict = field(default_factory=dict)


class ZadarmaIdentification(models.AbstractModel):
    """Who has a telephone number: looked up while the phone rings.

    One statement asks all models that inherit ``zadarma.identifiable`` by the keys of
    what was typed. The number that Odoo normalised is of no use: it is empty or wrong
    where the contact has no country or two numbers share a field, and it is Egypt's
    where somebody wrote ``(201) 555-0123``.

    Whom somebody has assigned the number to comes first, then whoever has exactly this
    number, then a contact whose last digits agree; those in the archive come last.
    """

    _name = "zadarma.identification"
    _description = "Identification by Telephone Number"

    @api.model
    def _identify(self, account, numbers, company=None):
        """Look up who has some numbers.

        :param account: the ``zadarma.account``; only shared records and those of its
            company are found
        :param numbers: iterable in E.164, as ``zadarma.call.external_number``
        :param company: the account's ``res.company``; read if not given
        :return: dict from each number to its :class:`Identification`, whose records
            are in superuser mode
        """
        # sudo: res.partner and others - found for the PBX; the company is named
        account_sudo = account.sudo()
        company_sudo = (company or account_sudo.company_id).sudo()
        numbers = list(numbers)
        hits = self._hits(account_sudo, company_sudo, numbers)
        return {
            number: self._conclude(company_sudo, hits[number]) for number in numbers
        }

    @api.model
    def _models(self):
        """The names of all models that take part."""
        return [
            name
            for name in self.env.registry.descendants(
                ["zadarma.identifiable"], "_inherit"
            )
            if not self.env[name]._abstract
        ]

    @api.model
    def _hits(self, account_sudo, company_sudo, numbers):
        """Find records and judge them.

        :return: from each number to a list of (whether archived, match, record)
        """
        hits = defaultdict(list)
        if not numbers:
            return hits
        keys_of = {number: keys.look_up(number) for number in numbers}
        wanted = list(frozenset().union(*keys_of.values()))
        queries = [
            account_sudo.env[name]._zadarma_select(wanted) for name in self._models()
        ]
        rows = self.env.execute_query(SQL(" UNION ALL ").join(queries))
        rows = [row for row in rows if row[3] in (None, company_sudo.id)]
        prefetch = defaultdict(list)
        for name, record_id, *_rest in rows:
            prefetch[name].append(record_id)
        for name, record_id, active, _company_id, facts, texts in rows:
            model = account_sudo.env[name]
            record = model.browse(record_id).with_prefetch(prefetch[name])
            record._zadarma_remember(facts)
            written = frozenset().union(*map(keys.keys, filter(None, texts)))
            for number in numbers:
                if written.isdisjoint(keys_of[number]):
                    continue
                if match := record._zadarma_match(account_sudo, number, texts):
                    hits[number].append((not active, match, record))
        return hits

    @api.model
    def _conclude(self, company_sudo, hits):
        """Decide who it is.

        :param hits: list of (whether archived, match, record)
        """
        by_model = defaultdict(list)
        for hit in hits:
            by_model[hit[-1]._name].append(hit)
        contacts = by_model.pop(CONTACTS, [])
        assigned = by_model.pop(ASSIGNED, [])
        records = {name: _best(found)[1] for name, found in by_model.items()}
        if not contacts:
            contacts = self._behind(company_sudo, sum(by_model.values(), []))
        for archived, _match, contact in self._behind(company_sudo, assigned):
            contacts = [*contacts, (archived, "assigned", contact)]
        if not contacts:
            nobody = company_sudo.env[CONTACTS]
            return Identification(nobody, "none", nobody, records)
        match, candidates = _best(contacts)
        if match == "assigned":
            others = self.env[CONTACTS].union(*(hit[-1] for hit in contacts))
            return Identification(candidates, "exact", candidates | others, records)
        partner = candidates
        if len(candidates) > 1:
            partner = self._common_company(company_sudo, candidates)
        return Identification(
            partner, match if partner else "ambiguous", candidates, records
        )

    @api.model
    def _behind(self, company_sudo, hits):
        """The contacts behind other records that were found, as hits."""
        return [
            (archived or not contact.active, match, contact)
            for archived, match, record in hits
            if (contact := record._zadarma_contact())
            and contact.company_id in (company_sudo, company_sudo.browse())
        ]

    @api.model
    def _common_company(self, company_sudo, candidates):
        """The company that several contacts are or belong to, empty if there is none.

        It must itself be among what the account's company may see.
        """
        common = candidates.commercial_partner_id
        if (
            len(common) == 1
            and common.active in candidates.mapped("active")
            and common.company_id in (company_sudo, company_sudo.browse())
        ):
            return common
        return candidates.browse()


def _best(hits):
    """Keep those records whose match is best.

    :param hits: non-empty list of (whether archived, match, record)
    :return: their match, the records
    """
    best = min((archived, _RANKS.index(match)) for archived, match, _record in hits)
    found = [
        record
        for archived, match, record in hits
        if (archived, _RANKS.index(match)) == best
    ]
    return _RANKS[best[1]], found[0].union(*found)
