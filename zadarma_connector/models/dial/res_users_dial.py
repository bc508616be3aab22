# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, models
from odoo.exceptions import UserError
from odoo.http import request

#: What can be dialled: OpenAPI's ``request.callback`` takes 7 to 15 digits.
_DIALLABLE = re.compile(r"\+[1-9]\d{6,14}")
#: Where a request remembers what it dialled.
_DIALLED = "zadarma_connector.dialled"


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

        :param number: as written anywhere; national ones are read in the country of
            the document or of the account's company
        :param res_model: the document that the call is about
        :param res_id: its id
        :param extension_id: with which of the own extensions; by default one of the
            current company
        :param confirmed: call although the number is on Odoo's phone blacklist
        :param in_browser: the browser phone dials; Zadarma is not asked for a call
        :return: ``{"call_id": id, "state": "requested"}``, with the ``number`` that the
            browser phone has to dial, if it has to; or ``{"call_id": False,
            "state": "blacklisted"}`` for a blacklisted number
        :raise UserError: it cannot be dialled; says why and what to do
        """
        extension_sudo = self._zadarma_extension(extension_id)
        document = self._zadarma_document(res_model, res_id)
        number = self._zadarma_number(number, document, extension_sudo.account_id)
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
    def _zadarma_number(self, number, document, account):
        """What Zadarma shall dial, in E.164.

        :param account: the ``zadarma.account``
        :raise UserError: it is no telephone number
        """
        written = (number or "").strip()
        country = account.country_id
        if document:
            # sudo: a country - also where the contact of the document is hidden
            country = document.sudo()._phone_get_country().get(document.id) or country
        dialled = written and (
            self.env.user._phone_format(number=written, country=country)
            # Zadarma's own way of writing numbers
            or account._e164(written)
        )
        if not dialled or not _DIALLABLE.fullmatch(dialled):
            raise UserError(
                self.env._(
                    "“%(number)s” is not a telephone number that can be called. Write "
                    "it with its country, for example +44 20 3769 1880.",
                    number=written,
                )
            )
        return dialled

    @api.model
    def _zadarma_is_blacklisted(self, number):
        # sudo: phone.blacklist - of no company; whether this number is on it
        blacklist_sudo = self.env["phone.blacklist"].sudo()
        return bool(blacklist_sudo.search_count([("number", "=", number)], limit=1))
