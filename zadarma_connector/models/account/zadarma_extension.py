# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


def person_of(employee_sudo, user_sudo):
    """The contact that a person is as an employee and as a user.

    :param employee_sudo: an ``hr.employee``, as superuser; may be empty
    :param user_sudo: a ``res.users``, as superuser; may be empty
    :return: a ``res.partner``; empty too where HR took the employee's away
    """
    # what is needed only: by itself Odoo would read everything of them
    if not user_sudo:
        employee_sudo.fetch(["user_id", "work_contact_id"])
        user_sudo = employee_sudo.user_id
    user_sudo.fetch(["partner_id"])
    return user_sudo.partner_id or employee_sudo.work_contact_id


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

    # who sits there now: stored, since the PBX waits while it is read for each call
    seat_employee_id = fields.Many2one(
        "hr.employee",
        "Active employee",
        compute="_compute_seat",
        store=True,
        exportable=False,
    )
    seat_user_id = fields.Many2one(
        "res.users",
        "Active user",
        compute="_compute_seat",
        store=True,
        exportable=False,
    )
    seat_person_id = fields.Many2one(
        "res.partner",
        "Active person",
        compute="_compute_seat",
        store=True,
        exportable=False,
    )

    _account_number_unique = models.Constraint(
        "UNIQUE(account_id, number)", "This account already has this internal number."
    )
    _check_company_auto = True

    @api.depends("employee_id.user_id")
    def _compute_user_id(self):
        for extension in self:
            if extension.employee_id:
                extension.user_id = extension.employee_id.user_id

    @api.depends(
        "employee_id.active",
        "employee_id.user_id.partner_id",
        "employee_id.work_contact_id",
        "user_id.active",
        "user_id.partner_id",
    )
    def _compute_seat(self):
        """Whoever left sits nowhere: an archived employee, an archived user."""
        for extension in self:
            employee = extension.employee_id.filtered("active")
            has_left = extension.employee_id and not employee
            user = extension.user_id.filtered("active")
            if has_left:
                user = user.browse()
            extension.seat_employee_id = employee
            extension.seat_user_id = user
            extension.seat_person_id = person_of(employee, user)

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
