# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _zadarma_call_back(self, call):
        """Call somebody back, and tell what happens.

        :param call: the missed ``zadarma.call``
        :return: an action
        :raise UserError: as :meth:`zadarma_dial`
        """
        called = self.zadarma_dial(call.external_number, call._name, call.id)
        blacklisted = called["state"] == "blacklisted"
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if blacklisted else "info",
                "message": self.env._(
                    "This number is on the phone blacklist. Call it from the contact "
                    "if you have to."
                )
                if blacklisted
                else self.env._("Your telephone rings. Pick up, and it calls."),
            },
        }
