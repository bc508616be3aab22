# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

from ...zadarma_api import clock, facts, notification
from ...zadarma_api.belief import Reason, lag
from ..account.zadarma_account_health import RECENT

#: Of an account's notifications, and at least so many.
_MANY_DOUBTED = 0.02
_SOME_DOUBTED = 5
_EXAMPLES = 2
#: A channel may be silent for so long while calls come: they are told within seconds.
_SILENT = timedelta(hours=3)
#: So many notifications about calls that begin tell how the clocks differ.
_LAGS = 10


class ZadarmaAccount(models.Model):
    """Whether what the PBX tells is believed as it should be: our own rules may be
    wrong, and no account may lose its calls by them."""

    _inherit = "zadarma.account"

    def _find_belief_problems(self):
        return [
            *self._find_doubts(),
            *self._find_silence(),
            *self._find_offset(),
            *self._find_proposals(),
        ]

    def _recently_notified(self):
        return [
            ("account_id", "in", self._origin.ids),
            ("source", "=", "notification"),
            ("received_at", ">", fields.Datetime.now() - RECENT),
        ]

    def _find_doubts(self):
        Event = self.env["zadarma.event"]
        domain = self._recently_notified()
        doubted = [*domain, ("state", "=", "doubted")]
        count, total = Event.search_count(doubted), Event.search_count(domain)
        if count < _SOME_DOUBTED or count <= _MANY_DOUBTED * total:
            return []
        reasons = dict(Event._fields["doubt"]._description_selection(self.env))
        examples = Event.search(doubted, limit=_EXAMPLES)
        return [
            self.env._(
                "Doubted notifications of the last day: %(count)s of %(total)s, for "
                "example %(examples)s. If nobody attacks you, an extension or a "
                "number of yours may be missing here.",
                count=count,
                total=total,
                examples="; ".join(
                    f"{entry.event}: {reasons.get(entry.doubt, entry.doubt)}"
                    for entry in examples
                ),
            )
        ]

    def _find_silence(self):
        now = fields.Datetime.now()
        last = self.last_notification_at or self.connected_at
        if self.polling or not self.webhook_is_registered or now - last < _SILENT:
            return []
        unheard = self.env["zadarma.call"].search_count(
            [
                ("company_id", "in", self.company_id.ids),
                ("account_id", "in", self._origin.ids),
                ("confirmed", "=", True),
                ("date_start", ">", max(last, now - RECENT)),
            ]
        )
        if not unheard:
            return []
        return [
            self.env._(
                "Zadarma has sent no notifications since %(at)s (UTC), but its "
                "statistics have calls since then: %(count)s. Check whether "
                "notifications can reach this server.",
                at=last,
                count=unheard,
            )
        ]

    def _find_offset(self):
        # what somebody sends again tells nothing of clocks
        entries = self.env["zadarma.event"].search(
            [
                *self._recently_notified(),
                ("event", "in", notification.BEGINNINGS),
                ("doubt", "not in", [Reason.SAME_TEXT_OTHER_ID, Reason.HEARD_BEFORE]),
            ],
            limit=_LAGS,
        )
        told = (
            facts.Fact(entry.event, entry._said(), entry.received_at)
            for entry in entries
        )
        lags = [one for fact in told if (one := lag(fact, self.tz)) is not None]
        offset = clock.wrong_by(lags)
        if not offset:
            return []
        values = {"hours": f"{abs(offset) / timedelta(hours=1):g}", "zone": self.tz}
        if offset > timedelta(0):
            return [
                self.env._(
                    "Calls seem to begin %(hours)s h too early: the time zone %(zone)s "
                    "of this account is not the one in your personal account at "
                    "Zadarma. Until it is, calls get wrong times and are not routed.",
                    **values,
                )
            ]
        return [
            self.env._(
                "Calls seem to begin %(hours)s h too late: the time zone %(zone)s of "
                "this account is not the one in your personal account at Zadarma. "
                "Until it is, calls get wrong times and are not routed.",
                **values,
            )
        ]

    def _find_proposals(self):
        proposed = self.env["zadarma.did"].search(
            [("account_id", "in", self._origin.ids), ("is_ours", "=", False)]
        )
        return [
            self.env._(
                "Calls come to %s; if it is yours, accept it on the PBX tab.",
                did.number,
            )
            for did in proposed
        ]
