# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

from ...zadarma_api import forwarding
from .zadarma_forwarding_wish import KINDS, REASONS

#: A log of what happened lately; nobody keeps numbers for good.
_KEPT = timedelta(days=90)


class ZadarmaForwardingLine(models.Model):
    """What was done about an extension's forwarding, and what was not."""

    _name = "zadarma.forwarding.line"
    _description = "Line about a Forwarding"
    _order = "id DESC"

    forwarding_id = fields.Many2one(
        "zadarma.forwarding", required=True, index=True, ondelete="cascade"
    )
    extension_id = fields.Many2one(
        related="forwarding_id.extension_id", store=True, precompute=True
    )
    company_id = fields.Many2one(
        related="forwarding_id.company_id", store=True, precompute=True
    )
    event = fields.Selection(
        [
            ("set", "Forwarded"),
            ("restored", "As before"),
            ("left", "Left alone"),
            ("yielded", "Changed by hand"),
            ("failed", "Failed"),
        ],
        "What",
        required=True,
    )
    reason = fields.Selection(REASONS)
    kind = fields.Selection(
        [
            *KINDS,
            (forwarding.OFF, "No forwarding"),
            ("menu", "Voice menu"),
            ("sip_uri", "SIP address"),
        ]
    )
    goes_to = fields.Char("Forwarded To")
    why_not = fields.Char()

    @api.autovacuum
    def _gc_lines(self):
        before = fields.Datetime.now() - _KEPT
        self.search([("create_date", "<", before)], limit=1000).unlink()
