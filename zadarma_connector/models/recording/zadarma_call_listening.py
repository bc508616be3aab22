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
    being_checked = fields.Boolean(
        compute="_compute_being_checked",
        help="Zadarma is still being asked whether the current user spoke in this "
        "call.",
    )

    @api.model
    def _can_listen_domain(self):
        """Who was proved to have spoken may hear it; supervisors hear all.

        To see a call is not enough: one sees those that rang at the own extension and
        were taken by a colleague, and those of own customers. Nor is it that a
        notification tells that one spoke: Zadarma does not sign that.
        """
        if self.env.user.has_group("zadarma_connector.group_zadarma_supervisor"):
            return Domain.TRUE
        spoke = [("user_id", "=", self.env.uid), ("spoke_for_sure", "=", True)]
        return Domain("leg_ids", "any", spoke)

    @api.depends("leg_ids.user_id", "leg_ids.spoke_for_sure")
    @api.depends_context("uid")
    def _compute_can_listen(self):
        # sudo: zadarma.call.leg - who spoke
        heard_sudo = self.sudo().filtered_domain(self._can_listen_domain())
        for call in self:
            call.can_listen = call.id in heard_sudo.ids

    @api.depends(
        "can_listen",
        "recording_ids.proved",
        "recording_state",
        "user_id",
        "leg_ids.user_id",
        "leg_ids.result",
    )
    @api.depends_context("uid")
    def _compute_being_checked(self):
        for call in self:
            # sudo: zadarma.call.leg - whether the user is said to have spoken
            legs_sudo = call.sudo().leg_ids.filtered(
                lambda leg: leg.result == "answered"
            )
            recordings_sudo = call.sudo().recording_ids
            said = self.env.user in call.user_id | legs_sudo.user_id
            call.being_checked = (
                said
                and not call.can_listen
                and call.recording_state
                and (not recordings_sudo or any(map(_is_unchecked, recordings_sudo)))
            )

    def _search_can_listen(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._can_listen_domain()
        return domain if True in value else ~domain


def _is_unchecked(recording):
    """Whether Zadarma's answer can still prove who spoke in it."""
    return not recording.proved and recording.state in ("waiting", "not_yet", "remote")
