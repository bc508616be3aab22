# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from .setup_step import Step
from .zadarma_account_steps_calls import CABINET_API


class ZadarmaAccount(models.Model):
    """The steps that bring more than calls."""

    _inherit = "zadarma.account"

    def _step_routing(self):
        title = self.env._("Whose telephone rings")
        if self.route_to_manager:
            told = self.env._(
                "The telephone of the customer's salesperson rings first."
            )
            return Step(title, [told])
        if self.routing_rule_ids:
            told = self.env._("Rules say who rings first.")
            return Step(title, [told])
        told = self.env._(
            "The PBX follows its own scenario, whoever calls. Odoo can make the "
            "telephone of the customer's salesperson ring first."
        )
        button = ("action_setup_route", self.env._("Ring the Salesperson"))
        return Step(title, [told], ("off",), (button,))

    def _step_recordings(self):
        title = self.env._("Recordings")
        if self.play_record_remotely:
            kept = self.env._("Recordings stay at Zadarma and are played from there.")
        else:
            kept = self.env._("Recordings are fetched and kept in Odoo.")
        silent = self._unrecorded()
        is_told = self.notify_record or self.polling
        if is_told and len(silent) < len(self.extension_ids):
            return Step(title, [kept])
        sentences, missing, buttons = [], [], ()
        if silent:
            sentences.append(
                self.env._(
                    "Zadarma does not record these internal numbers: %s.",
                    ", ".join(silent.mapped("display_name")),
                )
            )
            missing += silent.mapped("number")
            buttons = (("action_setup_record", self.env._("Record All")),)
        if is_told:
            return Step(title, [*sentences, kept], tuple(missing), buttons)
        told = self.env._(
            "One thing only you can do in your personal account at Zadarma: tick "
            "NOTIFY_RECORD under Settings, API and integrations. This step is done "
            "when Zadarma tells of the first recording."
        )
        missing.append("record")
        sentences += [told, kept]
        return Step(title, sentences, tuple(missing), buttons, link=CABINET_API)

    def _unrecorded(self):
        """The internal numbers whose talks Zadarma does not record."""
        return self.extension_ids.filtered(lambda one: one.recording == "off")

    def _step_webphone(self):
        title = self.env._("Browser phone")
        domain = self._webphone_domain()
        if self.webrtc_enabled and domain in (self.webrtc_domains or "").split(", "):
            told = self.env._(
                "Users with an internal number make and take calls on pages of %s.",
                domain,
            )
            return Step(title, [told])
        told = self.env._(
            "People can make and take calls in the browser, without a telephone on "
            "the desk."
        )
        button = ("action_setup_webphone", self.env._("Switch On"))
        return Step(title, [told], (domain,), (button,))

    def _step_history(self):
        title = self.env._("History")
        run = self._last_import()
        if run:
            if run.state == "done":
                told = self.env._("The calls were imported. Added: %s.", run.added)
            else:
                told = self.env._("The import is at %s%%.", round(run.progress))
            progress = ("action_setup_progress", self.env._("Show Progress"))
            return Step(title, [told], (), (progress,))
        told = self.env._("Calls of the past can be brought from Zadarma's statistics.")
        button = ("action_import_history", self.env._("Import History"))
        return Step(title, [told], ("history",), (button,))

    def _last_import(self):
        """The last comparison that somebody asked for, if any."""
        return self.env["zadarma.reconciliation"].search(
            [("account_id", "in", self._origin.ids), ("kind", "=", "manual")], limit=1
        )
