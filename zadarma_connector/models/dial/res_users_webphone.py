# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...tools.transaction import in_own_transaction

#: Of what the browser says.
_LONGEST_REASON = 200


class ResUsers(models.Model):
    """What the browser phone asks of Odoo, and tells it, for the current user."""

    _inherit = "res.users"

    @api.model
    def zadarma_webphone(self, extension_id=None):
        """What the browser phone needs to start, for the current user only.

        :return: see ``zadarma.extension._webphone``
        :raise UserError: there is no extension, or no key for it
        """
        return self._zadarma_extension(extension_id)._webphone()

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
