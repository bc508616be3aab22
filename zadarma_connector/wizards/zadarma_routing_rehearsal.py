# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models

from ..zadarma_api.numbers import callers

#: Years that calendars can be asked about.
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


class ZadarmaRoutingRehearsal(models.TransientModel):
    """Who rings if this one calls that number at that time?"""

    _name = "zadarma.routing.rehearsal"
    _description = "Routing Test"

    account_id = fields.Many2one("zadarma.account", required=True, readonly=True)
    caller_number = fields.Char("Caller number", help="Empty for a withheld number.")
    called_number = fields.Char("Dialled number")
    moment = fields.Datetime(
        "Date and time", required=True, default=lambda self: fields.Datetime.now()
    )
    explanation = fields.Html("Decision", compute="_compute_explanation")

    @api.depends("account_id", "caller_number", "called_number", "moment")
    def _compute_explanation(self):
        for rehearsal in self:
            outcome, reasons = rehearsal._answer()
            rehearsal.explanation = Markup("<p><b>%s</b></p><ul>%s</ul>") % (
                outcome,
                Markup().join(Markup("<li>%s</li>") % reason for reason in reasons),
            )

    def _answer(self):
        """What would happen and why, or why nobody can tell.

        :return: a sentence, and a list of further ones
        """
        moment = self.moment or fields.Datetime.now()
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            return self.env._(
                "Enter a time from %(first)s to %(last)s.",
                first=_FIRST_YEAR,
                last=_LAST_YEAR,
            ), []
        # what follows looks things up as superuser
        self.account_id.check_access("read")
        for typed in (self.caller_number, self.called_number):
            if typed and typed.strip() and not self._read(typed).is_read:
                return self.env._(
                    "“%(number)s” cannot be read as a telephone number. Write it with "
                    "its country, for example +44 20 3769 1880.",
                    number=typed.strip(),
                ), []
        routing = self.env["zadarma.routing"]
        decision = self._decide(moment)
        *reasons, outcome = routing._explain(decision.answer, decision.why)
        return outcome, reasons + self._switches_off(decision, moment)

    def _switches_off(self, decision, moment):
        """What is switched off, and who would ring if it were on."""
        account = self.account_id
        found = []
        if not decision.answer and not account.route_to_manager:
            would = self._decide(moment, manager=True)
            if would.answer:
                *_reasons, outcome = self.env["zadarma.routing"]._explain(
                    would.answer, would.why
                )
                found.append(self.env._("If it were on: %s", outcome))
        if account.polling:
            found.append(
                self.env._(
                    "But Zadarma does not ask Odoo at all, since “No public address” "
                    "is ticked."
                )
            )
        elif not (account.webhook_is_registered and account.notify_start):
            found.append(
                self.env._(
                    "But Zadarma does not ask Odoo at all, since it does not notify it "
                    "of incoming calls: press Register Notifications."
                )
            )
        return found

    def _decide(self, moment, manager=None):
        """The decision of a real call, by the same code."""
        account = self.account_id
        caller = self._read(self.caller_number).number
        found = self.env["zadarma.identification"]._identify(
            account, [caller] if caller else []
        )
        # sudo: zadarma.account - what is decided by, of an account that one may see
        return self.env["zadarma.routing"]._decide(
            account.sudo()._switchboard(),
            caller,
            self._read(self.called_number).number,
            moment,
            found.get(caller),
            manager,
        )

    def _read(self, typed):
        """A number as it would come from the PBX, a :class:`~.callers.Caller`."""
        return callers.caller(typed, self.account_id.country_id.code)
