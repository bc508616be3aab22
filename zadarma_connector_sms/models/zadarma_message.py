# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.zadarma_connector.zadarma_api import sms, texts

#: Characters of a text in a list.
_EXCERPT = 160


class ZadarmaMessage(models.Model):
    """One SMS to or from one number.

    What Odoo keeps of an SMS that it sends, it deletes; this is what remains, and what
    it cost.
    """

    _name = "zadarma.message"
    _inherit = ["zadarma.number.search"]
    _description = "SMS"
    _order = "date DESC, id DESC"
    _rec_name = "number"
    _rec_names_search = ["number"]
    _zadarma_searched_fields = ("number",)

    account_id = fields.Many2one("zadarma.account", required=True, readonly=True)
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    direction = fields.Selection(
        [("incoming", "Incoming"), ("outgoing", "Outgoing")],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            ("received", "Received"),
            ("sending", "Sending"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("uncertain", "Perhaps sent"),
        ],
        required=True,
        readonly=True,
        help="Sent means that Zadarma took it: it does not tell whether it arrived. "
        "Perhaps sent: Zadarma was asked, and its answer was lost.",
    )
    number = fields.Char(
        required=True,
        readonly=True,
        help="Of the other party, in E.164; or the name that somebody wrote under.",
    )
    own = fields.Char(
        "Our number",
        readonly=True,
        help="Our number that was written to, or under which it was sent.",
    )
    body = fields.Text("Text", readonly=True)
    excerpt = fields.Char(compute="_compute_excerpt")
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    user_id = fields.Many2one(
        "res.users",
        "Colleague",
        readonly=True,
        help="Who sent it, or who was told of it.",
    )
    failure = fields.Char("Reason", readonly=True)
    cost = fields.Float(readonly=True, digits=(16, 4))
    currency = fields.Char(readonly=True)
    is_last = fields.Boolean("Last of its conversation", readonly=True)
    conversation_ids = fields.Many2many(
        "zadarma.message", compute="_compute_conversation_ids"
    )
    # of an outgoing one: the sms.sms, which may be gone
    sms_uuid = fields.Char(readonly=True, copy=False)
    # the line in a chatter
    mail_message_id = fields.Many2one(
        "mail.message", readonly=True, index="btree_not_null", ondelete="set null"
    )
    event_id = fields.Many2one("zadarma.event", readonly=True, ondelete="set null")
    missed_call_id = fields.Many2one(
        "zadarma.call",
        "After the missed call",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    _sms_uuid_unique = models.UniqueIndex("(sms_uuid) WHERE sms_uuid IS NOT NULL")
    _number_index = models.Index("(account_id, number, date)")
    _last_index = models.Index("(account_id, date) WHERE is_last")

    @api.depends("number")
    def _compute_conversation_ids(self):
        for message in self:
            message.conversation_ids = self.search(
                [
                    ("account_id", "=", message.account_id.id),
                    ("number", "=", message.number),
                ]
            )

    @api.depends("body")
    def _compute_excerpt(self):
        for message in self:
            message.excerpt = texts.excerpt(message.body or "", _EXCERPT)

    @api.depends("partner_id", "number")
    def _compute_display_name(self):
        for message in self:
            message.display_name = message.partner_id.name or message.number

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        messages._mark_last({(one.account_id.id, one.number) for one in messages})
        return messages

    @api.model
    def _mark_last(self, conversations):
        """Find out which is the last of each of some conversations.

        :param conversations: pairs of an account's id and a number
        """
        if not conversations:
            return
        self.flush_model(["account_id", "number", "is_last"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE zadarma_message message
                SET is_last = NOT COALESCE(is_last, FALSE)
                WHERE (account_id, number) IN (SELECT * FROM unnest(%s, %s))
                AND COALESCE(is_last, FALSE) <> NOT EXISTS (
                    SELECT FROM zadarma_message later
                    WHERE later.account_id = message.account_id
                        AND later.number = message.number AND later.id > message.id
                )
                """,
                [account_id for account_id, _number in conversations],
                [number for _account_id, number in conversations],
            )
        )
        self.invalidate_model(["is_last"])

    @api.model
    def _choose_sender(self, account, number, senders):
        """Which of the allowed senders an SMS goes out under.

        :param account: the ``zadarma.account``
        :param number: E.164, to which it goes
        :param senders: what Zadarma allows
        """
        last = self.search(
            [
                ("account_id", "=", account.id),
                ("number", "=", number),
                ("direction", "=", "incoming"),
            ],
            limit=1,
        )
        return sms.choose_sender(senders, [last.own or "", account.sms_sender or ""])

    def _tell(self):
        """What is kept of it, for the person whose it is."""
        [told] = self.read(
            ["direction", "state", "number", "own", "body", "date", "failure", "cost"],
            load=None,
        )
        del told["id"]
        return told

    def unlink(self):
        """Their lines in histories and entries of the journal go with them."""
        messages, entries = self.mail_message_id, self.event_id
        pairs = {(one.account_id.id, one.number) for one in self}
        result = super().unlink()
        messages.unlink()
        entries.unlink()
        self._mark_last(pairs)
        return result
