# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class ZadarmaRetentionRehearsal(models.TransientModel):
    """How much would be removed because of its age, before it is."""

    _name = "zadarma.retention.rehearsal"
    _description = "Removal Test"

    account_id = fields.Many2one("zadarma.account", required=True, readonly=True)
    months = fields.Integer("Older than (months)", required=True)
    trouble = fields.Char(compute="_compute_what")
    before = fields.Datetime("Calls before", compute="_compute_what")
    calls = fields.Integer(compute="_compute_what")
    recordings = fields.Integer(compute="_compute_what")
    entries = fields.Integer("Other entries of the journal", compute="_compute_what")
    kept = fields.Integer("Marked to be kept", compute="_compute_what")
    is_held = fields.Boolean(related="account_id.company_id.zadarma_hold")

    @api.depends("account_id", "months")
    def _compute_what(self):
        for rehearsal in self:
            rehearsal.update(rehearsal._what())

    def _what(self):
        self.account_id.check_access("read")
        names = ("trouble", "before", "calls", "recordings", "entries", "kept")
        empty = dict.fromkeys(names, False)
        account = self.account_id
        try:
            before = account._removed_before(self.months)
        except UserError as error:
            return {**empty, "trouble": str(error)}
        # sudo: zadarma.call and others - how many there are
        Call = self.env["zadarma.call"].sudo()
        due = account._calls_to_empty(before)
        calls = Call.search_count(due)
        return {
            **empty,
            "before": before,
            "calls": calls,
            "kept": Call.search_count(account._calls_before(before)) - calls,
            "recordings": self.env["zadarma.recording"]
            .sudo()
            .search_count([("call_id", "any", due), ("state", "!=", "deleted")]),
            "entries": self.env["zadarma.event"]
            .sudo()
            .search_count(
                [
                    ("account_id", "=", account.id),
                    ("call_id", "=", False),
                    ("state", "not in", ["sealed", "received"]),
                    ("received_at", "<", before),
                ]
            ),
        }

    def action_switch_on(self):
        """Have it removed from now on, every night."""
        self.ensure_one()
        self.account_id._removed_before(self.months)
        self.account_id.call_months = self.months
        return {"type": "ir.actions.act_window_close"}
