# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.bus import wake_at_commit
from .ir_websocket import LIVE_CHANNEL

#: What people see of a call while it goes on: a change of it is told.
_SHOWN = {"state", "result", "extension_id", "user_id", "partner_id"}


class ZadarmaCall(models.Model):
    """Who is told while a call goes on, over Odoo's bus.

    Whose extension dialled, rang or spoke gets a small message for each change, on the
    own channel and after the transaction that made it. What a card shows besides is
    fetched under the user's own rights, see ``card_data``. A call that is over when it
    becomes known is told to nobody, so importing the past is silent.

    The PBX and a caller wait meanwhile: changes only leave a mark, and what is told is
    read and written with a statement each when the transaction is about to end.
    """

    _inherit = "zadarma.call"

    elapsed = fields.Integer(
        "Seconds in this state",
        compute="_compute_elapsed",
        help="Until now: the clock of a browser may be wrong.",
    )

    def _compute_elapsed(self):
        for call in self:
            call.elapsed = self._elapsed(call)

    @api.model_create_multi
    def create(self, vals_list):
        calls = super().create(vals_list)
        # nobody is concerned before there are legs, but somebody may be watching; of
        # those that the PBX told of that is known already, see below
        by_people = calls.filtered(lambda call: not call.pbx_call_id)
        by_people.filtered("account_id.is_watched")._tell()
        return calls

    @api.model
    def _create_folded(self, switchboard, told):
        calls = super()._create_folded(switchboard, told)
        if switchboard.settings["is_watched"]:
            calls._tell()
        return calls

    def write(self, vals):
        result = super().write(vals)
        if not _SHOWN.isdisjoint(vals):
            self._tell(ended=vals.get("state") == "ended")
        return result

    def _take_from(self, other):
        result = super()._take_from(other)
        # whose card shows the one that goes, or what this one had
        absorbed = self.env.cr.precommit.data.setdefault("zadarma.call.absorbed", {})
        absorbed.setdefault(self.id, []).append(other.id)
        self._tell(ended=True)
        return result

    def _tell(self, ended=False):
        """Tell the people concerned about these calls, once for this transaction.

        :param ended: the calls just ended; those that were over before are not told
        """
        if not self:
            return
        precommit = self.env.cr.precommit
        if "zadarma.call.news" not in precommit.data:
            precommit.data["zadarma.call.news"] = {}
            precommit.add(self.sudo().browse()._send_news)
        news = precommit.data["zadarma.call.news"]
        for call_id in self.ids:
            news[call_id] = ended or news.get(call_id, False)

    def _send_news(self):
        marked = self.env.cr.precommit.data.pop("zadarma.call.news")
        absorbed = self.env.cr.precommit.data.pop("zadarma.call.absorbed", {})
        ended = [call_id for call_id, is_ended in marked.items() if is_ended]
        rows = self._news_rows(
            SQL(
                "call.id = ANY(%s) AND (call.state <> 'ended' OR call.id = ANY(%s))",
                list(marked),
                ended,
            )
        )
        if rows:
            wake_at_commit(self.env.cr)
        # what else there is to tell is stored in the same statement
        self._tell_watchers(rows)
        for row in rows:
            if row["channel"]:
                # only the channel is used: nothing is read of the contact
                channel = self.env["res.partner"].browse(row["channel"])
                news = self._news(row)
                if row["id"] in absorbed:
                    # ids of calls that turned out to be this one
                    news["absorbed"] = absorbed[row["id"]]
                channel._bus_send("zadarma.call", news)

    @api.model
    def _tell_watchers(self, rows):
        """Tell whoever has a page open that shows what changed.

        :param rows: of :meth:`_news_rows`
        """
        watched, numbers = {}, {}
        for row in rows:
            if row["watched"]:
                watched.setdefault(row["company_id"], set()).add(row["id"])
                if row["external_number"]:
                    same = numbers.setdefault(row["company_id"], set())
                    same.add(row["external_number"])
        for company_id, some in numbers.items():
            self.env["zadarma.waiting.caller"]._tell_of_numbers(company_id, some)
        for company_id, call_ids in watched.items():
            company = self.env["res.company"].browse(company_id)
            self.env["bus.bus"]._sendone(
                (company, LIVE_CHANNEL), LIVE_CHANNEL, sorted(call_ids)
            )

    @api.model
    def _news_columns(self):
        """What features want to know of a call whose change is told.

        :return: dict from names to ``SQL`` about ``call`` and ``account``
        """
        now = fields.Datetime.now()
        return {"watched": SQL("account.live_until > %s", now)}

    @api.model
    def _news_rows(self, condition, viewer=None):
        """What is to be told of calls, read at once.

        :param condition: SQL about ``call``
        :param viewer: id of a user to tell it to besides those who are concerned
        :return: list of dicts, one for each call and user; for :meth:`_news`
        """
        columns = SQL(", ").join(
            SQL("%s AS %s", column, SQL.identifier(name))
            for name, column in self._news_columns().items()
        )
        self.env.cr.execute(
            SQL(
                """
                SELECT call.id, call.state, call.result, call.direction, call.duration,
                    call.caller_number, call.called_number, call.external_number,
                    call.extension_number, call.date_start, call.date_answer,
                    call.create_date, call.partner_id, call.company_id,
                    call.user_id AS speaker_id, call.person_id,
                    %(columns)s,
                    person.id AS user_id, person.partner_id AS channel,
                    own.numbers, own.spoke
                FROM zadarma_call call
                JOIN zadarma_account account ON account.id = call.account_id
                LEFT JOIN LATERAL (
                    SELECT user_id, array_agg(number) AS numbers,
                        bool_or(answered) AS spoke
                    FROM (
                        SELECT user_id, extension_number AS number,
                            result = 'answered' AS answered
                        FROM zadarma_call_leg WHERE call_id = call.id
                        UNION ALL SELECT call.user_id, NULL, NULL
                        UNION ALL SELECT %(viewer)s, NULL, NULL
                    ) concerned
                    WHERE user_id IS NOT NULL GROUP BY user_id
                ) own ON TRUE
                LEFT JOIN res_users person ON person.id = own.user_id
                WHERE %(condition)s
                """,
                columns=columns,
                viewer=viewer,
                condition=condition,
            )
        )
        return self.env.cr.dictfetchall()

    @api.model
    def _news(self, row):
        """What a user is told about the state of a call.

        Times are told as seconds until now: the clock of a browser may be wrong.

        :param row: of :meth:`_news_rows`
        :return: dict: ``id``; ``state`` and ``result`` of the call; ``dialled``: the
            user began it; ``spoke``: the user is or was talking; ``speaker``: name of
            the colleague who talks instead, or to whom it was passed; ``number`` of
            the other party (E.164 or an extension); ``elapsed``: seconds in this
            state; ``duration``: seconds of talk; ``partner``: id of the contact
        """
        dialled = row["direction"] == "outgoing" or (
            row["direction"] == "internal"
            and row["caller_number"] in (row["numbers"] or [])
        )
        other_number = row["called_number"] if dialled else row["caller_number"]
        return {
            "id": row["id"],
            "state": row["state"],
            "result": row["result"] or False,
            "dialled": dialled,
            **self._news_of_talk(row, dialled),
            "number": row["external_number"] or other_number or False,
            "elapsed": self._elapsed(row),
            "duration": row["duration"] or 0,
            "partner": row["partner_id"] or False,
        }

    @api.model
    def _news_of_talk(self, row, dialled):
        """Who speaks or spoke: the user, or a colleague in their place."""
        speaks = row["speaker_id"] == row["user_id"]
        answered = row["state"] == "in_progress" or bool(row["date_answer"])
        other = answered and not dialled and not speaks
        return {
            "spoke": row["spoke"] or (answered and speaks),
            "speaker": other and row["extension_number"] and self._speaker(row),
        }

    @api.model
    def _speaker(self, row):
        """Who speaks, or the internal number of somebody whom Odoo does not know."""
        # sudo: res.partner - a colleague's name
        person_sudo = self.env["res.partner"].sudo().browse(row["person_id"])
        # all that is needed of them; by itself Odoo would read everything
        person_sudo.fetch(["name"])
        return person_sudo.name or row["extension_number"]

    @api.model
    def _elapsed(self, row):
        """Seconds that a call has been in its state.

        :param row: the ``zadarma.call``, or what is told of it
        """
        now = fields.Datetime.now()
        since = row["state"] == "in_progress" and row["date_answer"]
        since = since or row["date_start"] or row["create_date"] or now
        return max(0, int((now - since).total_seconds()))
