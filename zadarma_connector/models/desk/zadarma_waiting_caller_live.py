# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...zadarma_api.waiting import WAITING
from .ir_websocket import WAITING_CHANNEL


class ZadarmaWaitingCaller(models.Model):
    """Who has the list of who waits open is told what changes, once a transaction.

    Everybody who may see calls sees the whole list, so only ids are told, to all of a
    company, and only while somebody has such a list open.
    """

    _inherit = "zadarma.waiting.caller"

    @api.model_create_multi
    def create(self, vals_list):
        callers = super().create(vals_list)
        callers._tell()
        return callers

    def write(self, vals):
        result = super().write(vals)
        self._tell()
        return result

    def unlink(self):
        self._tell()
        return super().unlink()

    def _compute_holder_id(self):
        result = super()._compute_holder_id()
        # what is computed is not written
        self._tell()
        return result

    @api.model
    def watch(self):
        """Have the open list of who waits told what changes, for ten minutes.

        :raise AccessError: the user may not see calls at all
        """
        self.check_access("read")
        self.env["zadarma.account"]._watch()

    @api.model
    def _tell_of_numbers(self, company_id, numbers):
        """Tell that somebody calls some of these numbers, or does no more.

        :param company_id: id of the company
        :param numbers: in E.164
        """
        # sudo: zadarma.waiting.caller - only who of them waits
        self.sudo().search(
            [
                ("company_id", "=", company_id),
                ("number", "in", list(numbers)),
                ("state", "in", WAITING),
            ]
        )._tell()

    def _tell(self):
        # sudo: zadarma.account - whether somebody watches
        for caller in self.sudo().filtered("account_id.is_watched"):
            precommit = self.env.cr.precommit
            if "zadarma.waiting.news" not in precommit.data:
                precommit.data["zadarma.waiting.news"] = {}
                precommit.add(self.sudo().browse()._send_waiting_news)
            news = precommit.data["zadarma.waiting.news"]
            news.setdefault(caller.company_id, set()).add(caller.id)

    def _send_waiting_news(self):
        news = self.env.cr.precommit.data.pop("zadarma.waiting.news")
        for company, caller_ids in news.items():
            self.env["bus.bus"]._sendone(
                (company, WAITING_CHANNEL), WAITING_CHANNEL, sorted(caller_ids)
            )
