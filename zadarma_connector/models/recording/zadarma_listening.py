# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

#: How long a listening can go on before it counts as another one.
VALID_FOR = timedelta(hours=4)


class ZadarmaListening(models.Model):
    """Who listened to which recording, and when.

    Made before any sound is given out: the address of the sound is that of the
    listening, which is good for its listener and for a few hours.
    """

    _name = "zadarma.listening"
    _description = "Zadarma Listening Log"
    _order = "id DESC"
    _rec_name = "recording_id"

    recording_id = fields.Many2one(
        "zadarma.recording", required=True, index=True, ondelete="cascade"
    )
    call_id = fields.Many2one(
        string="Phone Call",
        related="recording_id.call_id",
        store=True,
        precompute=True,
        index=True,
    )
    company_id = fields.Many2one(
        related="recording_id.company_id", store=True, precompute=True
    )
    user_id = fields.Many2one("res.users", "Listener", required=True, index=True)
    began_at = fields.Datetime(
        "Listened on", required=True, default=fields.Datetime.now
    )
    remote = fields.Boolean("From Zadarma", help="Played without being kept in Odoo.")

    @api.model
    def _current(self, listening_id, recording):
        """The listening of the current user, if it is theirs and not over.

        :param recording: the ``zadarma.recording``; ``None`` for whichever it is of
        """
        return self.search(
            [
                ("id", "=", listening_id),
                ("user_id", "=", self.env.uid),
                ("began_at", ">", fields.Datetime.now() - VALID_FOR),
                ("recording_id", "in", recording.ids) if recording else (1, "=", 1),
            ]
        )

    @api.model
    def _file(self, listening_id):
        """The file that a listening is of, empty if there is none (any more).

        :raise AccessError: the current user may not hear it any more
        """
        # sudo: zadarma.listening - the own one only, which its listener cannot read
        recording_sudo = self.sudo()._current(listening_id, None).recording_id
        recording_sudo.sudo(False).check_access("read")
        return recording_sudo.attachment_id
