# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

import pytz
from babel.dates import format_skeleton

from odoo import api, fields, models
from odoo.tools.misc import babel_locale_parse, get_lang

from ...zadarma_api.waiting import WAITING
from .zadarma_call_report import HOURS

#: How many employees the dashboard compares.
_EMPLOYEES = 10


class ZadarmaCallReport(models.Model):
    """The dashboard: how the telephony does, at a glance."""

    _inherit = "zadarma.call.report"

    @api.model
    @api.readonly
    def dashboard(self, days):
        """The figures of the last days, for whoever may see all calls.

        :param int days: today is one of them, where the user is
        :return: dict of what the dashboard shows, see its template
        :raise AccessError: the user does not supervise calls
        """
        since = self._local_midnight(days - 1)
        period = [("date", ">=", since), ("company_id", "in", self.env.companies.ids)]
        [totals] = self._read_group(
            period,
            [],
            [
                *("__count", "incoming:sum", "outgoing:sum", "missed:sum"),
                *("answer_rate:avg", "missed_share:avg", "wait:avg"),
                *("time_to_call_back:avg", "talk:sum"),
            ],
        )
        names = (
            *("calls", "incoming", "outgoing", "missed"),
            *("answer_rate", "missed_share", "wait", "time_to_call_back", "talk"),
        )
        return {
            "since": fields.Datetime.to_string(since),
            "figures": dict(zip(names, totals, strict=True)),
            "waiting": self._waiting(),
            "days": self._days(period, days),
            "hours": self._hours(period),
            "employees": self._employees(period),
        }

    def _local_midnight(self, days_ago):
        """When a day began where the user is, UTC."""
        today = fields.Date.context_today(self)
        day = fields.Datetime.to_datetime(today - timedelta(days=days_ago))
        return self.env.tz.localize(day).astimezone(pytz.utc).replace(tzinfo=None)

    def _waiting(self):
        Caller = self.env["zadarma.waiting.caller"]
        waiting = [
            ("state", "in", WAITING),
            ("company_id", "in", self.env.companies.ids),
        ]
        overdue = [*waiting, ("date_due", "<", fields.Datetime.now())]
        return {
            "all": Caller.search_count(waiting),
            "overdue": Caller.search_count(overdue),
        }

    def _days(self, period, days):
        """Each day with its calls, also those without any."""
        measures = ["incoming:sum", "missed:sum", "outgoing:sum"]
        groups = {
            day.date(): counts
            for day, *counts in self._read_group(period, ["date:day"], measures)
        }
        locale = babel_locale_parse(get_lang(self.env).code)
        today = fields.Date.context_today(self)
        rows = []
        for ago in reversed(range(days)):
            day = today - timedelta(days=ago)
            incoming, missed, outgoing = groups.get(day, (0, 0, 0))
            rows.append(
                {
                    "label": format_skeleton("MMMd", day, locale=locale),
                    "answered": incoming - missed,
                    "missed": missed,
                    "outgoing": outgoing,
                }
            )
        return rows

    def _hours(self, period):
        groups = {
            hour: counts
            for hour, *counts in self._read_group(
                period, ["hour"], ["incoming:sum", "missed:sum"]
            )
        }
        rows = []
        for hour, label in HOURS:
            incoming, missed = groups.get(hour, (0, 0))
            rows.append(
                {"label": label, "answered": incoming - missed, "missed": missed}
            )
        return rows

    def _employees(self, period):
        groups = self._read_group(
            [*period, ("employee_id", "!=", False)],
            ["employee_id"],
            ["__count", "answered:sum", "missed:sum", "talk:sum"],
            order="__count DESC",
            limit=_EMPLOYEES,
        )
        return [
            {
                "id": employee.id,
                # sudo: hr.employee - the name, as calls show it too
                "name": employee.sudo().name,
                "calls": count,
                "answered": answered,
                "missed": missed,
                "talk": talk,
            }
            for employee, count, answered, missed, talk in groups
        ]
