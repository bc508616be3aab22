# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

from ...zadarma_api.waiting import WAITING

#: Missed calls of longer ago are no news, whenever somebody looked last.
_NEWS = timedelta(days=7)
#: More than so many are counted as so many.
_MOST = 100


class ResUsers(models.Model):
    """What the telephone at the top of the page counts."""

    _inherit = "res.users"

    @api.readonly
    @api.model
    def zadarma_bar(self):
        """Who wanted the current user, and was not heard.

        :return: dict: ``missed``: list of (when, UTC as Odoo writes it; who) for each
            call that rang at the own extensions and whose caller nobody called back;
            ``waiting``: who waits for a call back that is the own task. Who is the
            same is told by the same text, for the browser to count each once.
        """
        missed = self.env["zadarma.call"].search_fetch(
            [
                ("leg_ids.user_id", "=", self.env.uid),
                ("result", "=", "missed"),
                ("date_start", ">", fields.Datetime.now() - _NEWS),
                ("callback_state", "not in", ("done", "not_needed")),
            ],
            ["company_id", "external_number", "date_start"],
            limit=_MOST,
        )
        waiting = self.env["zadarma.waiting.caller"].search_fetch(
            [
                ("state", "in", [*WAITING]),
                ("activity_user_id", "=", self.env.uid),
            ],
            ["company_id", "number"],
            limit=_MOST,
        )
        return {
            "missed": [
                (
                    fields.Datetime.to_string(call.date_start),
                    # whoever withholds the number is somebody else each time
                    f"{call.company_id.id} {call.external_number or call.id}",
                )
                for call in missed
            ],
            "waiting": [f"{one.company_id.id} {one.number}" for one in waiting],
        }
