# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class MailMessage(models.Model):
    """The line of a call in a history: more of it for those who may see the call.

    Whoever sees a contact reads its history, and a call is not everybody's: what is
    stored has neither the note nor a way to the call. Both are added for a reader who
    may see the call, at each reading, so that a lost right takes them away again.
    """

    _inherit = "mail.message"

    def _to_store(self, store, fields, **kwargs):
        has_body = "body" in fields
        result = super()._to_store(store, fields, **kwargs)
        if has_body and store.target.is_current_user(self.env):
            for message, call in self._zadarma_calls():
                store.add(message, {"body": call._history_body(for_reader=True)})
        return result

    def _zadarma_calls(self):
        """The lines among these of calls that the reader may see, with their calls."""
        Call = self.env["zadarma.call"]
        lines = self.filtered(
            lambda one: one.message_type == "notification" and one.is_internal
        )
        if not lines or not Call.has_access("read"):
            return []
        # sudo: mail.message - only which of them they are
        return [
            (message, call)
            for call in Call.search([("message_ids", "in", lines.ids)])
            for message in lines & call.sudo().message_ids.sudo(False)
        ]
