# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ...zadarma_api.waiting import WAITING


class ZadarmaWaitingCaller(models.Model):
    """What people do about somebody who waits: call, or decide not to."""

    _inherit = "zadarma.waiting.caller"

    def action_call(self):
        """Call them: the own telephone rings first.

        :raise UserError: as ``res.users.zadarma_dial``
        """
        self.ensure_one()
        # from the missed call: who calls back knows no better whom
        called = self.env["res.users"].zadarma_dial(
            self.number, "zadarma.call", self.call_id.id
        )
        blacklisted = called["state"] == "blacklisted"
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if blacklisted else "info",
                "message": self.env._(
                    "This number is on the phone blacklist. Call it from the contact "
                    "if you have to."
                )
                if blacklisted
                else self.env._("Your telephone rings. Pick up, and it calls."),
            },
        }

    def action_calls(self):
        """All calls with this number."""
        self.ensure_one()
        return self.env["zadarma.call"]._open(
            [
                ("company_id", "=", self.company_id.id),
                ("external_number", "=", self.number),
            ]
        )

    def action_waive(self):
        """Ask why nobody needs to call back."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("No call back is needed"),
            "res_model": "zadarma.waiting.waiver",
            "view_mode": "form",
            "target": "new",
            "context": {"default_caller_ids": self.ids},
        }

    def _waive(self, reason):
        """Nobody needs to call back whoever waits now; who calls again, waits again.

        :param reason: a sentence
        :raise UserError: nobody waits
        """
        self.check_access("read")
        # sudo: zadarma.waiting.caller - whoever sees who waits may say so
        waiting_sudo = self.sudo().filtered(lambda one: one.state in WAITING)
        if not waiting_sudo:
            raise UserError(self.env._("These callers are not waiting any more."))
        decision = {
            "waived_at": fields.Datetime.now(),
            "waived_by_id": self.env.uid,
            "waiver": reason,
        }
        for caller in waiting_sudo:
            caller._missed_calls().write(decision)
            caller._refresh(caller.company_id, {caller.number})
            caller._log_waiver()

    def _log_waiver(self):
        """Have who decided, and why, in the history of who waited."""
        self._message_log(
            body=self.env._("No call back is needed: %s", self.waiver),
            author_id=self.waived_by_id.partner_id.id,
        )
