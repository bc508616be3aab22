# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models

#: Years that calendars can be asked about.
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


class ZadarmaRoutingRehearsal(models.TransientModel):
    """Who rings if this one calls that number at that time?"""

    _name = "zadarma.routing.rehearsal"
    _description = "Rehearsal of Routing"

    account_id = fields.Many2one("zadarma.account", required=True, readonly=True)
    caller_number = fields.Char("Who calls", help="Empty for a withheld number.")
    called_number = fields.Char("Which number")
    moment = fields.Datetime(
        "When", required=True, default=lambda self: fields.Datetime.now()
    )
    explanation = fields.Html("Then", compute="_compute_explanation")

    @api.depends("account_id", "caller_number", "called_number", "moment")
    def _compute_explanation(self):
        """The decision of a real call, by the same code."""
        for rehearsal in self:
            moment = rehearsal.moment or fields.Datetime.now()
            if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
                rehearsal.explanation = self.env._(
                    "When is that? Enter a time from %(first)s to %(last)s.",
                    first=_FIRST_YEAR,
                    last=_LAST_YEAR,
                )
                continue
            account = rehearsal.account_id
            # what follows looks things up as superuser
            account.check_access("read")
            routing = self.env["zadarma.routing"]
            caller = account._e164((rehearsal.caller_number or "").strip())
            found = self.env["zadarma.identification"]._identify(
                account, [caller] if caller else []
            )
            decision = routing._decide(
                account,
                caller,
                account._e164((rehearsal.called_number or "").strip()),
                moment,
                found.get(caller),
            )
            *reasons, outcome = routing._explain(decision.answer, decision.why)
            rehearsal.explanation = Markup("<p><b>%s</b></p><ul>%s</ul>") % (
                outcome,
                Markup().join(Markup("<li>%s</li>") % reason for reason in reasons),
            )
