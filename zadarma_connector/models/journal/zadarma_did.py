# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter, defaultdict
from datetime import timedelta

from odoo import api, fields, models

from ...zadarma_api.belief import Reason
from ...zadarma_api.notification import caller_number
from ..account.zadarma_did import E164

#: Numbers that wait for somebody to say whether they are ours, of one account.
_PROPOSALS = 20
#: Only what is dialled now is worth asking about.
_RECENT = timedelta(days=1)
_LOOKED_AT = 1000


class ZadarmaDid(models.Model):
    """Own numbers that the journal tells of.

    What was doubted for want of a number is judged again as soon as it is known.
    """

    _inherit = "zadarma.did"

    @api.model_create_multi
    def create(self, vals_list):
        dids = super().create(vals_list)
        dids._judge_again()
        return dids

    def write(self, vals):
        result = super().write(vals)
        if vals.get("is_ours") or vals.get("active"):
            self._judge_again()
        return result

    def _judge_again(self):
        """Have what was doubted for want of these numbers judged again: by the job,
        since others can see them only when this transaction ended."""
        accounts = self.filtered(lambda did: did.is_ours and did.active).account_id
        if not accounts:
            return
        # sudo: zadarma.event - only that they are judged again
        doubted_sudo = (
            self.env["zadarma.event"]
            .sudo()
            .search(
                [
                    ("account_id", "in", accounts.ids),
                    ("state", "=", "doubted"),
                    ("doubt", "=", Reason.UNKNOWN_DID),
                ]
            )
        )
        if doubted_sudo:
            doubted_sudo.state = "received"
            self.env.ref("zadarma_connector.cron_apply")._trigger()

    @api.model
    def _learn(self, account, rows):
        """Take the numbers that confirmed calls were made to as ours.

        Statistics do not tell them, but the caller: what is left of the signed text is
        the dialled number.

        :param rows: of statistics, whose calls are computed
        """
        e164 = account._switchboard().e164
        callers = defaultdict(set)
        for row in rows:
            callers[row.get("pbx_call_id")].add(e164(caller_number(row.get("clid"))))
        calls = self.env["zadarma.call"].search(
            [
                ("account_id", "=", account.id),
                ("pbx_call_id", "in", list(callers)),
                ("direction", "=", "incoming"),
                ("confirmed", "=", True),
            ]
        )
        numbers = {
            call.called_number
            for call in calls
            if call.external_number
            and call.external_number in callers[call.pbx_call_id]
        }
        known = self._known(account, numbers)
        known.filtered(lambda did: did.active and not did.is_ours).is_ours = True
        self._add(account, numbers - set(known.mapped("number")), is_ours=True)

    @api.model
    def _propose(self, account):
        """Ask about numbers that notifications were doubted for."""
        entries = self.env["zadarma.event"].search(
            [
                ("account_id", "=", account.id),
                ("state", "=", "doubted"),
                ("doubt", "=", Reason.UNKNOWN_DID),
                ("received_at", ">", fields.Datetime.now() - _RECENT),
            ],
            limit=_LOOKED_AT,
        )
        if not entries:
            return
        e164 = account._switchboard().e164
        dialled = Counter(e164(entry.payload.get("called_did")) for entry in entries)
        known = set(self._known(account, dialled).mapped("number"))
        waiting = self.search_count(
            [("account_id", "=", account.id), ("is_ours", "=", False)]
        )
        room = max(_PROPOSALS - waiting, 0)
        new = [
            number for number, _times in dialled.most_common() if number not in known
        ]
        self._add(account, [one for one in new if _is_e164(one)][:room], is_ours=False)

    @api.model
    def _known(self, account, numbers):
        return self.with_context(active_test=False).search(
            [("account_id", "=", account.id), ("number", "in", list(numbers))]
        )

    @api.model
    def _add(self, account, numbers, is_ours):
        self.create(
            [
                {"account_id": account.id, "number": number, "is_ours": is_ours}
                for number in sorted(filter(_is_e164, numbers))
            ]
        )


def _is_e164(number):
    return bool(E164.fullmatch(number or ""))
