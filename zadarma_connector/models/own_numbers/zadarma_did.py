# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL


class ZadarmaDid(models.Model):
    """The calls that came to a number of ours, those before it was known included."""

    _inherit = "zadarma.did"

    @api.model_create_multi
    def create(self, vals_list):
        dids = super().create(vals_list)
        dids._claim_calls()
        return dids

    def write(self, vals):
        result = super().write(vals)
        if vals.get("is_ours") or vals.get("active"):
            self._claim_calls()
        return result

    def _claim_calls(self):
        self.flush_recordset(["account_id", "number", "is_ours", "active"])
        self.env["zadarma.call"].flush_model(["account_id", "called_number", "did_id"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE zadarma_call AS call SET did_id = did.id
                FROM zadarma_did AS did
                WHERE did.id = ANY(%s) AND did.is_ours AND did.active
                    AND call.account_id = did.account_id
                    AND call.called_number = did.number
                    AND call.direction = 'incoming' AND call.did_id IS NULL
                """,
                self.ids,
            )
        )
        self.env["zadarma.call"].invalidate_model(["did_id"])

    def action_calls(self):
        """Show the calls that came to this number."""
        self.ensure_one()
        return self.env["zadarma.call"]._open([("did_id", "=", self.id)])
