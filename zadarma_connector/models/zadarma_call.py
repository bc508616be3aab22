# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..zadarma_api.fold import fold


class ZadarmaCall(models.Model):
    """One telephone call, however many legs it had.

    What the PBX told of a call is computed by :func:`~zadarma_api.fold.fold` from
    its facts (``event_ids``); people are linked here, once, when they become known.
    """

    _name = "zadarma.call"
    _description = "Phone Call"
    _order = "date_start DESC NULLS LAST, id DESC"
    _rec_names_search = ["external_number", "caller_number", "called_number"]

    account_id = fields.Many2one(
        "zadarma.account", required=True, readonly=True, index=True
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, index=True
    )
    pbx_call_id = fields.Char(string="PBX call ID", readonly=True, copy=False)
    direction = fields.Selection(
        [("incoming", "Incoming"), ("outgoing", "Outgoing"), ("internal", "Internal")],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            ("requested", "Requested"),
            ("ringing", "Ringing"),
            ("in_progress", "Talking"),
            ("ended", "Ended"),
        ],
        required=True,
        readonly=True,
    )
    result = fields.Selection(
        [
            ("answered", "Answered"),
            ("missed", "Missed"),
            ("rejected", "Rejected"),
            ("no_answer", "No answer"),
            ("busy", "Busy"),
            ("cancelled", "Cancelled"),
            ("failed", "Failed"),
        ],
        readonly=True,
    )
    disposition = fields.Char(readonly=True, help="How it ended, in the PBX's words.")
    caller_number = fields.Char(string="From", readonly=True)
    called_number = fields.Char(string="To", readonly=True)
    external_number = fields.Char(
        string="Number",
        readonly=True,
        help="The number of the party outside of the company; empty when withheld.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        check_company=True,
        index="btree_not_null",
        ondelete="set null",
    )
    partner_match = fields.Selection(
        [
            ("exact", "Exact"),
            ("probable", "Probable"),
            ("ambiguous", "Several contacts"),
            ("manual", "Chosen by hand"),
            ("none", "Unknown"),
        ],
        default="none",
        required=True,
        readonly=True,
        string="Match",
        help="How the customer was found from the number.",
    )
    extension_number = fields.Char(readonly=True)
    extension_id = fields.Many2one(
        "zadarma.extension", readonly=True, index="btree_not_null"
    )
    employee_id = fields.Many2one(
        "hr.employee", readonly=True, index="btree_not_null", check_company=True
    )
    user_id = fields.Many2one("res.users", readonly=True, index="btree_not_null")
    date_start = fields.Datetime(string="Time", readonly=True)
    date_answer = fields.Datetime(string="Answered at", readonly=True)
    date_end = fields.Datetime(string="Ended at", readonly=True)
    duration = fields.Integer(string="Talk time", readonly=True, help="In seconds.")
    wait_duration = fields.Integer(
        string="Waiting time",
        readonly=True,
        aggregator="avg",
        help="In seconds: from the start until somebody answered or it ended.",
    )
    leg_ids = fields.One2many("zadarma.call.leg", "call_id", readonly=True)
    event_ids = fields.One2many(
        "zadarma.event",
        "call_id",
        string="Journal",
        readonly=True,
        groups="zadarma_connector.group_zadarma_admin",
    )

    _pbx_call_id_unique = models.UniqueIndex(
        "(account_id, pbx_call_id) WHERE pbx_call_id IS NOT NULL",
        "This account already has this call.",
    )
    _time_index = models.Index("(company_id, date_start DESC NULLS LAST, id DESC)")
    _external_number_index = models.Index(
        "(external_number) WHERE external_number IS NOT NULL"
    )
    _check_company_auto = True

    @api.depends("external_number", "direction", "partner_id.display_name")
    def _compute_display_name(self):
        for call in self:
            party = call.partner_id.display_name or call.external_number
            if not party and call.direction == "internal":
                party = f"{call.caller_number} → {call.called_number}"
            call.display_name = party or self.env._("Number withheld")

    # -- from facts to the call ----------------------------------------------

    @api.model
    def _refold(self, account, pbx_call_id):
        """Compute a call from everything that the journal knows of it.

        The caller holds the call's lock, so that no other fold runs beside it.

        :param account: the ``zadarma.account``
        :param pbx_call_id: the PBX's id of the call
        :return: the call
        """
        events = self.env["zadarma.event"].search(
            [
                ("account_id", "=", account.id),
                ("pbx_call_id", "=", pbx_call_id),
                ("state", "!=", "ignored"),
            ]
        )
        folded = fold([event._fact() for event in events], account.tz)
        call = self.search(
            [("account_id", "=", account.id), ("pbx_call_id", "=", pbx_call_id)]
        )
        values = call._folded_values(account, folded)
        if call:
            call.write(values)
        else:
            call = self.create(
                {"account_id": account.id, "pbx_call_id": pbx_call_id, **values}
            )
        call._set_legs(folded.legs)
        call._link_partner()
        # untouched ones stay free for a repetition that is being counted
        events.filtered(
            lambda event: event.state != "applied" or event.call_id != call
        ).write({"call_id": call.id, "state": "applied", "error": False})
        return call

    def _folded_values(self, account, folded):
        """The values of a call (or of a new one) that its facts determine.

        :param folded: a :class:`~zadarma_api.fold.Call`
        """
        values = {
            "direction": folded.direction,
            "state": folded.state,
            "result": folded.result,
            "disposition": folded.disposition or False,
            "caller_number": account._e164(folded.caller_number),
            "called_number": account._e164(folded.called_number),
            "external_number": account._e164(folded.external_number),
            "extension_number": folded.extension or False,
            "date_start": folded.date_start,
            "date_answer": folded.date_answer,
            "date_end": folded.date_end,
            "duration": folded.duration or 0,
            "wait_duration": folded.wait_duration or 0,
        }
        extension = account._extension(folded.extension)
        # whoever was linked stays: who sits behind a number may change later
        if extension != self.extension_id or not self.employee_id:
            values["employee_id"] = extension.employee_id.id
        if extension != self.extension_id or not self.user_id:
            values["user_id"] = extension.user_id.id
        values["extension_id"] = extension.id
        return values

    def _set_legs(self, folded_legs):
        """Make the legs those that the facts tell, keeping the people of old ones."""
        old = {(leg.extension_number, leg.pbx_leg_id): leg for leg in self.leg_ids}
        for folded in folded_legs:
            key = (folded.extension or False, folded.leg_id or False)
            # a rung extension gets its part's id only later
            leg = old.pop(key, None) or old.pop((key[0], False), None)
            extension = self.account_id._extension(folded.extension)
            values = {
                "extension_number": key[0],
                "pbx_leg_id": key[1],
                "extension_id": extension.id,
                "result": folded.result,
            }
            if leg:
                leg.write(values)
            else:
                leg = self.env["zadarma.call.leg"].create(
                    {"call_id": self.id, **values}
                )
            if not leg.user_id:
                leg.user_id = extension.user_id
        for leg in old.values():
            leg.unlink()

    def _link_partner(self):
        """Find the customer by number, unless there is one already."""
        if self.partner_id or not self.external_number:
            return
        # two are enough to know that there are several
        partners = self.env["res.partner"].search(
            [
                ("phone_sanitized", "=", self.external_number),
                ("company_id", "in", (False, self.company_id.id)),
            ],
            limit=2,
        )
        if len(partners) == 1:
            self.write({"partner_id": partners.id, "partner_match": "exact"})
        else:
            self.partner_match = "ambiguous" if partners else "none"
