# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_list

#: How many colleagues are offered.
_COLLEAGUES = 12


class ResUsers(models.Model):
    """The own extensions: with which internal numbers a user can call."""

    _inherit = "res.users"

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
        # customers of a portal learn no names of the company's people
        if not self.env.user._is_internal():
            return self.env._("You have no internal number to call with.")
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
        if not administrators_sudo:
            return self.env._("You have no internal number to call with.")
        return self.env._(
            "You have no internal number to call with. Ask an administrator of the "
            "telephony for one: %(names)s.",
            names=format_list(
                self.env, administrators_sudo[:3].mapped("name"), style="or"
            ),
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
    def zadarma_colleagues(self, text, extension_id=None):
        """Whom one can call inside of the PBX, by a part of their name or number.

        :param text: that was typed
        :param extension_id: with which of the own extensions; it is not found itself
        :return: list of dicts: ``id`` and ``number`` of the extension, ``name``
        :raise UserError: the user has no extension
        """
        own_sudo = self._zadarma_extension(extension_id)
        names = ["number", "name", "employee_id.name", "user_id.name"]
        found_sudo = own_sudo.search(
            [
                ("account_id", "=", own_sudo.account_id.id),
                ("id", "!=", own_sudo.id),
                *["|"] * (len(names) - 1),
                *((name, "ilike", text) for name in names),
            ],
            limit=_COLLEAGUES,
        )
        return [
            {
                "id": one.id,
                "number": one.number,
                "name": one.employee_id.name or one.user_id.name or one.name or "",
            }
            for one in found_sudo
        ]
