# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ZadarmaAccount(models.Model):
    """What is done with the recordings of an account."""

    _inherit = "zadarma.account"

    play_record_remotely = fields.Boolean(
        help="Recordings stay at Zadarma, and are played from there with a link that "
        "is good for a few minutes. Otherwise each is fetched once and kept in Odoo.",
    )

    recording_days = fields.Integer(
        "Delete after (days)",
        help="Recordings and transcripts of older calls are deleted, unless they are "
        "marked to be kept; 0 deletes none.",
    )
    delete_remotely = fields.Boolean(
        "Delete at Zadarma too",
        help="What is deleted by its age is deleted at Zadarma as well.",
    )
    transcribe = fields.Boolean(
        "Transcribe automatically",
        help="Zadarma's speech recognition writes down what was said. Zadarma may "
        "charge for it.",
    )

    @api.constrains("recording_days")
    def _check_recording_days(self):
        if any(account.recording_days < 0 for account in self):
            raise ValidationError(
                self.env._("A number of days is 0, for ever, or more.")
            )

    def write(self, vals):
        result = super().write(vals)
        if vals.get("play_record_remotely"):
            # nothing has to be fetched any more; what is kept stays so
            # sudo: zadarma.recording - nobody writes it by hand
            self.env["zadarma.recording"].sudo().search(
                [
                    ("account_id", "in", self.ids),
                    ("state", "in", ("waiting", "not_yet", "failed")),
                ]
            ).write({"state": "remote", "reason": False})
        return result
