# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import mmap
import tempfile
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools import job
from ...zadarma_api import client, download, errors

#: How long a recording is asked for. Zadarma overwrites the oldest, so what it does
#: not have of an older call is gone.
_PATIENCE = timedelta(days=1)
#: States of recordings that are fetched.
_DUE = ("waiting", "not_yet")
#: Not fetched, but asked for: the names of the files prove who spoke.
_UNCHECKED = Domain("state", "=", "remote") & Domain("proved", "=", False)


class ZadarmaRecording(models.Model):
    """The job that brings recordings into Odoo.

    Each file is committed by itself. What was not committed when the server stopped is
    still due when it comes back.
    """

    _inherit = "zadarma.recording"

    attempts = fields.Integer()
    next_try_at = fields.Datetime()

    _due_index = models.Index(
        "(account_id, next_try_at) WHERE state IN ('waiting', 'not_yet')"
        " OR (state = 'remote' AND proved IS NOT TRUE)"
    )

    @api.model
    def _cron_fetch(self):
        """Find out which recordings there are, and fetch those that are due.

        What is played remotely is only asked for, until a file proves it.
        """
        for call in self._unexpected():
            # there is nothing yet that could tell what went wrong
            job.guarded(call, self._expect, failed=lambda *_told: None)
        job.run(
            self,
            "cron_recordings",
            Domain("account_id.active", "=", True)
            & (
                Domain("account_id.play_record_remotely", "=", False)
                & Domain("state", "in", _DUE)
                | Domain("account_id.play_record_remotely", "=", True) & _UNCHECKED
            ),
            job.Attempts("attempts", "next_try_at"),
            do=lambda recordings: recordings._fetch_all(),
            failed=lambda recordings, *told: recordings._fetch_failed(*told),
            by="call_id",
        )

    def _fetch_all(self):
        """Fetch those that are due of one call, or find out which there are.

        :raise errors.ZadarmaError: Zadarma tells no links
        """
        call = self.call_id
        api = self.account_id._client(background=True)
        found = self.browse()
        for link in call._recording_links(api, client.SHORTEST_LINK):
            recording = call._recording_of(link)
            found += recording
            if recording.state in _DUE:
                job.guarded(
                    recording,
                    lambda one, link=link: one._fetch(link),
                    failed=lambda one, *told: one._fetch_failed(*told),
                )
        # Zadarma does not have it: not yet, not any more, or it never had it
        for recording in (self - found)._still_due():
            ended = recording.call_id.date_end or recording.call_id.create_date
            asked = recording.requested_at or recording.create_date
            if asked - ended > _PATIENCE:
                recording.write({"state": "gone", "reason": False})
            else:
                recording._ask_again("not_yet", "never")

    def _still_due(self):
        """Those that are asked for: each may have been deleted a moment ago."""
        return self.exists().filtered_domain(Domain("state", "in", _DUE) | _UNCHECKED)

    def _fetch(self, link):
        """Download a recording and keep it.

        Nothing is locked, and no file is left behind, while that lasts.

        :raise errors.ZadarmaError: what a link led to is no recording
        """
        self.ensure_one()
        # sudo: zadarma.account - the address of the API, to compare with
        api_url = self.account_id.sudo().api_url
        self.env["ir.cron"]._commit_progress()
        with tempfile.TemporaryFile() as file:
            content_type = download.download(link, file, api_url)
            file.flush()
            # what was deleted meanwhile is deleted for good
            if self._still_due():
                self._keep(file, download.file_name(link), content_type)

    def _keep(self, file, name, content_type):
        """Store a file where only :meth:`listen` leads to."""
        Attachment = self.env["ir.attachment"]
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            self.attachment_id = Attachment.create(
                {
                    "name": name,
                    "res_model": "zadarma.recording.vault",
                    "res_id": self.id,
                    "company_id": self.company_id.id,
                    "mimetype": content_type,
                    # a file is copied without ever being in memory as a whole
                    "raw": content if Attachment._storage() == "file" else content[:],
                }
            )
            self.size = len(content)
        self.write({"state": "kept", "reason": False})

    # -- what became of it ---------------------------------------------------------

    def _fetch_failed(self, error, reason):
        """It could not be fetched.

        :param error: the exception
        :param reason: a sentence for the user
        """
        for recording in self._still_due():
            if isinstance(error, job.OF_ACCOUNT):
                # whatever it is, it is not this recording
                recording.reason = reason
            elif isinstance(error, (errors.TooLarge, errors.ForeignAddress)):
                # the same tomorrow
                recording.write({"state": "failed", "reason": reason})
            elif isinstance(error, errors.NotFound):
                # it was there when the link was made
                recording._ask_again("not_yet", "gone")
            else:
                recording._ask_again("waiting", "failed", reason)

    def _ask_again(self, state, in_the_end, reason=False):
        """Ask for it at the next attempt, until a day is over.

        :param state: meanwhile, unless it is played remotely
        :param in_the_end: the state when the day is over
        """
        until = (self.requested_at or self.create_date) + _PATIENCE
        is_over = fields.Datetime.now() >= until
        meanwhile = "remote" if self.state == "remote" else state
        self.write(
            {
                "state": in_the_end if is_over else meanwhile,
                "reason": reason,
                # the last time is when the day is over
                "next_try_at": min(self.next_try_at or until, until),
            }
        )
