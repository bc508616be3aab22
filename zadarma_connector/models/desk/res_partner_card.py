# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResPartner(models.Model):
    """The figures on a caller's card."""

    _inherit = "res.partner"

    def _zadarma_figures(self):
        """What is open with a customer, for the card of a call.

        Hook for other addons: extend it and add to what ``super()`` returns. It runs
        under the rights of the user who sees the card, while the telephone rings: count
        with one statement, and leave out what the user may not read or what is zero.

        :return: a list of dicts: ``label``, translated; ``count``; ``action``, the
            ``ir.actions.act_window`` that shows what was counted
        """
        self.ensure_one()
        figures = []
        activities = self.activity_ids
        if activities:
            figures.append(
                {
                    "label": self.env._("Activities"),
                    "count": len(activities),
                    "action": self._get_records_action(),
                }
            )
        people = self.env["res.partner"].search_count([("parent_id", "=", self.id)])
        if people:
            figures.append(
                {
                    "label": self.env._("Contacts"),
                    "count": people,
                    "action": {
                        "type": "ir.actions.act_window",
                        "name": self.display_name,
                        "res_model": "res.partner",
                        "views": [[False, "list"], [False, "form"]],
                        "domain": [["parent_id", "=", self.id]],
                    },
                }
            )
        return figures
