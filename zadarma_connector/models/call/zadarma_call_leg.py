# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ZadarmaCallLeg(models.Model):
    """A part of a call: an extension that rang, or a recorded part."""

    _name = "zadarma.call.leg"
    _description = "Zadarma Call Leg"
    _order = "call_id, extension_number, id"
    # a part of its call, which says when it was made, and whose account it is of
    _log_access = False

    call_id = fields.Many2one(
        "zadarma.call", "Phone Call", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="call_id.company_id")
    pbx_call_id = fields.Char(related="call_id.pbx_call_id", string="PBX call ID")
    pbx_leg_id = fields.Char(
        string="Part ID", help="The id that Zadarma gave to this part (call_id)."
    )
    extension_number = fields.Char(string="Number")
    extension_id = fields.Many2one("zadarma.extension")
    employee_id = fields.Many2one("hr.employee")
    user_id = fields.Many2one("res.users")
    recorded = fields.Boolean()
    result = fields.Selection(
        [("answered", "Answered"), ("no_answer", "No answer")], readonly=True
    )

    spoke_for_sure = fields.Boolean(
        "Certainly spoke",
        readonly=True,
        help="Zadarma's statistics say so, or the name of a file that its API gave "
        "for this call. Notifications alone do not prove it.",
    )

    # the calls that one may see, found without reading the legs themselves
    _user_index = models.Index("(user_id, call_id) WHERE user_id IS NOT NULL")
    _unclaimed_index = models.Index(
        "(extension_number, call_id)"
        " WHERE extension_id IS NULL AND extension_number IS NOT NULL"
    )
    _unassigned_index = models.Index(
        "(extension_id) WHERE extension_id IS NOT NULL AND user_id IS NULL"
    )
