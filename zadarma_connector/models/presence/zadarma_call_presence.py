# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL


class ZadarmaCall(models.Model):
    """A change of a call is one of its people's presence, for those who look."""

    _inherit = "zadarma.call"

    @api.model
    def _create_folded(self, switchboard, told):
        calls = super()._create_folded(switchboard, told)
        if switchboard.settings["presence_is_told"]:
            calls._tell()
        return calls

    @api.model
    def _news_columns(self):
        now = fields.Datetime.now()
        return {
            **super()._news_columns(),
            "presence_is_told": SQL("account.presence_until > %s", now),
            # a word for who is not there would be another one of the same
            "shows_talks": SQL(
                "person.zadarma_shows_talks AND EXISTS (SELECT FROM mail_presence"
                " WHERE user_id = person.id AND status <> 'offline')"
            ),
        }

    @api.model
    def _tell_watchers(self, rows):
        company_ids = {row["company_id"] for row in rows if row["presence_is_told"]}
        if company_ids:
            self.env["zadarma.account"]._tell_presence(company_ids)
        talked = {
            row["user_id"]
            for row in rows
            if row["shows_talks"] and (row["direction"] != "incoming" or row["spoke"])
        }
        if talked:
            # sudo: res.users - what others see of them
            self.env["res.users"].sudo().browse(talked)._tell_im_status()
        return super()._tell_watchers(rows)
