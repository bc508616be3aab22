# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who took part in a call on our side: its employee, or a user without one.

They are linked when they become known, and then kept: who sits behind an internal
number may change, and the past does not. Wherever a person is shown, counted or looked
for, it is ``person_id``: the contact that an employee and their user have in common.
"""

from odoo import api, fields, models

from ..account.zadarma_extension import person_of


def seat_values(switchboard, number, stored):
    """The extension of a call or a leg, and its people unless it has somebody.

    :param switchboard: the account's ``Switchboard``
    :param number: the internal number, empty if there is none
    :param dict stored: what is stored of the call or leg, ``None`` if it is new
    :return: values of a ``zadarma.call`` or a ``zadarma.call.leg``
    """
    seat = switchboard.seat(number)
    values = {"extension_id": seat.extension_id}
    # by the number: an extension that was deleted may stand for somebody else now
    elsewhere = stored and (stored["extension_number"] or "") != (number or "")
    if stored and stored["had_person"] and not elsewhere:
        return values
    values.update(employee_id=seat.employee_id, user_id=seat.user_id)
    is_somebody = bool(seat.employee_id or seat.user_id)
    # whoever was at another number is not who took part
    values["had_person"] = is_somebody
    # an employee without a contact gets one when it is computed
    if seat.person_id or not is_somebody:
        values["person_id"] = seat.person_id
    return values


class ZadarmaPeopleMixin(models.AbstractModel):
    """Who took part, or that somebody did who is deleted since."""

    _name = "zadarma.people.mixin"
    _inherit = ["zadarma.person.groups"]
    _description = "Participants of a Call"

    # both are given when a call is made of facts: no second statement, and no draft
    person_id = fields.Many2one(
        "res.partner",
        "Participant",
        compute="_compute_person_id",
        store=True,
        precompute=True,
        readonly=False,
        index="btree_not_null",
        help="The employee, or the user where there is no employee.",
    )
    # who follows on an extension must not get a predecessor's calls
    had_person = fields.Boolean(
        compute="_compute_had_person", store=True, precompute=True, readonly=False
    )

    # not on what an employee is linked to: who is deleted took part nevertheless
    @api.depends("employee_id", "user_id")
    def _compute_person_id(self):
        for one in self:
            person = person_of(one.employee_id, one.user_id)
            if one.employee_id and not person:
                one.employee_id._create_work_contacts()
                person = one.employee_id.work_contact_id
            one.person_id = person

    @api.depends("employee_id", "user_id")
    def _compute_had_person(self):
        for one in self:
            one.had_person = one.had_person or one.employee_id or one.user_id


class ZadarmaCallLeg(models.Model):
    _name = "zadarma.call.leg"
    _inherit = ["zadarma.call.leg", "zadarma.people.mixin"]


class ZadarmaCall(models.Model):
    _name = "zadarma.call"
    _inherit = ["zadarma.call", "zadarma.people.mixin"]

    extension_number = fields.Char(readonly=True)
    extension_id = fields.Many2one("zadarma.extension", readonly=True)
    employee_id = fields.Many2one("hr.employee", readonly=True, index="btree_not_null")
    user_id = fields.Many2one("res.users", readonly=True)
    person_id = fields.Many2one(index=False)

    # in the order of the list, see zadarma_call.py
    _user_index = models.Index(
        "(user_id, date_start NULLS FIRST, id) WHERE user_id IS NOT NULL"
    )
    _person_index = models.Index(
        "(person_id, date_start NULLS FIRST, id) WHERE person_id IS NOT NULL"
    )
    _unclaimed_index = models.Index(
        "(account_id, extension_number)"
        " WHERE extension_id IS NULL AND extension_number IS NOT NULL"
    )
    _unassigned_index = models.Index(
        "(extension_id) WHERE extension_id IS NOT NULL AND user_id IS NULL"
    )


class ZadarmaExtension(models.Model):
    """Calls that came before somebody was assigned to their number."""

    _inherit = "zadarma.extension"

    @api.model_create_multi
    def create(self, vals_list):
        extensions = super().create(vals_list)
        extensions._claim_calls()
        return extensions

    def write(self, vals):
        result = super().write(vals)
        if vals.get("employee_id") or vals.get("user_id"):
            self._claim_calls()
        return result

    def _claim_calls(self):
        """Give the people of these extensions the calls that had nobody yet.

        Calls are known before an extension is, and extensions before somebody is
        assigned. A call that has somebody keeps them: a later change of the
        assignment does not rewrite the past, and gives nobody a predecessor's calls.
        """
        for extension in self:
            unknown = [
                ("extension_number", "=", extension.number),
                ("extension_id", "=", False),
            ]
            # the employee may have got a user since
            nobody_s_or_theirs = [
                ("extension_id", "=", extension.id),
                ("user_id", "=", False),
                "|",
                ("had_person", "=", False),
                ("employee_id", "in", extension.employee_id.ids),
            ]
            # sudo: the past belongs to the extension, whoever assigns it
            people = {
                "employee_id": extension.employee_id.id,
                "user_id": extension.user_id.id,
            }
            for name, account in (
                ("zadarma.call", "account_id"),
                ("zadarma.call.leg", "call_id.account_id"),
            ):
                model = self.env[name].sudo()
                of_account = [(account, "=", extension.account_id.id)]
                model.search(of_account + unknown).extension_id = extension
                if any(people.values()):
                    model.search(nobody_s_or_theirs).write(people)


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("user_id"):
            # sudo: zadarma.extension - HR's officers need no rights on the PBX
            extensions_sudo = self.env["zadarma.extension"].sudo()
            extensions_sudo.search([("employee_id", "in", self.ids)])._claim_calls()
        if {"user_id", "work_contact_id"} & vals.keys():
            self._recompute_person()
        return result

    def _recompute_person(self):
        """Have their calls be those of the contact that these employees are now: HR
        gives them their user's."""
        for name in ("zadarma.call", "zadarma.call.leg"):
            # sudo: whoever may change the employee, the calls follow
            model = self.env[name].sudo()
            own = model.search([("employee_id", "in", self.ids)])
            self.env.add_to_compute(model._fields["person_id"], own)
