# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

from ...tools import job
from ...zadarma_api import errors

#: Of how many telephones is asked in one minute, at most: one request each.
_AT_ONCE = 15
_MINUTE = timedelta(minutes=1)


class ZadarmaAccount(models.Model):
    """Whether telephones are registered is asked while a floor shows it."""

    _inherit = "zadarma.account"

    floor_until = fields.Datetime(readonly=True, copy=False)

    @api.model
    def _cron_telephones(self):
        """Ask whose telephones are registered, while somebody looks at a floor.

        It comes again by itself until nobody looks any more.
        """
        now = fields.Datetime.now()
        watched = self.search([("floor_until", ">", now)])
        for account in watched:
            try:
                job.guarded(
                    account,
                    lambda one: one._ask_about_telephones(),
                    lambda _one, _error, _reason: None,
                )
            except errors.RateLimited:
                continue
        if watched:
            self.env.ref("zadarma_connector.cron_telephones")._trigger(at=now + _MINUTE)

    def _ask_about_telephones(self):
        client = self._client(background=True)
        due = self.extension_ids.filtered(lambda one: one._telephone_is_due())
        due = due.sorted(lambda one: one.telephone_asked_at or one.create_date)
        changed = False
        for extension in due[:_AT_ONCE]:
            changed |= extension._ask_about_telephone(client)
        if changed:
            self._tell_presence(self.company_id.ids)
