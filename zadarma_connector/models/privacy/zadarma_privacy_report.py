# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ZadarmaPrivacyReport(models.Model):
    """What was removed or told: how much, why, by whom; not what, nor whose."""

    _name = "zadarma.privacy.report"
    _description = "Removed Data"
    _order = "id DESC"

    company_id = fields.Many2one("res.company", required=True, index=True)
    account_id = fields.Many2one(
        "zadarma.account", index="btree_not_null", ondelete="cascade"
    )
    kind = fields.Selection(
        [
            ("retention", "Age"),
            ("person", "A person was forgotten"),
            ("told", "A person was told"),
        ],
        "Why",
        required=True,
    )
    user_id = fields.Many2one("res.users", "By", default=lambda self: self.env.uid)
    done_at = fields.Datetime("Done on", default=fields.Datetime.now)
    call_count = fields.Integer("Calls")
    entry_count = fields.Integer("Entries of the journal")
    note_count = fields.Integer("Notes")
    line_count = fields.Integer("Lines in histories")
    activity_count = fields.Integer("Activities")
    recording_count = fields.Integer("Recordings")
    transcript_count = fields.Integer("Transcripts")
    waiting_count = fields.Integer("Waiting Callers")
    assigned_count = fields.Integer("Assigned Numbers")
    blocked_count = fields.Integer("Blocked numbers")
    kept_count = fields.Integer("Calls left: to be kept")
    running_count = fields.Integer("Calls left: not over yet")
    other_count = fields.Integer("Calls left: of other contacts with the same number")
    document_count = fields.Integer("Documents left")
    deletion_ids = fields.Many2many("zadarma.recording.deletion", readonly=True)
    pending_count = fields.Integer(
        "Recordings still at Zadarma", compute="_compute_at_zadarma", compute_sudo=True
    )
    refused_count = fields.Integer(
        "Refused by Zadarma", compute="_compute_at_zadarma", compute_sudo=True
    )

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        texts = dict(self._fields["kind"]._description_selection(self.env))
        for report in self:
            report.display_name = texts.get(report.kind)

    @api.depends("deletion_ids.pending", "deletion_ids.refused")
    def _compute_at_zadarma(self):
        for report in self:
            report.pending_count = sum(report.deletion_ids.mapped("pending"))
            report.refused_count = sum(report.deletion_ids.mapped("refused"))

    @api.model
    def _of_today(self, account):
        """Today's report of what an account's age limit removed: it goes in batches.

        :param account: the ``zadarma.account``
        """
        today = fields.Datetime.now().replace(hour=0, minute=0, second=0)
        begun = self.search(
            [
                ("account_id", "=", account.id),
                ("kind", "=", "retention"),
                ("done_at", ">=", today),
            ],
            limit=1,
        )
        return begun or self.create(
            {
                "kind": "retention",
                "account_id": account.id,
                "company_id": account.company_id.id,
            }
        )

    def _add(self, removed):
        """Count what was removed.

        :param dict removed: from names of fields to numbers
        """
        self.write({name: self[name] + count for name, count in removed.items()})

    def _open(self):
        """The action that shows some reports."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "zadarma_connector.action_zadarma_privacy_report"
        )
        if len(self) == 1:
            return {**action, "views": [(False, "form")], "res_id": self.id}
        return {**action, "domain": [("id", "in", self.ids)]}
