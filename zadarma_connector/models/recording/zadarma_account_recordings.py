# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ZadarmaAccount(models.Model):
    """Whether recordings are fetched or stay at Zadarma."""

    _inherit = "zadarma.account"

    play_record_remotely = fields.Boolean(
        help="Recordings stay at Zadarma, and are played from there with a link that "
        "is good for a few minutes. Otherwise each is fetched once and kept in Odoo.",
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
