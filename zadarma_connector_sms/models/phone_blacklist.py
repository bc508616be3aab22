# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.zadarma_connector.zadarma_api import sms


class PhoneBlacklist(models.Model):
    """STOP by SMS puts a number here, and START takes off what STOP has put."""

    _inherit = "phone.blacklist"

    zadarma_stopped = fields.Boolean(
        "Asked for it by SMS", readonly=True, copy=False, tracking=True
    )

    def write(self, vals):
        # whoever puts it back by hand means more than a STOP did
        if "active" in vals and "zadarma_stopped" not in vals:
            vals = {**vals, "zadarma_stopped": False}
        return super().write(vals)

    @api.model
    def _zadarma_obey(self, message, wish):
        """Do what a message asks for.

        :param message: the incoming ``zadarma.message``
        :param wish: ``stop`` or ``start``
        :return: sentences that say what was done; none if nothing had to be
        """
        env = message.with_context(lang=message.company_id.partner_id.lang).env
        known = self.search([("number", "=", message.number)])
        if wish == "stop" and not known and sms.is_number(message.number):
            told = env._("Asked by SMS for no more of them: “%s”", message.body)
            try:
                stopped = self._add([message.number], message=told)
            except UserError:
                # Odoo takes it for no number, so no mass SMS go there
                return []
            stopped.zadarma_stopped = True
            return [env._("The number is blacklisted: no more mass SMS go there.")]
        if wish == "start" and known.zadarma_stopped:
            self._remove(
                [message.number],
                message=env._("Asked by SMS for them again: “%s”", message.body),
            )
            return [env._("The number is not blacklisted any more.")]
        return []
