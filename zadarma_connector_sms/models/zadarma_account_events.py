# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list

from odoo.addons.zadarma_connector.tools.telling import told
from odoo.addons.zadarma_connector.tools.trouble import NotConnected
from odoo.addons.zadarma_connector.zadarma_api import errors


class ZadarmaAccount(models.Model):
    """The channel on which Zadarma tells of SMS: registered, watched, ended."""

    _inherit = "zadarma.account"

    receive_sms = fields.Boolean("SMS arrive in Odoo", readonly=True, copy=False)
    events_registered_url = fields.Char(
        "Address that Zadarma has for SMS", readonly=True, copy=False
    )
    notify_sms = fields.Boolean("SMS comes in", readonly=True, copy=False)
    events_are_registered = fields.Boolean(
        compute="_compute_events_are_registered", compute_sudo=True
    )

    @api.depends("events_registered_url", "webhook_token")
    def _compute_events_are_registered(self):
        for account in self:
            account.events_are_registered = account.events_registered_url in (
                account._webhook_urls()
            )

    def action_receive_sms(self):
        """Have Zadarma tell of SMS here, and have the own numbers take them.

        Zadarma asks the address for an echo at once, so it must be reachable.
        """
        self.ensure_one()
        self.check_access("write")
        with self._zadarma() as client:
            client.set_event_notifications_url(self.webhook_url)
            client.switch_sms_notifications_on()
            self.receive_sms = True
            self._take_event_registration(client)
            taking, refused = self._have_numbers_take_sms(client)
        if not taking:
            return told(
                self.env._(
                    "Zadarma will tell Odoo of SMS, but none of your numbers can take "
                    "them. Which ones can, your personal account at Zadarma shows."
                ),
                "warning",
            )
        message = self.env._(
            "SMS to these numbers arrive in Odoo: %s.", format_list(self.env, taking)
        )
        if refused:
            message = self.env._(
                "%(message)s These cannot take any: %(numbers)s.",
                message=message,
                numbers=format_list(self.env, refused),
            )
        return told(message)

    def _have_numbers_take_sms(self, client):
        """Have each active number take SMS.

        :return: those that do, and those that cannot
        """
        taking, refused = [], []
        numbers = client.get_direct_numbers()
        for number in [one["number"] for one in numbers if one["active"]]:
            try:
                client.receive_sms(number)
                taking.append(number)
            except errors.Refused:
                refused.append(number)
        return taking, refused

    def action_stop_receiving_sms(self):
        """Have Zadarma tell nobody of SMS any more."""
        self.ensure_one()
        self.check_access("write")
        with self._zadarma() as client:
            self._end_event_notifications(client)

    def _end_event_notifications(self, client):
        """Have Zadarma forget the address if it is ours."""
        self._take_event_registration(client)
        if self.events_are_registered:
            client.delete_event_notifications_url()
            self._take_event_registration(client)
        self.receive_sms = False

    def _stop_receiving_sms(self):
        """End it for each account, as far as Zadarma can be asked."""
        for account in self:
            try:
                account._end_event_notifications(account._client())
            except errors.ZadarmaError as error:
                account._say_notifications_go_on(account._explain(error))
            except NotConnected as error:
                account._say_notifications_go_on(str(error))

    def _take_event_registration(self, client):
        registered = client.get_event_notifications()
        self.write(
            {
                "events_registered_url": registered["url"],
                "notify_sms": registered["sms"],
            }
        )

    # -- with the notifications of calls ---------------------------------------------

    def _take_registration(self, client):
        result = super()._take_registration(client)
        if self.receive_sms:
            self._take_event_registration(client)
        return result

    def _end_notifications(self):
        result = super()._end_notifications()
        if self.receive_sms:
            self._end_event_notifications(self._client())
        return result

    @api.depends("receive_sms", "events_registered_url", "notify_sms", "send_sms")
    def _compute_problems(self):
        return super()._compute_problems()

    def _find_notification_problems(self):
        problem = not self.polling and self._event_problem()
        return super()._find_notification_problems() + ([problem] if problem else [])

    def _event_problem(self):
        """Why SMS do not arrive, empty if they do or shall not."""
        if not self.receive_sms:
            return ""
        if not self.events_registered_url or not self.notify_sms:
            return self.env._(
                "Zadarma does not tell of SMS any more, so they do not arrive. Press "
                "Receive SMS."
            )
        if not self.events_are_registered:
            return self.env._(
                "Zadarma tells another address, %s, of SMS, so they do not arrive. "
                "Press Receive SMS to have them here instead of there.",
                self.events_registered_url,
            )
        return ""

    def action_register_webhooks(self):
        result = super().action_register_webhooks()
        if self.receive_sms and self._event_problem():
            try:
                self.action_receive_sms()
            except UserError as error:
                return told(str(error), "warning")
        return result
