# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from .ir_websocket import PRESENCE_CHANNEL


class ZadarmaAccount(models.Model):
    """Whether somebody looks at who is free: otherwise nothing is sent for it."""

    _inherit = "zadarma.account"

    forward_away = fields.Boolean(
        "People may forward their calls",
        help="While they do not want to be disturbed, to where they choose in their "
        "preferences. Calls that are forwarded to outside cost money.",
    )
    presence_until = fields.Datetime(readonly=True, copy=False)

    def _flush_switchboard(self):
        self.flush_recordset(["presence_until"])
        return super()._flush_switchboard()

    @api.model
    def _settings_columns(self):
        now = fields.Datetime.now()
        is_told = SQL("COALESCE(account.presence_until > %s, FALSE)", now)
        return {**super()._settings_columns(), "presence_is_told": is_told}

    def _presence_is_told(self):
        """Whether somebody looks at who is free."""
        self.ensure_one()
        now = fields.Datetime.now()
        return bool(self.presence_until and self.presence_until > now)

    @api.model
    def _tell_presence(self, company_ids):
        """Tell that somebody's presence may be another one, once for a transaction.

        Not whose: an open page asks for those that it shows, under its user's rights,
        and whether somebody is at work is not worked out while the PBX waits.

        :param company_ids: ids of companies in which somebody looks
        """
        precommit = self.env.cr.precommit
        if "zadarma.presence.news" not in precommit.data:
            precommit.data["zadarma.presence.news"] = set()
            precommit.add(self.sudo().browse()._send_presence_news)
        precommit.data["zadarma.presence.news"].update(company_ids)

    def _send_presence_news(self):
        for company_id in self.env.cr.precommit.data.pop("zadarma.presence.news"):
            company = self.env["res.company"].browse(company_id)
            self.env["bus.bus"]._sendone(
                (company, PRESENCE_CHANNEL), PRESENCE_CHANNEL, [company_id]
            )
