# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.phone_validation.tools import phone_validation

from ...zadarma_api.waiting import WAITING

#: More of them fit on no wall; how many there are is told.
_MOST_CALLS = 50
_MOST_CALLERS = 20
#: What is counted of today, and how the report adds it up.
_FIGURES = {
    "incoming": "incoming:sum",
    "missed": "missed:sum",
    "answer_rate": "answer_rate:avg",
    "wait": "wait:avg",
    "longest_wait": "wait:max",
    "in_time": "in_time:avg",
    "time_to_call_back": "time_to_call_back:avg",
}


class ZadarmaFloor(models.AbstractModel):
    """What goes on just now: people, calls, who waits, and how today went.

    Everybody who may see calls sees all of their companies' people and what they do;
    with whom, only of calls that they may see.
    """

    _name = "zadarma.floor"
    _description = "Floor"

    @api.readonly
    @api.model
    def snapshot(self):
        """All that the floor shows. Times are seconds until now: clocks may be wrong.

        :return: dict of ``people``, ``calls``, ``waiting`` and ``figures``
        :raise AccessError: the user may not see calls at all
        """
        if not self.env["zadarma.call"].has_access("read"):
            raise AccessError(
                self.env._("Only users of the telephony see who is on the telephone.")
            )
        return {
            "people": self._people(),
            "calls": self._calls(),
            "waiting": self._waiting(),
            "figures": self._figures(),
        }

    @api.model
    def watch(self):
        """Have a floor told of changes, and telephones asked about, for ten minutes.

        :raise AccessError: the user may not see internal numbers at all
        """
        self.env["zadarma.extension"].watch()
        self.env["zadarma.account"]._watch("floor_until")
        # sudo: ir.cron - whoever looks has telephones asked about
        self.env.ref("zadarma_connector.cron_telephones").sudo()._trigger()

    @api.model
    def _accounts(self):
        """The active accounts of the user's companies, as superuser."""
        # sudo: zadarma.account - what is told of them is told to all who see calls
        return (
            self.env["zadarma.account"]
            .sudo()
            .search([("company_id", "in", self.env.companies.ids)])
        )

    @api.model
    def _people(self):
        """Who sits at which internal number, and what they do.

        :return: list of dicts: ``id`` and ``number`` of the extension, ``name`` of its
            person, ``presence``, ``seconds`` of it, ``until`` when they do not want to
            be disturbed (UTC as Odoo writes it, or ``False``); ``unregistered``: so
            many seconds ago their telephone was not, ``False`` if it was
        """
        now = fields.Datetime.now()
        extensions_sudo = self.env["zadarma.extension"].sudo()
        return [
            {
                "id": one.id,
                "number": one.number,
                "name": one.employee_id.name or one.user_id.name or one.name or "",
                "presence": one.presence,
                "seconds": one.presence_seconds,
                "until": one.user_id._zadarma_is_away(now)
                and fields.Datetime.to_string(one.user_id.zadarma_away_until),
                "unregistered": bool(one.online_at and not one.online)
                and int((now - one.online_at).total_seconds()),
            }
            for one in extensions_sudo.search(
                [("account_id", "in", self._accounts().ids)]
            )
        ]

    @api.model
    def _calls(self):
        """The calls that go on, the longest first.

        :return: list of dicts: ``id``, ``False`` for calls that the user may not see;
            ``name`` and ``number`` of the other party, likewise; ``direction`` and
            ``state``; ``line``, what the caller dialled; ``people`` who speak or whose
            telephones ring, dicts of ``name`` and ``number``; ``seconds`` in this
            state; ``waited``, seconds until somebody picked up
        """
        # sudo: zadarma.call - that there is a call; whose is told below
        calls_sudo = (
            self.env["zadarma.call"]
            .sudo()
            .search(
                [
                    ("account_id", "in", self._accounts().ids),
                    ("state", "in", ("ringing", "in_progress")),
                    ("in_doubt", "!=", True),
                ],
                order="date_start, id",
                limit=_MOST_CALLS,
            )
        )
        seen = self.env["zadarma.call"].search([("id", "in", calls_sudo.ids)])
        lines = self._lines(calls_sudo)
        return [
            {
                **self._party(call_sudo, call_sudo.id in seen.ids),
                "direction": call_sudo.direction,
                "state": call_sudo.state,
                "line": call_sudo.direction == "incoming"
                and lines.get(call_sudo.called_number, call_sudo.called_number),
                "people": self._people_of(call_sudo),
                "seconds": call_sudo._elapsed(call_sudo),
                "waited": call_sudo.state == "in_progress" and call_sudo.wait_duration,
            }
            for call_sudo in calls_sudo
        ]

    @api.model
    def _party(self, call_sudo, is_seen):
        """Who is at the other end, for who may know it."""
        if not is_seen:
            return {"id": False, "name": False, "number": False}
        number = call_sudo._number_to_show()
        name = call_sudo.display_name
        return {
            "id": call_sudo.id,
            "name": name if name != call_sudo.external_number else number,
            "number": bool(call_sudo.partner_id) and number,
        }

    @api.model
    def _people_of(self, call_sudo):
        """Who speaks, or else whose telephones ring."""
        people = call_sudo
        if call_sudo.state == "ringing" and call_sudo.direction == "incoming":
            people = call_sudo.leg_ids.filtered(lambda leg: not leg.result)
        return [
            {"name": one.person_id.name or "", "number": one.extension_number}
            for one in people
            if one.extension_number
        ]

    @api.model
    def _lines(self, calls_sudo):
        """The names of our own numbers, or these as people write them.

        :return: from E.164 to a text
        """
        dids = (
            self.env["zadarma.did"]
            .sudo()
            .search(
                [
                    ("account_id", "in", calls_sudo.account_id.ids),
                    ("number", "in", calls_sudo.mapped("called_number")),
                ]
            )
        )
        return {
            did.number: did.name
            or phone_validation.phone_format(
                did.number, None, None, "INTERNATIONAL", raise_exception=False
            )
            for did in dids
        }

    @api.model
    def _waiting(self):
        """Who waits for a call back, who is due first comes first.

        :return: dict: how many there are in ``all``, how many are ``overdue``, and the
            first ``callers``: dicts of ``id``, ``name``, ``seconds`` that they wait,
            ``due`` in so many seconds (less than 0: overdue), ``holder`` of the task
        """
        Caller = self.env["zadarma.waiting.caller"]
        now = fields.Datetime.now()
        waiting = [
            ("state", "in", [*WAITING]),
            ("company_id", "in", self.env.companies.ids),
        ]
        return {
            "all": Caller.search_count(waiting),
            "overdue": Caller.search_count([*waiting, ("date_due", "<", now)]),
            "callers": [
                {
                    "id": one.id,
                    "name": one.display_name,
                    "seconds": int((now - one.date_since).total_seconds()),
                    "due": int((one.date_due - now).total_seconds()),
                    # sudo: res.users - a colleague's name
                    "holder": one.holder_id.sudo().name or "",
                }
                for one in Caller.search(waiting, limit=_MOST_CALLERS)
            ],
        }

    @api.model
    def _figures(self):
        """How today went so far, where the user is: all of the companies' calls.

        :return: dict, see the template; waiting times in seconds, the time to call back
            in minutes; ``None`` where there is nothing to tell; ``service_seconds`` are
            the times within which accounts want calls to be answered
        """
        # sudo: zadarma.call.report - figures alone, of the user's companies
        report_sudo = self.env["zadarma.call.report"].sudo()
        [totals] = report_sudo._read_group(
            [
                ("date", ">=", report_sudo._local_midnight(0)),
                ("company_id", "in", self.env.companies.ids),
            ],
            [],
            [*_FIGURES.values()],
        )
        figures = dict(zip(_FIGURES, totals, strict=True))
        seconds = set(self._accounts().mapped("service_seconds"))
        return {**figures, "service_seconds": sorted(seconds)}
