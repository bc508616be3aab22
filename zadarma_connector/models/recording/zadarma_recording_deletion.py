# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib

from odoo import api, fields, models

from ...tools import job
from ...zadarma_api import errors

#: So often, a day apart, Zadarma may refuse a deletion before it counts as refused.
_TRIES = 7


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
        "Reason",
        required=True,
    )
    user_id = fields.Many2one(
        "res.users", "Deleted by", default=lambda self: self.env.uid
    )
    deleted_at = fields.Datetime("Deleted on", default=fields.Datetime.now)
    recordings = fields.Integer("Number of recordings")
    files = fields.Integer("Files in Odoo")
    megabytes = fields.Float("MB", digits=(12, 1))
    transcripts = fields.Integer()
    at_zadarma = fields.Boolean("At Zadarma too")
    recording_ids = fields.One2many("zadarma.recording", "deletion_id")
    pending = fields.Integer(
        "Still at Zadarma", compute="_compute_pending", compute_sudo=True
    )

    refused = fields.Integer(
        "Refused by Zadarma",
        compute="_compute_pending",
        compute_sudo=True,
        help="Zadarma refused to delete these, again and again: delete them in your "
        "personal account at Zadarma.",
    )

    @api.depends("recording_ids.delete_remotely", "recording_ids.delete_refused")
    def _compute_pending(self):
        for deletion in self:
            recordings = deletion.recording_ids
            deletion.pending = len(recordings.filtered("delete_remotely"))
            deletion.refused = len(recordings.filtered("delete_refused"))

    @api.model
    def _begin(self, account, kind, at_zadarma):
        """A report to add to. Retention has one a day, since it goes call by call."""
        values = {"account_id": account.id, "kind": kind, "at_zadarma": at_zadarma}
        today = fields.Datetime.now().replace(hour=0, minute=0, second=0)
        same = [(name, "=", value) for name, value in values.items()]
        begun = kind == "retention" and self.search(
            [*same, ("deleted_at", ">=", today)], limit=1
        )
        return begun or self.create(values)

    def _add(self, recordings):
        """Count recordings that are about to be deleted."""
        files = recordings.attachment_id
        self.write(
            {
                "recordings": self.recordings + len(recordings),
                "files": self.files + len(files),
                "megabytes": self.megabytes + sum(files.mapped("file_size")) / 1e6,
                "transcripts": self.transcripts
                + len(recordings.filtered("transcript")),
            }
        )


class ZadarmaRecording(models.Model):
    """Forgetting: what is left is that there was a recording, and when it went."""

    _inherit = "zadarma.recording"

    deletion_id = fields.Many2one(
        "zadarma.recording.deletion", readonly=True, index="btree_not_null"
    )
    delete_remotely = fields.Boolean(
        help="Zadarma has not been told yet to delete the recording."
    )
    delete_attempts = fields.Integer()
    delete_refused = fields.Boolean(
        help="Zadarma refused the deletion too often to try again."
    )

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
            report = reports._begin(account, kind, at_zadarma)
            report._add(some)
            files = some.attachment_id
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

    # -- at Zadarma ----------------------------------------------------------------

    @api.model
    def _cron_delete_remotely(self):
        """Have Zadarma delete its copies; what fails is tried again the next day.

        A call that statistics do not know waits until they do: its id may be another
        call's.
        """
        job.run(
            self,
            "cron_delete_remotely",
            [
                ("delete_remotely", "=", True),
                ("account_id.active", "=", True),
                "|",
                ("proved", "=", True),
                ("call_id.in_doubt", "=", False),
            ],
            job.Attempts("delete_attempts"),
            do=lambda recording: recording._delete_at_zadarma(),
            failed=lambda recording, *told: recording._deletion_failed(*told),
        )

    def _delete_at_zadarma(self):
        client = self.account_id._client(background=True)
        for named in self._names_at_zadarma():
            # that it is not there is what was wanted
            with contextlib.suppress(errors.NotFound):
                client.delete_recording(**named)
        self.write({"delete_remotely": False, "reason": False})

    def _names_at_zadarma(self):
        """What Zadarma is told to delete: the call, or a part if others stay.

        A part of which only a notification told may be another call's.

        :return: list of parameters of ``ZadarmaClient.delete_recording``
        """
        call = self.call_id
        stays = any(one.state != "deleted" for one in call.recording_ids)
        if not stays and not call.in_doubt:
            return [{"pbx_call_id": one} for one in call._pbx_call_ids()]
        is_ours = self.proved and self.pbx_leg_id
        return [{"call_id": self.pbx_leg_id}] if is_ours else []

    def _deletion_failed(self, error, reason):
        self.reason = reason
        if isinstance(error, errors.Refused) and self.delete_attempts >= _TRIES:
            self.write({"delete_remotely": False, "delete_refused": True})
