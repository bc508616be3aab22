# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from .zadarma_did import ORIGIN


class ZadarmaAccount(models.Model):
    _inherit = "zadarma.account"

    lead_rule = fields.Selection(
        [
            ("never", "Never"),
            ("missed", "From calls that nobody took"),
            ("every", "From every incoming call"),
        ],
        "Make leads of unknown callers",
        default="never",
        required=True,
    )

    @api.model
    def _settings_columns(self):
        advertised = SQL(
            """
            (SELECT json_object_agg(id, json_build_object(
                'campaign_id', campaign_id, 'source_id', source_id,
                'medium_id', medium_id
            )) FROM zadarma_did
            WHERE account_id = account.id
                AND num_nonnulls(campaign_id, source_id, medium_id) > 0)
            """
        )
        return {**super()._settings_columns(), "advertised": advertised}

    def _flush_switchboard(self):
        self.env["zadarma.did"].flush_model(ORIGIN)
        return super()._flush_switchboard()

    def _document_of_stranger(self, number, called, identification):
        """The open lead with the number, or a new one if unknown callers become
        leads."""
        document = super()._document_of_stranger(number, called, identification)
        if document:
            return document
        leads = identification.records.get("crm.lead", self.env["crm.lead"])
        pending = leads.filtered(lambda lead: lead.won_status == "pending")
        if pending or self.lead_rule == "never" or identification.match != "none":
            return pending if len(pending) == 1 else None
        if number in self.env["zadarma.did"]._numbers_of(self.company_id):
            return None
        dialled = self.did_ids.filtered(lambda did: did.number == called)
        # what a call from there would make
        call = self.env["zadarma.call"].new(
            {
                "account_id": self.id,
                "company_id": self.company_id.id,
                "direction": "incoming",
                "external_number": number,
                "called_number": called,
                "did_id": dialled.id,
            }
        )
        values = call._lead_values(self.env["res.users"])
        # sudo: crm.lead - nobody in particular makes it
        Lead_sudo = self.env["crm.lead"].sudo().with_company(self.company_id)
        quiet = Lead_sudo.with_context(mail_create_nosubscribe=True)
        name = self.env._("SMS from %s", call._number_to_show())
        return quiet.create({**values, "name": name})
