# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class ZadarmaPersonRequest(models.TransientModel):
    """A person asks what is kept of their calls, or that it be forgotten."""

    _name = "zadarma.person.request"
    _description = "A Person's Calls"

    partner_id = fields.Many2one("res.partner", "Contact")
    number = fields.Char(help="With the country code, for example +44 20 3769 1880.")
    at_zadarma = fields.Boolean("Recordings at Zadarma too", default=True)
    kept_too = fields.Boolean("Include what is marked to be kept")
    trouble = fields.Char(compute="_compute_found")
    is_held = fields.Boolean(compute="_compute_found")
    calls = fields.Integer(compute="_compute_found")
    kept = fields.Integer("Marked to be kept", compute="_compute_found")
    running = fields.Integer("Not over yet", compute="_compute_found")
    others = fields.Integer(
        "Of other contacts with the same number", compute="_compute_found"
    )
    recordings = fields.Integer(compute="_compute_found")
    waiting = fields.Integer("Waiting Callers", compute="_compute_found")
    assigned = fields.Integer("Assigned Numbers", compute="_compute_found")
    blocked = fields.Integer("Blocked numbers", compute="_compute_found")
    is_anything = fields.Boolean(compute="_compute_found")

    @api.depends("partner_id", "number")
    def _compute_found(self):
        for one in self:
            one.update(one._counts())

    def _counts(self):
        """What was found, or why nobody can look."""
        empty = dict.fromkeys(
            [
                *("trouble", "is_held", "calls", "kept", "running", "others"),
                *("recordings", "waiting", "assigned", "blocked", "is_anything"),
            ],
            False,
        )
        if not (self.partner_id or (self.number or "").strip()):
            return empty
        try:
            found = self._find()
        except UserError as error:
            return {**empty, "trouble": str(error)}
        calls = found.phone_calls
        present = calls.recording_ids.filtered(lambda one: one.state != "deleted")
        return {
            **empty,
            "is_held": any(self.env.companies.mapped("zadarma_hold")),
            "calls": len(calls),
            "kept": len(calls.filtered_domain(calls._kept_domain())),
            "running": len(calls.filtered(lambda call: call.state != "ended")),
            "others": len(found.others),
            "recordings": len(present),
            "waiting": len(found.waiting_callers),
            "assigned": len(found.assigned_numbers),
            "blocked": len(found.blocked_numbers),
            "is_anything": any(map(bool, found[2:])),
        }

    def _find(self):
        self.check_access("read")
        return self.env["zadarma.person"]._find(
            self.env.companies, self.partner_id._origin, self.number
        )

    def action_tell(self):
        """Download all that is kept, as one ZIP."""
        self.ensure_one()
        self._find()
        return {
            "type": "ir.actions.act_url",
            "url": f"/zadarma/person/{self.id}",
            "target": "download",
        }

    def _write_zip(self, file):
        """See ``zadarma.person``."""
        self.env["zadarma.person"]._write_zip(self._find(), file)

    def action_forget(self):
        """Remove all that is kept, and show the report."""
        self.ensure_one()
        reports = self.env["zadarma.person"]._forget(
            self._find(), self.at_zadarma, self.kept_too
        )
        # whose it was is in this window as well
        self.sudo().exists().unlink()
        return reports._open()
