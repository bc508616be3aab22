# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ZadarmaMessageAnswer(models.TransientModel):
    """An answer to an SMS, from the number that was written to.

    Odoo's own composer takes the number of the contact, and writes another one into it.
    """

    _name = "zadarma.message.answer"
    _description = "Answer to an SMS"

    message_id = fields.Many2one("zadarma.message", "SMS", required=True)
    # as whoever answers may see it, whatever SMS they name
    number = fields.Char(related="message_id.number", string="To", related_sudo=False)
    own = fields.Char(related="message_id.own", string="From", related_sudo=False)
    partner_id = fields.Many2one(related="message_id.partner_id", related_sudo=False)
    answered = fields.Text(
        related="message_id.body", string="They wrote", related_sudo=False
    )
    body = fields.Text("Text", required=True)

    def action_send(self):
        """Send it: as Odoo sends an SMS from whatever chatter the other one is in."""
        self.ensure_one()
        message = self.message_id
        message.check_access("read")
        message._check_can_be_answered()
        # sudo: whoever sees an SMS may answer it, where it stands
        document_sudo = self._document(message.sudo().mail_message_id)
        if document_sudo:
            # whose account pays, whatever company they look at
            document_sudo = document_sudo.with_company(message.company_id)
            partner = message.partner_id
            document_sudo._message_sms(
                self.body,
                partner_ids=partner.ids,
                sms_numbers=[] if partner else [message.number],
                sms_pid_to_number={partner.id: message.number} if partner else {},
            )
        else:
            # sudo: sms.sms - as Odoo's composer does
            queued_sudo = self.env["sms.sms"].sudo()
            queued_sudo = queued_sudo.with_company(message.company_id)
            queued_sudo.create({"number": message.number, "body": self.body}).send()
        return {"type": "ir.actions.act_window_close"}

    @api.model
    def _document(self, line):
        """In whose chatter a line is, ``None`` if there is none any more."""
        return line and self.env[line.model].sudo().browse(line.res_id).exists()
