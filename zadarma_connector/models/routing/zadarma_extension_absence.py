# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

#: What routing needs of each; by itself Odoo would read everything.
EXTENSION = [
    *("account_id", "number", "name", "active", "employee_id", "user_id"),
    "deputy_id",
]
_EMPLOYEE = ["name", "resource_id", "active"]


class ZadarmaExtension(models.Model):
    """Whose person is on leave or outside of working hours, and who rings instead."""

    _inherit = "zadarma.extension"

    deputy_id = fields.Many2one(
        "zadarma.extension",
        domain="[('account_id', '=', account_id), ('id', '!=', id)]",
        check_company=True,
        help="Rings instead when the person of this internal number has left and, if "
        "the account respects working hours, while they are not at work.",
    )

    def _present_or_deputy(self, moment, heeds_hours, why):
        """This number if its person is there, else the deputy's, else none.

        :param moment: UTC
        :param heeds_hours: whether whoever is not at work is not there
        :param list why: takes what was found out, see
            :class:`~.zadarma_routing.Decision`
        """
        if self._is_present(moment, heeds_hours, why):
            return self
        deputy = self.deputy_id
        deputy._fetch_person()
        if not deputy.active:
            why.append(("no_deputy", {}))
            return deputy.browse()
        why.append(("deputy", deputy._person_ids()))
        is_present = deputy._is_present(moment, heeds_hours, why)
        return deputy if is_present else deputy.browse()

    def _is_present(self, moment, heeds_hours, why):
        """Whether a person is there.

        :param moment: UTC
        :param heeds_hours: whether whoever is not at work is not there
        :param list why: takes why not
        """
        reason = self._why_absent(moment, heeds_hours)
        if reason:
            why.append(reason)
        return not reason

    def _why_absent(self, moment, heeds_hours):
        """Why a person is not there: a hook of presence.

        :param moment: UTC
        :param heeds_hours: whether whoever is not at work is not there
        :return: as in ``why`` of :class:`~.zadarma_routing.Decision`, or ``None``
        """
        if self._has_left():
            return "left", self._person_ids()
        if heeds_hours and not self._is_at_work(moment):
            return "absent", self._person_ids()
        return None

    def _has_left(self):
        """Whether the person is archived, as employee or as user."""
        self._fetch_person()
        people = (self.employee_id, self.user_id)
        return any(person and not person.active for person in people)

    def _is_at_work(self, moment):
        """Whether a person works at that time; whoever has no schedule does.

        :param moment: UTC
        """
        self._fetch_person()
        resource = self.employee_id.resource_id
        return not resource or bool(resource._zadarma_at_work(moment))

    def _person_ids(self):
        """Who sits here, as values of :class:`~.zadarma_routing.Decision`: when it is
        read, somebody else may."""
        self._fetch_person()
        if self.employee_id:
            return {"employee": self.employee_id.id}
        return {"user": self.user_id.id} if self.user_id else {"person": self.id}

    def _fetch_person(self):
        self.fetch(EXTENSION)
        self.employee_id.fetch(_EMPLOYEE)
        self.user_id.fetch(self._user_fields())

    @api.model
    def _user_fields(self):
        """What tells whether a user is there."""
        return ["active"]
