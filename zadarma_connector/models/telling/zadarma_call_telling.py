# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models

from ...tools import job

#: After a talk somebody writes a note first, and chooses an outcome.
_PATIENCE = timedelta(minutes=10)


class ZadarmaCall(models.Model):
    """A customer's salesperson hears of it when somebody else spoke with them."""

    _inherit = "zadarma.call"

    to_tell = fields.Boolean(readonly=True, copy=False, export_string_translation=False)
    tell_at = fields.Datetime(
        readonly=True, copy=False, export_string_translation=False
    )
    tell_attempts = fields.Integer(
        readonly=True, copy=False, export_string_translation=False
    )

    _to_tell_index = models.Index("(tell_at) WHERE to_tell")

    @api.model
    def _put_on_calls(self):
        # once for a call, also for one that turns out to be another
        telling = ("tell_at", "to_tell", "tell_attempts")
        return [*super()._put_on_calls(), telling]

    def _follow_up_documents(self):
        result = super()._follow_up_documents()
        for call in self:
            # once for a call, whatever is corrected later
            if not call.tell_at and call._whom_to_tell():
                moment = fields.Datetime.now() + _PATIENCE
                call.write({"to_tell": True, "tell_at": moment})
                job_of_telling = self.env.ref("zadarma_connector.cron_tell")
                # sudo: ir.cron - whoever changes a call starts what follows from it
                job_of_telling.sudo()._trigger(at=moment)
        return result

    def _whom_to_tell(self):
        """The customer's salesperson, if somebody else spoke and they want to know.

        :return: a ``res.users``, as superuser; may be empty
        """
        # sudo: res.partner - its salesperson
        partner_sudo = self.partner_id.sudo()
        user_sudo = partner_sudo.user_id or partner_sudo.commercial_partner_id.user_id
        if (
            self._is_talk()
            and self.direction != "internal"
            and self._is_news()
            and user_sudo.active
            and user_sudo.zadarma_tell_me
            and self.company_id in user_sudo.company_ids
            and self.person_id
            and self.person_id != user_sudo.partner_id
        ):
            return user_sudo
        return user_sudo.browse()

    @api.model
    def _cron_tell(self):
        """Tell what is to be told by now."""
        job.run(
            self,
            "cron_tell",
            [("to_tell", "=", True)],
            job.Attempts("tell_attempts", "tell_at"),
            lambda calls: calls._tell_salespeople(),
            lambda _calls, _error, _reason: None,
        )

    def _tell_salespeople(self):
        for call in self:
            # who it is, and whether they want it, may have changed meanwhile
            if user_sudo := call._whom_to_tell():
                call.with_context(lang=user_sudo.lang)._tell_salesperson(user_sudo)
        self.to_tell = False

    def _tell_salesperson(self, user):
        # sudo: res.partner - told for the call
        partner_sudo = self.partner_id.sudo()
        author_sudo = self.person_id.sudo()
        self.sudo().copy_ids += partner_sudo.message_notify(
            partner_ids=user.partner_id.ids,
            author_id=author_sudo.id,
            email_from=author_sudo.email_formatted,
            subject=self.env._(
                "%(person)s spoke with %(customer)s",
                person=author_sudo.name,
                customer=partner_sudo.name or partner_sudo.display_name,
            ),
            # with note and outcome: whose customer it is may see the call
            body=self._history_body(for_reader=True) or Markup(),
        )
