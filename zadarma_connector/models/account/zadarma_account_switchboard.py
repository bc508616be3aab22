# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ...zadarma_api import notification
from ...zadarma_api.numbers import callers


class Seat(NamedTuple):
    """An internal number and who sits behind it: ids, ``None`` for nobody.

    Whoever left sits nowhere: an archived employee, an archived user.

    :param person_id: the contact that they are as an employee and as a user; ``None``
        too for an employee whose contact is yet to be made
    """

    extension_id: int | None = None
    employee_id: int | None = None
    user_id: int | None = None
    person_id: int | None = None


class Switchboard(NamedTuple):
    """What an account's calls are computed with, read in one trip to the database:
    the PBX and a caller wait for the answer.

    :param tz: IANA name
    :param ghost_seconds: see ``zadarma.account``
    :param country_code: ISO code of the company's country, ``None`` if unknown
    :param seats: from internal number to :class:`Seat`, archived ones included
    :param own_numbers: those that customers dial, in E.164, to ids of ``zadarma.did``
    :param settings: what features know of the account, see
        ``zadarma.account._settings_columns``
    """

    account_id: int
    company_id: int
    tz: str
    ghost_seconds: int
    country_code: str | None
    seats: Mapping[str, Seat]
    own_numbers: Mapping[str, int] = MappingProxyType({})
    settings: Mapping[str, Any] = MappingProxyType({})

    def seat(self, number):
        """The :class:`Seat` of an internal number, an empty one if it is unknown."""
        return self.seats.get(number) or Seat()

    def e164(self, number):
        """A number of the PBX in E.164, as it is if it is none, ``False`` if empty.

        National numbers are read in the country of the account's company. Internal
        numbers stay, see :func:`~zadarma_api.notification.extension_number`.
        """
        if not number:
            return False
        extension = notification.extension_number(number)
        return extension or callers.caller(number, self.country_code).number or number


class ZadarmaAccount(models.Model):
    _inherit = "zadarma.account"

    def _switchboard(self):
        """This account's :class:`Switchboard`."""
        self.ensure_one()
        self._flush_switchboard()
        [(_secret, switchboard)] = self._switchboards(SQL("account.id = %s", self.id))
        return switchboard

    def _flush_switchboard(self):
        """Write what a :class:`Switchboard` is read from; features add to it."""
        self.flush_recordset(["tz", "ghost_seconds", "company_id", "country_code"])
        self.env["zadarma.extension"].flush_model(
            ["seat_employee_id", "seat_user_id", "seat_person_id"]
        )
        self.env["zadarma.did"].flush_model(["active", "is_ours"])

    @api.model
    def _settings_columns(self):
        """What features want to know of an account whenever the PBX tells something.

        :return: dict from names to ``SQL`` about ``account``, of what JSON can hold
        """
        return {}

    @api.model
    def _switchboards(self, condition):
        """The :class:`Switchboard` of some accounts, and what proves their words.

        :param condition: an ``SQL`` about ``account``
        :return: list of pairs: the account's secret, ``None`` if it has none; and its
            switchboard
        """
        settings = SQL(", ").join(
            SQL("%s, %s", name, column)
            for name, column in self._settings_columns().items()
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT account.api_secret_stored,
                    account.id, account.company_id, account.tz,
                    COALESCE(account.ghost_seconds, 0), account.country_code, (
                        SELECT json_object_agg(number, json_build_array(
                            id, seat_employee_id, seat_user_id, seat_person_id
                        )) FROM zadarma_extension WHERE account_id = account.id
                    ), (
                        SELECT json_object_agg(number, id) FROM zadarma_did
                        WHERE account_id = account.id AND active AND is_ours
                    ), json_build_object(%s)
                FROM zadarma_account account
                WHERE %s ORDER BY account.name, account.id
                """,
                settings,
                condition,
            )
        )
        return [
            (
                secret,
                Switchboard(
                    *values,
                    {number: Seat(*ids) for number, ids in (seats or {}).items()},
                    own_numbers or {},
                    known,
                ),
            )
            for secret, *values, seats, own_numbers, known in rows
        ]

    def _e164(self, number):
        """As :meth:`Switchboard.e164`."""
        return self._switchboard().e164(number)
