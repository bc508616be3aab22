# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...zadarma_api.facts import REFUSED, REQUESTED
from ...zadarma_api.notification import extension_number
from .entry import CallFacts

#: A callback that we requested becomes a call within this time.
CALLBACK_WINDOW = timedelta(minutes=2)
#: The PBX's clock may be a little behind ours.
_CLOCK_SKEW = timedelta(seconds=5)


class ZadarmaCall(models.Model):
    """Which facts belong to which call.

    Facts with one ``pbx_call_id`` belong together. Zadarma's answer to a request for a
    callback has no such id, so the calls that follow are recognised by extension,
    number and time; a callback may show as one call or as two, ours and the
    customer's. Finding out changes nothing; the outcome is stored on the entries of the
    journal when the calls are.
    """

    _inherit = "zadarma.call"

    event_ids = fields.One2many(
        "zadarma.event",
        "call_id",
        string="Journal",
        readonly=True,
        groups="zadarma_connector.group_zadarma_admin",
    )

    @api.model
    def _attribute(self, switchboard, entries, reserved):
        """Find the calls that facts tell of, and change nothing.

        :param switchboard: the account's ``Switchboard``
        :param entries: list of :class:`~.entry.Entry`, each with a pbx_call_id; all
            that is believed of these ids
        :param reserved: ids of which nothing follows yet
        :return: list of :class:`~.entry.CallFacts`, with all that is known of each call
        """
        by_id = defaultdict(list)
        for entry in entries:
            by_id[entry.pbx_call_id].append(entry)
        calls = self._known_calls(switchboard, by_id)
        absorbed = defaultdict(set)
        for call_id, pbx_call_id in self._callbacks(switchboard, by_id):
            # facts may have arrived before one that tells who was called
            absorbed[call_id] |= {calls.get(pbx_call_id)} - {None, call_id}
            calls[pbx_call_id] = call_id
        together, new = defaultdict(list), []
        for pbx_call_id, group in by_id.items():
            if call_id := calls.get(pbx_call_id):
                together[call_id] += group
            else:
                new.append(CallFacts(None, group, reserved=pbx_call_id in reserved))
        # a callback has facts without an id, and under several
        dialled = {
            call_id
            for pbx_call_id, call_id in calls.items()
            if not pbx_call_id.startswith("in_")
        }
        for entry in self._further_entries(dialled, entries):
            together[entry.call_id].append(entry)
        known = [
            CallFacts(
                call_id,
                group,
                absorbed[call_id],
                any(entry.pbx_call_id in reserved for entry in group),
            )
            for call_id, group in together.items()
        ]
        return [*known, *new]

    @api.model
    def _known_calls(self, switchboard, by_id):
        """The calls that exist already.

        :param dict by_id: from pbx_call_id to its entries in the journal
        :return: from pbx_call_id to the call's id
        """
        calls = {
            pbx_call_id: call_id
            for pbx_call_id, entries in by_id.items()
            if (call_id := next((one.call_id for one in entries if one.call_id), None))
        }
        if unknown := by_id.keys() - calls.keys():
            calls.update(
                self.env.execute_query(
                    SQL(
                        """
                        SELECT pbx_call_id, id FROM zadarma_call
                        WHERE account_id = %s AND pbx_call_id = ANY(%s)
                        """,
                        switchboard.account_id,
                        list(unknown),
                    )
                )
            )
        return calls

    @api.model
    def _further_entries(self, call_ids, entries):
        """What the journal knows of calls besides some entries."""
        if not call_ids:
            return []
        known = {entry.id for entry in entries}
        told = self.env["zadarma.event"]._entries(
            SQL("call_id = ANY(%s)", list(call_ids)), lock=True
        )
        return [entry for entry in told if entry.id not in known]

    # -- callbacks ---------------------------------------------------------------

    @api.model
    def _callbacks(self, switchboard, by_id):
        """Which of the given facts tell of calls that were requested.

        The oldest request comes first, those that Zadarma refused last: what follows
        soon after a refusal was mostly asked for again.

        :param dict by_id: from pbx_call_id to its entries in the journal
        :return: pairs of a call's id and a pbx_call_id, one for each of the latter
        """
        parts = {
            pbx_call_id: self._dialled(switchboard, entries)
            for pbx_call_id, entries in by_id.items()
            if pbx_call_id.startswith("out_")
        }
        requests = self._requests(switchboard, [part[0] for part in parts.values()])
        if not requests:
            return []
        told_legs = self._told_legs(requests)
        pairs = []
        for request in requests:
            told = request.fact
            for pbx_call_id, (moment, extension, number) in list(parts.items()):
                since = moment - told.received_at
                leg = bool(number)
                others = told_legs[request.call_id][leg] - {pbx_call_id}
                if (
                    extension == told.get("from")
                    and -_CLOCK_SKEW <= since <= CALLBACK_WINDOW
                    and number in ("", switchboard.e164(told.get("to")))
                    # of each leg there is one; a second one is another call
                    and not others
                ):
                    del parts[pbx_call_id]
                    told_legs[request.call_id][leg].add(pbx_call_id)
                    pairs.append((request.call_id, pbx_call_id))
        return pairs

    @api.model
    def _dialled(self, switchboard, entries):
        """When who dialled whom, as far as these facts tell.

        :return: UTC, the extension, and the number in E.164: empty if they tell of our
            own leg only
        """
        call = CallFacts(None, entries).folded(switchboard)
        number = call.called_number
        return (
            call.date_start or min(entry.fact.received_at for entry in entries),
            call.extension,
            "" if extension_number(number) else switchboard.e164(number) or "",
        )

    @api.model
    def _requests(self, switchboard, moments):
        """The requests that calls at some moments can have come of, the likeliest
        first.

        :return: list of :class:`~.entry.Entry`
        """
        if not moments:
            return []
        requests = self.env["zadarma.event"]._entries(
            SQL(
                "account_id = %s AND event = %s AND call_id IS NOT NULL"
                " AND received_at BETWEEN %s AND %s",
                switchboard.account_id,
                REQUESTED,
                min(moments) - CALLBACK_WINDOW,
                max(moments) + _CLOCK_SKEW,
            )
        )
        refused = self._refused(requests) if len(requests) > 1 else ()
        return sorted(
            requests, key=lambda one: (one.call_id in refused, one.fact.received_at)
        )

    @api.model
    def _refused(self, requests):
        """The ids of calls for which Zadarma was asked in vain."""
        return {
            call_id
            for [call_id] in self.env.execute_query(
                SQL(
                    "SELECT call_id FROM zadarma_event"
                    " WHERE call_id = ANY(%s) AND event = %s",
                    [request.call_id for request in requests],
                    REFUSED,
                )
            )
        }

    @api.model
    def _told_legs(self, requests):
        """The ids under which the PBX told of the legs of requested calls.

        :return: from a call's id to a pair of sets: of our own leg, of the customer's
        """
        legs = {request.call_id: (set(), set()) for request in requests}
        entries = self.env["zadarma.event"]._entries(
            SQL("call_id = ANY(%s) AND pbx_call_id IS NOT NULL", list(legs))
        )
        for entry in entries:
            if destination := entry.fact.get("destination"):
                is_customers = not extension_number(destination)
                legs[entry.call_id][is_customers].add(entry.pbx_call_id)
        return legs
