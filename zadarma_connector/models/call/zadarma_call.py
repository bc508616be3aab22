# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...zadarma_api import facts


class ZadarmaCall(models.Model):
    """One telephone call, however many legs it had.

    Here: what a call is. Which facts it is computed from is the journal's, what follows
    from it is told by features of their own.
    """

    _name = "zadarma.call"
    _inherit = ["zadarma.number.search"]
    _description = "Phone Call"
    _order = "date_start DESC NULLS LAST, id DESC"
    _rec_names_search = ["external_number", "caller_number", "called_number"]
    _zadarma_searched_fields = ("external_number", "caller_number", "called_number")

    # first in the indexes of _pbx_call_id_unique and _time_index
    account_id = fields.Many2one("zadarma.account", required=True, readonly=True)
    # given with a call that is made of facts: to find it, Odoo would make a draft
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_account_company_id",
        store=True,
        precompute=True,
        readonly=False,
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
    failure = fields.Char(readonly=True)
    failure_text = fields.Char(
        "Reason for the failure", compute="_compute_failure_text"
    )
    caller_number = fields.Char(string="Caller number", readonly=True)
    called_number = fields.Char(string="Dialled number", readonly=True)
    caller_id = fields.Char(
        string="Caller ID",
        readonly=True,
        help="Our number that the other party of an outgoing call saw.",
    )
    external_number = fields.Char(
        string="Number",
        readonly=True,
        help="The number of the party outside of the company; empty when withheld.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
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
    date_start = fields.Datetime(string="Date and time", readonly=True)
    date_answer = fields.Datetime(string="Answered at", readonly=True)
    date_end = fields.Datetime(string="Ended at", readonly=True)
    duration = fields.Integer(string="Talk time", readonly=True, help="In seconds.")
    wait_duration = fields.Integer(
        string="Waiting time",
        readonly=True,
        aggregator="avg",
        help="In seconds: from the start until somebody answered or it ended.",
    )
    recorded = fields.Boolean(readonly=True, help="Zadarma recorded it.")
    ghost_answer = fields.Boolean(
        readonly=True,
        help="Counted as answered, but it was hardly a person: a menu or a mailbox "
        "took the call, or it ended at once and was not recorded.",
    )
    confirmed = fields.Boolean(readonly=True, help="Zadarma's statistics agree.")
    in_doubt = fields.Boolean(
        string="In doubt",
        readonly=True,
        help="This call is not in Zadarma's statistics: it may be fake.",
    )
    routing_rule = fields.Selection(
        [
            ("blocked", "Caller is blocked"),
            ("called", "Dialled number"),
            ("last_talked", "Who talked last"),
            ("tag", "Contact's tag"),
            ("manager", "Salesperson"),
            ("none", "No rule: the PBX's own scenario"),
        ],
        readonly=True,
        help="The rule that decided whose telephone rings.",
    )
    note = fields.Text(readonly=True)
    outcome_id = fields.Many2one(
        "zadarma.call.outcome", readonly=True, index="btree_not_null"
    )
    res_model = fields.Char("Model of the document", readonly=True)
    res_id = fields.Many2oneReference(
        "Called from",
        model_field="res_model",
        readonly=True,
        help="The document in which the call was asked for.",
    )
    leg_ids = fields.One2many(
        "zadarma.call.leg",
        "call_id",
        string="Legs",
        readonly=True,
        # whoever may see a call may see its legs: not asked twice
        bypass_search_access=True,
    )
    _pbx_call_id_unique = models.UniqueIndex(
        "(account_id, pbx_call_id) WHERE pbx_call_id IS NOT NULL",
        "This account already has this call.",
    )
    # Read backwards, which is the order of the list. Calls come in the order of their
    # time, and an index whose end is where they are added stays full.
    _time_index = models.Index("(company_id, date_start NULLS FIRST, id)")
    _missed_index = models.Index(
        "(company_id, date_start NULLS FIRST, id) WHERE result = 'missed'"
    )
    _unknown_index = models.Index(
        "(company_id, date_start NULLS FIRST, id) WHERE partner_id IS NULL"
    )
    _internal_index = models.Index(
        "(company_id, date_start NULLS FIRST, id) WHERE direction = 'internal'"
    )
    _ghost_index = models.Index(
        "(company_id, date_start NULLS FIRST, id) WHERE ghost_answer IS TRUE"
    )
    _in_doubt_index = models.Index(
        "(company_id, date_start NULLS FIRST, id) WHERE in_doubt IS TRUE"
    )
    _partner_index = models.Index(
        "(partner_id, date_start NULLS FIRST, id) WHERE partner_id IS NOT NULL"
    )
    _external_number_index = models.Index(
        "(external_number) WHERE external_number IS NOT NULL"
    )
    _open_index = models.Index("(create_date) WHERE state <> 'ended'")

    @api.depends("account_id.company_id")
    def _compute_account_company_id(self):
        for call in self:
            call.company_id = call.account_id.company_id

    @api.depends("failure", "disposition")
    @api.depends_context("lang")
    def _compute_failure_text(self):
        """Zadarma's words, or ours where there were none."""
        for call in self:
            call.failure_text = call.failure
            if (call.disposition or "").startswith("no money"):
                call.failure_text = self.env._(
                    "There is not enough money on the account at Zadarma. Ask whoever "
                    "pays for it to top it up."
                )
            elif call.failure == facts.EXPIRED:
                call.failure_text = self.env._(
                    "Zadarma accepted the request, but made no call. Is the telephone "
                    "of the extension registered?"
                )

    @api.depends("external_number", "direction", "partner_id.display_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        colleagues = self._colleagues()
        for call in self:
            # sudo: res.partner - the name, as a link to the contact shows it too
            party = call.partner_id.sudo().display_name or call.external_number
            if not party and call.direction == "internal":
                caller, called = (
                    colleagues.get((call.account_id.id, number), number or "?")
                    for number in (call.caller_number, call.called_number)
                )
                party = self.env._(
                    "Internal: %(caller)s → %(called)s", caller=caller, called=called
                )
            call.display_name = party or self.env._("Number withheld")

    def _colleagues(self):
        """The names of those who talk with each other in internal calls.

        :return: from the id of an account and an internal number to a name
        """
        internal = self.filtered(lambda call: call.direction == "internal")
        numbers = internal.mapped("caller_number") + internal.mapped("called_number")
        # sudo: zadarma.extension - a colleague's number and name
        Extension = self.env["zadarma.extension"].sudo()
        seats = Extension.with_context(active_test=False).search(
            [("account_id", "in", internal.account_id.ids), ("number", "in", numbers)]
        )
        return {(seat.account_id.id, seat.number): seat.display_name for seat in seats}

    @api.model
    def _open(self, domain):
        """The action that shows some of the calls."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "zadarma_connector.action_zadarma_call"
        )
        return {**action, "domain": domain, "context": {}}
