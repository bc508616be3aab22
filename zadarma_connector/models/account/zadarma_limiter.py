# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.transaction import in_own_transaction
from ...zadarma_api import client, errors, limits


class ZadarmaLimiter(models.Model):
    """Which requests an account made lately: one memory for all workers.

    Asking Zadarma too often gets the whole account blocked, so a request that would
    is not made; background work leaves half of the limit to people.
    """

    _name = "zadarma.limiter"
    _description = "Zadarma Request Limiter"

    account_id = fields.Many2one("zadarma.account", required=True, ondelete="cascade")
    log = fields.Json("Recent requests")
    blocked_until = fields.Float(help="Seconds since the epoch.")

    _account_unique = models.UniqueIndex("(account_id)")

    @api.model
    def _acquire(self, account_id, method, background):
        """Let a request through, or have it wait.

        :param method: of the API, e.g. ``info/balance``
        :param background: whether nobody waits for it
        :raise errors.RateLimited: it has to wait; ``retry_after`` tells how long
        """
        seconds = in_own_transaction(
            self, lambda limiter: limiter._admit(account_id, method, background)
        )
        if seconds > 0:
            raise errors.RateLimited("", retry_after=int(seconds) + 1)

    @api.model
    def _admit(self, account_id, method, background):
        limiter = self._locked(account_id)
        now = time.time()
        if limiter.blocked_until > now:
            return limiter.blocked_until - now
        log = limits.recent([limits.Request(*one) for one in limiter.log or ()], now)
        request = limits.Request(now, method == client.STATISTICS, background)
        seconds = limits.wait(log, request)
        if not seconds:
            limiter.log = [
                [one.at, one.statistics, one.background] for one in [*log, request]
            ]
        return seconds

    @api.model
    def _limited(self, account_id, retry_after):
        """Zadarma told that its limit is reached: nobody asks again before the time."""
        until = time.time() + min(retry_after or limits.PERIOD, limits.LONGEST_WAIT)
        in_own_transaction(
            self,
            lambda limiter: limiter._locked(account_id).write({"blocked_until": until}),
        )

    @api.model
    def _locked(self, account_id):
        """The account's limiter, locked; made with the account."""
        self.env.cr.execute(
            SQL(
                "SELECT id FROM zadarma_limiter WHERE account_id = %s"
                " FOR NO KEY UPDATE",
                account_id,
            ),
            # that somebody else was faster is no error
            log_exceptions=False,
        )
        return self.browse(limiter_id for [limiter_id] in self.env.cr.fetchall())
