# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain


class ZadarmaCall(models.Model):
    """Who may hear the recordings of a call."""

    _inherit = "zadarma.call"

    can_listen = fields.Boolean(
        "May be heard",
        compute="_compute_can_listen",
        search="_search_can_listen",
        help="The current user may hear its recordings.",
    )

    @api.model
    def _can_listen_domain(self):
        """Who spoke may hear it; supervisors hear all.

        To see a call is not enough: one sees those that rang at the own extension and
        were taken by a colleague, and those of own customers.
        """
        if self.env.user.has_group("zadarma_connector.group_zadarma_supervisor"):
            return Domain.TRUE
        uid = self.env.uid
        answered = [("user_id", "=", uid), ("result", "=", "answered")]
        return Domain("user_id", "=", uid) | Domain("leg_ids", "any", answered)

    @api.depends("user_id", "leg_ids.user_id", "leg_ids.result")
    @api.depends_context("uid")
    def _compute_can_listen(self):
        # sudo: zadarma.call.leg - who spoke
        heard_sudo = self.sudo().filtered_domain(self._can_listen_domain())
        for call in self:
            call.can_listen = call.id in heard_sudo.ids

    def _search_can_listen(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._can_listen_domain()
        return domain if True in value else ~domain
