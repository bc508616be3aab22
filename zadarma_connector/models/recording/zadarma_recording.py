# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import SQL, format_datetime, mute_logger

from ...zadarma_api import download, errors, notification
from .zadarma_listening import VALID_FOR

#: Without its notification a recording is not asked for earlier (Zadarma's
#: documentation of NOTIFY_END).
_NOT_BEFORE = timedelta(seconds=40)
#: Calls that ended longer ago are fetched when somebody asks for it.
_BY_ITSELF = timedelta(days=2)
#: How long a recording is asked for. Zadarma overwrites the oldest, so what it does
#: not have of an older call is gone.
PATIENCE = timedelta(days=1)
#: Seconds that a link outlives the talk: pauses, and parts heard twice.
_SPARE = 300


class ZadarmaRecording(models.Model):
    """One recorded file: a part of a call, kept in Odoo or played from Zadarma.

    Only those have a right on it who may hear it.
    """

    _name = "zadarma.recording"
    _description = "Phone Call Recording"
    _order = "call_id DESC, pbx_leg_id, id"
    _rec_name = "call_id"

    call_id = fields.Many2one(
        "zadarma.call", required=True, index=True, ondelete="cascade"
    )
    account_id = fields.Many2one(
        related="call_id.account_id", store=True, precompute=True
    )
    company_id = fields.Many2one(
        related="call_id.company_id", store=True, precompute=True
    )
    pbx_leg_id = fields.Char(
        "Part ID", help="The id that Zadarma gave to this part (call_id)."
    )
    state = fields.Selection(
        [
            ("waiting", "Being fetched"),
            ("not_yet", "Not there yet"),
            ("kept", "Kept in Odoo"),
            ("remote", "At Zadarma"),
            ("gone", "Not there any more"),
            ("never", "Never made"),
            ("failed", "Failed"),
            ("deleted", "Deleted"),
        ],
        required=True,
    )
    reason = fields.Char(help="Why it could not be fetched so far.")
    attempts = fields.Integer()
    requested_at = fields.Datetime()
    next_try_at = fields.Datetime()
    attachment_id = fields.Many2one("ir.attachment", "File", ondelete="set null")
    size = fields.Integer(help="In bytes.")
    keep = fields.Boolean(help="Retention leaves it alone.")

    # without an id there is one only
    _part_unique = models.UniqueIndex(
        "(call_id, COALESCE(pbx_leg_id, ''))",
        "This recording is being asked for already. Try again in a moment.",
    )
    _due_index = models.Index(
        "(account_id, next_try_at) WHERE state IN ('waiting', 'not_yet')"
    )

    def unlink(self):
        files_sudo = self.sudo().attachment_id
        result = super().unlink()
        files_sudo.unlink()
        return result

    def _state_text(self):
        """What there is to know of a recording that cannot be played."""
        self.ensure_one()
        texts = {
            "waiting": self.env._("It is being fetched from Zadarma."),
            "not_yet": self.env._(
                "Zadarma does not have it yet. It is asked again at %(time)s.",
                time=format_datetime(self.env, self.next_try_at, dt_format="short"),
            ),
            "remote": self.env._("It is at Zadarma."),
            "gone": self.env._("Zadarma does not have it any more."),
            "never": self.env._("Zadarma did not make a recording of it."),
            "failed": self.env._(
                "It could not be fetched: %(reason)s", reason=self.reason
            ),
            "deleted": self.env._("It was deleted."),
        }
        if self.state == "waiting" and self.reason:
            return self.env._(
                "It could not be fetched: %(reason)s It is tried again at %(time)s.",
                reason=self.reason,
                time=format_datetime(self.env, self.next_try_at, dt_format="short"),
            )
        return texts.get(self.state, "")

    # -- which there are -----------------------------------------------------------

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
            if call.recorded and call.state == "ended" and not call.recording_ids
            for part in call._recorded_parts()
        ]
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.create(values)
        except psycopg2.errors.UniqueViolation:
            raise ConcurrencyError("these recordings were made just now") from None
        return calls.recording_ids

    @api.model
    def _first_values(self, account):
        """How a recording begins, or begins again."""
        if account.play_record_remotely:
            return {"state": "remote", "reason": False}
        now = fields.Datetime.now()
        return {
            "state": "waiting",
            "reason": False,
            "attempts": 0,
            "requested_at": now,
            "next_try_at": now,
        }

    @api.model
    def _expect_recent(self):
        """Make the recordings of the calls that ended lately.

        The calls are found here, not told by the notification: it is answered while a
        caller waits.
        """
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM zadarma_call
                WHERE recorded AND state = 'ended'
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
        self._expect(self.env["zadarma.call"].browse(call_id for [call_id] in rows))

    def _request(self):
        """Fetch what is not kept, soon; under remote playing it is there already."""
        wanted = self.filtered(lambda one: one.state not in ("kept", "deleted"))
        for account, some in wanted.grouped("account_id").items():
            some.write(self._first_values(account))
        if wanted:
            self.env.ref("zadarma_connector.cron_recordings")._trigger()

    # -- listening -----------------------------------------------------------------

    def _is_playable(self):
        return bool(self.attachment_id) or (
            self.state == "remote" and self.account_id.play_record_remotely
        )

    def listen(self, listening_id=None):
        """Begin to listen, which is noted, or go on.

        :param listening_id: the listening that goes on: a link expired
        :return: ``{"listening_id": id, "url": where the sound is}``
        :raise AccessError: the current user may not hear it
        :raise UserError: it is not there; says why
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: zadarma.recording - who may hear it needs neither account nor file
        recording_sudo = self.sudo()
        if not recording_sudo._is_playable():
            raise UserError(recording_sudo._state_text())
        link = not recording_sudo.attachment_id and recording_sudo._remote_link()
        # sudo: zadarma.listening - nobody writes it by hand
        listening_sudo = self.env["zadarma.listening"].sudo()
        listening_sudo = listening_sudo._current(
            listening_id, recording_sudo
        ) or listening_sudo.create(
            {
                "recording_id": self.id,
                "user_id": self.env.uid,
                "remote": bool(link),
            }
        )
        return {
            "listening_id": listening_sudo.id,
            "url": link or f"/zadarma/recording/{listening_sudo.id}",
        }

    def _remote_link(self):
        """A link for one listener, which lives as long as listening needs."""
        call = self.call_id
        lifetime = min(call.duration + _SPARE, VALID_FOR.total_seconds())
        with self.account_id._zadarma() as client:
            links = client.get_recording_links(
                lifetime, call_id=self.pbx_leg_id, pbx_call_id=call.pbx_call_id
            )
            # sudo: zadarma.account - the address of the API, to compare with
            download.check_address(links[0], self.account_id.sudo().api_url)
        return links[0]

    # -- what became of it ---------------------------------------------------------

    def _not_there(self):
        """Zadarma does not have it: not yet, not any more, or it never had it."""
        for recording in self:
            ended = recording.call_id.date_end or recording.call_id.create_date
            if recording.requested_at - ended > PATIENCE:
                recording.write({"state": "gone", "reason": False})
            else:
                recording._postpone("not_yet", "never")

    def _postpone(self, state, in_the_end, reason=False):
        """Ask again after a gap that grows, until a day is over.

        :param state: meanwhile
        :param in_the_end: the state when the day is over
        """
        self.ensure_one()
        now = fields.Datetime.now()
        until = self.requested_at + PATIENCE
        if now >= until:
            self.write({"state": in_the_end, "reason": reason})
            return
        gap = timedelta(minutes=2 ** min(self.attempts, 10))
        self.write(
            {
                "state": state,
                "reason": reason,
                "attempts": self.attempts + 1,
                "next_try_at": min(now + gap, until),
            }
        )

    def _trouble(self, error):
        """It could not be fetched, for a reason that the user can read.

        :param error: a :class:`~errors.ZadarmaError` or a ``UserError``
        """
        reason = (
            self.account_id._explain(error)
            if isinstance(error, errors.ZadarmaError)
            else str(error)
        )
        for recording in self:
            if isinstance(error, (errors.TooLarge, errors.ForeignAddress)):
                # the same tomorrow
                recording.write({"state": "failed", "reason": reason})
            else:
                recording._postpone("waiting", "failed", reason)
