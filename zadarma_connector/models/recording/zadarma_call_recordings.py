# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...zadarma_api.transcript import our_channel

#: A call with several recordings shows the first of these states.
_PRECEDENCE = (
    "kept",
    "remote",
    "waiting",
    "not_yet",
    "failed",
    "gone",
    "never",
    "deleted",
)


class ZadarmaCall(models.Model):
    """The recordings of a call: who may hear them, and asking for them."""

    _inherit = "zadarma.call"

    recording_ids = fields.One2many(
        "zadarma.recording", "call_id", "Recordings", readonly=True
    )
    can_listen = fields.Boolean(
        "May be heard",
        compute="_compute_can_listen",
        search="_search_can_listen",
        help="The current user may hear its recordings.",
    )
    recording_state = fields.Selection(
        lambda self: self.env["zadarma.recording"]._fields["state"].selection,
        "Recording",
        compute="_compute_recording_state",
        compute_sudo=True,
    )

    # not as superuser: what may not be heard may not be found
    transcript = fields.Text(related="recording_ids.transcript", related_sudo=False)
    has_kept_recordings = fields.Boolean(
        compute="_compute_has_kept_recordings", compute_sudo=True
    )

    _recorded_index = models.Index("(COALESCE(date_end, create_date)) WHERE recorded")

    def unlink(self):
        # sudo: zadarma.recording - the database deletes them, but not their files
        self.sudo().recording_ids.unlink()
        return super().unlink()

    @api.model
    def _can_listen_domain(self):
        """Who spoke may hear it; supervisors hear all.

        To see a call is not enough: one sees those that rang at the own extension and
        were taken by a colleague, and those of own customers.
        """
        if self.env.user.has_group("zadarma_connector.group_zadarma_supervisor"):
            return Domain.TRUE
        uid = self.env.uid
        answered = [("user_id", "=", uid), ("result", "=", "answered")]
        return Domain("user_id", "=", uid) | Domain("leg_ids", "any", answered)

    @api.depends("user_id", "leg_ids.user_id", "leg_ids.result")
    @api.depends_context("uid")
    def _compute_can_listen(self):
        # sudo: zadarma.call.leg - who spoke
        heard_sudo = self.sudo().filtered_domain(self._can_listen_domain())
        for call in self:
            call.can_listen = call.id in heard_sudo.ids

    def _search_can_listen(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._can_listen_domain()
        return domain if True in value else ~domain

    @api.depends("recorded", "state", "recording_ids.state")
    def _compute_recording_state(self):
        groups = self.env["zadarma.recording"]._read_group(
            [("call_id", "in", self.ids)], ["call_id"], ["state:array_agg"]
        )
        states = {call.id: states for call, states in groups}
        for call in self:
            # what nobody asked for is still there
            usual = ["remote"] if call.recorded and call.state == "ended" else []
            call.recording_state = min(
                states.get(call.id, usual), key=_PRECEDENCE.index, default=False
            )

    @api.depends("recording_ids.keep")
    def _compute_has_kept_recordings(self):
        for call in self:
            call.has_kept_recordings = any(call.recording_ids.mapped("keep"))

    def _recorded_parts(self):
        """The ids of the parts that were recorded; one without an id if none is
        known."""
        recorded = self.leg_ids.filtered("recorded").mapped("pbx_leg_id")
        return sorted(filter(None, recorded)) or [False]

    # -- asking for them -------------------------------------------------------------

    def _asked_for(self):
        """The recordings of these calls that the user may hear, made if need be."""
        self.check_access("read")
        calls = self.filtered("can_listen")
        # sudo: zadarma.recording - nobody makes them by hand
        return self.env["zadarma.recording"].sudo()._expect(calls.sudo())

    def action_request_recordings(self):
        """Fetch the recordings of some calls, and show how far that is."""
        recordings_sudo = self._asked_for()
        if not recordings_sudo:
            raise UserError(
                self.env._(
                    "There is no recording to get: none of these calls was recorded, "
                    "or somebody else spoke. Supervisors may hear those."
                )
            )
        recordings_sudo._request()
        return {
            "type": "ir.actions.client",
            "tag": "zadarma_recording_progress",
            "params": {"call_ids": recordings_sudo.call_id.ids},
        }

    def request_recordings(self):
        """As the action, for the player: it shows by itself what comes of it."""
        self._asked_for()._request()
        return self.recording_player()

    def request_transcripts(self):
        """Have the recordings transcribed; the player shows what comes of it."""
        self._asked_for()._request_transcript()
        return self.recording_player()

    def action_keep_recordings(self):
        """Take the recordings out of retention, or put them back."""
        if not self.env.user.has_group("zadarma_connector.group_zadarma_supervisor"):
            raise AccessError(
                self.env._("Only supervisors decide which recordings are kept.")
            )
        recordings_sudo = self._asked_for()
        recordings_sudo.keep = not any(recordings_sudo.mapped("keep"))

    def recording_progress(self):
        """How many recordings are in which state: ``{state: number}``."""
        self.check_access("read")
        groups = self.env["zadarma.recording"]._read_group(
            [("call_id", "in", self.ids)], ["state"], ["__count"]
        )
        return dict(groups)

    def recording_player(self):
        """What the player shows of a call.

        :return: ``{"duration": seconds, "tracks": [...], "requestable": bool,
            "transcribable": bool}``; a track has ``id``, ``state``, ``label``,
            ``playable``, ``text`` (why it cannot be played), ``phrases`` and
            ``transcript`` (why there are none)
        """
        self.ensure_one()
        self.check_access("read")
        recordings = self.env["zadarma.recording"].search([("call_id", "=", self.id)])
        # sudo: zadarma.recording - what follows is of those that one may hear
        tracks = [self._track(one) for one in recordings.sudo()]
        at_zadarma = self.recording_state == "remote" and not recordings
        return {
            "duration": self.duration,
            "requestable": self.can_listen
            and (
                at_zadarma
                or any(
                    not one["playable"] and one["state"] not in ("waiting", "deleted")
                    for one in tracks
                )
            ),
            "transcribable": any(one["playable"] for one in tracks)
            and any(
                one.transcript_state not in ("waiting", "in_progress", "done")
                for one in recordings
            ),
            "tracks": tracks,
        }

    def _track(self, recording_sudo):
        leg = self.sudo().leg_ids.filtered(
            lambda leg: leg.pbx_leg_id == recording_sudo.pbx_leg_id
        )[:1]
        playable = recording_sudo._is_playable()
        return {
            "id": recording_sudo.id,
            "state": recording_sudo.state,
            "label": leg.user_id.name or leg.employee_id.name or leg.extension_number,
            "playable": playable,
            "text": "" if playable else recording_sudo._state_text(),
            "phrases": self._phrases(recording_sudo, leg),
            "transcript": recording_sudo._transcript_text(),
        }

    def _phrases(self, recording_sudo, leg):
        """What was said, with the names of the speakers as far as they are known."""
        ours = our_channel(self.direction)
        speakers = {
            ours: leg.user_id.name or leg.employee_id.name or self.env._("We"),
            ours and 3 - ours: self.display_name,
        }
        return [
            {
                "start": phrase["start"],
                "text": phrase["text"],
                "speaker": speakers.get(phrase["channel"])
                or self.env._("Speaker %s", phrase["channel"]),
                "ours": phrase["channel"] == ours,
            }
            for phrase in recording_sudo.transcript_phrases or ()
        ]
