# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from babel.dates import format_timedelta

from odoo import api, fields, models
from odoo.tools import babel_locale_parse, get_lang

from odoo.addons.phone_validation.tools import phone_validation

from ...zadarma_api import waiting
from ...zadarma_api.waiting import WAITING
from .zadarma_call_waiting import STATES


def write_changed(record, values):
    """Write only what differs: most calls with a known number change little."""
    changed = {
        name: value
        for name, value in values.items()
        if record._fields[name].convert_to_write(record[name], record) != value
    }
    if changed:
        record.write(changed)


class ZadarmaWaitingCaller(models.Model):
    """Somebody who called and got nobody, and whether they still wait.

    One record for each number of a company's callers, and one task as long as they
    wait, however often they called. It is computed from the calls alone, see
    :mod:`~zadarma_api.waiting`; only that a call back is not needed is said by people,
    and kept with the calls that they say it of.
    """

    _name = "zadarma.waiting.caller"
    _description = "Waiting Caller"
    _inherit = ["mail.thread", "mail.activity.mixin", "zadarma.number.search"]
    _order = "date_due, id"
    _rec_names_search = ["number", "partner_id"]
    _zadarma_searched_fields = ("number",)
    # whoever may see who waits may take the task over
    _mail_post_access = "read"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    number = fields.Char(required=True, readonly=True)
    account_id = fields.Many2one(
        "zadarma.account", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    state = fields.Selection(STATES, required=True, readonly=True)
    date_since = fields.Datetime("Waiting since", required=True, readonly=True)
    waited = fields.Char("Waiting time", compute="_compute_waited")
    date_due = fields.Datetime("Due", readonly=True)
    is_overdue = fields.Boolean(compute="_compute_is_overdue")
    call_id = fields.Many2one(
        "zadarma.call",
        "Last missed call",
        readonly=True,
        index=True,
        ondelete="set null",
    )
    missed_count = fields.Integer("Missed calls", readonly=True)
    attempt_count = fields.Integer("Attempts", readonly=True)
    date_attempt = fields.Datetime("Last attempt", readonly=True)
    date_served = fields.Datetime("Spoken to on", readonly=True)
    waived_at = fields.Datetime("Decided at", readonly=True)
    waived_by_id = fields.Many2one("res.users", "Decided by", readonly=True)
    waiver = fields.Char("Reason for not calling back", readonly=True)
    call_ids = fields.Many2many(
        "zadarma.call", string="Calls", compute="_compute_call_ids"
    )

    _number_unique = models.UniqueIndex(
        "(company_id, number)", "This caller is waiting already."
    )
    _waiting_index = models.Index("(date_due) WHERE state IN ('open', 'attempted')")

    @api.depends("number", "partner_id.display_name")
    def _compute_display_name(self):
        for caller in self:
            # sudo: res.partner - the name, as the call shows it too
            name = caller.partner_id.sudo().display_name
            caller.display_name = name or caller._number_to_show()

    @api.depends("date_since", "date_served", "state")
    @api.depends_context("lang")
    def _compute_waited(self):
        locale = babel_locale_parse(get_lang(self.env).code)
        now = fields.Datetime.now()
        for caller in self:
            until = now if caller.state in WAITING else caller.date_served
            caller.waited = until and format_timedelta(
                until - caller.date_since, locale=locale
            )

    @api.depends("date_due", "state")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for caller in self:
            caller.is_overdue = caller.state in WAITING and caller.date_due < now

    @api.depends("number", "company_id")
    def _compute_call_ids(self):
        for caller in self:
            caller.call_ids = self.env["zadarma.call"].search(
                [
                    ("company_id", "=", caller.company_id.id),
                    ("external_number", "=", caller.number),
                    ("date_start", ">=", caller.date_since),
                ]
            )

    def _number_to_show(self):
        """The number as people write it."""
        return phone_validation.phone_format(
            self.number, None, None, "INTERNATIONAL", raise_exception=False
        )

    # -- from calls to callers who wait ------------------------------------------

    @api.model
    def _refresh(self, company, numbers):
        """Compute who waits at some numbers, from all calls with them.

        Who waits longest gets a task first, so that those who share them get the same
        ones however many calls are told at once.

        :param company: the ``res.company``
        :param numbers: set, in E.164
        """
        calls = self._calls(company, numbers).grouped("external_number")
        own = self.env["zadarma.did"]._numbers_of(company)
        known = self.search(
            [("company_id", "=", company.id), ("number", "in", list(numbers))]
        ).grouped("number")
        judged = []
        for number, same in calls.items():
            # whoever calls from a number of ours is nobody who waits
            missed = [] if number in own else same._judge_waiting()
            same._set_callback_states(missed)
            if missed:
                judged.append((waiting.episode(missed), same))
        for missed, same in sorted(judged, key=lambda one: one[0][0].moment):
            caller = known.pop(same[0].external_number, self)
            caller._set_episode(same, missed)
        for caller in known.values():
            caller._set_nobody()

    @api.model
    def _calls(self, company, numbers):
        """The calls that may mean something to who waits at some numbers."""
        return self.env["zadarma.call"].search_fetch(
            [
                ("company_id", "=", company.id),
                ("external_number", "in", list(numbers)),
                ("state", "=", "ended"),
                ("result", "!=", False),
            ],
            [
                "external_number",
                "account_id",
                "direction",
                "state",
                "result",
                "ghost_answer",
                "in_doubt",
                "by_hand",
                "date_start",
                "create_date",
                "partner_id",
                "callback_state",
                "time_to_call_back",
                "waived_at",
                "waived_by_id",
                "waiver",
            ],
            order="date_start, id",
        )

    def _set_episode(self, calls, missed):
        """Make a caller what follows from the calls, and the task too.

        :param calls: all with this number
        :param missed: those of the last :func:`~zadarma_api.waiting.episode`
        """
        first, last = missed[0], missed[-1]
        goes_on = self.date_since == first.moment or self.call_id.id in {
            one.id for one in missed
        }
        if self and not goes_on:
            self._close()
        account = calls.browse(first.id).account_id
        values = {
            "account_id": account.id,
            "partner_id": calls.filtered("partner_id")[-1:].partner_id.id,
            "state": last.state,
            "date_since": first.moment,
            "call_id": last.id,
            "missed_count": len(missed),
            "attempt_count": len(first.attempts),
            "date_attempt": (first.attempts or (False,))[-1],
            "date_served": last.served_at or False,
        }
        if (self.account_id, self.date_since) != (account, first.moment):
            values["date_due"] = account._waiting_due(first.moment)
        if last.waived_at:
            waived = calls.filtered(lambda call: call.waived_at == last.waived_at)[-1:]
            values.update(waived._waiver_values())
        caller = self
        if self:
            write_changed(self, values)
        else:
            caller = self._create_for(calls[0], values)
        if caller.state in WAITING:
            caller._keep_task()
        else:
            caller._close()

    @api.model
    def _create_for(self, call, values):
        """Create what is shown of a number that had none."""
        caller = self.with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True
        ).create(
            {
                "company_id": call.company_id.id,
                "number": call.external_number,
                **values,
            }
        )
        if caller.waived_at:
            # it was decided while the call had another number
            caller._log_waiver()
        return caller

    def _set_nobody(self):
        """No missed call with this number counts any more.

        What somebody decided is kept, for calls that count again.
        """
        self._close()
        if self.waived_at:
            values = {"state": "not_needed", "missed_count": 0, "attempt_count": 0}
            write_changed(self, values)
        else:
            self.unlink()
