# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.zadarma_connector.models.setup.setup_step import Step


class ZadarmaAccount(models.Model):
    """The step of the set-up about SMS."""

    _inherit = "zadarma.account"

    @api.depends("send_sms", "receive_sms", "events_registered_url", "notify_sms")
    def _compute_setup(self):
        return super()._compute_setup()

    @api.model
    def _step_names(self):
        names = super()._step_names()
        # before history, which may take hours
        return [*names[:-1], "sms", names[-1]]

    def _step_sms(self):
        title = self.env._("SMS")
        told, missing, buttons = [], [], []
        if self.receive_sms and not self._event_problem():
            told.append(self.env._("SMS to your numbers arrive in Odoo."))
        else:
            told.append(
                self._event_problem()
                or self.env._(
                    "SMS to your numbers can arrive in Odoo, in the history of whoever "
                    "wrote them."
                )
            )
            missing.append("receive")
            buttons.append(("action_receive_sms", self.env._("Receive SMS")))
        if self.send_sms:
            told.append(
                self.env._("SMS of %s go through Zadarma.", self.company_id.name)
            )
        else:
            told.append(
                self.env._(
                    "SMS that are sent from Odoo can go through Zadarma, under your "
                    "own numbers."
                )
            )
            missing.append("send")
            buttons.append(("action_setup_send_sms", self.env._("Send SMS")))
        return Step(title, told, tuple(missing), tuple(buttons))

    def action_setup_send_sms(self):
        """Have the company's SMS go through this account."""
        self.send_sms = True
