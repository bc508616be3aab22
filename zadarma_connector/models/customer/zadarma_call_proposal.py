# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.telling import told

_SUPERVISOR = "zadarma_connector.group_zadarma_supervisor"


class ZadarmaCall(models.Model):
    """Choices that concern others: proposed by one, confirmed by another.

    Whose a number is decides who sees its calls. So nobody takes a number that another
    contact has, or that colleagues had calls with, by saying so alone.
    """

    _inherit = "zadarma.call"

    proposed_partner_id = fields.Many2one(
        "res.partner",
        "Proposed customer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        copy=False,
    )
    proposed_by_id = fields.Many2one(
        "res.users", "Proposed by", readonly=True, copy=False
    )
    can_decide = fields.Boolean(compute="_compute_can_decide")

    @api.model
    def _put_on_calls(self):
        proposal = ("proposed_partner_id", "proposed_by_id")
        return [*super()._put_on_calls(), proposal]

    def _compute_can_decide(self):
        for call in self:
            call.can_decide = call.proposed_partner_id and call._may_decide()

    def _concerns_others(self, partner):
        """Whether the choice of a customer is more than the user may decide alone.

        :param partner: the ``res.partner`` that is chosen
        """
        if self.env.su or self.env.user.has_group(_SUPERVISOR):
            return False
        found = self._found_now()
        if found.match == "exact" and partner not in found.candidates:
            return True
        same = [
            ("company_id", "=", self.company_id.id),
            ("external_number", "=", self.external_number),
        ]
        # sudo: zadarma.call - only how many there are
        return self.sudo().search_count(same) > self.search_count(same)

    def _found_now(self):
        """Who has the number of this call, an Identification."""
        # sudo: zadarma.account - the call's own
        account_sudo = self.sudo().account_id
        number = self.external_number
        return self.env["zadarma.identification"]._identify(account_sudo, [number])[
            number
        ]

    def _propose(self, partner):
        """Keep a choice until somebody else confirms it; tell the user."""
        # sudo: zadarma.call - whoever sees a call may propose who it was
        self.sudo().write(
            {"proposed_partner_id": partner.id, "proposed_by_id": self.env.uid}
        )
        return told(
            self.env._(
                "%(contact)s is proposed. Others had calls with this number, or it "
                "is another contact's: a supervisor or that contact's salesperson "
                "confirms it.",
                contact=partner.display_name,
            ),
            "info",
        )

    def _may_decide(self):
        """Whether the user may confirm or decline what is proposed."""
        # sudo: zadarma.call - who proposed it
        if self.sudo().proposed_by_id == self.env.user:
            return False
        if self.env.user.has_group(_SUPERVISOR):
            return True
        found = self._found_now()
        holder = found.partner if found.match == "exact" else found.partner.browse()
        managers = holder.user_id or holder.commercial_partner_id.user_id
        return self.env.user in managers

    def action_confirm_proposal(self):
        """Make the proposed contact the customer.

        :raise UserError: nobody is proposed any more
        :raise AccessError: it is not for the user to decide
        """
        self.ensure_one()
        self._check_decision()
        # sudo: zadarma.call, zadarma.number - somebody may, who is not the proposer
        call_sudo = self.sudo()
        call_sudo._set_customer(call_sudo.proposed_partner_id)

    def action_decline_proposal(self):
        """Leave the number whose it is.

        :raise: as :meth:`action_confirm_proposal`; whoever proposed may withdraw it
        """
        self.ensure_one()
        self.check_access("read")
        if self.proposed_by_id != self.env.user:
            self._check_decision()
        # sudo: zadarma.call - as above
        self.sudo().write({"proposed_partner_id": False, "proposed_by_id": False})

    def _check_decision(self):
        self.check_access("read")
        if not self.proposed_partner_id:
            raise UserError(self.env._("No customer is proposed for this call."))
        if not self._may_decide():
            raise AccessError(
                self.env._(
                    "Somebody else has to confirm the customer that you proposed: a "
                    "supervisor, or the salesperson of the contact that has the "
                    "number."
                )
            )
