# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import json
import uuid
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...zadarma_api import facts, notification

#: What tells of calls; anything else is kept, but makes no call.
_CALL_FACTS = notification.CALL_EVENTS | facts.OURS
#: An incoming SMS has no id: the same words twice are two messages.
_UNREPEATED = {"SMS"}


class Entry(NamedTuple):
    """An entry of the journal as a call is computed from it."""

    id: int
    pbx_call_id: str | None
    call_id: int | None
    state: str
    fact: facts.Fact


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

    account_id = fields.Many2one(
        "zadarma.account", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id")
    call_id = fields.Many2one("zadarma.call", index="btree_not_null")
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
    payload = fields.Json(required=True)
    payload_text = fields.Text(string="Content", compute="_compute_payload_text")
    summary = fields.Char(string="Meaning", compute="_compute_summary")
    fingerprint = fields.Char(
        required=True, help="Tells a repetition from something new."
    )
    received_at = fields.Datetime(string="First received", required=True)
    delivery_count = fields.Integer(string="Times received", default=1, required=True)
    state = fields.Selection(
        [
            ("received", "Received"),
            ("applied", "Applied"),
            ("failed", "Failed"),
            ("ignored", "Ignored"),
        ],
        required=True,
        default="received",
    )
    error = fields.Text()

    _fingerprint_unique = models.UniqueIndex(
        "(account_id, fingerprint)", "This entry is in the journal already."
    )
    _call_index = models.Index(
        "(account_id, pbx_call_id) WHERE pbx_call_id IS NOT NULL"
    )
    _received_index = models.Index("(received_at DESC, id DESC)")
    _waiting_index = models.Index("(received_at) WHERE state = 'received'")
    _failed_index = models.Index("(account_id) WHERE state = 'failed'")
    _notified_index = models.Index(
        "(account_id, received_at DESC) WHERE source = 'notification'"
    )
    _recorded_index = models.Index("(account_id) WHERE event = 'NOTIFY_RECORD'")
    _requested_index = models.Index(
        "(account_id, received_at) WHERE event = 'CALLBACK_REQUESTED'"
    )

    def init(self):
        # what failed because of a bug gets another chance with each new version
        self.env.cr.execute(
            SQL(
                "UPDATE zadarma_event SET state = 'received', error = NULL"
                " WHERE state = 'failed' AND pbx_call_id IS NOT NULL"
            )
        )

    @api.depends("payload")
    def _compute_payload_text(self):
        for entry in self:
            entry.payload_text = "\n".join(
                f"{name}: {value}" for name, value in (entry.payload or {}).items()
            )

    @api.depends("event", "payload")
    @api.depends_context("lang")
    def _compute_summary(self):
        for entry in self:
            entry.summary = entry._summarise()

    def _summarise(self):
        """What this entry says, in words."""
        told = self.payload or {}
        values = {
            "caller": told.get("caller_id") or self.env._("A hidden number"),
            "did": told.get("called_did") or "?",
            "extension": told.get("internal") or told.get("from") or "?",
            "answerer": told.get("internal") or told.get("destination") or "?",
            "number": told.get("destination") or told.get("to") or "?",
            "result": told.get("disposition") or "?",
            "seconds": told.get("duration") or told.get("seconds") or "?",
            "reason": told.get("reason") or "?",
        }
        over = self.env._("Over: %(result)s, %(seconds)s s", **values)
        sentences = {
            notification.START: self.env._("%(caller)s calls %(did)s", **values),
            notification.INTERNAL: self.env._("%(extension)s rings", **values),
            notification.INTERNAL_END: self.env._(
                "%(extension)s stops ringing", **values
            ),
            notification.ANSWER: self.env._("%(answerer)s answers", **values),
            notification.END: over,
            notification.OUT_START: self.env._(
                "%(extension)s calls %(number)s", **values
            ),
            notification.OUT_END: over,
            notification.RECORD: self.env._("A recording is ready"),
            notification.IVR: self.env._("The caller is in the menu"),
            facts.STATISTICS: over,
            facts.REQUESTED: self.env._(
                "We asked for a call from %(extension)s to %(number)s", **values
            ),
            facts.REFUSED: self.env._("Zadarma refused: %(reason)s", **values),
            facts.EXPIRED: self.env._("No call came of the request"),
            facts.ROUTED: self.env._(
                "We answered: %(target)s", target=told.get("redirect") or "—"
            ),
            facts.NO_NEWS: self.env._("Nothing was heard of the call for hours"),
        }
        return sentences.get(self.event, "")

    def write(self, vals):
        if not {"payload", "source"}.isdisjoint(vals):
            raise UserError(
                self.env._("What was received stays as it was: it is evidence.")
            )
        return super().write(vals)

    @api.model
    def _journal(self, account_id, source, params, call_id=None):
        """Store a fact, or count it when it is known.

        :param params: what was said, with ``event``
        :param call_id: the call that it is about, if that is known without its words
        :return: the entry's id, and the id of the call to compute: ``None`` if there
            is none, or if it was computed already
        """
        # PostgreSQL stores no NUL characters
        params = {
            name.replace("\0", "\ufffd"): value.replace("\0", "\ufffd")
            for name, value in params.items()
        }
        event = params["event"]
        told_id = params.get("pbx_call_id")
        pbx_call_id = told_id if notification.is_pbx_call_id(told_id) else None
        state, error = "received", None
        if event not in _CALL_FACTS or (source == "statistics" and not pbx_call_id):
            # rows of no call are normal
            state = "ignored"
        elif event == facts.ROUTED:
            # written together with its call
            state = "applied"
        elif not call_id and not pbx_call_id:
            state, error = "failed", "pbx_call_id is missing or malformed"
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO zadarma_event (
                    account_id, source, event, pbx_call_id, payload, fingerprint,
                    received_at, delivery_count, state, error, call_id,
                    create_uid, create_date, write_uid, write_date
                ) VALUES (
                    %(account)s, %(source)s, %(event)s, %(pbx_call_id)s, %(payload)s,
                    %(fingerprint)s, clock_timestamp() AT TIME ZONE 'UTC', 1, %(state)s,
                    %(error)s, %(call)s, %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s,
                    now() AT TIME ZONE 'UTC'
                )
                ON CONFLICT (account_id, fingerprint) DO UPDATE
                SET delivery_count = zadarma_event.delivery_count + 1
                RETURNING id, state
                """,
                account=account_id,
                source=source,
                event=event,
                pbx_call_id=pbx_call_id,
                payload=json.dumps(params, sort_keys=True),
                fingerprint=self._fingerprint(source, params),
                state=state,
                error=error,
                call=call_id,
                uid=self.env.uid,
            ),
            # a conflict is no error, and the log no place for what callers told
            log_exceptions=False,
        )
        [(entry_id, state)] = self.env.cr.fetchall()
        return entry_id, pbx_call_id if state == "received" else None

    @staticmethod
    def _fingerprint(source, params):
        """What is the same for a repetition, and for nothing else."""
        if params["event"] in _UNREPEATED:
            return uuid.uuid4().hex
        content = json.dumps(params, sort_keys=True)
        return hashlib.sha256(f"{source} {content}".encode()).hexdigest()

    @api.model
    def _entries(self, condition, limit=None, lock=False):
        """Read entries that were not ignored.

        Past the ORM, since calls are computed while the PBX waits.

        :param condition: an ``SQL`` on columns of ``zadarma_event``
        :param lock: against users and repeated notifications. Whoever is in our way
            is met here, not by Odoo's own statements: these would log an error for
            what only has to be tried again
        :return: list of :class:`Entry`, the oldest first
        :raise psycopg2.OperationalError: somebody else has one of them for too long,
            or changed it since this transaction began
        """
        self.flush_model(["state", "call_id"])
        self.env.cr.execute(
            SQL(
                """
                SELECT id, pbx_call_id, call_id, state, event, payload, received_at
                FROM zadarma_event WHERE state <> 'ignored' AND %s
                ORDER BY id LIMIT %s %s
                """,
                condition,
                limit,
                SQL("FOR NO KEY UPDATE" if lock else ""),
            ),
            log_exceptions=False,
        )
        return [
            Entry(entry_id, pbx_call_id, call_id, state, facts.Fact(*fact))
            for entry_id, pbx_call_id, call_id, state, *fact in self.env.cr.fetchall()
        ]

    @api.model
    def _set_applied(self, by_call):
        """Note which calls entries tell of.

        :param dict by_call: from ids of calls to lists of :class:`Entry`; those that
            are noted already are left alone: writing them would meet whoever is
            counting a repetition just now
        """
        pairs = [
            (entry.id, call_id)
            for call_id, entries in by_call.items()
            for entry in entries
            if (entry.state, entry.call_id) != ("applied", call_id)
        ]
        if not pairs:
            return
        ids, call_ids = map(list, zip(*pairs, strict=True))
        self.env.cr.execute(
            SQL(
                """
                UPDATE zadarma_event
                SET call_id = told.call_id, state = 'applied', error = NULL
                FROM unnest(%s, %s) AS told(id, call_id)
                WHERE zadarma_event.id = told.id
                """,
                ids,
                call_ids,
            )
        )
        self.browse(ids).invalidate_recordset(
            ["call_id", "state", "error"], flush=False
        )
