# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import functools
from collections.abc import Mapping
from typing import NamedTuple

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.phone_validation.tools import phone_validation

from ...zadarma_api import notification

#: A number of at least so many digits is taken to carry its country even without "+"
#: (Zadarma leaves it out now and then), a shorter one to be national.
_INTERNATIONAL_DIGITS = 10


class Seat(NamedTuple):
    """An internal number and who sits behind it: ids, ``None`` for nobody.

    Whoever left sits nowhere: an archived employee, an archived user.
    """

    extension_id: int | None = None
    employee_id: int | None = None
    user_id: int | None = None


class Switchboard(NamedTuple):
    """What an account's calls are computed with, read in one trip to the database:
    the PBX and a caller wait for the answer.

    :param tz: IANA name
    :param ghost_seconds: see ``zadarma.account``
    :param country_code: ISO code of the company's country, ``None`` if unknown
    :param calling_code: that country's, ``None`` if unknown
    :param seats: from internal number to :class:`Seat`, archived ones included
    :param own_numbers: those that customers dial, in E.164
    """

    account_id: int
    company_id: int
    tz: str
    ghost_seconds: int
    country_code: str | None
    calling_code: int | None
    seats: Mapping[str, Seat]
    own_numbers: frozenset[str] = frozenset()

    def seat(self, number):
        """The :class:`Seat` of an internal number, an empty one if it is unknown."""
        return self.seats.get(number) or Seat()

    def e164(self, number):
        """A number of the PBX in E.164, as it is if it is none, ``False`` if empty.

        National numbers are read in the country of the account's company.
        """
        if not number or notification.extension_number(number):
            return number or False
        return _to_e164(number, self.country_code, self.calling_code)


class ZadarmaAccount(models.Model):
    _inherit = "zadarma.account"

    def _switchboard(self):
        """This account's :class:`Switchboard`."""
        self.ensure_one()
        self.flush_recordset(["tz", "ghost_seconds", "company_id", "country_id"])
        self.env["zadarma.extension"].flush_model(["employee_id", "user_id"])
        self.env["hr.employee"].flush_model(["active"])
        self.env["res.users"].flush_model(["active"])
        self.env["zadarma.did"].flush_model(["active", "is_ours"])
        [(*values, seats, own_numbers)] = self.env.execute_query(
            SQL(
                """
                SELECT account.id, account.company_id, account.tz,
                    COALESCE(account.ghost_seconds, 0), country.code,
                    country.phone_code, (
                        SELECT json_object_agg(seat.number, json_build_array(
                            seat.id,
                            CASE WHEN employee.active THEN employee.id END,
                            CASE WHEN occupant.active
                                AND employee.active IS NOT FALSE
                                THEN occupant.id END))
                        FROM zadarma_extension seat
                        LEFT JOIN hr_employee employee
                            ON employee.id = seat.employee_id
                        LEFT JOIN res_users occupant
                            ON occupant.id = seat.user_id
                        WHERE seat.account_id = account.id
                    ), (
                        SELECT array_agg(number) FROM zadarma_did
                        WHERE account_id = account.id AND active AND is_ours
                    )
                FROM zadarma_account account
                LEFT JOIN res_country country ON country.id = account.country_id
                WHERE account.id = %s
                """,
                self.id,
            )
        )
        return Switchboard(
            *values,
            {number: Seat(*ids) for number, ids in (seats or {}).items()},
            frozenset(own_numbers or ()),
        )

    def _e164(self, number):
        """As :meth:`Switchboard.e164`."""
        return self._switchboard().e164(number)


@functools.lru_cache(maxsize=10_000)
def _to_e164(number, country_code, calling_code):
    national = (country_code, calling_code)
    international = (None, None)
    digits = number.lstrip("+")
    if number != digits:
        readings = [(number, international)]
    elif len(digits) >= _INTERNATIONAL_DIGITS:
        readings = [(f"+{digits}", international), (digits, national)]
    else:
        readings = [(digits, national), (f"+{digits}", international)]
    for text, (country, calling) in readings:
        try:
            return phone_validation.phone_format(
                text,
                country,
                calling,
                force_format="E164",
                raise_exception=True,
            )
        except UserError:
            continue
    return number
