# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models

_logger = logging.getLogger(__name__)


class ZadarmaAccount(models.Model):
    """Forwardings that trouble the administrator, and those of an account that goes."""

    _inherit = "zadarma.account"

    forwarding_ids = fields.One2many("zadarma.forwarding", "account_id")

    @api.depends("forwarding_ids.trouble")
    def _compute_problems(self):
        return super()._compute_problems()

    def _find_problems(self):
        problems = super()._find_problems()
        for forwarding in self.forwarding_ids.filtered("trouble"):
            problems.append(forwarding._failed_text(forwarding.trouble))
        return problems

    def _leave(self):
        """As above, and bring back how extensions were forwarded before."""
        for account in self:
            left = account.forwarding_ids.filtered(
                lambda one: not one._brought_back_at_once()
            )
            if left:
                account._say_forwardings_stay(left)
            # nobody is there any more to end them
            account.forwarding_ids.unlink()
        return super()._leave()

    def _say_forwardings_stay(self, forwardings):
        _logger.warning("forwardings of account %s stay at Zadarma", self.id)
        self.env["mail.thread"].message_notify(
            partner_ids=self._administrator().partner_id.ids,
            subject=self.env._("Calls are still forwarded at Zadarma"),
            body=self.env._(
                "These internal numbers of %(account)s were forwarded by Odoo, and "
                "could not be put back: %(numbers)s. Do so in your personal account "
                "at Zadarma.",
                account=self.name,
                numbers=", ".join(forwardings.extension_id.mapped("number")),
            ),
        )
