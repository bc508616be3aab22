# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...zadarma_api import waiting

#: What a missed call can come to.
STATES = [
    ("open", "Waiting"),
    ("attempted", "Not reached"),
    ("done", "Spoken to"),
    ("not_needed", "Not needed"),
]
#: Results of outgoing calls in which we rang and got nobody.
_IN_VAIN = ("no_answer", "busy", "cancelled")


class ZadarmaCall(models.Model):
    """Missed calls: whether somebody called back."""

    _inherit = "zadarma.call"

    callback_state = fields.Selection(
        STATES,
        "Callback",
        readonly=True,
        copy=False,
        help="Whether somebody called back; empty for calls that were already too old "
        "when Odoo learned of them.",
    )
    time_to_call_back = fields.Integer(
        "Time to call back",
        readonly=True,
        copy=False,
        # 0 for those whom nobody called back
        aggregator=None,
        help="In seconds: from the beginning of a missed call until somebody spoke "
        "with the caller.",
    )

    # kept with the call: the decision stays, whatever becomes of it meanwhile
    waived_at = fields.Datetime("Decided at", readonly=True, copy=False)
    waived_by_id = fields.Many2one("res.users", "Decided by", readonly=True, copy=False)
    waiver = fields.Char("Reason for not calling back", readonly=True, copy=False)

    _waiting_index = models.Index(
        "(company_id, date_start NULLS FIRST, id)"
        " WHERE callback_state IN ('open', 'attempted')"
    )

    def write(self, vals):
        if "external_number" in vals:
            # nobody waits at the number that it had; the job judges the new one
            vals = {**vals, "callback_state": False, "time_to_call_back": 0}
        return super().write(vals)

    @api.model
    def _follow_up_numbers(self, numbers):
        # sudo: zadarma.waiting.caller - they follow from calls, whoever changes those
        Caller = self.env["zadarma.waiting.caller"].sudo()
        for company, some in numbers.items():
            Caller._refresh(company, some)
        return super()._follow_up_numbers(numbers)

    @api.model
    def _number_by_hand(self, account, partner):
        """Of several numbers, the one at which they wait."""
        # sudo: zadarma.waiting.caller - whether one of these numbers is one's
        waiting_sudo = self.env["zadarma.waiting.caller"].sudo()
        caller_sudo = waiting_sudo.search(
            [
                ("company_id", "=", account.company_id.id),
                ("state", "in", [*waiting.WAITING]),
                *Domain("number", "in", partner._zadarma_numbers(account))
                | Domain("partner_id", "=", partner.id),
            ],
            limit=1,
        )
        return caller_sudo.number or super()._number_by_hand(account, partner)

    def _waiting_kind(self):
        """What the call means to somebody who waits to be called.

        A ghost answer serves nobody: a menu or a mailbox took it. What statistics do
        not know may never have taken place.

        :return: a kind of :mod:`~zadarma_api.waiting`, ``None`` if it means nothing
        """
        self.ensure_one()
        if self.state != "ended" or self.in_doubt or self.direction == "internal":
            return None
        if self._is_talk():
            return waiting.SERVED
        if self.direction == "outgoing":
            return waiting.TRIED if self.result in _IN_VAIN else None
        missed = self.result == "missed" and self._is_recent()
        return waiting.MISSED if missed else None

    def _other_attempts(self):
        """When somebody was told that we missed this call, otherwise than by calling;
        for others to extend.

        :return: list of UTC
        """
        return []

    def _judge_waiting(self):
        """What became of each missed one among all calls with a number.

        :return: as :func:`~zadarma_api.waiting.judge`
        """
        told = [
            waiting.Call(call.id, call._began(), kind, call.waived_at or None)
            for call in self
            if (kind := call._waiting_kind())
        ]
        tried = [
            waiting.Call(call.id, moment, waiting.TRIED)
            for call in self
            for moment in call._other_attempts()
        ]
        return waiting.judge(
            [*told, *tried, *self._emptied_talks()],
            {call.waived_at for call in self if call.waived_at},
        )

    def _began(self):
        return self.date_start or self.create_date

    def _emptied_talks(self):
        """The talks that served these calls and were emptied since: that they were with
        this number, only the calls tell that waited for them.

        :return: list of :class:`~zadarma_api.waiting.Call`
        """
        served = {
            call._began() + timedelta(seconds=call.time_to_call_back)
            for call in self.filtered(lambda one: one.callback_state == "done")
        }
        served -= {call._began() for call in self}
        if not served:
            return []
        emptied = self.search(
            [
                ("company_id", "in", self.company_id.ids),
                ("sealed_at", "!=", False),
                ("date_start", "in", list(served)),
            ]
        )
        return [
            waiting.Call(call.id, call.date_start, waiting.SERVED)
            for call in emptied.filtered(lambda one: one._is_talk())
        ]

    def _waiver_values(self):
        """What was decided about this call, as who waited shows it."""
        return {
            "waived_at": self.waived_at,
            "waived_by_id": self.waived_by_id.id,
            "waiver": self.waiver,
        }

    def _set_callback_states(self, missed):
        """Say on each call what became of it.

        :param missed: what :func:`~zadarma_api.waiting.judge` told
        """
        told = {one.id: one for one in missed}
        changes = {}
        for call in self:
            one = told.get(call.id)
            state = one.state if one else False
            seconds = (
                int((one.served_at - one.moment).total_seconds())
                if state == "done"
                else 0
            )
            if (call.callback_state, call.time_to_call_back) != (state, seconds):
                changes.setdefault((state, seconds), self.browse())
                changes[state, seconds] += call
        for (state, seconds), calls in changes.items():
            calls.write({"callback_state": state, "time_to_call_back": seconds})

    def action_waiting_caller(self):
        """Show whoever waits, with all that was tried."""
        self.ensure_one()
        caller = self.env["zadarma.waiting.caller"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("number", "=", self.external_number),
            ]
        )
        return caller.get_formview_action()
