# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

#: A call with several recordings shows the first of these states.
_PRECEDENCE = (
    "kept",
    "remote",
    "waiting",
    "not_yet",
    "failed",
    "gone",
    "never",
    "deleted",
)
#: Of two records of one recording that counts of which more was done: what somebody had
#: deleted is not fetched again, and what was fetched is not lost.
_DONE = {"kept": 1, "deleted": 2}


class ZadarmaCall(models.Model):
    """The recordings of a call, and asking for them."""

    _inherit = "zadarma.call"

    recording_ids = fields.One2many(
        "zadarma.recording", "call_id", "Recordings", readonly=True
    )
    recording_state = fields.Selection(
        lambda self: self.env["zadarma.recording"]._fields["state"].selection,
        "Recording",
        compute="_compute_recording_state",
        compute_sudo=True,
    )

    _recorded_index = models.Index("(COALESCE(date_end, create_date)) WHERE recorded")

    def unlink(self):
        # sudo: zadarma.recording - the database deletes them, but not their files
        self.sudo().recording_ids.unlink()
        return super().unlink()

    def _take_from(self, other):
        # sudo: zadarma.recording - of calls that are one
        mine = {one.pbx_leg_id: one for one in self.sudo().recording_ids}
        for theirs in other.sudo().recording_ids:
            same = mine.get(theirs.pbx_leg_id)
            if same and _DONE.get(same.state, 0) >= _DONE.get(theirs.state, 0):
                continue
            if same:
                same.unlink()
            theirs.call_id = self
        return super()._take_from(other)

    @api.depends("recorded", "state", "sealed_at", "recording_ids.state")
    def _compute_recording_state(self):
        groups = self.env["zadarma.recording"]._read_group(
            [("call_id", "in", self.ids)], ["call_id"], ["state:array_agg"]
        )
        states = {call.id: states for call, states in groups}
        for call in self:
            # what nobody asked for is still there
            there = call.recorded and call.state == "ended" and not call.sealed_at
            usual = ["remote"] if there else []
            call.recording_state = min(
                states.get(call.id, usual), key=_PRECEDENCE.index, default=False
            )

    # -- asking for them -------------------------------------------------------------

    def _asked_for(self):
        """The recordings of these calls that the user may hear, made if need be.

        Those too in which the user is said to have spoken: what Zadarma answers proves
        it or not.
        """
        self.check_access("read")
        calls = self.filtered(lambda call: call.can_listen or call.being_checked)
        # sudo: zadarma.recording - nobody makes them by hand
        return self.env["zadarma.recording"].sudo()._expect(calls.sudo())

    def action_request_recordings(self):
        """Fetch the recordings of some calls, and show how far that is."""
        recordings_sudo = self._asked_for()
        if not recordings_sudo:
            raise UserError(
                self.env._(
                    "There is no recording to get: none of these calls was recorded, "
                    "or somebody else spoke. Supervisors may hear those."
                )
            )
        recordings_sudo._request()
        return {
            "type": "ir.actions.client",
            "tag": "zadarma_recording_progress",
            "params": {"call_ids": recordings_sudo.call_id.ids},
        }

    def recording_progress(self):
        """How many recordings are in which state: ``{state: number}``."""
        self.check_access("read")
        # sudo: zadarma.recording - states only, which each call shows as well
        groups = (
            self.env["zadarma.recording"]
            .sudo()
            ._read_group([("call_id", "in", self.ids)], ["state"], ["__count"])
        )
        return dict(groups)
