# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from ...zadarma_api import errors

_logger = logging.getLogger(__name__)

#: Recordings deleted in one transaction.
_BATCH = 100


class ZadarmaRecordingDeletion(models.Model):
    """The report of a deletion: how much, why, by whom; not what, nor whose."""

    _name = "zadarma.recording.deletion"
    _description = "Deletion of Recordings"
    _order = "id DESC"
    _rec_name = "kind"

    account_id = fields.Many2one(
        "zadarma.account", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, precompute=True
    )
    kind = fields.Selection(
        [("retention", "Retention"), ("person", "Forgetting a person")],
        "Why",
        required=True,
    )
    user_id = fields.Many2one("res.users", "By", default=lambda self: self.env.uid)
    deleted_at = fields.Datetime("When", default=fields.Datetime.now)
    recordings = fields.Integer()
    files = fields.Integer("Files in Odoo")
    megabytes = fields.Float("MB", digits=(12, 1))
    transcripts = fields.Integer()
    at_zadarma = fields.Boolean("At Zadarma too")
    recording_ids = fields.One2many("zadarma.recording", "deletion_id")
    pending = fields.Integer(
        "Still at Zadarma", compute="_compute_pending", compute_sudo=True
    )

    @api.depends("recording_ids.delete_remotely")
    def _compute_pending(self):
        for deletion in self:
            deletion.pending = len(deletion.recording_ids.filtered("delete_remotely"))


class ZadarmaRecording(models.Model):
    """Forgetting: what is left is that there was a recording, and when it went."""

    _inherit = "zadarma.recording"

    deletion_id = fields.Many2one(
        "zadarma.recording.deletion", readonly=True, index="btree_not_null"
    )
    delete_remotely = fields.Boolean(help="Zadarma was not told yet to delete it.")

    _delete_index = models.Index("(account_id) WHERE delete_remotely")

    def _forget(self, kind, at_zadarma):
        """Delete files and transcripts, and report it.

        :param kind: of the report
        :param at_zadarma: whether Zadarma deletes its copies too, as soon as its limit
            of requests allows
        :return: the reports, one for each account
        """
        reports = self.env["zadarma.recording.deletion"]
        present = self.filtered(lambda one: one.state != "deleted")
        for account, some in present.grouped("account_id").items():
            files = some.attachment_id
            report = reports.create(
                {
                    "account_id": account.id,
                    "kind": kind,
                    "recordings": len(some),
                    "files": len(files),
                    "megabytes": sum(files.mapped("file_size")) / 1e6,
                    "transcripts": len(some.filtered("transcript")),
                    "at_zadarma": at_zadarma,
                }
            )
            some.write(
                {
                    "state": "deleted",
                    "reason": False,
                    "attachment_id": False,
                    "size": 0,
                    "transcript": False,
                    "transcript_phrases": False,
                    "transcript_state": False,
                    "deletion_id": report.id,
                    "delete_remotely": at_zadarma,
                }
            )
            files.unlink()
            reports += report
        return reports

    # -- retention -----------------------------------------------------------------

    @api.model
    def _cron_retention(self):
        """Delete what is older than the account allows and not marked to be kept."""
        progress = self.env["ir.cron"]._commit_progress
        accounts = self.env["zadarma.account"].search([("recording_days", ">", 0)])
        progress(remaining=len(accounts))
        for account in accounts:
            before = fields.Datetime.now() - timedelta(days=account.recording_days)
            old = [
                ("account_id", "=", account.id),
                ("date_start", "<", before),
                ("recorded", "=", True),
            ]
            if account.delete_remotely:
                # also what nobody ever asked for
                unknown = self.env["zadarma.call"].search(
                    [*old, ("state", "=", "ended"), ("recording_ids", "=", False)]
                )
                for some in split_every(_BATCH, unknown.ids):
                    self._expect(self.env["zadarma.call"].browse(some))
            self.search(
                [
                    ("account_id", "=", account.id),
                    ("call_id.date_start", "<", before),
                    ("state", "!=", "deleted"),
                    ("keep", "=", False),
                ]
            )._forget("retention", account.delete_remotely)
            progress(1)
        self.env.ref("zadarma_connector.cron_delete_remotely")._trigger()

    # -- at Zadarma ----------------------------------------------------------------

    @api.model
    def _cron_delete_remotely(self):
        """Have Zadarma delete its copies, as its limit of requests allows."""
        due = self.search(
            [("delete_remotely", "=", True), ("account_id.active", "=", True)],
            order="id",
        )
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(due))
        for account, some in due.grouped("account_id").items():
            for recording in some:
                try:
                    recording._delete_at_zadarma()
                except errors.RateLimited as error:
                    self._come_again("cron_delete_remotely", error)
                    progress(len(some))
                    break
                except (errors.ZadarmaError, UserError) as error:
                    # it stays due: the job comes every day
                    _logger.info(
                        "recording %s of %s was not deleted at Zadarma: %s",
                        recording.id,
                        account.name,
                        error,
                    )
                if not progress(1):
                    return

    def _delete_at_zadarma(self):
        client = self.account_id._client(background=True)
        # that it is not there is what was wanted
        with contextlib.suppress(errors.NotFound):
            client.delete_recording(
                call_id=self.pbx_leg_id, pbx_call_id=self.call_id.pbx_call_id
            )
        self.delete_remotely = False
