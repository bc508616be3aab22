# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ...zadarma_api.forwarding import Forwarding, Kept


class ZadarmaForwarding(models.Model):
    """What is remembered of an extension whose calls are forwarded for a while.

    A record of its own: the extension's is written by whoever dials.
    """

    _name = "zadarma.forwarding"
    _description = "Forwarding of an Extension"
    _rec_name = "extension_id"

    extension_id = fields.Many2one(
        "zadarma.extension", required=True, ondelete="cascade"
    )
    account_id = fields.Many2one(
        related="extension_id.account_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, precompute=True
    )
    wish_ids = fields.One2many("zadarma.forwarding.wish", "forwarding_id")
    line_ids = fields.One2many("zadarma.forwarding.line", "forwarding_id")
    # as Kept has them
    before = fields.Json(readonly=True)
    ours = fields.Json(readonly=True)
    is_set = fields.Boolean(readonly=True)
    uncertain_until = fields.Datetime(
        readonly=True, help="Until then a request without an answer may still arrive."
    )
    is_due = fields.Boolean(readonly=True)
    attempts = fields.Integer(readonly=True)
    next_at = fields.Datetime(readonly=True)
    trouble = fields.Char(readonly=True, help="Why the last attempt failed.")

    _extension_unique = models.UniqueIndex("(extension_id)")
    _due_index = models.Index("(next_at) WHERE is_due")

    def _wake(self):
        """Have the job look at them at once."""
        self.write({"is_due": True, "attempts": 0, "next_at": False})
        # sudo: ir.cron - whoever wishes starts what follows from it
        self.env.ref("zadarma_connector.cron_forwarding").sudo()._trigger()

    def _kept(self):
        return Kept(
            Forwarding(*self.before) if self.before else None,
            [Forwarding(*one) for one in self.ours or ()],
            self.is_set,
        )

    def _keep(self, kept):
        """:param kept: a :class:`~.zadarma_api.forwarding.Kept`"""
        before, ours, is_set = kept
        self.write({"before": before or False, "ours": ours, "is_set": is_set})
