# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import api, fields, models

from ...zadarma_api import facts


class ZadarmaCall(models.Model):
    """What the PBX was told about a call, and callers whom it shall turn away."""

    _inherit = "zadarma.call"

    routing_text = fields.Text("Why", compute="_compute_routing_text")
    is_blocked = fields.Boolean(compute="_compute_is_blocked")

    @api.depends("routing_rule")
    @api.depends_context("lang")
    def _compute_routing_text(self):
        self.routing_text = False
        # sudo: zadarma.event - only what was decided about calls that one may see
        decisions = self.env["zadarma.event"].sudo()
        decisions = decisions.search(
            [("call_id", "in", self.ids), ("event", "=", facts.ROUTED)],
            order="id DESC",
        )
        for decision in decisions:
            told = decision.payload
            sentences = self.env["zadarma.routing"]._explain(
                told, json.loads(told["why"])
            )
            sentences.append(
                self.env._(
                    "Answered after %(milliseconds)s ms.",
                    milliseconds=told["milliseconds"],
                )
            )
            self.browse(decision.call_id.id).routing_text = "\n".join(sentences)

    @api.depends("external_number", "company_id")
    def _compute_is_blocked(self):
        # sudo: zadarma.blocked - whether the callers of calls that one may see are
        blocked_sudo = self.env["zadarma.blocked"].sudo()
        blocked_sudo = blocked_sudo.search(
            [
                ("company_id", "in", self.company_id.ids),
                ("number", "in", self.mapped("external_number")),
            ]
        )
        blocked = {(one.company_id.id, one.number) for one in blocked_sudo}
        for call in self:
            call.is_blocked = (call.company_id.id, call.external_number) in blocked

    def action_block(self):
        """Have the PBX turn these callers away from now on."""
        for call in self.filtered("external_number"):
            if not call.is_blocked:
                self.env["zadarma.blocked"].create(
                    {
                        "company_id": call.company_id.id,
                        "number": call.external_number,
                    }
                )
                call.invalidate_recordset(["is_blocked"])

    def action_unblock(self):
        """Let these callers through again."""
        for company, calls in self.grouped("company_id").items():
            self.env["zadarma.blocked"].search(
                [
                    ("company_id", "=", company.id),
                    ("number", "in", calls.mapped("external_number")),
                ]
            ).unlink()
        self.invalidate_recordset(["is_blocked"])
