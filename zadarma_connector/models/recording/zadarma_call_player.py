# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...zadarma_api.transcript import our_channel


class ZadarmaCall(models.Model):
    """What the player shows of a call, and the buttons on it."""

    _inherit = "zadarma.call"

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
            "transcribable": any(
                one.proved
                and one._is_playable()
                and one.transcript_state not in ("waiting", "in_progress", "done")
                for one in recordings.sudo()
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
            "label": leg.person_id.name or leg.extension_number,
            "playable": playable,
            "text": "" if playable else recording_sudo._state_text(),
            "phrases": self._phrases(recording_sudo, leg),
            "transcript": recording_sudo._transcript_text(),
        }

    def _phrases(self, recording_sudo, leg):
        """What was said, with the names of the speakers as far as they are known."""
        ours = our_channel(self.direction)
        speakers = {
            ours: leg.person_id.name or self.env._("We"),
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

    def request_recordings(self):
        """As the action, for the player: it shows by itself what comes of it."""
        self._asked_for()._request()
        return self.recording_player()

    def request_transcripts(self):
        """Have the recordings transcribed; the player shows what comes of it."""
        self.filtered("can_listen")._asked_for()._request_transcript()
        return self.recording_player()
