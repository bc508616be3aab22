# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import split_every

from ...zadarma_api import clock, errors, facts, limits, statistics
from .zadarma_event_apply import BATCH

_logger = logging.getLogger(__name__)

#: A call that ended so lately may not be in the statistics yet.
_SETTLING = timedelta(minutes=15)
#: A wall clock can be an hour off where summer time begins or ends.
_CLOCK_CHANGE = timedelta(hours=1)
#: Statistics are asked again for so long before the log was last known complete.
_OVERLAP = timedelta(days=1)
#: A call comes into the statistics when it is over, with the time when it began.
_LONGEST_CALL = timedelta(hours=4)
#: Before this nobody had a cloud PBX.
_EARLIEST = datetime(2006, 1, 1)
#: Time between reconciliations; without notifications they are how calls come in.
_EVERY = timedelta(days=1)
_EVERY_POLLING = timedelta(minutes=10)


class ZadarmaReconciliation(models.Model):
    """A comparison of the call log with the PBX's own statistics.

    Works through its period page by page, as many in one go as Zadarma's limit lets
    through, and goes on where it was after any interruption.
    """

    _name = "zadarma.reconciliation"
    _description = "Zadarma Reconciliation"
    _order = "id DESC"
    _rec_name = "account_id"

    account_id = fields.Many2one(
        "zadarma.account", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    date_from = fields.Datetime("From", required=True)
    date_to = fields.Datetime("Until", required=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        default="waiting",
        required=True,
        readonly=True,
    )
    reached = fields.Datetime(readonly=True, help="Until here all is compared.")
    skip = fields.Integer(readonly=True, help="Rows read of what comes after that.")
    progress = fields.Float(compute="_compute_progress")
    rows = fields.Integer("Rows read", readonly=True)
    added = fields.Integer("Calls added", readonly=True)
    corrected = fields.Integer("Calls corrected", readonly=True)
    doubted = fields.Integer("Calls put in doubt", readonly=True)
    error = fields.Char(readonly=True)

    _open_index = models.Index("(account_id) WHERE state IN ('waiting', 'running')")

    @api.constrains("date_from", "date_to")
    def _check_period(self):
        for run in self:
            if run.date_from >= run.date_to or run.date_from < _EARLIEST:
                raise ValidationError(
                    self.env._(
                        "The period must end after it begins, begin in the past and "
                        "not before the year %s.",
                        _EARLIEST.year,
                    )
                )

    @api.depends("reached", "date_from", "date_to", "state")
    def _compute_progress(self):
        for run in self:
            whole = run.date_to - run.date_from
            part = (run.reached or run.date_from) - run.date_from
            run.progress = 100 if run.state == "done" else 100 * (part / whole)

    @api.model_create_multi
    def create(self, vals_list):
        now = fields.Datetime.now()
        for vals in vals_list:
            # nothing can be known of the future: "until tonight" means until now
            if vals.get("date_to"):
                vals["date_to"] = min(fields.Datetime.to_datetime(vals["date_to"]), now)
        runs = super().create(vals_list)
        self.env.ref("zadarma_connector.cron_reconcile")._trigger()
        return runs

    def action_retry(self):
        """Go on where it failed."""
        self.check_access("read")
        # sudo: zadarma.reconciliation - only what failed, and only its state
        self.sudo().filtered(lambda run: run.state == "failed").write(
            {"state": "waiting", "error": False}
        )
        self.env.ref("zadarma_connector.cron_reconcile")._trigger()

    # -- the job -----------------------------------------------------------------

    @api.model
    def _cron_reconcile(self):
        """Begin what is due, and read pages as long as Zadarma lets us.

        The limit is three requests a minute, so a run takes no more than three pages
        at a time and comes back a minute later: other jobs are not held up.
        """
        accounts = self.env["zadarma.account"].search([("active", "=", True)])
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(accounts))
        for account in accounts:
            try:
                self._begin_if_due(account)
                self._work_on(account)
            except Exception as error:
                # one account's trouble is not the others'
                _logger.exception("reconciliation of %s failed", account.name)
                self.env.cr.rollback()
                self._unfinished(account)[:1].write(
                    {"state": "failed", "error": f"{type(error).__name__}: {error}"}
                )
            progress(1)
        if any(self._unfinished(account) for account in accounts):
            again = fields.Datetime.now() + timedelta(seconds=limits.PERIOD)
            self.env.ref("zadarma_connector.cron_reconcile")._trigger(at=again)

    @api.model
    def _unfinished(self, account):
        """The account's runs that are not over, the oldest first."""
        return self.search(
            [("account_id", "=", account.id), ("state", "in", ("waiting", "running"))],
            order="id",
        )

    @api.model
    def _work_on(self, account):
        run = self._unfinished(account)[:1]
        for _page in range(limits.STATISTICS):
            if run.state not in ("waiting", "running") or run._read_page():
                break

    @api.model
    def _begin_if_due(self, account):
        """Compare what is not known complete, once a day, or often when polling."""
        known = account.reconciled_until
        # sudo: zadarma.account - only whether there is a secret
        if not known or not account.sudo().api_secret_stored:
            return
        now = fields.Datetime.now()
        every = _EVERY_POLLING if account.polling else _EVERY
        last = self.search([("account_id", "=", account.id)], limit=1)
        if last.state in ("waiting", "running"):
            return
        if last and now - last.create_date < every:
            return
        self.create(
            {
                "account_id": account.id,
                "date_from": known - (_LONGEST_CALL if account.polling else _OVERLAP),
                "date_to": now,
            }
        )

    def _read_page(self):
        """Ask for the next page and compare it.

        :return: whether Zadarma's limit makes us wait
        """
        self.ensure_one()
        account = self.account_id
        begin = self.reached or self.date_from
        start, end = next(statistics.windows(begin, self.date_to))
        try:
            rows = account._client(background=True).get_statistics(
                clock.to_wall_clock(start - _CLOCK_CHANGE, account.tz),
                clock.to_wall_clock(end + _CLOCK_CHANGE, account.tz),
                self.skip,
            )
        except errors.RateLimited:
            return True
        except (errors.TimedOut, errors.Unreachable) as error:
            # trouble on the way: the job comes again
            self.error = account._explain(error)
            return True
        except errors.ZadarmaError as error:
            self.write({"state": "failed", "error": account._explain(error)})
            return True
        except UserError as error:
            # no key or no secret any more
            self.write({"state": "failed", "error": str(error)})
            return True
        is_last = len(rows) < statistics.PAGE
        read, ids = statistics.settled(rows, is_last)
        outcomes = self._compare(rows[:read], ids)
        values = {
            "state": "running",
            "error": False,
            "rows": self.rows + read,
            "added": self.added + outcomes.count("added"),
            "corrected": self.corrected + outcomes.count("corrected"),
            "skip": self.skip + read,
        }
        if is_last:
            values.update(
                reached=end,
                skip=0,
                doubted=self.doubted + self._doubt(start, end),
            )
            if end >= self.date_to:
                values["state"] = "done"
                self._note_complete()
        self.write(values)
        return False

    def _compare(self, rows, pbx_call_ids):
        """Put rows into the journal and compute their calls.

        :param rows: of statistics, texts
        :param pbx_call_ids: of the calls that they tell in full
        :return: list of what ``zadarma.call._store_folded`` tells of each call
        """
        account = self.account_id
        Event = self.env["zadarma.event"]
        told = [{**row, "event": facts.STATISTICS} for row in rows]
        fingerprints = {Event._fingerprint("statistics", one): one for one in told}
        known = Event.search_fetch(
            [
                ("account_id", "=", account.id),
                ("fingerprint", "in", list(fingerprints)),
            ],
            ["fingerprint"],
        )
        for fingerprint in known.mapped("fingerprint"):
            del fingerprints[fingerprint]
        for row in fingerprints.values():
            Event._store(account.id, "statistics", row)
        outcomes = []
        commit = self.env["ir.cron"]._commit_progress
        # what we stored is for other transactions to compute
        commit()
        for some in split_every(BATCH, sorted(pbx_call_ids), list):
            outcomes += Event._apply_now(account.id, some).outcomes.values()
            # gives their locks back, and lets us see what they computed
            commit()
        return outcomes

    def _doubt(self, start, end):
        """Mark the calls of a period that statistics do not know.

        :return: how many are new
        """
        calls = self.env["zadarma.call"].search(
            [
                ("account_id", "=", self.account_id.id),
                ("date_start", ">=", start),
                ("date_start", "<", min(end, fields.Datetime.now() - _SETTLING)),
                ("pbx_call_id", "!=", False),
                ("state", "=", "ended"),
                ("confirmed", "=", False),
                ("in_doubt", "=", False),
            ]
        )
        calls.write({"in_doubt": True})
        return len(calls)

    def _note_complete(self):
        """The account's log is complete until the end of this period, if it was until
        its beginning."""
        account = self.account_id
        known = account.reconciled_until
        if not known or self.date_from <= known < self.date_to:
            account.reconciled_until = self.date_to
