# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models


class ZadarmaCall(models.Model):
    """Calls in the history of contacts: a line in the chatter for each that ended.

    The line is a note that notifies nobody and follows nobody. It is rewritten when the
    call is corrected, moves with the call to another contact, and goes with the call.
    What of it is not for everybody who sees the contact is added when it is read, see
    ``mail.message``.
    """

    _inherit = "zadarma.call"

    message_ids = fields.Many2many(
        "mail.message",
        "zadarma_call_message",
        "call_id",
        "message_id",
        "Messages",
        readonly=True,
    )
    # elsewhere, with its note: nothing of them is written again
    copy_ids = fields.Many2many(
        "mail.message",
        "zadarma_call_copy",
        "call_id",
        "message_id",
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
        export_string_translation=False,
    )

    @api.model
    def _put_on_calls(self):
        return [*super()._put_on_calls(), ("copy_ids",)]

    @api.model
    def _log_by_hand(self, account, partner, values):
        """Whoever logs a call sees it at once; the job does the rest."""
        call_sudo = super()._log_by_hand(account, partner, values)
        call_sudo._write_history()
        return call_sudo

    def _delete_history(self):
        # sudo: mail.message - the lines are ours
        self.sudo().message_ids.unlink()

    def _write_history(self):
        """Have exactly one line in each history that the call belongs to."""
        # sudo: mail.message - written for the call, whoever changed it
        for call in self.sudo():
            wanted = {(one._name, one.id): one for one in call._histories()}
            for message in call.message_ids:
                if not wanted.pop((message.model, message.res_id), None):
                    message.unlink()
                    continue
                values = call._history_values()
                if any(
                    message[name] != value
                    for name, value in values.items()
                    if name in ("body", "date")
                ):
                    message.write(values)
            call.message_ids += (
                self.env["mail.message"]
                .sudo()
                .create(
                    [
                        {
                            "model": model,
                            "res_id": res_id,
                            "message_type": "notification",
                            "subtype_id": self.env.ref("mail.mt_note").id,
                            "is_internal": True,
                            # otherwise computed from servers and aliases
                            "reply_to": False,
                            **call._history_values(),
                        }
                        for model, res_id in wanted
                    ]
                )
            )

    def _histories(self):
        """The records in whose histories the call is a line just now."""
        return self._history_documents() if self._is_history() else []

    def _is_history(self):
        return (
            self.state == "ended"
            and self.result
            and self.direction != "internal"
            and self._is_news()
        )

    def _history_documents(self):
        """The records in whose histories the call belongs; other addons add some."""
        self.ensure_one()
        return [self.partner_id] if self.partner_id else []

    def _history_values(self):
        author = self._history_author()
        return {
            "author_id": author.id,
            "email_from": author.email_formatted,
            "date": self.date_start or self.create_date,
            "body": self._history_body(),
        }

    def _history_author(self):
        """Who spoke or dialled; OdooBot where nobody did."""
        spoke = self.result == "answered" or self.direction == "outgoing"
        return (spoke and self.person_id) or self.env.ref("base.partner_root")

    def _history_body(self, for_reader=False):
        """The line, in the language of the company: it is read by everybody.

        :param for_reader: with the note and the way to the call, for the current user,
            who may see it
        """
        call = self.with_context(lang=self.company_id.partner_id.lang)
        results = dict(call._fields["result"]._description_selection(call.env))
        title = {
            "incoming": call.env._("Incoming call"),
            "outgoing": call.env._("Outgoing call"),
        }[call.direction]
        parts = [results[call.result]]
        if call.result == "answered":
            parts.append(_clock(call.duration))
        if call.by_hand:
            parts.append(call.env._("logged by hand"))
        if call.outcome_id:
            parts.append(call.outcome_id.name)
        told = Markup(", ").join(parts)
        if not for_reader:
            # written as the sanitiser leaves it, so that what did not change is seen
            return Markup("<p>%s: %s</p>") % (title, told)
        body = Markup(
            '<p><a href="#" data-oe-model="zadarma.call" data-oe-id="%s">%s</a>: %s</p>'
        ) % (call.id, title, told)
        if call.note:
            lines = Markup("<br>").join(call.note.splitlines())
            body += Markup("<p>%s</p>") % lines
        return body


def _clock(seconds):
    """Seconds as on a stopwatch."""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
