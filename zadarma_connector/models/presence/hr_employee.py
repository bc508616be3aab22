# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...zadarma_api import presence
from .zadarma_extension_presence import STATES

#: Of several telephones the one that tells most.
_ORDER = (presence.TALKING, presence.RINGING, presence.AWAY, presence.FREE)


class ZadarmaEmployeeMixin(models.AbstractModel):
    """Whether an employee is on the telephone, as all their colleagues see it."""

    _inherit = "zadarma.employee.mixin"

    # no groups, as for the number of their calls
    zadarma_presence = fields.Selection(
        STATES, "On the telephone", compute="_compute_zadarma_presence"
    )
    zadarma_presence_seconds = fields.Integer(
        "Seconds on the telephone", compute="_compute_zadarma_presence"
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_zadarma_presence(self):
        self.zadarma_presence = self.zadarma_presence_seconds = False
        Extension = self.env["zadarma.extension"]
        if not Extension.has_access("read"):
            return
        extensions = Extension.search([("employee_id", "in", self.ids)])
        for employee_id, theirs in extensions.grouped(
            lambda one: one.employee_id.id
        ).items():
            busiest = min(theirs, key=lambda one: _ORDER.index(one.presence))
            employee = self.browse(employee_id)
            employee.zadarma_presence = busiest.presence
            employee.zadarma_presence_seconds = busiest.presence_seconds
