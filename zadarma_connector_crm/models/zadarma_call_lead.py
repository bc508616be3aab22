# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.zadarma_connector.tools.telling import told


class ZadarmaCall(models.Model):
    """Leads that calls begin: of callers whom nobody knows yet, and when asked for.

    The former are made by the job that follows up calls, of which there is never more
    than one: two calls at the same time make one lead.
    """

    _inherit = "zadarma.call"

    # such a lead stays the call's, whatever becomes of it
    made_lead = fields.Boolean(readonly=True, copy=False)

    @api.model
    def _put_on_calls(self):
        return [*super()._put_on_calls(), ("lead_id", "made_lead")]

    def _follow_up_documents(self):
        # who spoke goes on; a missed caller is whoever's calls back
        nobody = self.env["res.users"]
        # sudo: crm.lead - they follow from calls, whoever changes those
        for call in self.sudo():
            if call._makes_lead():
                quiet = call.with_context(mail_create_nosubscribe=True)
                call.lead_id = call._known_lead() or quiet._make_lead(nobody)
        return super()._follow_up_documents()

    def _makes_lead(self):
        """Whether the account wants a lead of this caller, whom nobody knows."""
        rule = self.account_id.lead_rule
        return (
            self._is_of_stranger()
            and self.direction == "incoming"
            and not self.in_doubt
            and (self.result == "missed" or (self.result and rule == "every"))
            and self.result != "rejected"
            and rule != "never"
            and self._is_recent()
            and self.external_number
            not in self.env["zadarma.did"]._numbers_of(self.company_id)
        )

    def _is_of_stranger(self):
        return (
            self.external_number
            and self.partner_match == "none"
            and not (self.lead_id or self.colleague_id)
        )

    def _known_lead(self):
        """The lead of an earlier call, whatever became of it: callers call again."""
        return self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("external_number", "=", self.external_number),
                ("lead_id", "!=", False),
            ],
            order="id DESC",
            limit=1,
        ).lead_id

    def _make_lead(self, otherwise):
        """The new lead of this call, as superuser.

        :param otherwise: whose it is if nobody spoke and the customer has no manager
        """
        company = self.company_id
        # sudo: crm.lead - it may be a colleague's from the beginning
        Lead_sudo = self.env["crm.lead"].sudo().with_company(company)
        lead_sudo = Lead_sudo.create(
            self._lead_values(self._who_talked() or self._manager() or otherwise)
        )
        self.sudo().write({"lead_id": lead_sudo.id, "made_lead": True})
        return lead_sudo

    def _lead_values(self, salesperson):
        number = self._number_to_show()
        # sudo: res.partner - its salesperson and country
        partner_sudo = self.partner_id.sudo()
        values = {
            "name": self.env._("Call from %s", partner_sudo.name or number)
            if self.direction == "incoming"
            else self.env._("Call to %s", partner_sudo.name or number),
            "type": "lead"
            if self.env.user.has_group("crm.group_use_lead")
            else "opportunity",
            "company_id": self.company_id.id,
            "country_id": (partner_sudo.country_id or self._number_country()).id,
            "user_id": salesperson.id,
            **self._lead_origin(),
        }
        values.setdefault("source_id", self._lead_source().id)
        if partner_sudo:
            # which brings its own number; another one would be written into it
            return {**values, "partner_id": partner_sudo.id}
        return {**values, "phone": number}

    def _manager(self):
        """The salesperson of the customer; may be empty."""
        # sudo: res.partner - its salesperson
        partner_sudo = self.partner_id.sudo()
        manager = partner_sudo.user_id or partner_sudo.commercial_partner_id.user_id
        return manager.filtered(lambda one: self.company_id in one.company_ids)

    def _lead_source(self):
        """The source of leads that is named like the number they dialled."""
        Source = self.env["utm.source"]
        if not self.called_number or self.direction != "incoming":
            return Source
        return self.env["utm.mixin"]._find_or_create_record(
            Source._name, self.called_number
        )

    def action_create_lead(self):
        """Open the lead of this call; make it if there is none, once however often and
        by however many it is asked for.

        :raise AccessError: the user may not see the call, or make no leads
        :raise UserError: nobody outside took part
        """
        self.ensure_one()
        self.check_access("read")
        Lead = self.env["crm.lead"]
        Lead.check_access("create")
        if not self.can_identify:
            raise UserError(
                self.env._(
                    "This call has no number that a lead could have: it was withheld, "
                    "or the call was between colleagues."
                )
            )
        # whoever asks at the same time begins anew when this is done
        self._lock_for_relink()
        # sudo: zadarma.call, crm.lead - a colleague may have made it
        call_sudo = self.sudo().with_context(zadarma_relink_now=True)
        lead_sudo = call_sudo.lead_id or call_sudo._make_lead(self.env.user)
        lead = Lead.browse(lead_sudo.id)
        if lead.has_access("read"):
            return lead.get_formview_action()
        return told(
            self.env._("The lead of this call is %s's.", lead_sudo.user_id.name),
            "info",
        )

    def _card_actions(self):
        if not self.can_identify or not self.env["crm.lead"].has_access("create"):
            return super()._card_actions()
        # sudo: zadarma.call - whether there is one
        label = (
            self.env._("Open Lead")
            if self.sudo().lead_id
            else self.env._("Create Lead")
        )
        action = {"label": label, "method": "action_create_lead"}
        return [*super()._card_actions(), action]

    def _history_documents(self):
        documents = super()._history_documents()
        # sudo: crm.lead - its history tells of the call, whoever changed that
        lead_sudo = self.sudo().lead_id
        return [*documents, lead_sudo] if lead_sudo else documents
