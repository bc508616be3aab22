# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.http import request

from ...zadarma_api.numbers import reading, told

#: What can be dialled: OpenAPI's ``request.callback`` takes 7 to 15 digits.
_DIALLABLE = re.compile(r"\+[1-9]\d{6,14}")
#: Where a request remembers what it dialled.
_DIALLED = "zadarma_connector.dialled"


class _Choice(NamedTuple):
    """A number that can be dialled.

    :param number: E.164
    :param text: as it is written
    """

    number: str
    text: str


class ResUsers(models.Model):
    """Who calls from Odoo: what they may dial, and that it is dialled once."""

    _inherit = "res.users"

    @api.model
    def zadarma_dial(
        self,
        number,
        res_model=None,
        res_id=None,
        extension_id=None,
        confirmed=False,
        in_browser=False,
    ):
        """Call a number: the own telephone rings first, then the other party's.

        Asked again for a call that was asked for a moment ago, it tells that call.

        :param number: as written anywhere, perhaps among words; national ones are read
            in the country of the document, of its contact's company or of the account's
            company, and in no other
        :param res_model: the document that the call is about
        :param res_id: its id
        :param extension_id: with which of the own extensions; by default one of the
            current company
        :param confirmed: call although the number is on Odoo's phone blacklist
        :param in_browser: the browser phone dials; Zadarma is not asked for a call
        :return: ``{"call_id": id, "state": "requested"}``, with the ``number`` that the
            browser phone has to dial, if it has to; or ``{"call_id": False,
            "state": "blacklisted"}`` for a blacklisted number; or, with the state
            ``several``, all ``numbers`` that are written there, as dicts: ``id`` is
            what to ask for, ``text`` and ``name`` tell a user which it is
        :raise UserError: it cannot be dialled; says why and what to do
        """
        extension_sudo = self._zadarma_extension(extension_id)
        document = self._zadarma_document(res_model, res_id)
        found = self._zadarma_choices(number, document, extension_sudo.account_id)
        if len(found) > 1:
            return {"call_id": False, "state": "several", "numbers": _menu(found)}
        number = found[0].number
        if not confirmed and self._zadarma_is_blacklisted(number):
            return {"call_id": False, "state": "blacklisted"}
        call_id, is_new = self._zadarma_once(
            (extension_sudo.id, number),
            lambda: extension_sudo.env["zadarma.call"]._dial(
                extension_sudo, number, document, in_browser
            ),
        )
        answer = {"call_id": call_id, "state": "requested"}
        return {**answer, "number": number} if in_browser and is_new else answer

    @api.model
    def _zadarma_once(self, key, action):
        """Do something that cannot be undone once in a request.

        After a conflict Odoo repeats the whole request, and nobody wants to be rung
        twice.
        """
        done = request.httprequest.environ.setdefault(_DIALLED, {}) if request else {}
        if key not in done:
            done[key] = action()
        return done[key]

    @api.model
    def _zadarma_document(self, res_model, res_id):
        """The document that a call is about, which the user must be able to read.

        :return: a record, or ``None`` if the call is about no document
        """
        if not res_model or not res_id:
            return None
        document = self.env[res_model].browse(res_id) if res_model in self.env else ()
        if (
            not document
            or document._abstract
            or document._transient
            or not document.exists()
        ):
            raise UserError(
                self.env._(
                    "The document from which you call does not exist any more. Reload "
                    "the page."
                )
            )
        document.check_access("read")
        return document

    @api.model
    def _zadarma_choices(self, text, document, account):
        """What Zadarma can dial of what is written somewhere.

        :param account: the ``zadarma.account``
        :return: list of :class:`_Choice`, at least one, each number once
        :raise UserError: there is no number that can be dialled
        """
        text = (text or "").strip()
        countries = self._zadarma_dial_countries(document, account)
        found = told.tell(text, countries)
        choices = {}
        for written, read in found:
            if _DIALLABLE.fullmatch(read.e164):
                choices.setdefault(read.e164, _Choice(read.e164, written.text))
        if not choices:
            reason = next((one.reading.reason for one in found), "")
            raise UserError(self._zadarma_why_not(text, reason, found))
        return [*choices.values()]

    @api.model
    def _zadarma_dial_countries(self, document, account):
        """In which countries the numbers of a document are read, the likeliest first.

        :return: list of ISO codes
        """
        if hasattr(document, "_zadarma_countries"):
            return document._zadarma_countries(account)
        countries = [account.country_id]
        if document:
            # sudo: countries - also where the contact of the document is hidden
            document_sudo = document.sudo()
            partners_sudo = document_sudo._mail_get_partners()[document.id]
            own = document_sudo._phone_get_country().get(document.id)
            companies = partners_sudo.commercial_partner_id.mapped("country_id")
            countries = [*filter(None, [own]), *companies, *countries]
        return [*filter(None, dict.fromkeys(one.code for one in countries))]

    @api.model
    def _zadarma_why_not(self, text, reason, found):
        """The sentence why a text cannot be dialled."""
        if reason == reading.NO_COUNTRY:
            return self.env._(
                "“%(number)s” has no country code. Write it with one, for example +44 "
                "20 3769 1880, or set the contact's country.",
                number=text,
            )
        if reason == reading.SEVERAL:
            return self.env._(
                "“%(number)s” may be a number of several countries. Write it with its "
                "country, for example +44 20 3769 1880, or set the contact's country.",
                number=text,
            )
        if any(one.written.abroad for one in found):
            return self.env._(
                "“%(number)s” is not a telephone number that can be called: its "
                "country has no such number.",
                number=text,
            )
        return self.env._(
            "“%(number)s” is not a telephone number that can be called. Write "
            "it with its country, for example +44 20 3769 1880.",
            number=text,
        )

    @api.model
    def _zadarma_is_blacklisted(self, number):
        # sudo: phone.blacklist - of no company; whether this number is on it
        blacklist_sudo = self.env["phone.blacklist"].sudo()
        return bool(blacklist_sudo.search_count([("number", "=", number)], limit=1))


def _menu(choices):
    return [{"id": one.number, "text": one.text, "name": ""} for one in choices]
