# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResUsers(models.Model):
    """How people like to be seen, and where their calls go, as they choose it."""

    _inherit = "res.users"

    zadarma_away_target = fields.Char(
        "Forward calls meanwhile to",
        copy=False,
        help="While you do not want to be disturbed, Zadarma forwards the calls of "
        "your telephone: to a colleague's internal number, a telephone number, or the "
        "e-mail address of a mailbox. Empty: they ring as ever.",
    )
    zadarma_shows_talks = fields.Boolean(
        "Show others that I am in a call",
        default=True,
        help="Beside your picture and in Discuss. Your messages come as ever.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        names = ("zadarma_away_target", "zadarma_may_forward", "zadarma_shows_talks")
        return [*super().SELF_READABLE_FIELDS, *names]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        names = ("zadarma_away_target", "zadarma_shows_talks")
        return [*super().SELF_WRITEABLE_FIELDS, *names]
