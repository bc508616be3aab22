# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

import pytz
from babel.dates import format_skeleton

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import babel_locale_parse, get_lang

from ...zadarma_api.waiting import WAITING

#: How many employees the dashboard compares.
_EMPLOYEES = 10
_HOURS = [(f"{hour:02}", f"{hour:02}:00") for hour in range(24)]


class ZadarmaCallReport(models.Model):
    """Calls as figures: nothing is stored, it is a query over the calls.

    Hours and weekdays are those of whoever looks. Calls with the company's customers
    only: colleagues among each other, calls in doubt and calls that go on are no
    figures.
    """

    _name = "zadarma.call.report"
    _description = "Call Statistics"
    _auto = False
    _order = "date DESC"
    _rec_name = "number"

    date = fields.Datetime("Day")
    hour = fields.Selection(_HOURS)
    weekday = fields.Selection(
        [
            ("1", "Monday"),
            ("2", "Tuesday"),
            ("3", "Wednesday"),
            ("4", "Thursday"),
            ("5", "Friday"),
            ("6", "Saturday"),
            ("7", "Sunday"),
        ]
    )
    company_id = fields.Many2one("res.company")
    account_id = fields.Many2one("zadarma.account")
    direction = fields.Selection([("incoming", "Incoming"), ("outgoing", "Outgoing")])
    result = fields.Selection(
        lambda self: self.env["zadarma.call"]._fields["result"].selection
    )
    number = fields.Char()
    called_number = fields.Char("Dialled number")
    partner_id = fields.Many2one("res.partner", "Customer")
    employee_id = fields.Many2one("hr.employee")
    incoming = fields.Integer("Incoming calls")
    outgoing = fields.Integer("Outgoing calls")
    answered = fields.Integer("Answered calls")
    missed = fields.Integer("Missed calls")
    answer_rate = fields.Float(
        aggregator="avg", help="The share of incoming calls that somebody answered."
    )
    missed_share = fields.Float(
        aggregator="avg", help="The share of incoming calls that nobody answered."
    )
    reach_rate = fields.Float(
        aggregator="avg", help="The share of outgoing calls that were answered."
    )
    wait = fields.Float(
        "Wait (s)", aggregator="avg", help="How long callers heard the ringing tone."
    )
    talk = fields.Float("Talk (min)", aggregator="sum")
    time_to_call_back = fields.Float(
        "Time to call back (min)",
        aggregator="avg",
        help="From a missed call until somebody spoke with the caller.",
    )

    @property
    def _table_query(self):
        local = SQL("timezone(%s, timezone('UTC', call.date_start))", self.env.tz.zone)
        return SQL(
            """
            SELECT call.id, call.date_start AS date,
                to_char(%(local)s, 'HH24') AS hour,
                to_char(%(local)s, 'ID') AS weekday,
                call.company_id, call.account_id, call.direction, call.result,
                call.external_number AS number, call.called_number, call.partner_id,
                call.employee_id,
                (call.direction = 'incoming')::int AS incoming,
                (call.direction = 'outgoing')::int AS outgoing,
                (call.result = 'answered')::int AS answered,
                (call.result = 'missed')::int AS missed,
                CASE WHEN call.direction = 'incoming'
                    THEN (call.result = 'answered')::int::float8 END AS answer_rate,
                CASE WHEN call.direction = 'incoming'
                    THEN (call.result = 'missed')::int::float8 END AS missed_share,
                CASE WHEN call.direction = 'outgoing'
                    THEN (call.result = 'answered')::int::float8 END AS reach_rate,
                CASE WHEN call.direction = 'incoming'
                    THEN call.wait_duration::float8 END AS wait,
                CASE WHEN call.result = 'answered'
                    THEN call.duration / 60.0::float8 END AS talk,
                CASE WHEN call.callback_state = 'done'
                    THEN call.time_to_call_back / 60.0::float8 END AS time_to_call_back
            FROM zadarma_call AS call
            WHERE call.state = 'ended' AND call.direction <> 'internal'
                AND call.in_doubt IS NOT TRUE AND call.result IS NOT NULL
            """,
            local=local,
        )

    # -- the dashboard -----------------------------------------------------------

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
        for hour, label in _HOURS:
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
