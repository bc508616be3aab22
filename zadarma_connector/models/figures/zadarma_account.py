# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ZadarmaAccount(models.Model):
    """How fast callers shall be answered."""

    _inherit = "zadarma.account"

    service_seconds = fields.Integer(
        "Answer within (s)",
        default=20,
        help="The service level is the share of incoming calls that were answered "
        "within this time.",
    )

    _service_seconds_positive = models.Constraint(
        "CHECK(service_seconds BETWEEN 1 AND 3600)",
        "Enter from 1 to 3600 seconds (an hour) for answering a call.",
    )
