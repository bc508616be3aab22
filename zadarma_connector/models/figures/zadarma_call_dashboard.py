# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import babel_locale_parse, get_lang

from ...zadarma_api.waiting import WAITING
from .zadarma_call_report import HOURS

#: How many people, and how many own numbers, the dashboard compares.
_COMPARED = 10
#: Each day is a bar.
_MOST_DAYS = 366
#: How many incoming calls were answered: each is a share of one.
_ANSWERED = "answer_rate:sum"
#: The calls that are figures, as the report's query has them.
_COUNTED = [
    ("state", "=", "ended"),
    ("direction", "!=", "internal"),
    ("in_doubt", "!=", True),
    ("result", "!=", False),
]
_INCOMING_ANSWERED = [("direction", "=", "incoming"), ("result", "=", "answered")]
#: Which of them are behind a tile, or a part of a bar.
_BEHIND = {
    "calls": [],
    "answer_rate": _INCOMING_ANSWERED,
    "answered": _INCOMING_ANSWERED,
    "outgoing": [("direction", "=", "outgoing")],
    "missed": [("result", "=", "missed")],
    "wait": [("direction", "=", "incoming")],
    "time_to_call_back": [("callback_state", "=", "done")],
}


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
        :raise UserError: more days than it shows, or none
        """
        if not 0 < days <= _MOST_DAYS:
            raise UserError(
                self.env._(
                    "The dashboard can show a period from 1 day to this many days: %s.",
                    _MOST_DAYS,
                )
            )
        # days are grouped by the zone of the context alone
        self = self.with_context(tz=self.env.tz.zone)  # noqa: PLW0642
        since, until = self._local_midnight(days - 1), self._local_midnight(-1)
        period = [
            ("date", ">=", since),
            ("date", "<", until),
            ("company_id", "in", self.env.companies.ids),
        ]
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
            "until": fields.Datetime.to_string(until),
            "figures": dict(zip(names, totals, strict=True)),
            "waiting": self._waiting(),
            "days": self._days(period, days),
            "hours": self._hours(period),
            "people": self._compared(period, "person_id"),
            "lines": self._compared(period, "did_id"),
        }

    @api.model
    @api.readonly
    def calls_behind(self, figure, since, until, domain=()):
        """The calls that a figure of the dashboard counts.

        :param figure: its name: ``calls``, ``answer_rate``, ``missed``, ``wait`` or
            ``time_to_call_back`` of a tile, ``answered``, ``missed`` or ``outgoing``
            of a bar
        :param since: of the dashboard's period, UTC
        :param until: its end
        :param domain: of the bar, or of the row in the table
        :return: the action that lists them
        """
        return self.env["zadarma.call"]._open(
            [
                *_COUNTED,
                *_BEHIND[figure],
                *domain,
                ("company_id", "in", self.env.companies.ids),
                ("date_start", ">=", since),
                ("date_start", "<", until),
            ]
        )

    def _local_midnight(self, days_ago):
        """When a day began where the user is, UTC.

        Where the clock is changed at midnight there are two of them, or none: then the
        first, or the moment of the change.
        """
        day = fields.Date.context_today(self) - timedelta(days=days_ago)
        midnight = datetime.combine(day, time.min, ZoneInfo(self.env.tz.zone))
        return midnight.astimezone(UTC).replace(tzinfo=None)

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
        measures = [_ANSWERED, "missed:sum", "outgoing:sum"]
        groups = {
            day.date(): counts
            for day, *counts in self._read_group(period, ["date:day"], measures)
        }
        locale = babel_locale_parse(get_lang(self.env).code)
        today = fields.Date.context_today(self)
        rows = []
        for ago in reversed(range(days)):
            day = today - timedelta(days=ago)
            answered, missed, outgoing = groups.get(day, (0, 0, 0))
            rows.append(
                {
                    "label": format_skeleton("MMMd", day, locale=locale),
                    "answered": int(answered or 0),
                    "missed": missed,
                    "outgoing": outgoing,
                    "domain": [
                        ("date_start", ">=", self._local_midnight(ago)),
                        ("date_start", "<", self._local_midnight(ago - 1)),
                    ],
                }
            )
        return rows

    def _hours(self, period):
        groups = {
            hour: counts
            for hour, *counts in self._read_group(
                period, ["hour"], [_ANSWERED, "missed:sum"]
            )
        }
        rows = []
        for hour, label in HOURS:
            answered, missed = groups.get(hour, (0, 0))
            rows.append(
                {
                    "label": label,
                    "answered": int(answered or 0),
                    "missed": missed,
                    # where the user is, as everything that names an hour
                    "domain": [("date_start.hour_number", "=", int(hour))],
                }
            )
        return rows

    def _compared(self, period, name):
        """The people or own numbers with the most calls, a row each.

        :param name: of the field
        """
        groups = self._read_group(
            [*period, (name, "!=", False)],
            [name],
            ["__count", "answered:sum", "missed:sum", "talk:sum"],
            # of several with as many the same ones each time
            order=f"__count DESC, {name}",
            limit=_COMPARED,
        )
        # people as their names, without the company
        self = self.with_context(partner_display_name_hide_company=True)  # noqa: PLW0642
        return [
            {
                "id": one.id,
                # sudo: res.partner - the name, as calls show it too
                "name": one.with_env(self.env).sudo().display_name,
                "calls": count,
                "answered": answered,
                "missed": missed,
                "talk": talk,
                "domain": [(name, "=", one.id)],
            }
            for one, count, answered, missed, talk in groups
        ]
