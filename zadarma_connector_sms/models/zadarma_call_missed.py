# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

import pytz

from odoo import fields, models

from odoo.addons.zadarma_connector.zadarma_api import sms, waiting

#: Who called longer ago has found another way, or is asleep.
_SOON = timedelta(hours=1)


class ZadarmaCall(models.Model):
    """A text to whoever called in vain."""

    _inherit = "zadarma.call"

    missed_sms_at = fields.Datetime("SMS asked for on", readonly=True, copy=False)
    missed_sms_ids = fields.One2many(
        "zadarma.message", "missed_call_id", "SMS after it", readonly=True
    )

    def _follow_up(self):
        result = super()._follow_up()
        for call in self:
            if call._wants_missed_sms():
                call._send_missed_sms()
        return result

    def _other_attempts(self):
        # only what Zadarma took has reached anybody
        sent = self.missed_sms_ids.filtered(lambda one: one.state == "sent")
        return [*super()._other_attempts(), *sent.mapped("date")]

    def _wants_missed_sms(self):
        """Whether this caller is to get the account's text."""
        account = self.account_id
        return (
            account.missed_sms != "never"
            and account.send_sms
            and account.missed_sms_text
            # missed, and nobody has spoken with them since
            and self.callback_state in waiting.WAITING
            and not self.missed_sms_at
            and self._is_news()
            and self._ended_just_now()
            and self._can_get_sms()
            and (account.missed_sms == "always" or self._is_outside_of_hours())
            and not self._got_sms_today()
        )

    def _ended_just_now(self):
        ended = self.date_end or self.date_start or self.create_date
        return fields.Datetime.now() - ended < _SOON

    def _can_get_sms(self):
        """Whether its number may and can get an SMS."""
        number = self.external_number or ""
        own = self.env["zadarma.did"]._numbers_of(self.company_id)
        if number in own or not sms.may_take_sms(number):
            return False
        # sudo: phone.blacklist - only whether it is there
        blacklist_sudo = self.env["phone.blacklist"].sudo()
        return not blacklist_sudo.search_count([("number", "=", number)], limit=1)

    def _is_outside_of_hours(self):
        """Whether the company does not work when it came; without hours it always
        does."""
        calendar = self.company_id.resource_calendar_id
        began = self.date_start or self.create_date
        return bool(calendar.attendance_ids) and not calendar.get_work_hours_count(
            began, began + timedelta(minutes=1)
        )

    def _got_sms_today(self):
        """Whether its number got one today, as the account's clock counts days."""
        zone = pytz.timezone(self.account_id.tz)
        today = pytz.utc.localize(fields.Datetime.now()).astimezone(zone)
        midnight = zone.localize(today.replace(tzinfo=None, hour=0, minute=0, second=0))
        return self.search_count(
            [
                ("company_id", "=", self.company_id.id),
                ("external_number", "=", self.external_number),
                (
                    "missed_sms_at",
                    ">=",
                    midnight.astimezone(pytz.utc).replace(tzinfo=None),
                ),
            ],
            limit=1,
        )

    def _send_missed_sms(self):
        """Put the text into the queue, whose job sends it: nothing that follows from
        calls waits for Zadarma."""
        self.missed_sms_at = fields.Datetime.now()
        # sudo: sms.sms - nobody in particular sends it
        queue_sudo = self.env["sms.sms"].sudo().with_company(self.company_id)
        queue_sudo.create(
            {
                "number": self.external_number,
                "body": self.account_id.missed_sms_text,
                "partner_id": self.partner_id.id,
                "zadarma_call_id": self.id,
                "zadarma_unasked": True,
            }
        )
