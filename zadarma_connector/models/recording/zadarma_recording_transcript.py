# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...tools import job
from ...zadarma_api import errors, transcript

#: After so many attempts no transcript is expected any more: after some hours.
PATIENCE = 9
#: So often Zadarma may say that it cannot, before it is believed.
_UNAVAILABLE = 3
_WAITING = ("waiting", "in_progress")


class ZadarmaAccount(models.Model):
    _inherit = "zadarma.account"

    transcribe = fields.Boolean(
        "Transcribe automatically",
        help="Zadarma's speech recognition writes down what was said. Zadarma may "
        "charge for it.",
    )


class ZadarmaCall(models.Model):
    _inherit = "zadarma.call"

    # not as superuser: what may not be heard may not be found
    transcript = fields.Text(related="recording_ids.transcript", related_sudo=False)


class ZadarmaRecording(models.Model):
    """What was said, as Zadarma's speech recognition understood it."""

    _inherit = "zadarma.recording"

    transcript = fields.Text(index="trigram")
    transcript_phrases = fields.Json(help="With times and speakers.")
    transcript_state = fields.Selection(
        [
            ("waiting", "Asked for"),
            ("in_progress", "Being recognised"),
            ("done", "Done"),
            ("not_available", "Not possible"),
            ("failed", "Failed"),
        ]
    )
    transcript_reason = fields.Char()
    transcript_attempts = fields.Integer()
    transcript_announced = fields.Boolean(
        help="A notification said that the transcript is ready."
    )
    transcript_next_try_at = fields.Datetime()

    _transcript_index = models.Index(
        "(account_id, transcript_next_try_at)"
        " WHERE transcript_state IN ('waiting', 'in_progress')"
    )

    def _request_transcript(self):
        """Have what was said recognised, soon.

        Zadarma takes the id of a part alone, so it has to be proved to be the call's.
        """
        self.filtered(
            lambda one: one.proved
            and one.pbx_leg_id
            and one.state != "deleted"
            and one.transcript_state not in (*_WAITING, "done")
        ).write(
            {
                "transcript_state": "waiting",
                "transcript_reason": False,
                "transcript_attempts": 0,
                "transcript_announced": False,
                "transcript_next_try_at": fields.Datetime.now(),
            }
        )
        self.env.ref("zadarma_connector.cron_transcripts")._trigger()

    @api.model
    def _hurry_transcript(self, account, part):
        """Ask soon for the transcript of a part that a notification says is done.

        Once only: what is not signed shall not use up the attempts.

        :param account: the ``zadarma.account``
        :param part: the id of the part
        """
        recording = self.search(
            [
                ("account_id", "=", account.id),
                ("pbx_leg_id", "=", part),
                ("proved", "=", True),
                ("transcript_state", "in", _WAITING),
                ("transcript_announced", "=", False),
            ],
            limit=1,
            # whoever has it just now asks anyway
        ).try_lock_for_update()
        if recording:
            recording.write(
                {
                    "transcript_announced": True,
                    "transcript_next_try_at": fields.Datetime.now(),
                }
            )
            self.env.ref("zadarma_connector.cron_transcripts")._trigger()

    def _transcript_text(self):
        """How far the transcript is, empty if it is there or nobody asked for it."""
        return {
            "waiting": self.env._("The transcript was asked for."),
            "in_progress": self.env._("Zadarma is writing the transcript."),
            "not_available": self.env._(
                "Zadarma cannot recognise this recording. Speech recognition has to "
                "be switched on for the extension in your personal account at "
                "Zadarma."
            ),
            "failed": self.env._(
                "There is no transcript: %(reason)s", reason=self.transcript_reason
            ),
        }.get(self.transcript_state, "")

    # -- the job -------------------------------------------------------------------

    @api.model
    def _cron_transcribe(self):
        """Start recognitions, and fetch those that are done."""
        job.run(
            self,
            "cron_transcripts",
            [("transcript_state", "in", _WAITING), ("account_id.active", "=", True)],
            job.Attempts("transcript_attempts", "transcript_next_try_at"),
            do=lambda recording: recording._transcribe(),
            failed=lambda recording, _error, reason: recording._wait_for_transcript(
                "waiting", reason
            ),
        )

    def _transcribe(self):
        """Ask how far it is, and start it if it was not started.

        :raise errors.ZadarmaError: Zadarma does not tell
        """
        api_client = self.account_id._client(background=True)
        told = api_client.get_recognition(self.pbx_leg_id)
        status = told["recognitionStatus"]
        if status == transcript.RECOGNIZED:
            self._take_transcript(_phrases(told))
            return
        if status == transcript.READY:
            api_client.start_recognition(self.pbx_leg_id)
        if status == transcript.FAILED:
            reason = self.env._("Zadarma's speech recognition failed.")
            self.write({"transcript_state": "failed", "transcript_reason": reason})
        elif (
            status == transcript.NOT_AVAILABLE
            # so is one that is not there yet
            and self.transcript_attempts > _UNAVAILABLE
        ):
            self.transcript_state = "not_available"
        else:
            self._wait_for_transcript(
                "in_progress", self.env._("Zadarma did not finish the transcript.")
            )

    def _take_transcript(self, phrases):
        self.write(
            {
                "transcript_state": "done",
                "transcript_reason": False,
                "transcript_phrases": phrases,
                "transcript": "\n".join(phrase["text"] for phrase in phrases),
            }
        )

    def _wait_for_transcript(self, state, reason):
        """Ask at the next attempt, until nothing is expected any more.

        :param state: meanwhile
        :param reason: what is said in the end
        """
        for recording in self.filtered(lambda one: one.transcript_state in _WAITING):
            is_over = recording.transcript_attempts >= PATIENCE
            recording.write(
                {
                    "transcript_state": "failed" if is_over else state,
                    "transcript_reason": reason,
                }
            )


def _phrases(told):
    """What was said, from Zadarma's answer.

    :raise errors.BadAnswer: there are no words in it
    """
    try:
        return transcript.phrases(told.get("words") or [])
    except ValueError as error:
        raise errors.BadAnswer(str(error)) from error
