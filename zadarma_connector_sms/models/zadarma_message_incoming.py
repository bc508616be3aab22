# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models

from odoo.addons.sms.tools.sms_tools import sms_content_to_rendered_html
from odoo.addons.zadarma_connector.tools import job
from odoo.addons.zadarma_connector.zadarma_api import sms

#: So often it is tried what follows from a message, before that is given up.
_TRIES = 10
_NOTE = "zadarma_connector_sms.mt_incoming"


class ZadarmaMessage(models.Model):
    """SMS that come in: kept while Zadarma waits, followed up by a job."""

    _inherit = "zadarma.message"

    to_follow_up = fields.Boolean(readonly=True, copy=False)
    follow_up_attempts = fields.Integer(readonly=True, copy=False)
    follow_up_at = fields.Datetime(readonly=True, copy=False)

    _to_follow_up_index = models.Index("(id) WHERE to_follow_up")

    @api.model
    def _keep_incoming(self, entry, told):
        """Keep an SMS, as superuser.

        :param entry: the ``zadarma.event`` that tells of it
        :param told: a :class:`~zadarma_api.sms.Incoming`
        """
        account = entry.account_id
        self.create(
            {
                "account_id": account.id,
                "direction": "incoming",
                "state": "received",
                "number": sms.written_from(account._e164(told.sender)),
                "own": account._own_number(told.own),
                "body": told.text,
                "date": entry.received_at,
                "event_id": entry.id,
                "to_follow_up": True,
            }
        )
        self.env.ref("zadarma_connector_sms.cron_follow_up")._trigger()

    @api.model
    def _cron_follow_up(self):
        """Do what follows from SMS that came in."""
        job.run(
            self,
            "cron_follow_up",
            [("to_follow_up", "=", True)],
            job.Attempts("follow_up_attempts", "follow_up_at"),
            do=lambda message: message._follow_up(),
            failed=lambda message, *told: message._not_followed_up(*told),
        )

    def _not_followed_up(self, _error, reason):
        given_up = self.follow_up_attempts >= _TRIES
        self.write({"failure": reason, "to_follow_up": not given_up})

    def _follow_up(self):
        """Find out who wrote, and tell whose customer it is."""
        self.ensure_one()
        # one that came in the same moment may not have been seen
        self._mark_last({(self.account_id.id, self.number)})
        document = self._find_document()
        self.user_id = self._whose(document)
        notes = self._obey_wish()
        if document:
            self.mail_message_id = self._post(document, notes)
        self.write({"to_follow_up": False, "failure": False})

    def _find_document(self):
        """In whose chatter it belongs, ``None`` for nobody's; a customer is noted."""
        if not sms.is_number(self.number):
            # a name is nobody's number
            return None
        account = self.account_id
        found = self.env["zadarma.identification"]._identify(account, [self.number])
        identification = found[self.number]
        self.partner_id = identification.partner
        return self.partner_id or account._document_of_stranger(
            self.number, self.own, identification
        )

    def _whose(self, document):
        """Who is told: the customer's salesperson; else who wrote to them last."""
        salesperson = (
            self.partner_id.user_id or self.partner_id.commercial_partner_id.user_id
        )
        if not self.partner_id and document and "user_id" in document._fields:
            salesperson = document["user_id"]
        last = self.search(
            [
                ("account_id", "=", self.account_id.id),
                ("number", "=", self.number),
                ("direction", "=", "outgoing"),
                ("user_id", "!=", False),
            ],
            limit=1,
        )
        return (salesperson or last.user_id).filtered(
            lambda one: one.active
            and not one.share
            and self.company_id in one.company_ids
        )[:1]

    def _post(self, document, notes):
        """Put the SMS into a chatter, and tell whose customer it is.

        :param notes: sentences below it
        :return: the ``mail.message``
        """
        lang = self.company_id.partner_id.lang
        message = self.with_context(lang=lang)
        body = Markup('<div class="text-muted small">%s</div><div>%s</div>') % (
            message.env._("Incoming SMS to %s", self.own),
            sms_content_to_rendered_html(self.body),
        )
        for note in notes:
            body += Markup("<div><em>%s</em></div>") % note
        posted = document.with_context(lang=lang, mail_post_autofollow=False)
        return posted.message_post(
            body=body,
            author_id=self.partner_id.id or False,
            email_from=self.partner_id.email_formatted or self.number,
            message_type="comment",
            subtype_xmlid=_NOTE,
            partner_ids=self.user_id.partner_id.ids,
        )

    def _obey_wish(self):
        """Do what somebody asks for with a word alone.

        :return: sentences that say what was done
        """
        wish = sms.wish(self.body)
        return self.env["phone.blacklist"]._zadarma_obey(self, wish) if wish else []
