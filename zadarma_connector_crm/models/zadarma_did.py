# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

#: What a number tells of where its callers come from.
ORIGIN = ("campaign_id", "source_id", "medium_id")


class ZadarmaDid(models.Model):
    """What an own number advertises, and whose leads its calls are."""

    _inherit = "zadarma.did"

    campaign_id = fields.Many2one(
        "utm.campaign",
        ondelete="set null",
        help="The campaign in which this number is shown. Calls from now on belong to "
        "it; earlier ones do after Compute Again.",
    )
    source_id = fields.Many2one(
        "utm.source",
        ondelete="set null",
        help="Where this number is shown: a newspaper, a web page, a search engine.",
    )
    medium_id = fields.Many2one(
        "utm.medium",
        ondelete="set null",
        help="By what it is shown: a banner, a leaflet, a poster.",
    )
    team_id = fields.Many2one(
        "crm.team",
        "Sales Team",
        ondelete="set null",
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
        help="Whose are the leads of calls to this number.",
    )

    def action_compute_again(self):
        """Have all calls to these numbers, earlier ones too, belong to what they
        advertise now.

        :raise AccessError: the user may not change own numbers
        """
        self.check_access("write")
        self.flush_recordset(ORIGIN)
        self.env["zadarma.call"].flush_model(["did_id", *ORIGIN])
        self.env.cr.execute(
            SQL(
                """
                UPDATE zadarma_call AS call SET campaign_id = did.campaign_id,
                    source_id = did.source_id, medium_id = did.medium_id
                FROM zadarma_did AS did
                WHERE did.id = ANY(%s) AND call.did_id = did.id
                    AND (call.campaign_id, call.source_id, call.medium_id)
                    IS DISTINCT FROM (did.campaign_id, did.source_id, did.medium_id)
                """,
                self.ids,
            )
        )
        self.env["zadarma.call"].invalidate_model(ORIGIN)
