# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ZadarmaExtension(models.Model):
    """Whether talks of an internal number are recorded: Zadarma's own switch."""

    _inherit = "zadarma.extension"

    recording = fields.Selection(
        [
            ("off", "Not recorded"),
            ("plain", "Recorded"),
            ("optional", "Recorded, transcript on demand"),
            ("all", "Recorded, with transcript"),
        ],
        copy=False,
        help="Whether Zadarma records the talks of this number and keeps them. Tell "
        "callers that they are recorded: a greeting of the PBX can do that.",
    )

    def write(self, vals):
        recording = vals.get("recording")
        if recording and not self.env.context.get("zadarma_told_recording"):
            for extension in self.filtered(lambda one: one.recording != recording):
                extension._switch_recording(recording)
        return super().write(vals)

    def _switch_recording(self, recording):
        """Have Zadarma record, or not, and log who wanted that.

        :raise UserError: Zadarma refuses, or cannot be reached
        """
        self.check_access("write")
        with self.account_id._zadarma() as client:
            client.set_recording(self.number, recording)
        label = dict(self._fields["recording"]._description_selection(self.env))
        self.account_id._message_log(
            author_id=self.env.user.partner_id.id,
            body=self.env._(
                "%(number)s: %(recording)s",
                number=self.display_name,
                recording=label[recording],
            ),
        )
