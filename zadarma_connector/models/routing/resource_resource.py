# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

_MINUTE = timedelta(minutes=1)


class _Hours(NamedTuple):
    """When somebody works on a day.

    :param read_from: what tells whether anything changed that this was read from
    :param intervals: list of pairs of moments with a time zone
    """

    read_from: tuple
    intervals: list


#: What this process has worked out, by database and resource.
_memory: dict[tuple[str, int], _Hours] = {}


class ResourceResource(models.Model):
    """Who is at work, while a caller waits.

    Odoo works it out anew in a dozen statements. So a day's hours are remembered, and
    each time the database is asked whether any row that they were read from is another
    one by now, whoever changed it, and on whichever server.
    """

    _inherit = "resource.resource"

    def _zadarma_is_at_work(self, moment):
        """Whether somebody works at that time.

        :param moment: UTC
        """
        self.ensure_one()
        begin = moment.replace(tzinfo=UTC)
        end = begin + _MINUTE
        day = datetime.combine(begin.date(), time.min, UTC)
        until = day + timedelta(days=1) + _MINUTE
        rows, is_regular = self._zadarma_read_from(day, until)
        if not is_regular:
            # of flexible hours Odoo tells how many, and not when
            return bool(self._zadarma_hours(begin, end))
        key = self.env.cr.dbname, self.id
        read_from = (day, self.env.company.id, rows)
        known = _memory.get(key)
        if not known or known.read_from != read_from:
            known = _Hours(read_from, self._zadarma_hours(day, until))
            _memory[key] = known
        return any(one < end and begin < other for one, other in known.intervals)

    def _zadarma_hours(self, begin, end):
        """When somebody works within a period, as Odoo works it out.

        :return: list of pairs of moments
        """
        # what was read earlier may be older than the rows that we asked for
        for name in self._zadarma_hours_models():
            self.env[name].invalidate_model()
        intervals, _by_calendar = self._get_valid_work_intervals(begin, end)
        return [(one, other) for one, other, _source in intervals[self.id]]

    @api.model
    def _zadarma_hours_models(self):
        """The models whose records tell when somebody works."""
        return (
            "resource.resource",
            "resource.calendar",
            "resource.calendar.attendance",
            "resource.calendar.leaves",
            "res.company",
            "hr.employee",
            "hr.version",
        )

    def _zadarma_read_from(self, begin, end):
        """The rows from which working hours follow, in one statement.

        A row has another place and transaction whenever it was written.

        :param begin: of a period, with a time zone
        :param end: of the period
        :return: a text that is another one if any of them is; whether each calendar
            among them says at which times of a day one works
        """
        for name in self._zadarma_hours_models():
            self.env[name].flush_model()
        employees = SQL("SELECT id FROM hr_employee WHERE resource_id = %s", self.id)
        companies = SQL(
            "SELECT %s UNION SELECT company_id FROM resource_resource WHERE id = %s",
            self.env.company.id,
            self.id,
        )
        calendars = self._zadarma_calendars(employees, companies)
        rows = SQL(", ").join(
            SQL(
                "(SELECT string_agg(concat(xmin, ctid), ' ' ORDER BY id)"
                " FROM %s WHERE %s)",
                SQL.identifier(table),
                condition,
            )
            for table, condition in {
                "resource_resource": SQL("id = %s", self.id),
                "hr_employee": SQL("resource_id = %s", self.id),
                "hr_version": SQL("employee_id IN (%s)", employees),
                "res_company": SQL("id IN (%s)", companies),
                "resource_calendar": SQL("id IN (%s)", calendars),
                "resource_calendar_attendance": SQL("calendar_id IN (%s)", calendars),
                "resource_calendar_leaves": self._zadarma_leaves(begin, end),
            }.items()
        )
        [found] = self.env.execute_query(
            SQL(
                "SELECT concat_ws(';', %s), NOT EXISTS (SELECT FROM resource_calendar"
                " WHERE id IN (%s) AND flexible_hours)",
                rows,
                calendars,
            )
        )
        return found

    def _zadarma_calendars(self, employees, companies):
        """The calendars by which somebody may work, as SQL.

        :param employees: ``SQL`` of their ids
        :param companies: ``SQL`` of the ids of those whose calendar they may have
        """
        return SQL(
            """
            SELECT calendar_id FROM resource_resource WHERE id = %s
            UNION SELECT resource_calendar_id FROM hr_version WHERE employee_id IN (%s)
            UNION SELECT resource_calendar_id FROM res_company WHERE id IN (%s)
            """,
            self.id,
            employees,
            companies,
        )

    def _zadarma_leaves(self, begin, end):
        """The leaves of somebody or of all within a period, as SQL."""
        return SQL(
            "(resource_id = %s OR resource_id IS NULL)"
            " AND date_from <= %s AND date_to >= %s",
            self.id,
            end.replace(tzinfo=None),
            begin.replace(tzinfo=None),
        )
