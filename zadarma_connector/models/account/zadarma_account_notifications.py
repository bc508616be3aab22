# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import secrets

from odoo import api, fields, models
from odoo.tools import format_list

from ...tools.telling import told
from ...zadarma_api import notification


class ZadarmaAccount(models.Model):
    """The account's notifications: where they go, and which are on."""

    _inherit = "zadarma.account"

    webhook_token = fields.Char(
        default=lambda self: secrets.token_urlsafe(16),
        required=True,
        readonly=True,
        copy=False,
        groups="base.group_system",
    )
    webhook_url = fields.Char(
        "Address for Zadarma", compute="_compute_webhook_url", compute_sudo=True
    )
    webhook_is_public = fields.Boolean(
        compute="_compute_webhook_url", compute_sudo=True
    )
    webhook_registered_url = fields.Char(
        "Address that Zadarma has", readonly=True, copy=False
    )
    webhook_is_registered = fields.Boolean(
        "Address is registered", compute="_compute_webhook_url", compute_sudo=True
    )
    notify_start = fields.Boolean("Incoming call starts", readonly=True, copy=False)
    notify_internal = fields.Boolean("Extension rings", readonly=True, copy=False)
    notify_answer = fields.Boolean("Call is answered", readonly=True, copy=False)
    notify_end = fields.Boolean("Incoming call ends", readonly=True, copy=False)
    notify_out_start = fields.Boolean("Outgoing call starts", readonly=True, copy=False)
    notify_out_end = fields.Boolean("Outgoing call ends", readonly=True, copy=False)

    _webhook_token_unique = models.UniqueIndex("(webhook_token)")

    @api.depends("webhook_token", "webhook_registered_url", "company_id")
    def _compute_webhook_url(self):
        # a single account is found without a token; of several, each has its address
        several = self.search_count([("active", "=", True)], limit=2) > 1
        for account in self:
            plain, own = urls = account._webhook_urls()
            account.webhook_url = own if several else plain
            account.webhook_is_public = plain.startswith("https://")
            account.webhook_is_registered = account.webhook_registered_url in urls

    def _webhook_urls(self):
        """The address without the token and with it: both are taken."""
        plain = self.get_base_url() + notification.PATH
        return plain, f"{plain}/{self.webhook_token}"

    def action_register_webhooks(self):
        """Tell Zadarma our address, switch the notifications on, show what it has.

        Zadarma asks the address for an echo at once, so it must be reachable.
        """
        self.ensure_one()
        self.check_access("write")
        with self._zadarma() as client:
            client.set_call_notifications_url(self.webhook_url)
            client.switch_call_notifications_on()
            self._take_registration(client)
        if self.webhook_is_registered and all(self[name] for name in self._switches()):
            return told(
                self.env._("Zadarma will send its notifications to this address.")
            )
        return told(self._refused_registration(), "warning")

    def _refused_registration(self):
        """What is not as it was asked for."""
        if not self.webhook_is_registered:
            if not self.webhook_registered_url:
                return self.env._(
                    "Zadarma accepted the request, but still sends no notifications. "
                    "Enter the address in your personal account at Zadarma."
                )
            return self.env._(
                "Zadarma accepted the request, but still sends its notifications to "
                "%s. Change the address in your personal account at Zadarma.",
                self.webhook_registered_url,
            )
        labels = self.fields_get(self._switches(), ["string"])
        off = [labels[name]["string"] for name in self._switches() if not self[name]]
        return self.env._(
            "Zadarma accepted the request, but these are still off: %s. Tick them in "
            "your personal account at Zadarma.",
            format_list(self.env, off),
        )

    def _take_registration(self, client):
        """Ask what Zadarma notifies, and keep the answer."""
        registered = client.get_call_notifications()
        self.write(
            {"webhook_registered_url": registered["url"], **registered["notifications"]}
        )
        self._mark_connected()

    @staticmethod
    def _switches():
        """The fields of what can be switched on through the API."""
        return list(notification.SWITCHES.values())
