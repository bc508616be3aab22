# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ...zadarma_api import download, errors
from .zadarma_listening import VALID_FOR

#: Seconds that a link outlives the talk: pauses, and parts heard twice.
_SPARE = 300


class ZadarmaRecording(models.Model):
    """One recorded file: a part of a call, kept in Odoo or played from Zadarma.

    Only those have a right on it who may hear it. Here: what it is, and playing it.
    """

    _name = "zadarma.recording"
    _description = "Phone Call Recording"
    _order = "call_id DESC, pbx_leg_id, id"
    _rec_name = "call_id"

    # first in the index of _part_unique
    call_id = fields.Many2one(
        "zadarma.call", "Phone Call", required=True, ondelete="cascade"
    )
    account_id = fields.Many2one(
        related="call_id.account_id", store=True, precompute=True
    )
    company_id = fields.Many2one(
        related="call_id.company_id", store=True, precompute=True
    )
    pbx_leg_id = fields.Char(
        "Part ID", help="The id that Zadarma gave to this part (call_id)."
    )
    proved = fields.Boolean(
        help="Zadarma's API gave its file for this very call. Before that only a "
        "notification told of it."
    )
    state = fields.Selection(
        [
            ("waiting", "Being fetched"),
            ("not_yet", "Not there yet"),
            ("kept", "Kept in Odoo"),
            ("remote", "At Zadarma"),
            ("gone", "Not there any more"),
            ("never", "Never made"),
            ("failed", "Failed"),
            ("deleted", "Deleted"),
        ],
        required=True,
    )
    reason = fields.Char(help="Why the last attempt failed.")
    attachment_id = fields.Many2one("ir.attachment", "File", ondelete="set null")
    size = fields.Integer(help="In bytes.")

    # without an id there is one only
    _part_unique = models.UniqueIndex(
        "(call_id, COALESCE(pbx_leg_id, ''))",
        "This recording is being asked for already. Try again in a moment.",
    )

    _proved_unique = models.UniqueIndex(
        "(account_id, pbx_leg_id) WHERE proved",
        "This recording belongs to another call.",
    )

    def unlink(self):
        files_sudo = self.sudo().attachment_id
        result = super().unlink()
        files_sudo.unlink()
        return result

    def _state_text(self):
        """What there is to know of a recording that cannot be played."""
        self.ensure_one()
        texts = {
            "waiting": self.env._("The recording is being fetched from Zadarma."),
            "not_yet": self.env._(
                "Zadarma does not have the recording yet. Next attempt: %(time)s.",
                time=format_datetime(self.env, self.next_try_at, dt_format="short"),
            ),
            "remote": self.env._("The recording is at Zadarma."),
            "gone": self.env._("Zadarma does not have the recording any more."),
            "never": self.env._("Zadarma did not record this call."),
            "failed": self.env._(
                "The recording could not be fetched: %(reason)s", reason=self.reason
            ),
            "deleted": self.env._("The recording was deleted."),
        }
        if self.state == "waiting" and self.reason:
            return self.env._(
                "The recording could not be fetched. Next attempt: %(time)s. Reason: "
                "%(reason)s",
                reason=self.reason,
                time=format_datetime(self.env, self.next_try_at, dt_format="short"),
            )
        return texts.get(self.state, "")

    def _prove(self):
        """Note that Zadarma's API gave its file for its call."""
        if self.proved:
            return
        self.proved = True
        if self.account_id.transcribe:
            self._request_transcript()

    # -- playing -------------------------------------------------------------------

    def _is_playable(self):
        return bool(self.attachment_id) or (
            self.state == "remote" and self.account_id.play_record_remotely
        )

    def listen(self, listening_id=None):
        """Begin to listen, which is logged, or go on.

        :param listening_id: the listening that goes on: a link expired
        :return: ``{"listening_id": id, "url": where the sound is}``
        :raise AccessError: the current user may not hear it
        :raise UserError: it is not there; says why
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: zadarma.recording - who may hear it needs neither account nor file
        recording_sudo = self.sudo()
        if not recording_sudo._is_playable():
            raise UserError(recording_sudo._state_text())
        link = not recording_sudo.attachment_id and recording_sudo._remote_link()
        # sudo: zadarma.listening - nobody writes it by hand
        listening_sudo = self.env["zadarma.listening"].sudo()
        listening_sudo = listening_sudo._current(
            listening_id, recording_sudo
        ) or listening_sudo.create(
            {
                "recording_id": self.id,
                "user_id": self.env.uid,
                "remote": bool(link),
            }
        )
        return {
            "listening_id": listening_sudo.id,
            "url": link or f"/zadarma/recording/{listening_sudo.id}",
        }

    def _remote_link(self):
        """A link for one listener, which lives as long as listening needs."""
        call = self.call_id
        lifetime = min(call.duration + _SPARE, VALID_FOR.total_seconds())
        with self.account_id._zadarma() as client:
            for link in call._recording_links(client, lifetime):
                # sudo: zadarma.account - the address of the API, to compare with
                download.check_address(link, self.account_id.sudo().api_url)
                if call._recording_of(link) == self:
                    return link
            raise errors.NotFound("no file of this part")
