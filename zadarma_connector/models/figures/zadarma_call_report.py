# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

HOURS = [(f"{hour:02}", f"{hour:02}:00") for hour in range(24)]


class ZadarmaCallReport(models.Model):
    """Calls as figures: nothing is stored, it is a query over the calls.

    Hours and weekdays are those of whoever looks. Calls with the company's customers
    only: colleagues among each other, calls in doubt and calls that go on are no
    figures.
    """

    _name = "zadarma.call.report"
    _inherit = ["zadarma.number.search", "zadarma.person.groups"]
    _description = "Call Statistics"
    _auto = False
    _order = "date DESC"
    _rec_name = "number"
    _zadarma_searched_fields = ("number", "called_number")

    date = fields.Datetime("Day")
    hour = fields.Selection(HOURS)
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
    did_id = fields.Many2one("zadarma.did", "Own Number")
    partner_id = fields.Many2one("res.partner", "Customer")
    person_id = fields.Many2one("res.partner", "Participant")
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
        "Waiting time (s)",
        aggregator="avg",
        help="How long callers heard the ringing tone.",
    )
    in_time = fields.Float(
        "Service level",
        aggregator="avg",
        help="The share of incoming calls that were answered within the time that the "
        "account names. Callers whom a rule rejected do not count.",
    )
    talk = fields.Float("Talk time (min)", aggregator="sum")
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
                call.external_number AS number, call.called_number, call.did_id,
                call.partner_id, call.person_id,
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
                CASE WHEN call.direction = 'incoming' AND call.result <> 'rejected'
                    THEN (call.result = 'answered' AND call.wait_duration <= (
                        SELECT service_seconds FROM zadarma_account
                        WHERE id = call.account_id
                    ))::int::float8 END AS in_time,
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
