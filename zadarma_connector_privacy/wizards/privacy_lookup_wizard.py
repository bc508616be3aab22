# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain
from odoo.tools import email_normalize


class PrivacyLookupWizard(models.TransientModel):
    """Odoo looks for a name and an e-mail address; calls have numbers."""

    _inherit = "privacy.lookup.wizard"

    def _get_query_models_blacklist(self):
        """A call's parts go with their call, which is found as well; and nobody's
        internal number is deleted, whoever sits there."""
        return [
            *super()._get_query_models_blacklist(),
            "zadarma.call.leg",
            "zadarma.extension",
        ]

    def action_zadarma_person(self):
        """What is kept of the calls of whoever was looked up."""
        self.ensure_one()
        contacts = self.env["res.partner"].with_context(active_test=False)
        named = Domain("name", "=ilike", self.name.strip())
        written = Domain("email_normalized", "=", email_normalize(self.email))
        # the address tells one from namesakes
        found = contacts.search(written & named, limit=1)
        found = found or contacts.search(written | named, limit=1)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "zadarma_connector.action_zadarma_person_request"
        )
        return {**action, "context": {"default_partner_id": found.id}}
