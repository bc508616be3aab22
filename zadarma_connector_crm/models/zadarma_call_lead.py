# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ZadarmaCall(models.Model):
    """Leads of callers whom nobody knows yet.

    Made by the job that follows up calls, of which there is never more than one: two
    calls at the same time make one lead.
    """

    _inherit = "zadarma.call"

    def _follow_up_documents(self):
        # sudo: crm.lead - they follow from calls, whoever changes those
        for call in self.sudo():
            if call._makes_lead():
                call.lead_id = call._known_lead() or call._make_lead()
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

    def _make_lead(self):
        company = self.company_id
        Lead = self.env["crm.lead"].with_company(company)
        number = self._number_to_show()
        return Lead.with_context(mail_create_nosubscribe=True).create(
            {
                "name": self.env._("Call from %s", number),
                "phone": number,
                "type": "lead"
                if self.env.user.has_group("crm.group_use_lead")
                else "opportunity",
                "company_id": company.id,
                # who spoke goes on; a missed caller is whoever's calls back
                "user_id": self.user_id.id if self.result == "answered" else False,
                "source_id": self._lead_source().id,
            }
        )

    def _lead_source(self):
        """The source of leads that is named like the number they dialled."""
        Source = self.env["utm.source"]
        if not self.called_number:
            return Source
        return self.env["utm.mixin"]._find_or_create_record(
            Source._name, self.called_number
        )

    def _history_documents(self):
        documents = super()._history_documents()
        # sudo: crm.lead - its history tells of the call, whoever changed that
        lead_sudo = self.sudo().lead_id
        return [*documents, lead_sudo] if lead_sudo else documents
