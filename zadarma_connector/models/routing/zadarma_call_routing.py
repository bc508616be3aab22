# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import api, fields, models
from odoo.tools import SQL

from ...zadarma_api import facts
from ...zadarma_api.notification import START


class ZadarmaCall(models.Model):
    """What the PBX was told about a call, and callers whom it shall turn away."""

    _inherit = "zadarma.call"

    routing_text = fields.Text("Explanation", compute="_compute_routing_text")
    is_blocked = fields.Boolean(compute="_compute_is_blocked")
    can_block = fields.Boolean(compute="_compute_can_block")

    @api.depends("routing_rule")
    @api.depends_context("lang")
    def _compute_routing_text(self):
        self.routing_text = False
        # sudo: zadarma.event - only what was decided about calls that one may see
        decisions = self.env["zadarma.event"].sudo()
        decisions = decisions.search(
            [
                ("call_id", "in", self.ids),
                ("event", "=", facts.ROUTED),
                ("state", "!=", "sealed"),
            ],
            order="id DESC",
        )
        for decision in decisions:
            told = decision.payload
            sentences = self.env["zadarma.routing"]._explain(
                told, json.loads(told["why"])
            )
            sentences.append(
                self.env._(
                    "Odoo replied after %(milliseconds)s ms.",
                    milliseconds=told["milliseconds"],
                )
            )
            self.browse(decision.call_id.id).routing_text = "\n".join(sentences)
        undecided = self.filtered(
            lambda call: call.direction == "incoming" and not call.routing_rule
        )
        for call_id, sentence in undecided._why_nothing_was_told():
            self.browse(call_id).routing_text = sentence

    def _why_nothing_was_told(self):
        """Why these calls were not routed, as far as something was in the way.

        :return: pairs of a call's id and a sentence
        """
        accounts = self.account_id.sudo().filtered(lambda one: one._is_routed())
        if not accounts:
            return []
        texts = {
            "unknown_did": self.env._(
                "Odoo did not route this call: as long as no number is known as the "
                "account's own, what the PBX says is not certain enough."
            ),
            "malformed_start": self.env._(
                "Odoo did not route this call: the PBX did not say when it began."
            ),
            "too_old": self.env._(
                "Odoo did not route this call: by the account's time zone it had "
                "begun long before Zadarma told of it, or was yet to begin."
            ),
            "same_text_other_id": self.env._(
                "Somebody called from the same number in the same second. Odoo did "
                "not route the second call, since somebody may have caught the first "
                "one's notification and sent it again."
            ),
        }
        rows = self.env.execute_query(
            SQL(
                """
                SELECT start.call_id, CASE WHEN EXISTS (
                    SELECT FROM zadarma_event AS earlier
                    WHERE %s
                ) THEN 'same_text_other_id' ELSE start.doubt END
                FROM zadarma_event AS start
                WHERE start.call_id = ANY(%s) AND start.event = %s
                    AND start.account_id = ANY(%s)
                ORDER BY start.id DESC
                """,
                self.env["zadarma.event"]._has_text_of(SQL("start"), SQL("earlier")),
                self.ids,
                START,
                accounts.ids,
            )
        )
        return [(call_id, texts[doubt]) for call_id, doubt in rows if doubt in texts]

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

    @api.depends("direction", "external_number", "partner_id", "candidate_ids")
    @api.depends_context("uid")
    def _compute_can_block(self):
        supervises = self.env["zadarma.blocked"]._may_block_customers()
        for call in self:
            is_known = bool(call.partner_id or call.candidate_ids)
            call.can_block = (
                call.direction == "incoming"
                and bool(call.external_number)
                and not call.is_blocked
                and (supervises or not is_known)
            )

    def action_block(self):
        """Ask whether the PBX shall turn this caller away from now on."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Block Caller"),
            "res_model": "zadarma.blocking",
            "view_mode": "form",
            "target": "new",
            "context": {"default_call_id": self.id},
        }

    def _block(self, reason=False):
        """Have the PBX turn these callers away from now on.

        :param reason: a sentence, or nothing
        :raise AccessError: as ``create`` of ``zadarma.blocked``
        """
        for call in self.filtered("external_number"):
            if not call.is_blocked:
                self.env["zadarma.blocked"].create(
                    {
                        "company_id": call.company_id.id,
                        "number": call.external_number,
                        "reason": reason,
                    }
                )
                call.invalidate_recordset(["is_blocked", "can_block"])

    def action_unblock(self):
        """Let these callers through again."""
        for company, calls in self.grouped("company_id").items():
            self.env["zadarma.blocked"].search(
                [
                    ("company_id", "=", company.id),
                    ("number", "in", calls.mapped("external_number")),
                ]
            ).unlink()
        self.invalidate_recordset(["is_blocked", "can_block"])
