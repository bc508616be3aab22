# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ResUsers(models.Model):
    """Whether a user wants to see who is calling."""

    _inherit = "res.users"

    zadarma_card = fields.Boolean(
        "Show who is calling",
        default=True,
        help="A card with the caller while your telephone rings. Cards of calls that "
        "you make from Odoo are always shown.",
    )

    zadarma_opens_customer = fields.Boolean(
        "Open the customer when I pick up",
        help="In one tab, and never over something that is not saved.",
    )

    zadarma_sees_calls = fields.Boolean(compute="_compute_zadarma_sees_calls")

    @api.depends("all_group_ids")
    def _compute_zadarma_sees_calls(self):
        """Nobody else has a card to switch off."""
        for user in self:
            user.zadarma_sees_calls = user.has_group(
                "zadarma_connector.group_zadarma_user"
            )

    @property
    def SELF_READABLE_FIELDS(self):
        own = ["zadarma_card", "zadarma_opens_customer", "zadarma_sees_calls"]
        return [*super().SELF_READABLE_FIELDS, *own]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        own = ["zadarma_card", "zadarma_opens_customer"]
        return [*super().SELF_WRITEABLE_FIELDS, *own]
