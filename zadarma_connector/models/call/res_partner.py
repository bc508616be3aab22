# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ResPartner(models.Model):
    """The calls of a contact and its people."""

    _inherit = "res.partner"

    zadarma_call_count = fields.Integer(
        "Calls",
        compute="_compute_zadarma_call_count",
        groups="zadarma_connector.group_zadarma_user",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_zadarma_call_count(self):
        """A company's calls include those of its people."""
        self.zadarma_call_count = 0
        family = self.with_context(active_test=False).search(
            [("id", "child_of", self.ids)]
        )
        counts = self.env["zadarma.call"]._read_group(
            [("partner_id", "in", family.ids)], ["partner_id"], ["__count"]
        )
        own = set(self.ids)
        for partner, count in counts:
            # sudo: res.partner - only the way up to the contacts that are asked for
            relative_sudo = partner.sudo()
            while relative_sudo:
                if relative_sudo.id in own:
                    self.browse(relative_sudo.id).zadarma_call_count += count
                relative_sudo = relative_sudo.parent_id

    def action_zadarma_calls(self):
        """The calls of this contact and its people."""
        self.ensure_one()
        return self.env["zadarma.call"]._open([("partner_id", "child_of", self.id)])
