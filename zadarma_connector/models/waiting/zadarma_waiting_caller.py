# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from babel.dates import format_timedelta

from odoo import api, fields, models
from odoo.tools import babel_locale_parse, get_lang

from odoo.addons.phone_validation.tools import phone_validation

from ...zadarma_api import waiting
from ...zadarma_api.waiting import WAITING
from .zadarma_call_waiting import STATES


class ZadarmaWaitingCaller(models.Model):
    """Somebody who called and got nobody, and whether they still wait.

    One record for each number of a company's callers, and one task as long as they
    wait, however often they called. It is computed from the calls alone, see
    :mod:`~zadarma_api.waiting`; only that a call back is not needed is said by people.
    """

    _name = "zadarma.waiting.caller"
    _description = "Waiting Caller"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_due, id"
    _rec_names_search = ["number", "partner_id"]
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
    date_since = fields.Datetime("Since", required=True, readonly=True)
    waited = fields.Char("Waiting", compute="_compute_waited")
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
    date_served = fields.Datetime("Spoken to", readonly=True)
    escalated = fields.Boolean(readonly=True)
    waived_at = fields.Datetime("Decided at", readonly=True)
    waived_by_id = fields.Many2one("res.users", "Decided by", readonly=True)
    waiver = fields.Char("Why not", readonly=True)
    call_ids = fields.Many2many("zadarma.call", compute="_compute_call_ids")

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

        :param company: the ``res.company``
        :param numbers: set, in E.164
        """
        calls = self.env["zadarma.call"].search_fetch(
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
                "date_start",
                "create_date",
                "partner_id",
                "callback_state",
                "time_to_call_back",
            ],
            order="date_start, id",
        )
        by_number = calls.grouped("external_number")
        known = self.search(
            [("company_id", "=", company.id), ("number", "in", list(numbers))]
        ).grouped("number")
        for number in sorted(numbers):
            same = by_number.get(number, calls.browse())
            caller = known.get(number, self)
            missed = waiting.judge(
                [
                    waiting.Call(call.id, call.date_start or call.create_date, kind)
                    for call in same
                    if (kind := call._waiting_kind())
                ],
                caller.waived_at or None,
            )
            same._set_callback_states(missed)
            if missed:
                caller._set_episode(company, same, waiting.episode(missed))
            else:
                caller._close()
                caller.unlink()

    def _set_episode(self, company, calls, missed):
        """Make a caller what follows from the calls, and the task too.

        :param calls: all with this number
        :param missed: those of the last :func:`~zadarma_api.waiting.episode`
        """
        last = missed[-1]
        call = calls.browse(last.id)
        values = {
            "account_id": call.account_id.id,
            "partner_id": calls.filtered("partner_id")[-1:].partner_id.id,
            "state": last.state,
            "date_since": missed[0].moment,
            "call_id": last.id,
            "missed_count": len(missed),
            "attempt_count": len(missed[0].attempts),
            "date_attempt": (missed[0].attempts or (False,))[-1],
            "date_served": last.served_at or False,
        }
        if not self or self.date_since != values["date_since"]:
            values.update(
                date_due=call.account_id._waiting_due(values["date_since"]),
                escalated=False,
            )
        caller = self
        if not self:
            caller = self.with_context(
                mail_create_nolog=True, mail_create_nosubscribe=True
            ).create(
                {"company_id": company.id, "number": call.external_number, **values}
            )
        else:
            self._write_changed(values)
        if caller.state in WAITING:
            caller._keep_task()
        else:
            caller._close()

    def _write_changed(self, values):
        """Write only what differs: most calls with a known number change little."""
        changed = {
            name: value
            for name, value in values.items()
            if self._fields[name].convert_to_write(self[name], self) != value
        }
        if changed:
            self.write(changed)
