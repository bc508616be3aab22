# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib
import logging
import mmap
import tempfile
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError

from ...zadarma_api import client, download, errors, limits

_logger = logging.getLogger(__name__)

#: States of recordings that are asked for.
_DUE = ("waiting", "not_yet")


class ZadarmaRecording(models.Model):
    """The job that brings recordings into Odoo.

    Each file is committed by itself. What was not committed when the server stopped is
    still due when it comes back.
    """

    _inherit = "zadarma.recording"

    @api.model
    def _cron_fetch(self):
        """Note which recordings there are, and fetch those that are due."""
        progress = self.env["ir.cron"]._commit_progress
        # whoever asks for them at this moment makes them
        with contextlib.suppress(ConcurrencyError):
            self._expect_recent()
        fetching = [("active", "=", True), ("play_record_remotely", "=", False)]
        due = [
            self._due(account)
            for account in self.env["zadarma.account"].search(fetching)
        ]
        progress(remaining=sum(map(len, due)))
        for calls in due:
            for call in calls:
                try:
                    call._fetch_recordings()
                except errors.RateLimited as error:
                    self._come_again("cron_recordings", error)
                    progress(len(calls))
                    break
                except Exception as error:
                    self._put_off(call, error)
                if not progress(1):
                    return

    @api.model
    def _due(self, account):
        """The calls whose recordings are due, the longest waiting first."""
        return self.search(
            [
                ("account_id", "=", account.id),
                ("state", "in", _DUE),
                ("next_try_at", "<=", fields.Datetime.now()),
            ],
            order="next_try_at, id",
        ).call_id

    @api.model
    def _come_again(self, job, error):
        """Run a job again when Zadarma's limit of requests allows.

        :param job: its external id, without the module
        :param error: an :class:`~errors.RateLimited`
        """
        gap = timedelta(seconds=error.retry_after or limits.PERIOD)
        self.env.ref(f"zadarma_connector.{job}")._trigger(
            at=fields.Datetime.now() + gap
        )

    @api.model
    def _put_off(self, call, error):
        """One call's trouble is not the others'."""
        self.env.cr.rollback()
        if isinstance(error, psycopg2.OperationalError):
            # somebody asked for it just now: it stays due
            return
        _logger.exception("recordings of call %s cannot be fetched", call.id)
        for recording in call.recording_ids:
            if recording.state in _DUE:
                recording._postpone("waiting", "failed", type(error).__name__)

    def _fetch(self, link):
        """Download a recording and keep it.

        Nothing is locked, and no file is left behind, while that lasts.
        """
        self.ensure_one()
        # sudo: zadarma.account - the address of the API, to compare with
        api_url = self.account_id.sudo().api_url
        self.env["ir.cron"]._commit_progress()
        with tempfile.TemporaryFile() as file:
            trouble = None
            try:
                content_type = download.download(link, file, api_url)
            except errors.ZadarmaError as error:
                trouble = error
            if not self._still_due():
                # deleted meanwhile, for good
                pass
            elif isinstance(trouble, errors.NotFound):
                # it was there when the link was made
                self._postpone("not_yet", "gone")
            elif trouble:
                self._trouble(trouble)
            else:
                file.flush()
                self._keep(file, download.file_name(link), content_type)
        self.env["ir.cron"]._commit_progress()

    def _still_due(self):
        """Those that are asked for: each may have been deleted a moment ago."""
        return self.exists().filtered(lambda one: one.state in _DUE)

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


class ZadarmaCall(models.Model):
    _inherit = "zadarma.call"

    def _fetch_recordings(self):
        """Fetch all recordings of a call that are not kept.

        :raise errors.RateLimited: not yet
        """
        self.ensure_one()
        due = self.recording_ids._still_due()
        try:
            links = self._recording_links()
        except errors.RateLimited:
            raise
        except (errors.ZadarmaError, UserError) as error:
            due._trouble(error)
            return
        found = self.env["zadarma.recording"]
        for link in links:
            recording = self._recording_of(link)
            found += recording
            if recording.state in _DUE:
                recording._fetch(link)
        (due - found)._still_due()._not_there()

    def _recording_links(self):
        """Links to all recordings of a call; none if Zadarma has none."""
        api = self.account_id._client(background=True)
        links = []
        for pbx_call_id in self._pbx_call_ids():
            with contextlib.suppress(errors.NotFound):
                links += api.get_recording_links(
                    client.SHORTEST_LINK, pbx_call_id=pbx_call_id
                )
        return links

    def _recording_of(self, link):
        """The recording that a link leads to, made if nobody told of it."""
        Recording = self.env["zadarma.recording"]
        part = download.call_id_of(link) or False
        known = self.recording_ids.filtered(lambda one: one.pbx_leg_id == part)[:1]
        if not known:
            # until now only that there is one was known
            known = self.recording_ids.filtered(lambda one: not one.pbx_leg_id)[:1]
            known.pbx_leg_id = part
        return known or Recording.create(
            {
                "call_id": self.id,
                "pbx_leg_id": part,
                **Recording._first_values(self.account_id),
            }
        )

    def _pbx_call_ids(self):
        """All ids of a call: that of a callback may have two."""
        # sudo: zadarma.event - its ids only
        told = self.sudo().event_ids.mapped("pbx_call_id")
        return sorted({self.pbx_call_id, *told} - {False})
