# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...zadarma_api.numbers import callers, keys

#: Fewer digits are an internal number or a service, and stand in other texts too.
_FEWEST = 7
_NUMBERS = ("external_number", "caller_number", "called_number", "caller_id")


class Found(NamedTuple):
    """All that is known of a person.

    :param partner: the ``res.partner``, may be empty
    :param numbers: in E.164, or as the PBX sent what is no number; a frozenset
    :param phone_calls: of ``zadarma.call``
    :param others: calls of other contacts with the same numbers
    :param entries: of ``zadarma.event``, that tell of no call
    :param waiting_callers: of ``zadarma.waiting.caller``
    :param assigned_numbers: of ``zadarma.number``
    :param blocked_numbers: of ``zadarma.blocked``
    :param more: of other addons, as of ``zadarma.person._find_more``
    """

    partner: models.BaseModel
    numbers: frozenset[str]
    phone_calls: models.BaseModel
    others: models.BaseModel
    entries: models.BaseModel
    waiting_callers: models.BaseModel
    assigned_numbers: models.BaseModel
    blocked_numbers: models.BaseModel
    more: dict[str, models.BaseModel]


class ZadarmaPerson(models.AbstractModel):
    """What is kept of one person, who may ask what it is and have it removed."""

    _name = "zadarma.person"
    _description = "What Is Kept of a Person"

    @api.model
    def _find(self, companies, partner, number):
        """Find all that is kept of a person.

        By contact these are their own calls, and those with their numbers that are
        nobody else's; by number all that have it, whoever's they are.

        :param companies: the ``res.company`` in which to look
        :param partner: the ``res.partner``, may be empty
        :param number: as somebody typed it, may be empty
        :return: :class:`Found`, as superuser
        :raise UserError: neither is given, or the number is one of the company's own
        """
        # sudo: whoever administrates telephony answers for all that it keeps
        self_sudo = self.sudo().with_context(allowed_company_ids=companies.ids)
        accounts = self_sudo.env["zadarma.account"].with_context(active_test=False)
        accounts = accounts.search([("company_id", "in", companies.ids)])
        partner_sudo = partner.sudo()
        typed = self_sudo._typed_numbers(accounts, number)
        numbers = typed | self_sudo._numbers_of(accounts, partner_sudo)
        if not (numbers or partner):
            raise UserError(
                self.env._("Whose calls? Choose a contact or enter a number.")
            )
        calls, others = self_sudo._calls(accounts, partner_sudo, typed, numbers)
        numbers |= self_sudo._former_numbers(accounts, partner_sudo, calls)
        more = self_sudo._find_more(companies, partner_sudo, numbers)
        in_companies = Domain("company_id", "in", companies.ids)
        whose = Domain("number", "in", list(numbers))
        is_typed = Domain("number", "in", list(typed))
        is_partner = Domain("partner_id", "in", partner.ids)
        is_nobody = Domain("partner_id", "=", False)
        return Found(
            partner=partner_sudo,
            numbers=frozenset(numbers),
            phone_calls=calls,
            others=others,
            entries=self_sudo._entries(accounts, numbers),
            waiting_callers=self_sudo.env["zadarma.waiting.caller"].search(
                in_companies & (is_typed | is_partner | whose & is_nobody)
            ),
            assigned_numbers=self_sudo.env["zadarma.number"].search(
                in_companies & (is_typed | is_partner)
            ),
            blocked_numbers=self_sudo.env["zadarma.blocked"].search(
                in_companies & whose
            ),
            more={name: some for name, some in more.items() if some},
        )

    @api.model
    def _find_more(self, companies, partner, numbers):
        """What other addons keep of a person; they add theirs.

        :param companies: the ``res.company`` in which to look
        :param partner: the ``res.partner``, may be empty
        :param numbers: set in E.164
        :return: dict from a name to records that have a ``company_id`` and the method
            ``_tell``. They are told under this name, as the list of what ``_tell``
            returns for each; they are deleted, and counted in the field
            ``<name>_count`` of ``zadarma.privacy.report``
        """
        return {}

    @api.model
    def _typed_numbers(self, accounts, typed):
        """A number as calls have it, as each account reads it.

        :raise UserError: it cannot be read, and no call has it as it is
        """
        typed = (typed or "").strip()
        read = [callers.caller(typed, one.country_id.code) for one in accounts]
        numbers = {one.number for one in read} - {""}
        if typed and not any(one.is_read for one in read):
            have = Domain.OR([(name, "in", list(numbers))] for name in _NUMBERS)
            if not self.env["zadarma.call"].search_count(have, limit=1):
                raise UserError(
                    self.env._(
                        "“%(number)s” cannot be read as a telephone number. Write it "
                        "with its country, for example +44 20 3769 1880.",
                        number=typed,
                    )
                )
        if own := numbers & self._own_numbers(accounts):
            raise UserError(
                self.env._(
                    "%(number)s is one of your own numbers, not a person's.",
                    number=min(own),
                )
            )
        return numbers

    @api.model
    def _numbers_of(self, accounts, partner):
        """A contact's numbers, without the company's own that somebody wrote there."""
        assigned = self.env["zadarma.number"].search(
            [("partner_id", "in", partner.ids)]
        )
        written = {
            number
            for account in accounts
            for number in partner._zadarma_numbers(account)
        }
        return written.union(assigned.mapped("number")) - self._own_numbers(accounts)

    @api.model
    def _former_numbers(self, accounts, partner, calls):
        """The numbers that a contact's calls had, as far as nobody else has calls with
        them: it may have another one by now."""
        theirs = calls.filtered(lambda call: call.partner_id & partner)
        numbers = {*theirs.mapped("external_number")} - {False}
        others = self.env["zadarma.call"]._read_group(
            [
                ("account_id", "in", accounts.ids),
                ("external_number", "in", list(numbers)),
                ("partner_id", "not in", [*partner.ids, False]),
            ],
            ["external_number"],
        )
        return numbers - {number for [number] in others} - self._own_numbers(accounts)

    @api.model
    def _own_numbers(self, accounts):
        dids = self.env["zadarma.did"].with_context(active_test=False)
        extensions = self.env["zadarma.extension"].with_context(active_test=False)
        ours = Domain("account_id", "in", accounts.ids)
        return {
            *dids.search(ours & Domain("is_ours", "=", True)).mapped("number"),
            *extensions.search(ours).mapped("number"),
        }

    @api.model
    def _calls(self, accounts, partner, typed, numbers):
        """The person's calls, and those of others with the same numbers: also those of
        which nobody said yet whose of several contacts they are."""
        known = Domain("account_id", "in", accounts.ids)
        known &= Domain("sealed_at", "=", False)
        Call = self.env["zadarma.call"]
        mine = Domain("partner_id", "in", partner.ids)
        for some, whose in (
            (typed, Domain.TRUE),
            (numbers, Domain("partner_id", "=", False)),
        ):
            have = Domain.OR([(name, "in", list(some))] for name in _NUMBERS)
            mine |= have & whose
        calls = Call.search(known & mine)
        calls = calls.filtered(
            lambda call: (
                call.partner_id
                or call.external_number in typed
                or not call.candidate_ids - partner
            )
        )
        same = Call.search(known & Domain("external_number", "in", list(numbers)))
        return calls, same - calls

    @api.model
    def _entries(self, accounts, numbers):
        """The entries of the journal that tell of no call and have one of the numbers.

        Those of calls go with them.
        """
        told = {
            number: re.sub(r"[^0-9]", "", number)
            for number in numbers
            if len(re.sub(r"[^0-9]", "", number)) >= _FEWEST
        }
        if not told:
            return self.env["zadarma.event"]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, payload FROM zadarma_event
                WHERE account_id = ANY(%s) AND call_id IS NULL AND state <> 'sealed'
                    AND payload::text LIKE ANY(%s)
                """,
                accounts.ids,
                # in their last digits all ways of writing agree
                [f"%{digits[-keys.CORE :]}%" for digits in told.values()],
            )
        )
        countries = {one.country_id.code for one in accounts}
        found = [
            entry_id
            for entry_id, payload in rows
            if any(_mentions(text, told, countries) for text in payload.values())
        ]
        return self.env["zadarma.event"].browse(found)


def _mentions(text, told, countries):
    """Whether a text has one of some numbers, written out or as its country has it.

    :param told: from numbers in E.164 to their digits
    """
    text = str(text)
    digits = re.sub(r"[^0-9]", "", text)
    return any(one in digits for one in told.values()) or any(
        callers.caller(text, country).number in told for country in countries
    )
