# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ZadarmaRouting(models.AbstractModel):
    _inherit = "zadarma.routing"

    @api.model
    def _reason_texts(self, values):
        return {
            **super()._reason_texts(values),
            "do_not_disturb": self.env._(
                "%(person)s does not want to be disturbed until %(at)s.", **values
            ),
        }
