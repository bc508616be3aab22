# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ...zadarma_api.facts import REFUSED, REQUESTED
from ...zadarma_api.fold import fold
from ...zadarma_api.notification import extension_number

#: A callback that we requested becomes a call within this time.
CALLBACK_WINDOW = timedelta(minutes=2)
#: The PBX's clock may be a little behind ours.
_CLOCK_SKEW = timedelta(seconds=5)


class ZadarmaCall(models.Model):
    """Which facts belong to which call.

    Facts with one ``pbx_call_id`` belong together. Zadarma's answer to a request for a
    callback has no such id, so the calls that follow are recognised by extension,
    number and time; a callback may show as one call or as two, ours and the
    customer's. The outcome is stored on the entries of the journal.
    """

    _inherit = "zadarma.call"

    @api.model
    def _attribute(self, switchboard, by_id):
        """Find the calls of facts.

        :param switchboard: the account's ``Switchboard``
        :param dict by_id: from pbx_call_id to its entries in the journal
        :return: from pbx_call_id to the call's id, ``None`` where there is none yet
        """
        calls = {
            pbx_call_id: next((one.call_id for one in entries if one.call_id), None)
            for pbx_call_id, entries in by_id.items()
        }
        unknown = [pbx_call_id for pbx_call_id, call in calls.items() if not call]
        if unknown:
            calls.update(
                self.env.execute_query(
                    SQL(
                        """
                        SELECT pbx_call_id, id FROM zadarma_call
                        WHERE account_id = %s AND pbx_call_id = ANY(%s)
                        """,
                        switchboard.account_id,
                        unknown,
                    )
                )
            )
        for call_id, pbx_call_id in self._callbacks(switchboard, by_id):
            known = calls[pbx_call_id]
            if call_id != known:
                # facts may have arrived before one that tells who was called
                entries = by_id[pbx_call_id]
                self.env["zadarma.event"]._set_applied({call_id: entries})
                by_id[pbx_call_id] = [
                    entry._replace(call_id=call_id, state="applied")
                    for entry in entries
                ]
                calls[pbx_call_id] = call_id
                self.browse(known and [known]).unlink()
        return calls

    @api.model
    def _callbacks(self, switchboard, by_id):
        """Which of the given facts tell of calls that were requested.

        The oldest request comes first, those that Zadarma refused last: what follows
        soon after a refusal was mostly asked for again.

        :return: pairs of a call's id and a pbx_call_id, one for each of the latter
        """
        outgoing = [one for one in by_id if one.startswith("out_")]
        if not outgoing:
            return
        parts = {
            pbx_call_id: self._dialled(switchboard, by_id[pbx_call_id])
            for pbx_call_id in outgoing
        }
        moments = [moment for moment, _extension, _number in parts.values()]
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
        for request in sorted(
            requests, key=lambda one: (one.call_id in refused, one.fact.received_at)
        ):
            told = request.fact
            for pbx_call_id, (moment, extension, number) in list(parts.items()):
                since = moment - told.received_at
                if (
                    extension == told.get("from")
                    and -_CLOCK_SKEW <= since <= CALLBACK_WINDOW
                    and number in ("", switchboard.e164(told.get("to")))
                    and self._lacks_leg(request.call_id, pbx_call_id, bool(number))
                ):
                    del parts[pbx_call_id]
                    yield request.call_id, pbx_call_id

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
    def _dialled(self, switchboard, entries):
        """When who dialled whom, as far as these facts tell.

        :return: UTC, the extension, and the number in E.164: empty if they tell of our
            own leg only
        """
        facts = [entry.fact for entry in entries]
        call = fold(facts, switchboard.tz)
        number = call.called_number
        return (
            call.date_start or min(fact.received_at for fact in facts),
            call.extension,
            "" if extension_number(number) else switchboard.e164(number) or "",
        )

    @api.model
    def _lacks_leg(self, call_id, pbx_call_id, customers):
        """Whether of this call no other id tells of the customer's leg, or of ours.

        Of each there is one; a second one is another call.
        """
        entries = self.env["zadarma.event"]._entries(SQL("call_id = %s", call_id))
        return not any(
            bool(extension_number(destination)) != customers
            for entry in entries
            if entry.pbx_call_id not in (None, pbx_call_id)
            and (destination := entry.fact.get("destination"))
        )
