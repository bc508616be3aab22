# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models

from ...tools import job
from ...zadarma_api import errors, forwarding

_logger = logging.getLogger(__name__)

#: A request that was sent and not answered has arrived by then, or never will: a client
#: gives up after seconds, and so do proxies.
_LATE = timedelta(minutes=10)
#: Nobody is left forwarded for longer without another try.
_LONGEST_GAP = timedelta(minutes=15)


class ZadarmaForwarding(models.Model):
    """The job that makes Zadarma's forwarding what is wished for.

    What Zadarma is about to be asked for is committed before, so that whoever goes on
    after a crash knows all that may be there and be ours.
    """

    _inherit = "zadarma.forwarding"

    @api.model
    def _cron_forwarding(self):
        now = fields.Datetime.now()
        job.run(
            self,
            "cron_forwarding",
            [
                ("extension_id.active", "=", True),
                ("account_id.active", "=", True),
                "|",
                ("is_due", "=", True),
                ("wish_ids.until", "<=", now),
            ],
            job.Attempts("attempts", "next_at"),
            do=lambda one: one._apply(),
            failed=lambda one, *told: one._apply_failed(*told),
        )

    def _apply(self):
        now = fields.Datetime.now()
        self.wish_ids.filtered(lambda wish: wish._is_over(now)).unlink()
        wish = self.wish_ids._strongest()
        client = self.account_id._client(background=True)
        self._follow(client, wish)
        waits = self.uncertain_until
        self.write(
            {
                "is_due": bool(waits),
                "attempts": 0,
                "next_at": waits,
                "trouble": False,
            }
        )
        self.account_id._look_again()

    def _follow(self, client, wish):
        """Do what is to be done next.

        :param client: of the account
        :param wish: the one that counts; may be empty
        """
        number = self.extension_id.number
        found = client.get_forwarding(number)
        was_uncertain = self._is_uncertain() and self.uncertain_until
        wanted = wish._target() if wish else None
        step = forwarding.next_step(self._kept(), wanted, found)
        if step.target:
            self._keep(forwarding.about_to(self._kept(), step, found))
            self.uncertain_until = fields.Datetime.now() + _LATE
            self.env["ir.cron"]._commit_progress()
            client.set_forwarding(number, step.target)
        self.uncertain_until = was_uncertain
        known = self._kept()
        self._keep(forwarding.after(known, step, found, not was_uncertain))
        self._note(step, wish, found, known)

    def _is_uncertain(self):
        now = fields.Datetime.now()
        return bool(self.uncertain_until and self.uncertain_until > now)

    def _brought_back_at_once(self):
        """Bring back what was there before; nobody is there to try again.

        :return: whether nothing of ours is left there
        """
        if not self.before:
            return True
        number = self.extension_id.number
        try:
            client = self.account_id._client()
            found = client.get_forwarding(number)
            step = forwarding.next_step(self._kept(), None, found)
            if step.target:
                client.set_forwarding(number, step.target)
        except job.EXPECTED as error:
            _logger.info("%s: %s", self, type(error).__name__)
            return False
        return True

    def _note(self, step, wish, found, known):
        """Write down what was done, and tell what the person would not expect."""
        if step.action == forwarding.SET or (
            step.action == forwarding.HOLD and not known.is_set
        ):
            self._log("set", wish._target(), wish.reason)
        elif step.action in (forwarding.RESTORE, forwarding.RESTORED):
            # looked at once more, where a request could still have arrived
            if known.before and self.line_ids[:1].event != "restored":
                self._log("restored", known.before)
        elif step.action == forwarding.LEAVE:
            self._log("left", found, wish.reason)
            self._tell_person(lambda one: one._left_text())
        elif step.action == forwarding.YIELD:
            self.wish_ids.is_overruled = True
            self._log("yielded", found)
            self._tell_person(lambda one: one._yielded_text())

    def _log(self, event, target, reason=False, why_not=False):
        kinds = dict(self.line_ids._fields["kind"].selection)
        self.line_ids.create(
            {
                "forwarding_id": self.id,
                "event": event,
                "reason": reason,
                "kind": target and target.kind in kinds and target.kind,
                "goes_to": target and target.destination,
                "why_not": why_not,
            }
        )

    def _apply_failed(self, error, reason):
        """Keep why, tell the person once, and try again before long."""
        if not self:
            return
        if getattr(error, "begun", False):
            reason = self._unanswered_text()
        if not self.trouble:
            self._log("failed", None, why_not=reason)
            self._tell_person(lambda one: one._failed_text(reason))
        self.trouble = reason
        now = fields.Datetime.now()
        # Zadarma's own no is not another one so soon
        if not isinstance(error, errors.Refused):
            ends = [wish.until for wish in self.wish_ids if wish.until]
            latest = min([now + _LONGEST_GAP, *(end for end in ends if end > now)])
            self.next_at = min(self.next_at or now, latest)
        self.is_due = True
