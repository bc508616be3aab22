# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ZadarmaAccount(models.Model):
    """Whether a company's SMS go through its account."""

    _inherit = "zadarma.account"

    send_sms = fields.Boolean(
        "SMS go through this account",
        copy=False,
        help="All SMS of the company go through this account: those that somebody "
        "writes, reminders, mailings. It comes before Odoo's own provider and before "
        "Twilio, also if that is chosen in the settings.",
    )
    sms_sender = fields.Char(
        "Sender",
        help="The name or number that SMS are sent under where Zadarma allows it for "
        "the number they go to. An answer goes out from the number that was written "
        "to. If it is empty, it is the first of your numbers that Zadarma allows.",
    )

    missed_sms = fields.Selection(
        [
            ("never", "Never"),
            ("outside", "Outside of working hours"),
            ("always", "Always"),
        ],
        "SMS after a missed call",
        default="never",
        required=True,
        help="Once a number and day; not to fixed lines, blacklisted or own numbers. "
        "Working hours are the company's.",
    )
    missed_sms_text = fields.Text(
        "Its text",
        default=lambda self: self.env._(
            "Sorry that we missed your call. We will call you back."
        ),
    )

    # of several, nobody could tell which one pays
    _send_sms_unique = models.UniqueIndex(
        "(company_id) WHERE send_sms AND active",
        "Another account of this company sends its SMS already. Switch that off first.",
    )

    @api.constrains("sms_sender")
    def _check_sms_sender(self):
        for account in self:
            if len(account.sms_sender or "") > 16:
                raise ValidationError(
                    self.env._(
                        "A sender is a telephone number, or a name of at most eleven "
                        "characters."
                    )
                )

    def _is_in_use(self):
        # sudo: zadarma.message - whether there are any at all
        messages_sudo = self.env["zadarma.message"].sudo()
        return super()._is_in_use() or bool(
            messages_sudo.search_count([("account_id", "=", self.id)], limit=1)
        )

    @api.model
    def _sms_account(self, company):
        """The account that sends a company's SMS, as superuser; may be empty."""
        # sudo: zadarma.account - whoever sends an SMS knows nothing of accounts
        return company.sudo().zadarma_sms_account_id

    @api.model
    def _sms_companies(self):
        """The companies whose SMS go through Zadarma."""
        # sudo: zadarma.account - the queue has the SMS of all companies
        return self.sudo().search([("send_sms", "=", True)]).company_id

    def _sms_sender(self, client, number):
        """Under what an SMS goes to a number; empty to leave it to Zadarma.

        :param client: of this account
        :param number: E.164
        :raise errors.ZadarmaError: Zadarma was asked, and did not say
        """
        senders = self.env["zadarma.sms.sender"]._allowed(self, client, number)
        return self.env["zadarma.message"]._choose_sender(self, number, senders)

    @api.model
    def _own_number(self, told):
        """One of our senders as we write it: a number in E.164, or a name."""
        return f"+{told}" if told.isdecimal() else told
