# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models

from .entry import CallFacts


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
        calls = _known_calls(entries)
        absorbed = defaultdict(set)
        pairs, displaced = self._callbacks(
            switchboard,
            # whoever caught a leg's text can tell of any number of them
            {one: group for one, group in by_id.items() if one not in reserved},
            calls,
        )
        for call_id, pbx_call_id in pairs:
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
        new += self._part(switchboard, together, displaced)
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
    def _part(self, switchboard, together, displaced):
        """Take out of requested calls what turns out to be none of theirs.

        :param together: from ids of calls to entries, of which these are taken
        :param displaced: ids whose place in a request another one has now
        :return: list of :class:`~.entry.CallFacts`
        """
        parted = []
        for call_id, entries in together.items():
            strangers = displaced | self._strangers(switchboard, entries)
            by_id = defaultdict(list)
            for entry in entries:
                if entry.pbx_call_id in strangers:
                    by_id[entry.pbx_call_id].append(entry)
            parted += [
                CallFacts(None, group, reserved=True, parted_from=call_id)
                for group in by_id.values()
            ]
            entries[:] = [one for one in entries if one.pbx_call_id not in by_id]
        return parted

    @api.model
    def _further_entries(self, call_ids, entries):
        """What the journal knows of calls besides some entries."""
        if not call_ids:
            return []
        known = {entry.id for entry in entries}
        journal = self.env["zadarma.event"]
        told = journal._entries(journal._of_calls(call_ids), lock=True)
        return [entry for entry in told if entry.id not in known]


def _known_calls(entries):
    """The calls that exist already: from pbx_call_id to the call's id."""
    return {one.pbx_call_id: one.call_id for one in reversed(entries) if one.call_id}
