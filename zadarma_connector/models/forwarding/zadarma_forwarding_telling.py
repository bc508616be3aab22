# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ZadarmaForwarding(models.Model):
    """What the person hears of a forwarding that is not as they wished."""

    _inherit = "zadarma.forwarding"

    def _tell_person(self, text):
        """Tell whose telephone it is, or the administrator where it is nobody's.

        :param text: makes the sentence of a forwarding that has their language
        """
        user = self.extension_id.user_id or self.account_id._administrator()
        theirs = self.with_context(lang=user.lang)
        theirs.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            subject=theirs.env._(
                "Forwarding of internal number %s", self.extension_id.number
            ),
            body=text(theirs),
        )

    def _state_text(self):
        """How it stands, a sentence for whose telephone it is."""
        self.ensure_one()
        wish = self.wish_ids._strongest()
        if not wish:
            return self._yielded_text()
        if self.trouble:
            return self._failed_text(self.trouble)
        if not self.is_due and self.line_ids[:1].event == "left":
            return self._left_text()
        if self.is_set and self._kept().ours[-1] == wish._target():
            return self.env._("Calls go to %s.", wish.goes_to)
        return self.env._("Calls will go to %s in a moment.", wish.goes_to)

    def _left_text(self):
        return self.env._(
            "Calls to %s go to a mailbox at Zadarma. Its greeting would be lost, so "
            "this forwarding is left as it is.",
            self.extension_id.number,
        )

    def _yielded_text(self):
        return self.env._(
            "Somebody changed the forwarding of %s at Zadarma meanwhile. That counts, "
            "so it stays as it is there.",
            self.extension_id.number,
        )

    def _failed_text(self, reason):
        return self.env._(
            "The forwarding of %(number)s could not be changed at Zadarma. It is tried "
            "again by itself. (%(reason)s)",
            number=self.extension_id.number,
            reason=reason,
        )

    def _unanswered_text(self):
        return self.env._(
            "Zadarma did not answer, so it is not known yet whether it did what it was "
            "asked."
        )
