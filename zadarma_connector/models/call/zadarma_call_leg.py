# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ZadarmaCallLeg(models.Model):
    """A part of a call: an extension that rang, or a recorded part."""

    _name = "zadarma.call.leg"
    _description = "Zadarma Call Leg"
    _order = "call_id, extension_number, id"
    # a part of its call, which says when it was made
    _log_access = False

    call_id = fields.Many2one(
        "zadarma.call", "Phone Call", required=True, index=True, ondelete="cascade"
    )
    # both are given with a call that is made of facts, as the call's own company
    account_id = fields.Many2one(
        "zadarma.account",
        compute="_compute_account_id",
        store=True,
        precompute=True,
        readonly=False,
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_call_company_id",
        store=True,
        precompute=True,
        readonly=False,
    )
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
        "(account_id, extension_number)"
        " WHERE extension_id IS NULL AND extension_number IS NOT NULL"
    )
    _unassigned_index = models.Index(
        "(extension_id) WHERE extension_id IS NOT NULL AND user_id IS NULL"
    )

    @api.depends("call_id.account_id")
    def _compute_account_id(self):
        for leg in self:
            leg.account_id = leg.call_id.account_id

    @api.depends("call_id.company_id")
    def _compute_call_company_id(self):
        for leg in self:
            leg.company_id = leg.call_id.company_id
