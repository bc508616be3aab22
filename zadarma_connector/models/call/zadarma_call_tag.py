# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from random import randint

from odoo import fields, models


class ZadarmaCallTag(models.Model):
    """What a call was about, in the company's own words."""

    _name = "zadarma.call.tag"
    _description = "Call Tag"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer(default=lambda self: randint(1, 11))
    active = fields.Boolean(default=True)

    _name_unique = models.Constraint(
        "UNIQUE(name)", "There is a tag with this name already."
    )


class ZadarmaCall(models.Model):
    _inherit = "zadarma.call"

    tag_ids = fields.Many2many(
        "zadarma.call.tag",
        "zadarma_call_tagging",
        "call_id",
        "tag_id",
        "Tags",
        readonly=True,
    )
