# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date, split_every

from ...tools import job
from ...tools.trouble import describe
from ...zadarma_api import clock, errors, facts, limits, paging, statistics
from ..journal.zadarma_event_apply import BATCH

#: A call that ended so lately may not be in the statistics yet.
_SETTLING = timedelta(minutes=15)
#: A call of which nothing was heard any more may go on for so long after that.
_SILENT_CALL = timedelta(days=1)
#: Before this nobody had a cloud PBX.
_EARLIEST = datetime(2006, 1, 1)
UNFINISHED = ("waiting", "running")


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
    date_from = fields.Datetime("Period start", required=True)
    date_to = fields.Datetime("Period end", required=True)
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
    kind = fields.Selection(
        [
            ("manual", "By hand"),
            ("daily", "Once a day"),
            ("poll", "Instead of notifications"),
            ("doubt", "Because of doubts"),
        ],
        default="manual",
        required=True,
        readonly=True,
        help="Why it was begun.",
    )
    place = fields.Text(readonly=True, help="Where reading goes on.")
    began_at = fields.Datetime(
        "Begun", readonly=True, help="When the first page was asked for."
    )
    reached = fields.Datetime(
        readonly=True, help="Everything up to this time has been compared."
    )
    attempts = fields.Integer(readonly=True, help="How many attempts in a row failed.")
    next_at = fields.Datetime("Next attempt", readonly=True)
    unapplied = fields.Json(
        readonly=True, help="Calls that could not be computed when their rows came."
    )
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
                        "The end must be after the start, and the start in the past, "
                        "but not before the year %s.",
                        _EARLIEST.year,
                    )
                )

    @api.depends("date_from", "date_to")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for run in self:
            days = [
                fields.Datetime.context_timestamp(run, moment).date()
                for moment in (run.date_from, run.date_to)
                if moment
            ]
            # one day is told once
            shown = dict.fromkeys(format_date(self.env, day) for day in days)
            run.display_name = " – ".join(shown)

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

    def action_begin(self):
        """Begin, and show how far it is."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reconciliations"),
            "res_model": "zadarma.reconciliation",
            "views": [(False, "form")],
            "res_id": self.id,
        }

    def action_retry(self):
        """Go on where it failed."""
        self.check_access("read")
        # sudo: zadarma.reconciliation - only what failed, and only its state
        failed_sudo = self.sudo().filtered(lambda run: run.state == "failed")
        failed_sudo.write(
            {"state": "waiting", "error": False, "attempts": 0, "next_at": False}
        )
        failed_sudo.account_id._look_again()
        self.env.ref("zadarma_connector.cron_reconcile")._trigger()

    # -- the job -----------------------------------------------------------------

    @api.model
    def _cron_reconcile(self):
        """Begin what is due, and read pages as long as Zadarma lets us.

        Each account's runs take turns, so that a long import holds up no other. What
        is due must wait for nobody's trouble: it is tried again by itself.
        """
        for account in self.env["zadarma.account"].search([("active", "=", True)]):
            job.guarded(account, self._begin_due, lambda *told: None)
        job.run(
            self,
            "cron_reconcile",
            [("state", "in", UNFINISHED), ("account_id.active", "=", True)],
            job.Attempts("attempts", "next_at"),
            do=lambda run: run._read_on(),
            failed=lambda run, *told: run._read_failed(*told),
        )
        self._come_again()

    def _read_on(self):
        """Read as many pages as Zadarma lets through in a minute, shared with other
        runs of the account: neither they nor other jobs are held up."""
        runs = self.search_count(
            [("account_id", "=", self.account_id.id), ("state", "in", UNFINISHED)]
        )
        for _page in range(max(limits.STATISTICS // runs, 1)):
            self._read_page()
            # read so far, whatever comes next
            self.env["ir.cron"]._commit_progress()
            if self.state == "done":
                return
        # who had their turn longest ago is next
        self.next_at = fields.Datetime.now()

    def _read_failed(self, error, reason):
        """Trouble on the way is tried again, later each time; the rest is final."""
        if isinstance(error, errors.Passing):
            self.error = reason
            return
        if not isinstance(error, job.EXPECTED):
            reason = describe(error)
        self.write({"state": "failed", "error": reason})

    def _read_page(self):
        """Ask for the next page and compare it.

        :raise errors.ZadarmaError: there is no page
        :raise UserError: there is no key or no secret any more
        """
        self.ensure_one()
        account = self.account_id
        asked_at = fields.Datetime.now()
        place = (
            paging.Place.from_json(self.place) if self.place else self._first_place()
        )
        rows = account._client(background=True).get_statistics(*place.request())
        step = paging.take(place, rows, statistics.PAGE)
        unapplied = self._compare(step)
        self.write(
            {
                # of a page that was cut off the next request counts
                "began_at": self.began_at or asked_at,
                "state": "running",
                "error": False,
                "attempts": 0,
                "place": step.place.to_json(),
                "reached": self._reached(step.place),
                "unapplied": sorted({*(self.unapplied or ()), *unapplied}),
                "rows": self.rows + len(step.rows),
            }
        )
        if step.place.done:
            self._finish()

    def _first_place(self):
        start, until = map(self._wall_clock, (self.date_from, self.date_to))
        return paging.Place.of(start, until)

    def _wall_clock(self, moment):
        """A moment on the account's wall clock, a datetime."""
        return datetime.fromisoformat(clock.to_wall_clock(moment, self.account_id.tz))

    def _reached(self, place):
        since = clock.to_utc(place.since, self.account_id.tz, self.date_to)
        return min(max(since, self.date_from), self.date_to)

    def _compare(self, step):
        """Put rows into the journal and compute their calls.

        :param step: :class:`~zadarma_api.paging.Step`
        :return: the ids of calls that are busy or cannot be computed
        """
        account = self.account_id
        self._store_rows(step.rows)
        # the others' period is another one
        known = self._known_ids({row.get("pbx_call_id") for row in step.later})
        later = [row for row in step.later if row.get("pbx_call_id") in known]
        self._store_rows(later)
        # what we stored is for other transactions to compute
        self.env["ir.cron"]._commit_progress()
        applied = self._apply(step.ids | known)
        self.env["zadarma.did"]._learn(account, step.rows)
        return (step.ids | known) - applied

    def _store_rows(self, rows):
        """Put rows into the journal, but those that are there already."""
        account_id = self.account_id.id
        Event = self.env["zadarma.event"]
        told = [{**row, "event": facts.STATISTICS} for row in rows]
        new = {Event._fingerprint(account_id, "statistics", one): one for one in told}
        known = Event.search_fetch(
            [
                ("account_id", "=", account_id),
                ("signed_key", "in", [key.signed_key for key in new]),
            ],
            ["signed_key", "fingerprint"],
        )
        for entry in known:
            new.pop((entry.signed_key, entry.fingerprint), None)
        for row in new.values():
            Event._store(account_id, "statistics", row)

    def _known_ids(self, pbx_call_ids, **found):
        """Those ids of calls that the journal has.

        :param found: values of further fields that their entries have
        """
        domain = [
            ("account_id", "=", self.account_id.id),
            ("pbx_call_id", "in", list(pbx_call_ids - {None, ""})),
            *((name, "=", value) for name, value in found.items()),
        ]
        groups = self.env["zadarma.event"]._read_group(domain, ["pbx_call_id"])
        return {pbx_call_id for [pbx_call_id] in groups}

    def _apply(self, pbx_call_ids):
        """Compute calls, and count what came of it.

        :return: the ids of those that could be computed
        """
        computed = set()
        for some in split_every(BATCH, sorted(pbx_call_ids), list):
            applied = self.env["zadarma.event"]._apply_now(self.account_id.id, some)
            outcomes = [*applied.outcomes.values()]
            # at once: a page that is cut off is read again, and then nothing is new
            self.added += outcomes.count("added")
            self.corrected += outcomes.count("corrected")
            computed.update(applied.outcomes)
            # gives their locks back, and lets us see what they computed
            self.env["ir.cron"]._commit_progress()
        return computed

    # -- what follows when all is read -------------------------------------------

    def _finish(self):
        """All rows are read. The log is complete if all calls could be computed."""
        unapplied = set(self.unapplied or ())
        unapplied -= self._apply(unapplied)
        values = {"state": "done", "place": False, "reached": self.date_to}
        values["unapplied"] = sorted(unapplied) or False
        values["doubted"] = self._doubt()
        if unapplied:
            values["error"] = self.env._(
                "Calls that could not be computed: %s. Their rows are in the journal "
                "and tried again; until then the list of calls is not complete.",
                len(unapplied),
            )
        else:
            self._set_complete()
        self.write(values)

    def _doubt(self):
        """Mark the calls of the period that statistics do not know.

        A call's date may be an invention too, so those that came into the log within
        the period are meant as well, if they cannot have begun when they say so.

        :return: how many are new
        """
        settled = self.began_at - _SETTLING
        period = [
            fields.Domain(name, ">=", self.date_from)
            & fields.Domain(name, "<", self.date_to)
            for name in ("date_start", "create_date")
        ]
        calls = self.env["zadarma.call"].search(
            fields.Domain.OR(period)
            & fields.Domain(
                [
                    ("account_id", "=", self.account_id.id),
                    ("pbx_call_id", "!=", False),
                    ("state", "=", "ended"),
                    ("confirmed", "=", False),
                    ("in_doubt", "=", False),
                    ("sealed_at", "=", False),
                ]
            )
        )
        listed = self._known_ids(
            set(calls.mapped("pbx_call_id")), event=facts.STATISTICS
        )
        calls = calls.filtered(
            lambda call: call.pbx_call_id not in listed
            and self._would_be_told(call)
            and _over_at(call) <= settled
        )
        calls.in_doubt = True
        return len(calls)

    def _would_be_told(self, call):
        """Whether statistics of the period would tell of a call that came into the log
        or began within it. A talk that began before is not in them."""
        begun = call.date_start
        if not begun or self.date_from <= begun < self.date_to:
            return True
        return not call.create_date - paging.AFTER <= begun <= call.create_date

    def _set_complete(self):
        """The account's log is complete until the end of this period, if it was until
        its beginning."""
        account = self.account_id
        known = account.reconciled_until
        # some hours about a doubt are no beginning
        first = not known and self.kind != "doubt"
        if first or (known and self.date_from <= known < self.date_to):
            account.reconciled_until = self.date_to


def _over_at(call):
    """When a call was over for all that can be known, UTC: one that was closed for want
    of news may have gone on."""
    if call.date_end:
        return call.date_end
    heard = call.event_ids.filtered(lambda entry: entry.event != facts.NO_NEWS)
    last = max(heard.mapped("received_at"), default=call.create_date)
    return last if heard == call.event_ids else last + _SILENT_CALL
