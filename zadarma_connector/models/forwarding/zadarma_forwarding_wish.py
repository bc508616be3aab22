# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...zadarma_api import forwarding

#: What extensions are forwarded for; of several the last one wins.
REASONS = [("absence", "Absence"), ("do_not_disturb", "Not to be disturbed")]
#: What can be wished for; Zadarma has more kinds.
KINDS = [
    (forwarding.PHONE, "Telephone"),
    (forwarding.EXTENSION, "Internal number"),
    (forwarding.MAILBOX, "Mailbox"),
]
_RANKS = [reason for reason, _label in REASONS]


class ZadarmaForwardingWish(models.Model):
    """That the calls of an extension shall go elsewhere, because of a record.

    Made by ``zadarma.extension._forward``. Nobody but the job acts on it.
    """

    _name = "zadarma.forwarding.wish"
    _description = "Wish for a Forwarding"

    forwarding_id = fields.Many2one(
        "zadarma.forwarding", required=True, ondelete="cascade"
    )
    reason = fields.Selection(REASONS, required=True)
    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True)
    kind = fields.Selection(KINDS, required=True)
    goes_to = fields.Char(required=True)
    until = fields.Datetime(index="btree_not_null", help="Ends by itself then.")
    is_overruled = fields.Boolean(
        help="Somebody changed the forwarding at Zadarma meanwhile, and that counts."
    )

    _because_unique = models.UniqueIndex("(forwarding_id, res_model, res_id)")

    def _target(self):
        return forwarding.Forwarding(self.kind, self.goes_to)

    @api.model
    def _end(self, because):
        """End what was wished for because of some records, on all extensions."""
        wishes = self.search(
            [("res_model", "=", because._name), ("res_id", "in", because.ids)]
        )
        woken = wishes.forwarding_id
        wishes.unlink()
        woken._wake()

    def _is_over(self, now):
        """Whether it counts no more; features add to it.

        :param now: UTC
        """
        self.ensure_one()
        because = self.env[self.res_model].browse(self.res_id)
        return bool((self.until and self.until <= now) or not because.exists())

    def _strongest(self):
        """The one of them that counts, none if there is none."""
        left = self.filtered(lambda wish: not wish.is_overruled)
        return left.sorted(lambda wish: (_RANKS.index(wish.reason), wish.id))[-1:]
