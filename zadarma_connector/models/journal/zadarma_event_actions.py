# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import split_every

from ...tools.telling import told
from ...tools.transaction import seeing_others
from .zadarma_event_apply import BATCH

#: In these states a call is computed anew, and something else is taken again.
_OF_CALLS = "failed", "received", "doubted"
_OF_OTHERS = "failed", "received"


class ZadarmaEvent(models.Model):
    """What somebody can do about entries that were not applied."""

    _inherit = "zadarma.event"

    can_be_applied = fields.Boolean(compute="_compute_can_be")
    can_be_ignored = fields.Boolean(compute="_compute_can_be")

    @api.depends("state", "pbx_call_id", "event")
    def _compute_can_be(self):
        others = self._other_events()
        for entry in self:
            of_call = entry.pbx_call_id and entry.state in _OF_CALLS
            of_others = entry.event in others and entry.state in _OF_OTHERS
            entry.can_be_applied = bool(of_call or of_others)
            entry.can_be_ignored = entry.state == "failed" and not entry.pbx_call_id

    def action_apply_again(self):
        """Compute the calls of these entries anew, after a bug was mended, and have
        taken what tells of no call.

        :return: what tells how many of them are applied by now
        """
        self.check_access("read")
        # sudo: zadarma.event - entries change by what they say alone
        for account, entries in self.sudo().grouped("account_id").items():
            ids = sorted(set(filter(None, entries.mapped("pbx_call_id"))))
            for some in split_every(BATCH, ids, list):
                self.sudo()._apply_now(account.id, some)
        for state in _OF_OTHERS:
            self.sudo()._take_each(state)
        self.invalidate_recordset()
        # what others committed is not seen in the transaction of whoever asks
        with seeing_others(self.sudo()) as committed:
            applied = committed.search_count(
                [("id", "in", self.ids), ("state", "=", "applied")]
            )
            committed.account_id._look_again()
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
        aside_sudo = self.sudo().filtered("can_be_ignored")
        aside_sudo.write({"state": "ignored"})
        aside_sudo.account_id._look_again()
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
