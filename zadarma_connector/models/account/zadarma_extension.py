# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class ZadarmaExtension(models.Model):
    """An internal number of the PBX and the person who sits behind it."""

    _name = "zadarma.extension"
    _description = "Zadarma Extension"
    _order = "number, id"
    _rec_names_search = ["number", "name", "employee_id.name"]

    # first in the index of _account_number_unique
    account_id = fields.Many2one("zadarma.account", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    number = fields.Char(required=True)
    name = fields.Char(help="The name that this number has in Zadarma.")
    emails = fields.Char(
        "E-mails in Zadarma",
        readonly=True,
        help="Where Zadarma sends the recordings of this number.",
    )
    employee_id = fields.Many2one(
        "hr.employee",
        index="btree_not_null",
        check_company=True,
        help="Who answers and dials with this number.",
    )
    user_id = fields.Many2one(
        "res.users",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        help="The employee's user, or somebody who has no employee record.",
    )
    active = fields.Boolean(default=True)

    _account_number_unique = models.Constraint(
        "UNIQUE(account_id, number)", "This account already has this internal number."
    )
    _check_company_auto = True

    @api.depends("employee_id.user_id")
    def _compute_user_id(self):
        for extension in self:
            if extension.employee_id:
                extension.user_id = extension.employee_id.user_id

    @api.depends("number", "name", "employee_id.name", "user_id.name")
    def _compute_display_name(self):
        for extension in self:
            # sudo: hr.employee, res.users - the name, as calls show it too
            seat_sudo = extension.sudo()
            person = (
                seat_sudo.employee_id.name or seat_sudo.user_id.name or extension.name
            )
            extension.display_name = " ".join(filter(None, (extension.number, person)))

    def write(self, vals):
        if not {"account_id", "number"}.isdisjoint(vals):
            raise UserError(
                self.env._(
                    "An internal number belongs to its PBX. Press Get PBX on the "
                    "account to bring others."
                )
            )
        result = super().write(vals)
        self.account_id._look_again()
        return result
