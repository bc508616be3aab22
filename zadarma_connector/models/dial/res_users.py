# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, models
from odoo.exceptions import UserError
from odoo.http import request

from ...tools.transaction import in_own_transaction

#: What can be dialled: OpenAPI's ``request.callback`` takes 7 to 15 digits.
_DIALLABLE = re.compile(r"\+[1-9]\d{6,14}")
#: Of what the browser says.
_LONGEST_REASON = 200
#: Where a request remembers what it dialled.
_DIALLED = "zadarma_connector.dialled"


class ResUsers(models.Model):
    """Who calls from Odoo, and with which extension."""

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
    def zadarma_dial_failed(self, call_id, reason):
        """End a call that the browser phone could not dial.

        :param reason: what the user was told
        """
        call = self.env["zadarma.call"].search(
            [
                ("id", "=", call_id),
                ("user_id", "=", self.env.uid),
                ("state", "=", "requested"),
            ]
        )
        if call:
            # sudo: zadarma.call - the own request, by whoever made it
            in_own_transaction(
                call,
                lambda calls: calls._fail_request(
                    call_id, str(reason)[:_LONGEST_REASON]
                ),
            )

    @api.model
    def zadarma_webphone(self, extension_id=None):
        """What the browser phone needs to start, for the current user only.

        :return: see ``zadarma.extension._webphone``
        :raise UserError: there is no extension, or no key for it
        """
        return self._zadarma_extension(extension_id)._webphone()

    @api.model
    def zadarma_telephone_state(self, extension_id=None):
        """Whether a telephone is registered with one of the own extensions.

        Zadarma is asked at most once a minute.

        :return: ``True`` or ``False``; ``None`` if Zadarma does not tell
        :raise UserError: the user has no extension
        """
        extension_sudo = self._zadarma_extension(extension_id)
        try:
            with extension_sudo.account_id._zadarma() as client:
                return extension_sudo._is_online(client)
        except UserError:
            return None

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
    def _zadarma_extensions(self):
        """The extensions with which the current user can call, as superuser."""
        user = self.env.user
        # sudo: zadarma.extension - the own ones, of accounts that may not be read
        Extension = self.env["zadarma.extension"].sudo()
        if not user.has_group("zadarma_connector.group_zadarma_user"):
            return Extension
        return Extension.search_fetch(
            [
                ("user_id", "=", user.id),
                ("company_id", "in", user._get_company_ids()),
                ("account_id.active", "=", True),
            ],
            ["number", "name", "account_id", "webrtc_enabled"],
        )

    @api.model
    def _zadarma_session_info(self):
        """What the web client needs at its start: no key, no secret."""
        extensions_sudo = self._zadarma_extensions()
        if not extensions_sudo:
            return False
        return {
            "extensions": [
                {"id": one.id, "number": one.number, "name": one.name or ""}
                for one in extensions_sudo
            ],
            "webrtc": any(extensions_sudo.mapped("webrtc_enabled")),
        }

    @api.model
    def _zadarma_extension(self, extension_id=None):
        """One of the current user's extensions, as superuser.

        :raise UserError: there is none
        """
        extensions_sudo = self._zadarma_extensions()
        if extension_id:
            extensions_sudo = extensions_sudo.filtered(
                lambda one: one.id == extension_id
            )
        if not extensions_sudo:
            raise UserError(self._zadarma_no_extension())
        here = extensions_sudo.filtered(lambda one: one.company_id == self.env.company)
        return (here or extensions_sudo)[0]

    @api.model
    def _zadarma_no_extension(self):
        # sudo: res.groups - who can help
        administrators_sudo = (
            self.sudo()
            .env.ref("zadarma_connector.group_zadarma_admin")
            .all_user_ids.filtered(
                lambda user: user.active
                and not user.share
                and self.env.company in user.company_ids
            )
        )
        names = ", ".join(administrators_sudo[:3].mapped("name"))
        return self.env._(
            "You have no internal number to call with. An administrator of the "
            "telephony can give you one%(names)s.",
            names=f" ({names})" if names else "",
        )

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
