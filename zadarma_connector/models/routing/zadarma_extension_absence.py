# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import UTC, timedelta

from odoo import fields, models

#: What routing needs of each; by itself Odoo would read everything.
EXTENSION = ["account_id", "number", "name", "active", "employee_id", "deputy_id"]
_EMPLOYEE = ["name", "resource_id"]


class ZadarmaExtension(models.Model):
    """Whose person is on leave or outside of working hours, and who rings instead."""

    _inherit = "zadarma.extension"

    deputy_id = fields.Many2one(
        "zadarma.extension",
        domain="[('account_id', '=', account_id), ('id', '!=', id)]",
        check_company=True,
        help="Rings instead while this one's person is not at work, where the account "
        "heeds working hours.",
    )

    def _at_work_or_deputy(self, moment, why):
        """This number if its person is at work, else the deputy's, else none.

        :param moment: UTC
        :param list why: takes what was found out, see
            :class:`~.zadarma_routing.Decision`
        """
        if self._is_at_work(moment):
            return self
        why.append(("absent", {"person": self.display_name}))
        deputy = self.deputy_id
        deputy._fetch_person()
        if not deputy.active:
            why.append(("no_deputy", {}))
            return deputy.browse()
        why.append(("deputy", {"person": deputy.display_name}))
        if not deputy._is_at_work(moment):
            why.append(("absent", {"person": deputy.display_name}))
            return deputy.browse()
        return deputy

    def _is_at_work(self, moment):
        """Whether a person works at that time; whoever has no schedule does.

        :param moment: UTC
        """
        self._fetch_person()
        resource = self.employee_id.resource_id
        if not resource:
            return True
        begin = moment.replace(tzinfo=UTC)
        intervals, _by_calendar = resource._get_valid_work_intervals(
            begin, begin + timedelta(minutes=1)
        )
        return bool(list(intervals[resource.id]))

    def _fetch_person(self):
        self.fetch(EXTENSION)
        self.employee_id.fetch(_EMPLOYEE)
