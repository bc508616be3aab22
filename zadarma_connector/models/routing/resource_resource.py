# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

_MINUTE = timedelta(minutes=1)


class _Rows(NamedTuple):
    """What somebody's working hours follow from.

    :param text: another one if any of its rows is
    :param is_regular: whether each calendar says at which times of a day one works
    """

    text: str
    is_regular: bool


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
    each time the database is asked, once for all of them, whether any row that they
    were read from is another one by now, whoever changed it, and on whichever server.
    """

    _inherit = "resource.resource"

    def _zadarma_at_work(self, moment):
        """Those of them who work at that time.

        :param moment: UTC
        """
        if not self:
            return self
        begin = moment.replace(tzinfo=UTC)
        end = begin + _MINUTE
        day = datetime.combine(begin.date(), time.min, UTC)
        until = day + timedelta(days=1) + _MINUTE
        rows = self._zadarma_read_from(day, until)
        regular = self.filtered(lambda one: rows[one.id].is_regular)
        # of flexible hours Odoo tells how many, and not when
        hours = (self - regular)._zadarma_hours(begin, end)
        hours.update(regular._zadarma_day(day, until, rows))
        return self.filtered(
            lambda resource: any(
                one < end and begin < other for one, other in hours[resource.id]
            )
        )

    def _zadarma_day(self, day, until, rows):
        """When people work on a day, as far as possible from memory.

        :param day: when it begins, with a time zone
        :param until: when it ends
        :param rows: from ids to :class:`_Rows`
        :return: as :meth:`_zadarma_hours`
        """
        read_from = {one.id: (day, self.env.company.id, rows[one.id]) for one in self}
        name = self.env.cr.dbname
        known = {
            id_: known
            for id_ in self.ids
            if (known := _memory.get((name, id_))) and known.read_from == read_from[id_]
        }
        unknown = self.filtered(lambda one: one.id not in known)
        for id_, intervals in unknown._zadarma_hours(day, until).items():
            known[id_] = _memory[name, id_] = _Hours(read_from[id_], intervals)
        return {id_: one.intervals for id_, one in known.items()}

    def _zadarma_hours(self, begin, end):
        """When people work within a period, as Odoo works it out.

        :return: from ids to lists of pairs of moments
        """
        if not self:
            return {}
        # what was read earlier may be older than the rows that we asked for
        for name in self._zadarma_hours_models():
            self.env[name].invalidate_model()
        intervals, _by_calendar = self._get_valid_work_intervals(begin, end)
        return {
            id_: [(one, other) for one, other, _source in intervals[id_]]
            for id_ in self.ids
        }

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
        :return: from ids to :class:`_Rows`
        """
        for name in self._zadarma_hours_models():
            self.env[name].flush_model()
        rows = SQL(", ").join(
            SQL(
                "(SELECT string_agg(concat(xmin, ctid), ' ' ORDER BY id)"
                " FROM %s WHERE %s)",
                SQL.identifier(table),
                condition,
            )
            for table, condition in {
                "resource_resource": SQL("id = person.id"),
                "hr_employee": SQL("id = ANY(known.employees)"),
                "hr_version": SQL("employee_id = ANY(known.employees)"),
                "res_company": SQL("id = ANY(known.companies)"),
                "resource_calendar": SQL("id = ANY(followed.calendars)"),
                "resource_calendar_attendance": SQL(
                    "calendar_id = ANY(followed.calendars)"
                ),
                "resource_calendar_leaves": self._zadarma_leaves(begin, end),
            }.items()
        )
        found = self.env.execute_query(
            SQL(
                """
                SELECT person.id, concat_ws(';', %s), NOT EXISTS (
                    SELECT FROM resource_calendar
                    WHERE id = ANY(followed.calendars) AND flexible_hours
                )
                FROM %s WHERE person.id = ANY(%s)
                """,
                rows,
                self._zadarma_followed(),
                self.ids,
            )
        )
        return {id_: _Rows(*values) for id_, *values in found}

    @api.model
    def _zadarma_followed(self):
        """Every ``person``, and the ids of all whose rows tell when they work:
        ``known.employees``, ``known.companies`` and ``followed.calendars``; as SQL.

        Arrays that are found and planned once (OFFSET 0): PostgreSQL planned for two
        milliseconds where each table of rows looked for them.
        """
        return SQL(
            """
            resource_resource AS person
            CROSS JOIN LATERAL (
                SELECT ARRAY[%s, person.company_id] AS companies, ARRAY(
                    SELECT id FROM hr_employee WHERE resource_id = person.id
                ) AS employees OFFSET 0
            ) AS known
            CROSS JOIN LATERAL (
                SELECT ARRAY(
                    SELECT person.calendar_id
                    UNION SELECT resource_calendar_id FROM hr_version
                        WHERE employee_id = ANY(known.employees)
                    UNION SELECT resource_calendar_id FROM res_company
                        WHERE id = ANY(known.companies)
                ) AS calendars OFFSET 0
            ) AS followed
            """,
            self.env.company.id,
        )

    @api.model
    def _zadarma_leaves(self, begin, end):
        """The leaves of ``person`` or of all within a period, as SQL."""
        return SQL(
            "(resource_id = person.id OR resource_id IS NULL)"
            " AND date_from <= %s AND date_to >= %s",
            end.replace(tzinfo=None),
            begin.replace(tzinfo=None),
        )
