# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ...zadarma_api import presence

STATES = [
    (presence.FREE, "Free"),
    (presence.RINGING, "Ringing"),
    (presence.TALKING, "Talking"),
    (presence.AWAY, "Away"),
]


class ZadarmaExtension(models.Model):
    """What the people of internal numbers do, for whoever offers a colleague.

    Nothing of it is stored: it follows from the calls that go on and from calendars.
    However many they are, they are asked about at once.
    """

    _inherit = "zadarma.extension"

    presence = fields.Selection(STATES, compute="_compute_presence")
    presence_seconds = fields.Integer(
        "Seconds in this presence",
        compute="_compute_presence",
        help="Until now, while they talk or their telephone rings: the clock of a "
        "browser may be wrong.",
    )

    @api.depends("user_id.zadarma_away_until")
    def _compute_presence(self):
        now = fields.Datetime.now()
        parts = self._parts()
        away = self._away(now)
        for extension in self:
            found = presence.presence(
                parts[extension._origin.id], extension in away, now
            )
            extension.presence = found.state
            elapsed = found.since and int((now - found.since).total_seconds())
            extension.presence_seconds = max(0, elapsed or 0)

    def _talking(self):
        """Those of them with which somebody talks."""
        now = fields.Datetime.now()
        parts = self._parts() if self else {}
        return self.filtered(
            lambda one: (
                presence.presence(parts[one.id], False, now).state == presence.TALKING
            )
        )

    def _parts(self):
        """Their parts in calls that are not over.

        :return: from ids to lists of :class:`~zadarma_api.presence.Part`
        """
        self.env["zadarma.call"].flush_model()
        self.env["zadarma.call.leg"].flush_model()
        self.env["zadarma.event"].flush_model(["call_id"])
        parts = defaultdict(list)
        for extension_id, *values in self.env.execute_query(
            SQL(
                """
                SELECT leg.extension_id, call.direction = 'incoming', leg.result,
                    call.extension_number = leg.extension_number,
                    COALESCE(call.date_start, call.create_date),
                    COALESCE(news.answered_at, call.date_answer),
                    COALESCE(news.heard_at, call.create_date)
                FROM zadarma_call call
                JOIN zadarma_call_leg leg ON leg.call_id = call.id
                LEFT JOIN LATERAL (
                    SELECT max(received_at) AS heard_at,
                        max(received_at) FILTER (WHERE event = 'NOTIFY_ANSWER')
                            AS answered_at
                    FROM zadarma_event WHERE call_id = call.id
                ) news ON TRUE
                WHERE call.state <> 'ended' AND call.state <> 'requested'
                    AND leg.extension_id = ANY(%s)
                """,
                self._origin.ids,
            )
        ):
            parts[extension_id].append(presence.Part(*values))
        return parts

    def _away(self, moment):
        """Those of them whose person is not there.

        :param moment: UTC
        """
        # sudo: res.users, hr.employee, resource.resource - only who is there
        self_sudo = self.sudo()
        away = self_sudo.filtered(lambda one: one.user_id._zadarma_is_away(moment))
        for company, extensions in self_sudo.grouped("company_id").items():
            resources = extensions.employee_id.resource_id.with_context(
                allowed_company_ids=company.ids
            )
            absent = resources - resources._zadarma_at_work(moment)
            away |= extensions.filtered(
                lambda one, absent=absent: one.employee_id.resource_id in absent
            )
        return away

    @api.model
    def watch(self):
        """Have open pages told when somebody's presence changes, for ten minutes.

        :raise AccessError: the user may not see internal numbers at all
        """
        self.check_access("read")
        self.env["zadarma.account"]._watch("presence_until")
