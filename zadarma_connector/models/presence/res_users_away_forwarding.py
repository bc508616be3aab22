# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...zadarma_api.forwarding import PHONE, Forwarding, typed_target

_REASON = "do_not_disturb"


class ResUsers(models.Model):
    """Where the calls of who does not want to be disturbed go meanwhile."""

    _inherit = "res.users"

    zadarma_may_forward = fields.Boolean(compute="_compute_zadarma_may_forward")

    def _compute_zadarma_may_forward(self):
        # sudo: zadarma.extension - whether one's account lets one
        forwarding = (
            self.sudo()
            .env["zadarma.extension"]
            .search(
                [("user_id", "in", self.ids), ("account_id.forward_away", "=", True)]
            )
        )
        for user in self:
            user.zadarma_may_forward = user in forwarding.user_id

    @api.constrains("zadarma_away_target")
    def _check_zadarma_away_target(self):
        # sudo: zadarma.extension - those of the users
        extensions_sudo = (
            self.sudo()
            .env["zadarma.extension"]
            .search([("user_id", "in", self.filtered("zadarma_away_target").ids)])
        )
        for extension in extensions_sudo:
            user = extension.user_id
            extension._check_target(user._zadarma_away_goes_to(extension.account_id))

    def _zadarma_away_goes_to(self, account):
        """Where the user has calls go meanwhile.

        :param account: in whose country a number is read
        :return: a :class:`~.zadarma_api.forwarding.Forwarding`
        :raise UserError: what is written there is nothing that can be dialled
        """
        text = self.zadarma_away_target
        if target := typed_target(text):
            return target
        return Forwarding(PHONE, self._zadarma_choices(text, None, account)[0].number)

    @api.model
    def _zadarma_forward_away(self):
        """Have the current user's calls forwarded while they are away, or no more."""
        # sudo: res.users - the own switch
        user_sudo = self.env.user.sudo()
        wishes_sudo = user_sudo.env["zadarma.forwarding.wish"]
        extensions_sudo = self._zadarma_extensions().filtered("account_id.forward_away")
        if not (user_sudo._zadarma_away() and user_sudo.zadarma_away_target):
            wishes_sudo._end(user_sudo)
            return
        for extension_sudo in extensions_sudo:
            try:
                extension_sudo._forward(
                    user_sudo,
                    _REASON,
                    user_sudo._zadarma_away_goes_to(extension_sudo.account_id),
                    user_sudo.zadarma_away_until,
                )
            except UserError as error:
                # not to be disturbed nevertheless
                user_sudo._bus_send(
                    "simple_notification",
                    {"type": "warning", "message": str(error), "sticky": True},
                )

    @api.readonly
    @api.model
    def zadarma_away_calls(self):
        """What becomes of the current user's calls while they are away.

        :return: a sentence, empty if nothing is done about them
        """
        # sudo: zadarma.forwarding.wish - the own ones
        wishes_sudo = (
            self.sudo()
            .env["zadarma.forwarding.wish"]
            .search([("res_model", "=", self._name), ("res_id", "=", self.env.uid)])
        )
        return " ".join(one._state_text() for one in wishes_sudo.forwarding_id)
