# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResUsers(models.Model):
    """Whether a salesperson wants to hear of others' talks with their customers."""

    _inherit = "res.users"

    zadarma_tell_me = fields.Boolean(
        "Tell me when others spoke with my customers",
        help="One notification for each talk of somebody else with a customer whose "
        "salesperson you are, with their note and the outcome.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return [*super().SELF_READABLE_FIELDS, "zadarma_tell_me"]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return [*super().SELF_WRITEABLE_FIELDS, "zadarma_tell_me"]
