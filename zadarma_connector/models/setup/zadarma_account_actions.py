# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, fields, models
from odoo.exceptions import UserError

from ...tools.telling import told
from ...zadarma_api import clock


class ZadarmaAccount(models.Model):
    """What the buttons of the set-up do."""

    _inherit = "zadarma.account"

    def action_setup_connect(self):
        """Connect, and do all that needs no decision: the time zone, the PBX, and the
        notifications if they go nowhere yet. Says what was done and what was not.

        :raise UserError: Zadarma does not accept key and secret, or cannot be reached
        """
        self.ensure_one()
        self.check_access("write")
        with self._zadarma() as client:
            self._take_balance(client)
            self._take_registration(client)
        sentences = [self.env._("Connected.")]
        if self.clock_differs and (zones := self._proposed_zones()):
            self.tz = zones[0]
            sentences.append(self.env._("The time zone is %s.", self.tz))
        steps = {self.action_get_pbx: ""}
        if not self.webhook_registered_url and not self.polling:
            notified = self.env._("Zadarma notifies Odoo of each call.")
            steps[self.action_register_webhooks] = notified
        kind = "success"
        for step, success in steps.items():
            message, outcome = self._try_step(step)
            if outcome == "success":
                sentences.append(success or message)
            else:
                sentences.append(message)
                kind = outcome
        return told(" ".join(sentences), kind)

    def _try_step(self, step):
        """Do one of several things, of which another may still go well.

        :return: what to tell, and ``success`` or ``warning``
        """
        try:
            with self.env.cr.savepoint():
                shown = step()["params"]
        except UserError as error:
            return str(error), "warning"
        return shown["message"], shown["type"]

    def _proposed_zones(self):
        """Time zones that are likely and agree with Zadarma's clock, likeliest first:
        the user's, the company's, those of its country, the browser's."""
        likely = [
            self.env.user.tz,
            self.company_id.resource_calendar_id.tz,
            *clock.zones_of(self.country_id.code or ""),
            self.env.context.get("browser_tz"),
        ]
        agreeing = set(self._agreeing_zones())
        return [zone for zone in likely if zone in agreeing]

    def _agreeing_zones(self):
        """The time zones that agree with Zadarma's clock; all if none does."""
        known = self._fields["tz"].get_values(self.env)
        return clock.agreeing(known, self.pbx_clock, fields.Datetime.now()) or known

    def action_setup_zone(self):
        """Take the time zone that was chosen, or else the one that was proposed."""
        self.ensure_one()
        self.tz = self.env.context.get("setup_choice") or self._proposed_zones()[0]

    def action_setup_country(self):
        """Open the company, whose country is missing."""
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.company",
            "views": [(False, "form")],
            "res_id": self.company_id.id,
            "target": "new",
        }

    def action_setup_poll(self):
        """Ask Zadarma for calls, since it cannot reach this Odoo."""
        self.polling = True

    def action_setup_people(self):
        """Open the internal numbers, to choose whose each is."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "zadarma_connector.action_zadarma_extension"
        )
        return {**action, "domain": [("account_id", "=", self.id)]}

    def action_setup_accept_people(self):
        """Give each internal number to the person who was suggested."""
        self.ensure_one()
        self.check_access("write")
        # sudo: hr.employee - who may give out numbers need not be one of HR's officers
        extensions_sudo = self.sudo()._nobodys_extensions()
        for extension, person in extensions_sudo._suggest_people().items():
            is_employee = person._name == "hr.employee"
            extension["employee_id" if is_employee else "user_id"] = person

    def action_setup_give_right(self):
        """Give all who have an internal number the right to see their calls."""
        self.ensure_one()
        users = self._users_without_right()
        users.write({"group_ids": [Command.link(self._right().id)]})

    def action_setup_route(self):
        """Have the customer's manager rung first."""
        self.route_to_manager = True

    def action_setup_record(self):
        """Have Zadarma record the talks of all internal numbers."""
        self._unrecorded().recording = "plain"

    def action_setup_webphone(self):
        """Switch the browser phone on for this Odoo's domain."""
        self.ensure_one()
        action = self.action_register_webphone()
        self.webrtc_enabled = True
        return action

    def action_setup_progress(self):
        """Show how far the last import is."""
        return self._last_import().action_begin()
