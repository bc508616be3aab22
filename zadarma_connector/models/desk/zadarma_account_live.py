# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

#: How long a list that asked once is told; it asks again in half of that time.
_LEASE = timedelta(minutes=10)


class ZadarmaAccount(models.Model):
    """Whether somebody watches the list of calls: otherwise nothing is sent for it."""

    _inherit = "zadarma.account"

    live_until = fields.Datetime(readonly=True, copy=False)
    is_watched = fields.Boolean(compute="_compute_is_watched")

    @api.depends("live_until")
    def _compute_is_watched(self):
        now = fields.Datetime.now()
        for account in self:
            account.is_watched = bool(account.live_until and account.live_until > now)

    def _flush_switchboard(self):
        self.flush_recordset(["live_until"])
        return super()._flush_switchboard()

    @api.model
    def _settings_columns(self):
        now = fields.Datetime.now()
        is_watched = SQL("COALESCE(account.live_until > %s, FALSE)", now)
        return {**super()._settings_columns(), "is_watched": is_watched}

    @api.model
    def watch_calls(self):
        """Have the open list of calls told what changes, for the next ten minutes.

        :raise AccessError: the user is no supervisor
        """
        if not self.env.user.has_group("zadarma_connector.group_zadarma_supervisor"):
            raise AccessError(self.env._("Only supervisors see the calls of others."))
        self._watch()

    @api.model
    def _watch(self, name="live_until"):
        """Tell pages of the user's companies what changes for ten minutes more.

        :param name: the field that says until when a kind of page is told
        """
        now = fields.Datetime.now()
        # sudo: zadarma.account - only that it is watched, of the user's companies
        self.sudo().search(
            [
                ("company_id", "in", self.env.companies.ids),
                "|",
                (name, "=", False),
                (name, "<", now + _LEASE / 2),
            ]
        )[name] = now + _LEASE
