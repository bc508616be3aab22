# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.telling import told
from ...zadarma_api.waiting import WAITING


class ZadarmaWaitingCaller(models.Model):
    """What people do about somebody who waits: call, or decide not to."""

    _inherit = "zadarma.waiting.caller"

    def action_call(self):
        """Call them about the missed call: who calls back knows no better whom.

        :return: the action by which the web client dials
        :raise UserError: the user has no extension
        """
        self.ensure_one()
        return self.call_id.action_call()

    def action_calls(self):
        """All calls with this number."""
        self.ensure_one()
        return self.env["zadarma.call"]._open(
            [
                ("company_id", "=", self.company_id.id),
                ("external_number", "=", self.number),
            ]
        )

    def action_hand_over(self):
        """Ask who shall call back instead."""
        return self._ask(self.env._("Who shall call back?"), "zadarma.waiting.handover")

    def action_waive(self):
        """Ask why nobody needs to call back."""
        return self._ask(self.env._("No call back is needed"), "zadarma.waiting.waiver")

    def _ask(self, title, wizard):
        """Open a window about those of these who wait; say so if there are none.

        :param title: translated
        :param wizard: name of a model with ``caller_ids``
        """
        if not self:
            return told(self.env._("Select the callers first."), "warning")
        waiting = self.filtered(lambda one: one.state in WAITING)
        if not waiting:
            return told(
                self.env._("None of these callers is waiting any more."), "warning"
            )
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": wizard,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_caller_ids": waiting.ids},
        }

    def _waive(self, reason):
        """Nobody needs to call back whoever waits now; who calls again, waits again.

        :param reason: a sentence
        :return: those who waited
        :raise UserError: nobody waits
        """
        self.check_access("read")
        # sudo: zadarma.waiting.caller - whoever sees who waits may say so
        waiting_sudo = self.sudo().filtered(lambda one: one.state in WAITING)
        if not waiting_sudo:
            raise UserError(self.env._("None of these callers is waiting any more."))
        decision = {
            "waived_at": fields.Datetime.now(),
            "waived_by_id": self.env.uid,
            "waiver": reason,
        }
        for caller in waiting_sudo:
            caller._missed_calls().write(decision)
            caller._refresh(caller.company_id, {caller.number})
            caller._log_waiver()
        return self.browse(waiting_sudo.ids)

    def _log_waiver(self):
        """Have who decided, and why, in the history of who waited."""
        self._message_log(
            body=self.env._("No call back is needed: %s", self.waiver),
            author_id=self.waived_by_id.partner_id.id,
        )
