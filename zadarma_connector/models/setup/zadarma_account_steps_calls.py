# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from .setup_step import Step

#: Where Zadarma shows the key, the secret and the notifications.
CABINET_API = "https://my.zadarma.com/api/"


class ZadarmaAccount(models.Model):
    """The steps without which no call appears."""

    _inherit = "zadarma.account"

    def _step_connection(self):
        connect = ("action_setup_connect", self.env._("Connect"))
        title = self.env._("Connection")
        if self.connected_at and not self.connection_error:
            told = [self.env._("Zadarma accepts key and secret.")]
            if self.balance_currency:
                told.append(
                    self.env._(
                        "Balance: %(balance).2f %(currency)s",
                        balance=self.balance,
                        currency=self.balance_currency,
                    )
                )
            return Step(title, told, needed=True)
        told = self.connection_error or self.env._(
            "Enter the key and the secret. Zadarma shows both in your personal "
            "account under Settings, API and integrations. Connect then does all that "
            "needs no decision: it sets the time zone, brings the internal numbers, "
            "and has Zadarma notify Odoo of calls."
        )
        missing = ("answer" if self.connected_at else "connection",)
        return Step(title, [told], missing, (connect,), CABINET_API, True)

    def _step_clock(self):
        title = self.env._("Time zone")
        if not self.pbx_clock:
            told = self.env._("Zadarma has not told its time yet.")
            button = ("action_test_connection", self.env._("Test Connection"))
            return Step(title, [told], ("unknown",), (button,), needed=True)
        if not self.clock_differs:
            told = self.env._(
                "%(zone)s, which agrees with Zadarma's clock (%(clock)s).",
                zone=self.tz,
                clock=self.pbx_clock,
            )
            return Step(title, [told], needed=True)
        told = self.env._(
            "Zadarma's clock says %(clock)s, and the time zone here is %(zone)s: "
            "calls get wrong times. Choose the zone that is set in your personal "
            "account at Zadarma.",
            clock=self.pbx_clock,
            zone=self.tz,
        )
        buttons = tuple(
            ("action_setup_zone", self.env._("Take %s", zone))
            for zone in self._proposed_zones()[:1]
        )
        return Step(
            title,
            [told],
            ("differs",),
            buttons,
            choices=tuple(self._agreeing_zones()),
            choose="action_setup_zone",
            needed=True,
        )

    def _step_country(self):
        title = self.env._("Country")
        if self.country_id:
            told = self.env._(
                "Numbers without a country are read as in %s.", self.country_id.name
            )
            return Step(title, [told])
        told = self.env._(
            "%s has no country, so numbers that come without a country code cannot be "
            "read.",
            self.company_id.name,
        )
        button = ("action_setup_country", self.env._("Open Company"))
        return Step(title, [told], ("country",), (button,))

    def _step_pbx(self):
        title = self.env._("PBX")
        button = ("action_get_pbx", self.env._("Get PBX"))
        if self.pbx_id and self.extension_ids:
            told = self.env._(
                "PBX %(pbx)s. Internal numbers: %(numbers)s.",
                pbx=self.pbx_id,
                numbers=", ".join(self.extension_ids.mapped("number")),
            )
            return Step(title, [told], needed=True)
        told = self.env._("Odoo does not know the internal numbers of your PBX yet.")
        if self.pbx_id:
            told = self.env._(
                "PBX %s has no internal numbers. Add them in your personal "
                "account at Zadarma.",
                self.pbx_id,
            )
        return Step(title, [told], ("pbx",), (button,), needed=True)

    def _step_notifications(self):
        title = self.env._("Notifications")
        if self.polling:
            told = self.env._(
                "Without a public address, Odoo asks Zadarma for calls every ten "
                "minutes."
            )
            return Step(title, [told], needed=True)
        register = (
            "action_register_webhooks",
            self.env._("Register Notifications"),
        )
        problem = self._notification_problem()
        if not problem:
            told = self.env._(
                "Zadarma sends its notifications to %s.", self.webhook_registered_url
            )
            return Step(title, [told], needed=True)
        told, buttons = [problem], (register,)
        if not self.webhook_is_public:
            told.append(
                self.env._(
                    "This Odoo's address, %s, does not begin with https://, so Zadarma "
                    "can probably not reach it. Open Odoo at its public address as an "
                    "administrator; if it has none, Zadarma can be asked for calls "
                    "every ten minutes.",
                    self.get_base_url(),
                )
            )
            poll = ("action_setup_poll", self.env._("Ask Every Ten Minutes"))
            buttons = (register, poll)
        address = self.webhook_is_registered or self.webhook_registered_url or ""
        return Step(title, told, (str(address),), buttons, CABINET_API, True)
