# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import models

from ...tools.trouble import NotConnected
from ...zadarma_api import errors

_logger = logging.getLogger(__name__)


class ZadarmaAccount(models.Model):
    """An account that goes: Zadarma shall not notify for ever whom nobody asks."""

    _inherit = "zadarma.account"

    def unlink(self):
        self._leave()
        return super().unlink()

    def _leave(self):
        """End Zadarma's notifications, and say of which accounts they go on.

        Zadarma out of reach is no reason to keep an account.
        """
        for account in self:
            if not (account.connected_at or account.webhook_is_registered):
                continue
            try:
                account._end_notifications()
            except errors.ZadarmaError as error:
                account._say_notifications_go_on(account._explain(error))
            except NotConnected as error:
                account._say_notifications_go_on(str(error))

    def _end_notifications(self):
        """Have Zadarma forget the address if it is ours.

        :raise errors.ZadarmaError: it does not
        :raise NotConnected: key or secret is missing
        """
        client = self._client()
        self._take_registration(client)
        if self.webhook_is_registered:
            client.delete_call_notifications_url()
            self._take_registration(client)

    def _say_notifications_go_on(self, reason):
        """Tell whoever is there at once, and the administrator for good.

        :param reason: a sentence
        """
        text = self.env._(
            "The notifications of %(account)s could not be ended: Zadarma still sends "
            "them here. End them in your personal account at Zadarma: Settings, API "
            "and integrations, Notifications about calls. (%(reason)s)",
            account=self.name,
            reason=reason,
        )
        _logger.warning("notifications of account %s go on at Zadarma", self.id)
        self.env.user._bus_send(
            "simple_notification",
            {"type": "warning", "message": text, "sticky": True},
        )
        self.env["mail.thread"].message_notify(
            partner_ids=self._administrator().partner_id.ids,
            subject=self.env._("Zadarma still sends notifications to this Odoo"),
            body=text,
        )
