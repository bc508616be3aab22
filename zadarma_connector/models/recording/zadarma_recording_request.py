# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL

from ...tools.transaction import unlogged
from ...zadarma_api import notification

#: Without its notification a recording is not asked for earlier (Zadarma's
#: documentation of NOTIFY_END).
_NOT_BEFORE = timedelta(seconds=40)
#: Calls that ended longer ago are fetched when somebody asks for it.
_BY_ITSELF = timedelta(days=2)


class ZadarmaRecording(models.Model):
    """Which recordings there are, and who wants them: the job, or somebody."""

    _inherit = "zadarma.recording"

    requested_at = fields.Datetime()

    @api.model
    def _expect(self, calls):
        """Make the recordings of calls that Zadarma recorded and that have none.

        :return: all recordings of these calls
        :raise ConcurrencyError: somebody else makes them at this moment; Odoo repeats
            the request
        """
        values = [
            {"call_id": call.id, "pbx_leg_id": part, **self._first_values(account)}
            for account, some in calls.grouped("account_id").items()
            for call in some
            if call.recorded
            and call.state == "ended"
            and not (call.recording_ids or call.sealed_at)
            for part in call._recorded_parts()
        ]
        try:
            with unlogged(self.env.cr), self.env.cr.savepoint():
                self.create(values)
        except psycopg2.errors.UniqueViolation:
            raise ConcurrencyError("these recordings were made just now") from None
        return calls.recording_ids

    @api.model
    def _first_values(self, account):
        """How a recording begins, or begins again."""
        now = fields.Datetime.now()
        return {
            "state": "remote" if account.play_record_remotely else "waiting",
            "reason": False,
            "attempts": 0,
            "requested_at": now,
            "next_try_at": now,
        }

    @api.model
    def _unexpected(self):
        """The calls that ended lately and whose recordings are not known yet.

        The calls are found here, not told by the notification: it is answered while a
        caller waits.
        """
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM zadarma_call
                WHERE recorded AND state = 'ended' AND sealed_at IS NULL
                AND COALESCE(date_end, create_date) > %(from)s
                AND (
                    COALESCE(date_end, create_date) < %(until)s
                    OR EXISTS (
                        SELECT FROM zadarma_event
                        WHERE call_id = zadarma_call.id AND event = %(event)s
                    )
                )
                AND NOT EXISTS (
                    SELECT FROM zadarma_recording WHERE call_id = zadarma_call.id
                )
                """,
                **{"from": now - _BY_ITSELF, "until": now - _NOT_BEFORE},
                event=notification.RECORD,
            )
        )
        return self.env["zadarma.call"].browse(call_id for [call_id] in rows)

    def _request(self):
        """Fetch what is not kept, soon; under remote playing it is there already."""
        wanted = self.filtered(lambda one: one.state not in ("kept", "deleted"))
        # where the job has one of them at this moment, Odoo repeats the request
        with unlogged(self.env.cr):
            for account, some in wanted.grouped("account_id").items():
                some.write(self._first_values(account))
            wanted.flush_recordset()
        if wanted:
            self.env.ref("zadarma_connector.cron_recordings")._trigger()
