# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ...tools import job

#: A hundred years.
_MOST_DAYS = 36500


class ZadarmaAccount(models.Model):
    """How long recordings are kept."""

    _inherit = "zadarma.account"

    recording_days = fields.Integer(
        "Delete after (days)",
        help="Recordings and transcripts of older calls are deleted, unless they are "
        "marked to be kept; 0 deletes none.",
    )
    delete_remotely = fields.Boolean(
        "Delete at Zadarma too",
        help="Recordings that are deleted because of their age are deleted at Zadarma "
        "too.",
    )

    @api.constrains("recording_days")
    def _check_recording_days(self):
        if any(account.recording_days < 0 for account in self):
            raise ValidationError(
                self.env._(
                    "Enter how many days recordings are kept; 0 keeps them for ever."
                )
            )

    def _old_calls(self):
        """The domain of the calls whose recordings are kept no longer."""
        self.ensure_one()
        days = min(self.recording_days, _MOST_DAYS)
        there = Domain(
            "recording_ids", "any", [("state", "!=", "deleted"), ("keep", "=", False)]
        )
        if self.delete_remotely:
            # also what nobody ever asked for
            there |= Domain(
                [
                    ("recorded", "=", True),
                    ("state", "=", "ended"),
                    ("recording_ids", "=", False),
                    ("sealed_at", "=", False),
                ]
            )
        before = fields.Datetime.now() - timedelta(days=days)
        # when we heard of it nobody outside can move; of history statistics tell
        is_sure = Domain("confirmed", "=", True) | Domain("create_date", "<", before)
        return (
            Domain("account_id", "=", self.id)
            & Domain("date_start", "<", before)
            & is_sure
            & there
        )


class ZadarmaCall(models.Model):
    """Which recordings are kept longer, and deleting the others."""

    _inherit = "zadarma.call"

    has_kept_recordings = fields.Boolean(
        compute="_compute_has_kept_recordings", compute_sudo=True
    )
    retention_attempts = fields.Integer(readonly=True, copy=False)

    @api.depends("recording_ids.keep")
    def _compute_has_kept_recordings(self):
        for call in self:
            call.has_kept_recordings = any(call.recording_ids.mapped("keep"))

    def action_keep_recordings(self):
        """Take the recordings out of retention, or put them back."""
        if not self.env.user.has_group("zadarma_connector.group_zadarma_supervisor"):
            raise AccessError(
                self.env._("Only supervisors decide which recordings are kept.")
            )
        recordings_sudo = self._asked_for()
        recordings_sudo.keep = not any(recordings_sudo.mapped("keep"))

    def _forget_recordings(self):
        """Delete the recordings of an old call."""
        self.ensure_one()
        at_zadarma = self.account_id.delete_remotely
        recordings = self.recording_ids
        if at_zadarma:
            recordings = recordings._expect(self)
        recordings.filtered(lambda one: not one.keep)._forget("retention", at_zadarma)


class ZadarmaRecording(models.Model):
    _inherit = "zadarma.recording"

    keep = fields.Boolean(help="It is not deleted because of its age.")

    @api.model
    def _cron_retention(self):
        """Delete what is older than the account allows and not marked to be kept."""
        accounts = self.env["zadarma.account"].search([("recording_days", ">", 0)])
        job.run(
            self.env["zadarma.call"],
            "cron_retention",
            Domain.OR(account._old_calls() for account in accounts),
            job.Attempts("retention_attempts"),
            do=lambda call: call._forget_recordings(),
            failed=lambda call, _error, reason: call.recording_ids.write(
                {"reason": reason}
            ),
        )
        self.env.ref("zadarma_connector.cron_delete_remotely")._trigger()
