# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ...zadarma_api.facts import REFUSED, REQUESTED, STATISTICS, Fact
from ...zadarma_api.fold import begun
from ...zadarma_api.notification import OUT_END, OUT_START, extension_number

#: A callback that we requested becomes a call within this time.
CALLBACK_WINDOW = timedelta(minutes=2)
#: The PBX's clock may be a little behind ours.
_CLOCK_SKEW = timedelta(seconds=5)
#: What it tells of a moment are whole seconds.
_SECOND = timedelta(seconds=1)
#: What tells who dialled whom. Who answered does not: no signature covers whose call it
#: was that somebody answered.
_TELLING = frozenset({OUT_START, OUT_END, STATISTICS})


class Dialled(NamedTuple):
    """Who dialled whom under one id, as far as its facts tell.

    :param extensions: those that dialled, a set
    :param numbers: those that were dialled, a set: extensions, or in E.164
    """

    extensions: set
    numbers: set

    def leg_of(self, extension, number):
        """Which leg of a request this is.

        :param extension: that was to ring first
        :param number: that was to be called then, in E.164
        :return: ``own``, ``customer``; None if it is another call, or nobody knows yet
        """
        if extension not in self.extensions:
            return None
        if number in self.numbers:
            return "customer"
        return "own" if self.numbers == {extension} else None


class Request(NamedTuple):
    """That somebody asked for a call.

    :param call_id: of the ``zadarma.call``
    :param refused: whether Zadarma would not, and there are others
    """

    call_id: int
    fact: Fact
    refused: bool


class ZadarmaCall(models.Model):
    """Which calls of the PBX are those that were requested.

    Our own extension's leg and the customer's belong to a request; whatever else the
    extension does meanwhile is a call of its own.
    """

    _inherit = "zadarma.call"

    @api.model
    def _callbacks(self, switchboard, by_id, calls):
        """Which of the given facts tell of calls that were requested.

        What came of a request stays with it. Anything else came of the last request
        before it: who asks again has seen the first call end. Those that Zadarma
        refused come last, the oldest first: what follows soon after a refusal was
        mostly asked for again. Which id is a leg is a claim until statistics know it:
        one that they know takes the place of another.

        :param dict by_id: from pbx_call_id to its entries in the journal
        :param dict calls: from pbx_call_id to the id of the call that has it
        :return: pairs of a call's id and a pbx_call_id, one for each of the latter; and
            the ids that lost their place, a set
        """
        parts = self._parts(switchboard, by_id)
        requests = self._requests(switchboard, [moment for moment, *_part in parts])
        if not requests:
            return [], set()
        told_legs = self._told_legs(switchboard, requests)
        listed = self._listed(switchboard, set(by_id).union(*told_legs.values()))
        pairs, displaced = [], set()
        for moment, pbx_call_id, dialled in self._movable(parts, calls, requests):
            own = [one for one in requests if one.call_id == calls.get(pbx_call_id)]
            for call_id, leg in self._possible_requests(
                switchboard, own or requests, moment, dialled
            ):
                # of each leg there is one; a second one is another call
                rivals = told_legs[call_id, leg] - {pbx_call_id}
                if not rivals or (pbx_call_id in listed and listed.isdisjoint(rivals)):
                    told_legs[call_id, leg] = {pbx_call_id}
                    pairs.append((call_id, pbx_call_id))
                    displaced |= rivals
                    break
        return pairs, displaced

    @api.model
    def _parts(self, switchboard, by_id):
        """What facts tell of calls that somebody dialled, the first one first.

        :param dict by_id: from pbx_call_id to its entries in the journal
        :return: list of tuples: when it began, UTC, the id, and its :class:`Dialled`
        """
        parts = [
            (
                self._begun(switchboard, entries),
                pbx_call_id,
                self._dialled(switchboard, entries),
            )
            for pbx_call_id, entries in by_id.items()
            if pbx_call_id.startswith("out_")
        ]
        return sorted(parts, key=lambda part: part[:2])

    @api.model
    def _movable(self, parts, calls, requests):
        """Leave out what came of other requests than the given ones: these are long
        over by the call's time, which may have been wrong then, or is now.

        :param parts: as of :meth:`_parts`
        :param dict calls: from pbx_call_id to the id of the call that has it
        :param requests: list of :class:`Request`
        :return: the others of the parts
        """
        elsewhere = {calls.get(pbx_call_id) for _moment, pbx_call_id, _dialled in parts}
        elsewhere -= {None, *(one.call_id for one in requests)}
        staying = self._with_event(elsewhere, REQUESTED)
        return [part for part in parts if calls.get(part[1]) not in staying]

    @api.model
    def _possible_requests(self, switchboard, requests, moment, dialled):
        """The requests that a call can have come of, the likeliest first.

        :param requests: list of :class:`Request`
        :param moment: when it began, UTC
        :param dialled: a :class:`Dialled`
        :return: list of pairs: the id of the requested call, and which leg it would be
        """
        fitting = [
            (request, leg)
            for request in requests
            # first what costs nothing: a page of statistics is long
            if -_CLOCK_SKEW <= moment - request.fact.received_at <= CALLBACK_WINDOW
            and (leg := dialled.leg_of(*self._requested(switchboard, request)))
        ]
        last = max(
            (
                request.fact.received_at
                for request, _leg in fitting
                if not request.refused and request.fact.received_at < moment + _SECOND
            ),
            default=datetime.min,
        )
        return [
            (request.call_id, leg)
            for request, leg in fitting
            if request.fact.received_at >= last
        ]

    @api.model
    def _begun(self, switchboard, entries):
        """When the call began that some facts tell of, UTC."""
        told = [entry.fact for entry in entries]
        return begun(told, switchboard.tz) or min(one.received_at for one in told)

    @api.model
    def _dialled(self, switchboard, entries):
        """Who dialled whom, by what is known of one id: a :class:`Dialled`."""
        told = [entry.fact for entry in entries if entry.fact.event in _TELLING]
        numbers = {
            extension_number(text) or switchboard.e164(text)
            for fact in told
            if (text := fact.get("destination"))
        }
        extensions = {
            extension_number(fact.get(name))
            for fact in told
            for name in ("internal", "sip")
        } - {""}
        # our own leg may name nobody but whom it rang
        return Dialled(extensions or numbers, numbers)

    @api.model
    def _requested(self, switchboard, request):
        """Whose telephone was to ring, and the number to call then, in E.164."""
        told = request.fact
        return told.get("from"), switchboard.e164(told.get("to"))

    @api.model
    def _requests(self, switchboard, moments):
        """The requests that calls at some moments can have come of, the likeliest
        first.

        :return: list of :class:`Request`
        """
        if not moments:
            return []
        # asked for each call that somebody dials, requested or not
        rows = self.env.execute_query(
            SQL(
                """
                SELECT call_id, payload, received_at FROM zadarma_event
                WHERE account_id = %s AND event = %s AND call_id IS NOT NULL
                    AND received_at BETWEEN %s AND %s
                """,
                switchboard.account_id,
                REQUESTED,
                min(moments) - CALLBACK_WINDOW,
                max(moments) + _CLOCK_SKEW,
            )
        )
        refused = self._refused([call_id for call_id, *_told in rows])
        requests = [
            Request(call_id, Fact(REQUESTED, *told), call_id in refused)
            for call_id, *told in rows
        ]
        return sorted(requests, key=lambda one: (one.refused, one.fact.received_at))

    @api.model
    def _refused(self, call_ids):
        """Those of some requested calls for which Zadarma was asked in vain."""
        # a single request is the likeliest one in any case
        return self._with_event(call_ids if len(call_ids) > 1 else (), REFUSED)

    @api.model
    def _with_event(self, call_ids, event):
        """Those of some calls of which the journal has an event, a set."""
        if not call_ids:
            return set()
        return {
            call_id
            for [call_id] in self.env.execute_query(
                SQL(
                    "SELECT call_id FROM zadarma_event"
                    " WHERE call_id = ANY(%s) AND event = %s",
                    list(call_ids),
                    event,
                )
            )
        }

    @api.model
    def _told_legs(self, switchboard, requests):
        """The ids under which the PBX told of the legs of requested calls.

        :return: from a call's id and a leg, as of :meth:`Dialled.leg_of`, to a set
        """
        told = defaultdict(list)
        call_ids = [request.call_id for request in requests]
        journal = self.env["zadarma.event"]
        for entry in journal._entries(
            SQL("%s AND pbx_call_id IS NOT NULL", journal._of_calls(call_ids))
        ):
            told[entry.call_id, entry.pbx_call_id].append(entry)
        parties = {
            request.call_id: self._requested(switchboard, request)
            for request in requests
        }
        legs = defaultdict(set)
        for (call_id, pbx_call_id), entries in told.items():
            dialled = self._dialled(switchboard, entries)
            legs[call_id, dialled.leg_of(*parties[call_id])].add(pbx_call_id)
        return legs

    @api.model
    def _listed(self, switchboard, pbx_call_ids):
        """Those of some ids that statistics know, whether that was applied or not."""
        return {
            pbx_call_id
            for [pbx_call_id] in self.env.execute_query(
                SQL(
                    "SELECT pbx_call_id FROM zadarma_event WHERE account_id = %s"
                    " AND pbx_call_id = ANY(%s) AND event = %s",
                    switchboard.account_id,
                    sorted(pbx_call_ids),
                    STATISTICS,
                )
            )
        }

    @api.model
    def _strangers(self, switchboard, entries):
        """The ids among a call's facts that tell of other people's calls.

        :param entries: all that is believed of a call
        :return: a set; empty unless the call was requested
        """
        extensions = {
            entry.fact.get("from") for entry in entries if entry.fact.event == REQUESTED
        }
        by_id = defaultdict(list)
        for entry in entries:
            if extensions and entry.pbx_call_id:
                by_id[entry.pbx_call_id].append(entry)
        return {
            pbx_call_id
            for pbx_call_id, told in by_id.items()
            if (dialling := self._dialled(switchboard, told).extensions)
            and extensions.isdisjoint(dialling)
        }
