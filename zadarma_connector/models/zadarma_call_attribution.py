# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, models

from ..zadarma_api.facts import REQUESTED
from ..zadarma_api.fold import fold
from ..zadarma_api.notification import extension_number

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
    def _attribute(self, account, by_id):
        """Find the calls of facts.

        :param account: the ``zadarma.account``
        :param dict by_id: from pbx_call_id to its entries in the journal
        :return: from pbx_call_id to the call, an empty one where there is none yet
        """
        calls = {
            pbx_call_id: entries.call_id[:1] for pbx_call_id, entries in by_id.items()
        }
        unknown = [pbx_call_id for pbx_call_id, call in calls.items() if not call]
        if unknown:
            found = self.search(
                [("account_id", "=", account.id), ("pbx_call_id", "in", unknown)]
            )
            calls.update(found.grouped("pbx_call_id"))
        for request, pbx_call_id in self._callbacks(account, by_id):
            call = calls[pbx_call_id]
            if call != request.call_id:
                # facts may have arrived before one that tells who was called
                by_id[pbx_call_id].call_id = request.call_id
                calls[pbx_call_id] = request.call_id
                call.unlink()
        return calls

    @api.model
    def _callbacks(self, account, by_id):
        """Which of the given facts tell of calls that were requested.

        :return: pairs of the request's entry and a pbx_call_id, the oldest first
        """
        asked = [("account_id", "=", account.id), ("event", "=", REQUESTED)]
        Event = self.env["zadarma.event"]
        outgoing = [one for one in by_id if one.startswith("out_")]
        if not outgoing or not Event.search_count(asked, limit=1):
            return
        parts = {
            pbx_call_id: self._dialled(account, by_id[pbx_call_id])
            for pbx_call_id in outgoing
        }
        moments = [moment for moment, _extension, _number in parts.values()]
        requests = Event.search(
            [
                *asked,
                ("call_id", "!=", False),
                ("received_at", ">=", min(moments) - CALLBACK_WINDOW),
                ("received_at", "<=", max(moments) + _CLOCK_SKEW),
            ],
            order="received_at, id",
        )
        for request in requests:
            for pbx_call_id, (moment, extension, number) in parts.items():
                since = moment - request.received_at
                if (
                    extension == request.payload["from"]
                    and -_CLOCK_SKEW <= since <= CALLBACK_WINDOW
                    and number in ("", account._e164(request.payload["to"]))
                    and request.call_id._lacks_leg(pbx_call_id, bool(number))
                ):
                    yield request, pbx_call_id

    @api.model
    def _dialled(self, account, entries):
        """When who dialled whom, as far as these facts tell.

        :return: UTC, the extension, and the number in E.164: empty if they tell of our
            own leg only
        """
        call = fold([entry._fact() for entry in entries], account.tz)
        number = call.called_number
        return (
            call.date_start or min(entries.mapped("received_at")),
            call.extension,
            "" if extension_number(number) else account._e164(number) or "",
        )

    def _lacks_leg(self, pbx_call_id, customers):
        """Whether of this call no other id tells of the customer's leg, or of ours.

        Of each there is one; a second one is another call.
        """
        others = self.event_ids.filtered(
            lambda entry: entry.pbx_call_id
            and entry.pbx_call_id != pbx_call_id
            and entry.payload.get("destination")
        )
        return not any(
            bool(extension_number(entry.payload["destination"])) != customers
            for entry in others
        )
