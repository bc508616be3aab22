# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import format_list

#: More names than anybody reads.
_NAMES = 5


class ZadarmaWaitingCaller(models.Model):
    """An open floor is told who waits, as it is told who is free; and a supervisor, if
    somebody waits for long."""

    _inherit = "zadarma.waiting.caller"

    told_since = fields.Datetime(
        readonly=True, help="A supervisor was told of the wait that began then."
    )

    def _tell(self):
        # sudo: zadarma.account - whether somebody looks
        for account, callers in self.sudo().grouped("account_id").items():
            if account._presence_is_told():
                account._tell_presence(callers.company_id.ids)
        return super()._tell()

    def _tell_long_wait(self, free):
        """Tell a supervisor that somebody could call back.

        :param free: the ``zadarma.extension`` of who is free
        """
        self.told_since = self.date_since
        # sudo: res.users, hr.employee - who supervises, and the names of who is free
        user_sudo = self.sudo()._supervisor(self.holder_id)
        if not user_sudo:
            return
        theirs = self.with_context(lang=user_sudo.lang)
        names = [
            one.employee_id.name or one.user_id.name or one.number
            for one in free.sudo()[:_NAMES]
        ]
        theirs.message_notify(
            partner_ids=user_sudo.partner_id.ids,
            subject=theirs.env._("%s waits for a call back", theirs.display_name),
            body=theirs.env._(
                "Waiting time: %(waited)s. These people are free: %(people)s.",
                waited=theirs.waited,
                people=format_list(theirs.env, names),
            ),
        )
