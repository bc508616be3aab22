# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class MailMessage(models.Model):
    """An SMS that came in can be answered where it stands."""

    _inherit = "mail.message"

    def _to_store(self, store, fields, **kwargs):
        result = super()._to_store(store, fields, **kwargs)
        Message = self.env["zadarma.message"]
        if (
            "body" in fields
            and store.target.is_current_user(self.env)
            and Message.has_access("read")
        ):
            incoming = Message.search(
                [("mail_message_id", "in", self.ids), ("direction", "=", "incoming")]
            )
            for sms in incoming:
                store.add(sms.sudo().mail_message_id, {"zadarma_sms_id": sms.id})
        return result
