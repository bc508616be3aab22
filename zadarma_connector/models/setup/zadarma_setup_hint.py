# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, models


class ZadarmaSetupHint(models.AbstractModel):
    """An empty page that leads to the set-up as long as something is left of it."""

    _name = "zadarma.setup.hint"
    _description = "Way to the Set-Up"

    @api.model
    def get_empty_list_help(self, help_message):
        shown = super().get_empty_list_help(help_message)
        return Markup("%s%s") % (Markup(shown or ""), self._setup_hint())

    @api.model
    def _setup_hint(self):
        """What leads to the set-up, empty if nothing is left of it."""
        # sudo: zadarma.account - agents learn whether there is one, and no more
        accounts_sudo = self.env["zadarma.account"].sudo()
        accounts_sudo = accounts_sudo.search(
            [("company_id", "in", self.env.companies.ids)]
        )
        connected = any(accounts_sudo.mapped("connected_at"))
        if not self.env.user.has_group("zadarma_connector.group_zadarma_admin"):
            if connected:
                return ""
            return Markup("<p>%s</p>") % self.env._(
                "Zadarma is not connected yet. Ask your administrator."
            )
        if connected and not any(accounts_sudo.mapped("setup_left")):
            return ""
        label = (
            self.env._("Continue Set-Up")
            if connected
            else self.env._("Connect Zadarma")
        )
        return (
            Markup(
                '<p><a type="action" class="btn btn-primary"'
                ' name="zadarma_connector.action_zadarma_setup">%s</a></p>'
            )
            % label
        )


class ZadarmaCall(models.Model):
    _name = "zadarma.call"
    _inherit = ["zadarma.call", "zadarma.setup.hint"]


class ZadarmaWaitingCaller(models.Model):
    _name = "zadarma.waiting.caller"
    _inherit = ["zadarma.waiting.caller", "zadarma.setup.hint"]


class ZadarmaNumber(models.Model):
    _name = "zadarma.number"
    _inherit = ["zadarma.number", "zadarma.setup.hint"]


class ZadarmaExtension(models.Model):
    _name = "zadarma.extension"
    _inherit = ["zadarma.extension", "zadarma.setup.hint"]


class ZadarmaCallReport(models.Model):
    _name = "zadarma.call.report"
    _inherit = ["zadarma.call.report", "zadarma.setup.hint"]

    @api.model
    @api.readonly
    def dashboard(self, days):
        """Its figures, and the way to the set-up while there was no call at all."""
        shown = super().dashboard(days)
        if not self.search_count([], limit=1):
            shown["hint"] = self._setup_hint()
        return shown


class ZadarmaAccount(models.Model):
    _name = "zadarma.account"
    _inherit = ["zadarma.account", "zadarma.setup.hint"]
