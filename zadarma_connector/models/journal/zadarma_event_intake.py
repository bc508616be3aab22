# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import logging
import threading
import time
import uuid
from datetime import timedelta
from typing import NamedTuple

import psycopg2

from odoo import api, models
from odoo.tools import SQL

from ...tools.transaction import in_own_transaction, in_transaction
from ...tools.trouble import describe
from ...zadarma_api import facts, notification
from ...zadarma_api.fingerprint import fingerprint, moment_of, moment_of_signed
from ...zadarma_api.intake import Intake, bounded
from ...zadarma_api.signature import SIGNED_PARAMETERS, signed_string
from .entry import Applied, CallFacts, Question, payload_of

_logger = logging.getLogger(__name__)

#: How long somebody else may hold up the journal: a caller waits for the answer to
#: NOTIFY_START, all other notifications can wait.
_START_PATIENCE = "1500ms"
_PATIENCE = "10s"
#: What tells of calls; anything else is kept, but makes no call.
_CALL_FACTS = notification.CALL_EVENTS | facts.OURS
#: An incoming SMS has no id: the same words are one message that Zadarma tells again
#: for so long after the first, and another one later.
_WITHOUT_ID = {"SMS"}
_SAME_MESSAGE = timedelta(seconds=60)


class JournalBusy(Exception):
    """A fact could not be stored: the PBX shall tell it again."""


class Stored(NamedTuple):
    """A fact in the journal.

    :param entry_id: of the ``zadarma.event``
    :param pbx_call_id: of the call that it tells of, ``None`` if it names none
    :param state: of the entry; ``received`` if it has to be applied
    :param repeated: whether it was there before
    """

    entry_id: int
    pbx_call_id: str | None
    state: str
    repeated: bool


class ZadarmaEvent(models.Model):
    """The journal's front door: what is told is stored before anything else."""

    _inherit = "zadarma.event"

    @api.model
    def _receive(self, switchboard, params, signature):
        """Take a genuine notification: store it, apply it, answer it.

        Two transactions one after the other on this cursor, which is the request's own:
        no connection waits for another one. If the second one cannot finish soon, the
        journal keeps the fact and a scheduled job applies it.

        :param switchboard: the ``Switchboard`` of the account that it is for
        :param dict params: its parameters as received
        :param signature: the header that proves it
        :return: the answer to the PBX, a dict that may be empty
        :raise JournalBusy: it could not be stored for too long
        """
        received = time.monotonic()
        account_id = switchboard.account_id
        is_start = params["event"] == notification.START
        patience = _START_PATIENCE if is_start else _PATIENCE

        def store(event, patience=_PATIENCE):
            if params["event"] in _WITHOUT_ID:
                # two at once: the second is stored when the first can be seen
                key = event._message_key("notification", params)
                event._lock_calls(account_id, ["".join(key)])
            event.env.cr.execute(SQL("SET LOCAL lock_timeout = %s", patience))
            return event._store(account_id, "notification", params, signature=signature)

        try:
            stored = in_transaction(self, lambda event: store(event, patience))
        except psycopg2.errors.LockNotAvailable:
            if not is_start:
                raise JournalBusy from None
            # a caller hears the ringing tone meanwhile
            threading.Thread(target=self._store_later, args=[store]).start()
            return {}
        if not stored.pbx_call_id:
            self._take_stored(stored)
            return {}
        applied = Applied()
        if stored.state == "received":
            asked_at = received if is_start else None
            applied = self._apply_here(
                account_id,
                [stored.pbx_call_id],
                Question(stored.entry_id, switchboard, asked_at),
            )
        if is_start and stored.repeated and applied.answer is None:
            return self._answer_repeated(account_id, stored.pbx_call_id)
        return applied.answer or {}

    def _answer_repeated(self, account_id, pbx_call_id):
        """Answer what was asked before, maybe while the first answer is being made."""

        def answer(event):
            had = event._lock_calls(account_id, [pbx_call_id])
            return event._answer_again(account_id, pbx_call_id) if had else {}

        return in_transaction(self, answer)

    def _store_later(self, store):
        """Go on storing what was answered already."""
        try:
            in_own_transaction(self, store)
        except Exception as error:
            # statistics tell of the call, as of every other that was lost
            _logger.error("a notification could not be stored: %s", describe(error))

    @api.model
    def _answer_start(self, switchboard, call, received):
        """What the PBX is told to do with a call that just came; a hook of routing.

        It runs in the transaction that computed the call, and must not fail.

        :param switchboard: the account's ``Switchboard``
        :param call: the ``zadarma.call``
        :param received: ``time.monotonic()`` when the PBX began to wait
        :return: dict, empty for no instruction
        """
        return {}

    @api.model
    def _answer_again(self, account_id, pbx_call_id):
        """What the PBX was told of a call a moment ago; a hook of routing.

        :param account_id: of the ``zadarma.account``
        :param pbx_call_id: the PBX's id of the call
        :return: dict, empty for no instruction
        """
        return {}

    @api.model
    def _store(self, account_id, source, params, call_id=None, signature=""):
        """Store a fact, or count it when it is known.

        :param source: as the field
        :param params: what was said, with ``event``
        :param call_id: the call that it is about, if that is known without its words
        :param signature: of a notification
        :return: the entry as :class:`Stored`
        """
        key = self._fingerprint(account_id, source, params, signature)
        values = {
            **self._first_values(source, params, call_id),
            "account_id": account_id,
            "source": source,
            "signed_key": key.signed_key,
            "fingerprint": key.fingerprint,
            "delivery_count": 1,
        }
        values["call_id"] = call_id or self._call_with_id(values)
        self.env.cr.execute(
            SQL(
                """
                WITH stored AS (
                    INSERT INTO zadarma_event (%s, received_at)
                    SELECT %s, clock_timestamp() AT TIME ZONE 'UTC' WHERE NOT %s
                    ON CONFLICT (account_id, signed_key, fingerprint) DO UPDATE
                    SET delivery_count = zadarma_event.delivery_count + 1
                    RETURNING id, pbx_call_id, state, delivery_count > 1 AS repeated
                ), waiting AS (
                    INSERT INTO zadarma_event_waiting (id)
                    SELECT id FROM stored WHERE state = 'received' AND NOT repeated
                )
                SELECT id, pbx_call_id, state, repeated FROM stored
                """,
                SQL(", ").join(map(SQL.identifier, values)),
                SQL(", ").join(SQL("%s", value) for value in values.values()),
                self._is_sealed(account_id, values["pbx_call_id"]),
            ),
            # a conflict is no error, and the log no place for what callers told
            log_exceptions=False,
        )
        stored = self.env.cr.fetchone()
        if not stored:
            stored = self._count_sealed(account_id, values["pbx_call_id"])
        return Stored(*stored)

    @api.model
    def _call_with_id(self, values):
        """The call that has the id of a new entry, as SQL or ``None``; none that
        somebody is deleting just now, since nothing that is told waits for calls.

        :param dict values: of the entry
        """
        # what begins a call mostly finds none: it is not asked for
        if values["state"] != "received" or values["event"] in notification.BEGINNINGS:
            return None
        return SQL(
            """
            (
                SELECT id FROM zadarma_call
                WHERE account_id = %s AND pbx_call_id = %s
                FOR KEY SHARE SKIP LOCKED
            )
            """,
            values["account_id"],
            values["pbx_call_id"],
        )

    @api.model
    def _first_values(self, source, params, call_id):
        """What is kept of a new fact, and what becomes of it first."""
        # what we say ourselves is as long as it has to be
        kept = Intake(params) if source == "request" else bounded(params)
        # as it was sent: what is left of a text that was cut is no id
        told_id = params.get("pbx_call_id")
        if kept.params["event"] in self._other_events():
            # nothing signs it, and no call is meant
            told_id = None
        pbx_call_id = told_id if notification.is_pbx_call_id(told_id) else None
        state, error = self._first_state(source, params["event"], pbx_call_id, call_id)
        columns = {"event": kept.params["event"], "pbx_call_id": pbx_call_id}
        return {
            **columns,
            "payload": json.dumps(payload_of(kept.params, **columns), sort_keys=True),
            "state": state,
            "error": error,
            "cut": ", ".join(kept.cut) or None,
        }

    @api.model
    def _first_state(self, source, event, pbx_call_id, call_id):
        """What becomes of a new entry: its state, and the error if it has one."""
        if event in self._other_events():
            return "received", None
        if event not in _CALL_FACTS or (source == "statistics" and not pbx_call_id):
            # rows of no call are normal
            return "ignored", None
        if event == facts.ROUTED:
            # written together with its call
            return "applied", None
        if not call_id and not pbx_call_id:
            return "failed", "pbx_call_id is missing or malformed"
        return "received", None

    @api.model
    def _fingerprint(self, account_id, source, params, signature=""):
        """What is the same for a repetition, and for nothing else: a
        :class:`~zadarma_api.fingerprint.Fingerprint`."""
        if params["event"] not in _WITHOUT_ID:
            return self._content_key(source, params, signature)
        known = self._message_key(source, params)
        self.env.cr.execute(
            SQL(
                """
                SELECT fingerprint FROM zadarma_event
                WHERE account_id = %s AND source = %s
                    AND received_at > clock_timestamp() AT TIME ZONE 'UTC' - %s
                    AND signed_key = %s AND starts_with(fingerprint, %s)
                ORDER BY received_at LIMIT 1
                """,
                account_id,
                source,
                _SAME_MESSAGE,
                *known,
            )
        )
        [first] = self.env.cr.fetchone() or [f"{known.fingerprint} {uuid.uuid4().hex}"]
        return known._replace(fingerprint=first)

    @api.model
    def _content_key(self, source, params, signature=""):
        """A key of what was said, which tells what else was signed with the same text.

        Where it is known what is signed: nothing else there may depend on what whoever
        caught the text can choose.
        """
        # sudo: ir.config_parameter - read by whoever stores something, told to nobody
        secret = self.env["ir.config_parameter"].sudo().get_param("database.secret", "")
        said = f"{source} {json.dumps(params, sort_keys=True)}"
        event = params["event"]
        if signature and event in SIGNED_PARAMETERS:
            moment = moment_of_signed(signed_string(event, params))
            return fingerprint(said, secret, moment, signature)
        return fingerprint(said, secret, moment_of(params))

    @api.model
    def _message_key(self, source, params):
        """The same for what has no id, whatever stands beside its signed text."""
        names = notification.PARAMETERS[params["event"]] | {"event"}
        return self._content_key(source, {name: params.get(name, "") for name in names})

    # -- what nobody told --------------------------------------------------------

    @api.model
    def _add_own_fact(self, call, event, **params):
        """Put something into the journal that we did or noticed, and apply it.

        :param call: the ``zadarma.call`` that it is about
        :param event: of :mod:`~zadarma_api.facts`
        """
        # others may be computing it just now, and what they found out counts
        call._lock_for_relink()
        account = call.account_id
        told = {"event": event, "call": str(call.id), **params}
        if call.pbx_call_id:
            told["pbx_call_id"] = call.pbx_call_id
        self._store(account.id, "request", told, call_id=call.id)
        entries = self._entries(self._of_calls(call.ids))
        call._store_folded(account._switchboard(), [CallFacts(call.id, entries)])
