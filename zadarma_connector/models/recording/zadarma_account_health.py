# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from .zadarma_recording_transcript import PATIENCE

#: Attempts after which a record that came to no end ends the worker, most likely.
_BEGUN = 5
#: Days on which deleting was tried in vain before somebody has to look at it.
_DAYS = 5


class ZadarmaAccount(models.Model):
    """Which recordings somebody has to look at."""

    _inherit = "zadarma.account"

    def _find_problems(self):
        problems = super()._find_problems()
        if not self.connected_at:
            return problems
        endless = len(self._recordings(self._endless()))
        if endless:
            problems.append(
                self.env._(
                    "Work on some recordings was begun again and again and never "
                    "finished: perhaps it makes Odoo's worker crash. Look into the "
                    "server log. Recordings: %s.",
                    endless,
                )
            )
        undeleted = self._recordings(
            Domain("delete_remotely", "=", True)
            & Domain("delete_attempts", ">=", _DAYS)
            | Domain("state", "!=", "deleted")
            & Domain("reason", "!=", False)
            & Domain("call_id.retention_attempts", ">=", _DAYS)
        )
        if undeleted:
            problems.append(
                self.env._(
                    "Recordings could not be deleted for days: %(count)s. %(reason)s",
                    count=len(undeleted),
                    reason=undeleted[0].reason
                    or self.env._("Look into the server log."),
                )
            )
        return problems

    def _endless(self):
        """The domain of recordings at which attempts were begun that did not end: one
        that ends leaves a reason, another state, or is the last."""
        now = fields.Datetime.now()
        fetched = (
            Domain("state", "=", "waiting")
            & Domain("reason", "=", False)
            & Domain("attempts", ">=", _BEGUN)
        )
        # it is asked for a day, with gaps of hours
        overdue = Domain("requested_at", "<", now - timedelta(days=2)) & (
            Domain("state", "=", "not_yet")
            | Domain("state", "=", "remote")
            & Domain("proved", "=", False)
            & Domain("account_id.play_record_remotely", "=", True)
        )
        transcribed = Domain(
            "transcript_state", "in", ("waiting", "in_progress")
        ) & Domain("transcript_attempts", ">", PATIENCE)
        return fetched | overdue | transcribed

    def _recordings(self, domain):
        own = Domain("account_id", "in", self._origin.ids)
        return self.env["zadarma.recording"].search(own & domain)
