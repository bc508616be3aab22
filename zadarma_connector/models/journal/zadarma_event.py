# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class ZadarmaEvent(models.Model):
    """The journal: everything that was ever said about calls.

    What arrived is stored and committed first and never changes. Applying it is a
    second, separate transaction, repeated until it succeeds: nothing is lost by a
    crash, a bug or two workers at once.
    """

    _name = "zadarma.event"
    _description = "Zadarma Journal Entry"
    _order = "received_at DESC, id DESC"
    _rec_name = "event"
    # who wrote it is always Odoo itself, and when is received_at: 32 bytes an entry
    _log_access = False

    # first in the index of _fingerprint_unique
    account_id = fields.Many2one("zadarma.account", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="account_id.company_id")
    call_id = fields.Many2one("zadarma.call", "Phone Call", index="btree_not_null")
    source = fields.Selection(
        [
            ("notification", "Notification"),
            ("statistics", "Statistics"),
            ("request", "Odoo"),
        ],
        required=True,
    )
    event = fields.Char(required=True)
    pbx_call_id = fields.Char(string="PBX call ID")
    # what no column has: see _said
    payload = fields.Json(required=True)
    # the same for all that Zadarma signed with one text, which who caught it can send
    # under another id; of what is said otherwise it is a key of its own
    signed_key = fields.Char()
    fingerprint = fields.Char(
        required=True, help="Tells whether a notification was sent before."
    )
    received_at = fields.Datetime(string="First received", required=True)
    delivery_count = fields.Integer(string="Times received", default=1, required=True)
    state = fields.Selection(
        [
            ("received", "Received"),
            ("applied", "Applied"),
            ("doubted", "Doubted"),
            ("failed", "Failed"),
            ("ignored", "Ignored"),
            ("sealed", "Emptied"),
        ],
        required=True,
        default="received",
    )
    doubt = fields.Selection(
        [
            ("malformed_id", "The id is not that of a call"),
            ("kind_mismatch", "The event does not fit the id"),
            ("malformed_start", "The time of the start is not as Zadarma writes it"),
            ("malformed_part", "The id of the recorded part is not valid"),
            ("moved_border", "The numbers are split where they cannot be"),
            ("unknown_did", "The dialled number is not known as yours"),
            ("unknown_extension", "The internal number is not in the PBX"),
            ("contradicts", "The same call was reported differently before"),
            ("same_text_other_id", "The same was reported of another call before"),
            ("too_old", "The call began long before, or begins later"),
            ("heard_before", "The call was reported before"),
        ],
        help="Why it is doubted, or why Odoo did not answer it.",
    )
    cut = fields.Char(help="Parameters that were longer than what is kept.")
    tries = fields.Integer(help="How often its call could not be computed.")
    error = fields.Text()

    _fingerprint_unique = models.UniqueIndex(
        "(account_id, signed_key, fingerprint)", "This entry is in the journal already."
    )
    _call_index = models.Index(
        "(account_id, pbx_call_id) WHERE pbx_call_id IS NOT NULL"
    )
    # none has the state: marking an entry would write it into each index once more
    _doubted_index = models.Index("(account_id, received_at) WHERE doubt IS NOT NULL")
    # without the id: two of one microsecond are sorted when they are read
    _received_index = models.Index("(received_at)")
    _failed_index = models.Index("(account_id) WHERE error IS NOT NULL")
    _notified_index = models.Index(
        "(account_id, received_at) WHERE source = 'notification'"
    )
    _recorded_index = models.Index("(account_id) WHERE event = 'NOTIFY_RECORD'")
    _requested_index = models.Index(
        "(account_id, received_at) WHERE event = 'CALLBACK_REQUESTED'"
    )

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(vals_list)
        entries.filtered("is_waiting")._wait()
        return entries

    def write(self, vals):
        if not {"payload", "source", "event", "pbx_call_id"}.isdisjoint(vals):
            raise UserError(
                self.env._("What was received cannot be changed: it is evidence.")
            )
        result = super().write(vals)
        if vals.get("state") == "received":
            self._wait()
        return result
