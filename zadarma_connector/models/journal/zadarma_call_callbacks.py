# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import timedelta
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
    """

    call_id: int
    fact: Fact


class ZadarmaCall(models.Model):
    """Which calls of the PBX are those that were requested.

    Our own extension's leg and the customer's belong to a request; whatever else the
    extension does meanwhile is a call of its own.
    """

    _inherit = "zadarma.call"

    @api.model
    def _callbacks(self, switchboard, by_id):
        """Which of the given facts tell of calls that were requested.

        The oldest request comes first, those that Zadarma refused last: what follows
        soon after a refusal was mostly asked for again. Which id is a leg is a claim
        until statistics know it: one that they know takes the place of another.

        :param dict by_id: from pbx_call_id to its entries in the journal
        :return: pairs of a call's id and a pbx_call_id, one for each of the latter; and
            the ids that lost their place, a set
        """
        parts = {
            pbx_call_id: (
                self._begun(switchboard, entries),
                self._dialled(switchboard, entries),
            )
            for pbx_call_id, entries in by_id.items()
            if pbx_call_id.startswith("out_")
        }
        requests = self._requests(
            switchboard, [moment for moment, _who in parts.values()]
        )
        if not requests:
            return [], set()
        told_legs, listed = self._told_legs(switchboard, requests)
        listed |= {one for one, entries in by_id.items() if _is_listed(entries)}
        pairs, displaced = [], set()
        for request in requests:
            for pbx_call_id, leg in self._possible_legs(switchboard, request, parts):
                # of each leg there is one; a second one is another call
                others = told_legs[request.call_id, leg] - {pbx_call_id}
                if not others or (pbx_call_id in listed and listed.isdisjoint(others)):
                    del parts[pbx_call_id]
                    told_legs[request.call_id, leg] = {pbx_call_id}
                    pairs.append((request.call_id, pbx_call_id))
                    displaced |= others
        return pairs, displaced

    @api.model
    def _possible_legs(self, switchboard, request, parts):
        """What can be a leg of a request, by who dialled whom and when.

        :param parts: from pbx_call_id to when it began and its :class:`Dialled`
        :return: list of a pbx_call_id and which leg it would be
        """
        parties = self._requested(switchboard, request)
        return [
            (pbx_call_id, leg)
            for pbx_call_id, (moment, dialled) in parts.items()
            if (leg := dialled.leg_of(*parties))
            and -_CLOCK_SKEW <= moment - request.fact.received_at <= CALLBACK_WINDOW
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
        requests = [Request(call_id, Fact(REQUESTED, *told)) for call_id, *told in rows]
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
    def _told_legs(self, switchboard, requests):
        """The ids under which the PBX told of the legs of requested calls.

        :return: from a call's id and a leg, as of :meth:`Dialled.leg_of`, to a set; and
            those of all these ids that statistics know, a set
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
        listed = {one for (_call, one), entries in told.items() if _is_listed(entries)}
        return legs, listed

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


def _is_listed(entries):
    """Whether statistics are among what is known of an id."""
    return any(entry.fact.event == STATISTICS for entry in entries)
