# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import split_every

from ...tools.telling import told
from ...tools.transaction import seeing_others
from .zadarma_event_apply import BATCH


class ZadarmaEvent(models.Model):
    """What somebody can do about entries that were not applied."""

    _inherit = "zadarma.event"

    def action_apply_again(self):
        """Compute the calls of these entries anew, after a bug was mended.

        :return: what tells how many of them are applied by now
        """
        self.check_access("read")
        # sudo: zadarma.event - entries change by what they say alone
        for account, entries in self.sudo().grouped("account_id").items():
            ids = sorted(set(filter(None, entries.mapped("pbx_call_id"))))
            for some in split_every(BATCH, ids, list):
                self.sudo()._apply_now(account.id, some)
        self.sudo()._take_each("failed")
        self.invalidate_recordset()
        # what others committed is not seen in the transaction of whoever asks
        with seeing_others(self.sudo()) as committed:
            applied = committed.search_count(
                [("id", "in", self.ids), ("state", "=", "applied")]
            )
        return told(
            self.env._(
                "Entries that are applied now: %(applied)s of %(all)s",
                applied=applied,
                all=len(self),
            ),
            "success" if applied == len(self) else "warning",
        )

    def action_ignore(self):
        """Put aside for good what failed because it tells of no call.

        :return: what tells how many of them are
        """
        self.check_access("read")
        # sudo: zadarma.event - only what can never be applied, and only its state
        aside_sudo = self.sudo().filtered(
            lambda entry: entry.state == "failed" and not entry.pbx_call_id
        )
        aside_sudo.write({"state": "ignored"})
        if not aside_sudo:
            return told(
                self.env._(
                    "Nothing was ignored: only entries that failed and tell of no "
                    "call can be."
                ),
                "warning",
            )
        return told(
            self.env._(
                "Entries that are ignored from now on: %(aside)s of %(all)s",
                aside=len(aside_sudo),
                all=len(self),
            )
        )
