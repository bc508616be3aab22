# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter, defaultdict

from odoo import api, models
from odoo.tools import SQL

from ...zadarma_api.belief import Context, Reason, sift, surplus
from ...zadarma_api.facts import STATISTICS, Fact
from ...zadarma_api.notification import CALL_EVENTS
from ...zadarma_api.signature import signed_string
from .entry import Sifted, said

#: Doubted entries that are kept of one call, and calls that one signed text may make:
#: whoever caught it can send it as often as they like.
_KEPT = 50
#: Entries that are kept of an account although no call is computed from them.
_KEPT_IN_ALL = 10_000


class ZadarmaEvent(models.Model):
    """What of the journal is believed, see :mod:`~zadarma_api.belief`.

    Judged anew whenever a call is computed, so that what was doubted is believed as
    soon as statistics agree. What was believed stays so unless they contradict it: our
    own numbers and extensions may change, and the past does not.
    """

    _inherit = "zadarma.event"

    @api.model
    def _drop_surplus(self, account_id, pbx_call_ids, flood):
        """Drop what is told in vain under some ids, before anything of it is judged.

        :param flood: so many entries of one id no genuine call has
        """
        self.env.cr.execute(
            SQL(
                """
                SELECT pbx_call_id FROM zadarma_event
                WHERE account_id = %s AND pbx_call_id = ANY(%s)
                GROUP BY pbx_call_id HAVING count(*) >= %s
                """,
                account_id,
                list(pbx_call_ids),
                flood,
            )
        )
        for [pbx_call_id] in self.env.cr.fetchall():
            ids, told = self._notified(account_id, pbx_call_id)
            self.browse(ids[place] for place in surplus(told)).unlink()

    @api.model
    def _notified(self, account_id, pbx_call_id):
        """What notifications told of one id: ids of entries, and facts."""
        self.env.cr.execute(
            SQL(
                """
                SELECT id, event, payload, received_at FROM zadarma_event
                WHERE account_id = %s AND pbx_call_id = %s AND source = 'notification'
                    AND state NOT IN ('ignored', 'sealed')
                ORDER BY id
                """,
                account_id,
                pbx_call_id,
            )
        )
        rows = self.env.cr.fetchall()
        return [entry_id for entry_id, *_rest in rows], [
            Fact(event, said(payload, event=event, pbx_call_id=pbx_call_id), received)
            for _entry_id, event, payload, received in rows
        ]

    @api.model
    def _sift(self, switchboard, entries):
        """Part what is believed from what is doubted, and mark the latter.

        :param switchboard: the account's ``Switchboard``
        :param entries: list of :class:`~.entry.Entry`, each with a pbx_call_id; all
            that the journal has under these ids
        :return: :class:`~.entry.Sifted`
        """
        by_id = defaultdict(list)
        for entry in entries:
            by_id[entry.pbx_call_id].append(entry)
        believed, answerable, reserved, judged = [], set(), set(), []
        for pbx_call_id, group in by_id.items():
            verdicts = self._judge(switchboard, group)
            confirmed = any(one.fact.event == STATISTICS for one in group)
            for entry, verdict in zip(group, verdicts, strict=True):
                judged.append((entry, verdict))
                if not verdict.believed:
                    continue
                believed.append(entry)
                if verdict.tells:
                    answerable.add(entry.id)
                if not verdict.acts and not confirmed:
                    reserved.add(pbx_call_id)
        self._set_doubted(judged)
        return Sifted(believed, answerable, reserved)

    @api.model
    def _has_text_of(self, entry, earlier):
        """That an entry was signed with the text of an earlier one that has another
        id, as SQL: whoever caught a text can send it under any.

        :param entry: the name of a row of the journal, as SQL
        :param earlier: that of the other one
        """
        return SQL(
            """
            %(earlier)s.account_id = %(entry)s.account_id
            AND %(earlier)s.signed_key = %(entry)s.signed_key
            AND %(earlier)s.pbx_call_id <> %(entry)s.pbx_call_id
            AND %(earlier)s.id < %(entry)s.id
            """,
            entry=entry,
            earlier=earlier,
        )

    @api.model
    def _judge(self, switchboard, entries):
        """Judge all that was said under one id: a verdict for each entry."""
        repeated = {}
        for entry in sorted(entries):
            if entry.fact.event in CALL_EVENTS:
                text = signed_string(entry.fact.event, entry.fact.params)
                # what another id said after our first is the other's fault
                repeated.setdefault(text, entry.others > 0)
        context = Context(
            zone=switchboard.tz,
            e164=lambda number: switchboard.e164(number) or "",
            own_numbers=frozenset(switchboard.own_numbers),
            extensions=frozenset(switchboard.seats),
            repeated=lambda text: repeated.get(text, False),
        )
        verdicts = sift([entry.fact for entry in entries], context)
        return [
            _settled(entry, verdict)
            for entry, verdict in zip(entries, verdicts, strict=True)
        ]

    @api.model
    def _set_doubted(self, judged):
        """Note what is doubted and why; beyond a bound it is not even kept.

        :param judged: list of pairs of an :class:`~.entry.Entry` and its verdict
        """
        changed, too_many = _doubts(judged)
        self.browse(too_many).unlink()
        if not changed:
            return
        ids, reasons, are_doubted = map(list, zip(*changed, strict=True))
        self.env.cr.execute(
            SQL(
                """
                UPDATE zadarma_event
                SET doubt = told.doubt,
                    state = CASE WHEN told.is_doubted THEN 'doubted' ELSE state END,
                    call_id = CASE WHEN told.is_doubted THEN NULL ELSE call_id END
                FROM unnest(%s::int[], %s::varchar[], %s::bool[])
                    AS told(id, doubt, is_doubted)
                WHERE zadarma_event.id = told.id
                """,
                ids,
                reasons,
                are_doubted,
            )
        )
        self.browse(ids).invalidate_recordset(
            ["doubt", "state", "call_id"], flush=False
        )
        if any(are_doubted):
            self._have_it_cleared_up()

    @api.model
    def _have_it_cleared_up(self):
        """Have statistics asked about what is doubted; a hook of reconciliation."""

    @api.autovacuum
    def _gc_unbelieved(self):
        """Keep a bounded number of entries that tell of no call, the newest.

        What is believed is kept whatever its number.
        """
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM zadarma_event WHERE id IN (
                    SELECT id FROM (
                        SELECT id, row_number() OVER (
                            PARTITION BY account_id ORDER BY id DESC
                        ) AS position
                        FROM zadarma_event
                        WHERE source = 'notification' AND call_id IS NULL AND (
                            state IN ('doubted', 'ignored')
                            OR state = 'failed' AND pbx_call_id IS NULL
                        )
                    ) unbelieved WHERE position > %s
                )
                """,
                _KEPT_IN_ALL,
            )
        )
        self.invalidate_model()


def _settled(entry, verdict):
    """A verdict, with what our journal adds to it."""
    if entry.state == "applied" and verdict.reason != Reason.CONTRADICTS:
        return verdict._replace(believed=True)
    if not verdict.acts and entry.others >= _KEPT:
        # no text makes calls without end
        return verdict._replace(believed=False)
    return verdict


def _doubts(judged):
    """What of judged entries is to be noted, and what is not kept.

    :param judged: as of ``zadarma.event._set_doubted``
    :return: list of tuples: an entry's id, the reason, whether it is doubted; and the
        ids of entries beyond the bound
    """
    doubted = Counter(
        entry.pbx_call_id for entry, _verdict in judged if entry.state == "doubted"
    )
    changed, too_many = [], []
    for entry, verdict in judged:
        is_news = (entry.state == "doubted") == verdict.believed
        known = max(doubted[entry.pbx_call_id], entry.others)
        doubted[entry.pbx_call_id] += is_news and not verdict.believed
        if is_news and not verdict.believed and known >= _KEPT:
            too_many.append(entry.id)
        elif is_news or entry.doubt != (verdict.reason or None):
            changed.append((entry.id, verdict.reason or None, not verdict.believed))
    return changed, too_many
