# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ZadarmaCall(models.Model):
    """Which of our own numbers a caller dialled."""

    _inherit = "zadarma.call"

    did_id = fields.Many2one(
        "zadarma.did", "Own Number", readonly=True, ondelete="set null"
    )

    @api.model
    def _did_values(self, switchboard, direction, called_number, old):
        """The own number that a call came to; a former one keeps its calls.

        :param switchboard: the account's ``Switchboard``
        :param called_number: in E.164
        :param old: what is stored of the call, ``None`` if it is new
        :return: dict of one value
        """
        did_id = None
        if direction == "incoming":
            did_id = switchboard.own_numbers.get(called_number)
            if not did_id and old and old["called_number"] == called_number:
                did_id = old["did_id"]
        return {"did_id": did_id}
