# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ...tools.differing import differing
from ...zadarma_api.notification import extension_number
from ..call.zadarma_call_people import seat_values

#: What a correction is about: a change of these is worth telling.
_CORRECTIONS = {"result", "duration", "recorded"}
#: What facts determine of a call, and who is linked to it.
_FOLDED = (
    "pbx_call_id",
    "direction",
    "state",
    "result",
    "disposition",
    "failure",
    "caller_number",
    "called_number",
    "did_id",
    "caller_id",
    "external_number",
    "extension_number",
    "date_start",
    "date_answer",
    "date_end",
    "duration",
    "wait_duration",
    "recorded",
    "ghost_answer",
    "confirmed",
    "routing_rule",
    "in_doubt",
    "extension_id",
    "employee_id",
    "user_id",
    "person_id",
    "had_person",
    "partner_id",
)
_FOLDED_LEG = (
    "id",
    "extension_number",
    "pbx_leg_id",
    "extension_id",
    "result",
    "recorded",
    "spoke_for_sure",
    "employee_id",
    "user_id",
    "person_id",
    "had_person",
)


class ZadarmaCall(models.Model):
    """From facts to calls: many at once, since a month of statistics has many.

    What is stored is read past the ORM, for speed: the PBX and a caller wait. It is
    written through it, as any other change is.
    """

    _inherit = "zadarma.call"

    @api.model
    def _store_folded(self, switchboard, found):
        """Compute calls from their facts, and store what came of it.

        The caller holds the calls' locks, so that no other fold runs beside it.

        :param switchboard: the account's ``Switchboard``
        :param found: list of :class:`~.entry.CallFacts`
        :return: from each pbx_call_id to a pair: the call; ``added``, ``corrected``
            (result, duration or recording flag) or ``unchanged``
        """
        self = self.with_context(allowed_company_ids=[switchboard.company_id])
        for one in found:
            if one.absorbed:
                call, others = self.browse(one.call_id), self.browse(one.absorbed)
                # whoever writes on one of them just now is waited for
                (call + others)._lock_for_relink()
                call._absorb(others)
        if parted_from := {one.parted_from for one in found} - {None}:
            # an id stands for one call at a time
            self.browse(parted_from).pbx_call_id = False
            self.flush_model(["pbx_call_id"])
        told = [(one, one.folded(switchboard)) for one in found]
        # what is new comes first, here and below
        told.sort(key=lambda pair: pair[0].call_id is not None)
        calls, changes, stored = self._store_calls(switchboard, told)
        self._set_legs(
            switchboard,
            {
                call.id: (folded.legs, one.speakers(switchboard))
                for call, (one, folded) in zip(calls, told, strict=True)
            },
            {call_id: old["legs"] for call_id, old in stored.items()},
        )
        self.env["zadarma.event"]._set_applied(
            [
                (call.id, one.entries)
                for call, (one, _folded) in zip(calls, told, strict=True)
            ]
        )
        self._link_renumbered(stored, dict(zip(calls.ids, changes, strict=True)))
        return {
            pbx_call_id: (call, _outcome(one, changed))
            for call, (one, _folded), changed in zip(calls, told, changes, strict=True)
            for pbx_call_id in one.pbx_call_ids
        }

    @api.model
    def _store_calls(self, switchboard, told):
        """Make the new calls and write the known ones; neither legs nor entries.

        :param told: pairs of a :class:`~.entry.CallFacts` and what it folds to, those
            of new calls first
        :return: the calls, a dict of what changed for each, both in the same order; and
            what was stored before, by the ids of known calls
        """
        new = [pair for pair in told if not pair[0].call_id]
        known = told[len(new) :]
        stored = self._stored([one.call_id for one, _folded in known])
        calls = self._create_folded(switchboard, new)
        changes = [{}] * len(new)
        for one, folded in known:
            call, old = self.browse(one.call_id), stored[one.call_id]
            changes.append(call._write_folded(switchboard, one, folded, old))
            calls += call
        return calls, changes, stored

    @api.model
    def _create_folded(self, switchboard, told):
        """Make new calls.

        :param told: pairs of a :class:`~.entry.CallFacts` and what it folds to
        :return: the calls, in the same order
        """
        if not told:
            return self.browse()
        values = [
            {
                "account_id": switchboard.account_id,
                "company_id": switchboard.company_id,
                "pbx_call_id": _main_id(one),
                **self._folded_values(switchboard, one, folded, None),
            }
            for one, folded in told
        ]
        links = self._new_links(
            switchboard, {one["external_number"] for one in values} - {False}
        )
        return self.create(
            [{**one, **links.get(one["external_number"], {})} for one in values]
        )

    def _write_folded(self, switchboard, told, folded, old):
        """Correct a call.

        :param told: its :class:`~.entry.CallFacts`
        :param folded: what they fold to
        :param dict old: what is stored
        :return: the values that were written
        """
        values = self._folded_values(switchboard, told, folded, old)
        values["pbx_call_id"] = _main_id(told)
        changed = differing(values, old)
        if changed:
            self.write(changed)
        return changed

    @api.model
    def _link_renumbered(self, stored, changes):
        """Find the customers of calls whose number is another one now.

        :param stored: from ids of calls to what was stored
        :param changes: from ids of calls to what was written
        """
        self.browse(
            call_id
            for call_id, changed in changes.items()
            if "external_number" in changed
            # a call that was asked for from a document has the document's customer
            and (
                stored[call_id]["external_number"] or not stored[call_id]["partner_id"]
            )
        )._link_partners()

    @api.model
    def _stored(self, call_ids):
        """What is stored of calls, which are locked against users.

        :return: from id to dict; its ``legs`` are a list of dicts
        :raise psycopg2.OperationalError: somebody else has one of them for too long
        """
        if not call_ids:
            return {}
        self.flush_model(_FOLDED)
        self.env["zadarma.call.leg"].flush_model(["call_id", *_FOLDED_LEG])
        # legs are locked too, and by rows of their own: what somebody else committed
        # while we waited for a row is seen in that row alone
        self.env.cr.execute(
            SQL(
                """
                WITH call AS (
                    SELECT id, %(fields)s FROM zadarma_call
                    WHERE id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE
                ), leg AS (
                    SELECT call_id, %(leg_fields)s FROM zadarma_call_leg
                    WHERE call_id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE
                )
                SELECT call.*, (
                    SELECT json_agg(to_json(leg) ORDER BY id) FROM leg
                    WHERE call_id = call.id
                ) AS legs
                FROM call
                """,
                fields=SQL(", ").join(map(SQL.identifier, _FOLDED)),
                leg_fields=SQL(", ").join(map(SQL.identifier, _FOLDED_LEG)),
                ids=call_ids,
            ),
            log_exceptions=False,
        )
        rows = self.env.cr.dictfetchall()
        return {row.pop("id"): {**row, "legs": row["legs"] or []} for row in rows}

    @api.model
    def _folded_values(self, switchboard, told, folded, old):
        """The values of a call that its facts determine.

        :param switchboard: the account's ``Switchboard``
        :param told: its :class:`~.entry.CallFacts`
        :param folded: a :class:`~zadarma_api.fold.Call`
        :param old: what is stored of it, ``None`` if it is new
        """
        values = {
            "direction": folded.direction,
            "state": folded.state,
            "result": folded.result,
            "disposition": folded.disposition,
            "failure": folded.failure,
            "caller_number": switchboard.e164(folded.caller_number),
            "called_number": switchboard.e164(folded.called_number),
            "caller_id": switchboard.e164(folded.caller_id),
            "external_number": switchboard.e164(folded.external_number),
            "extension_number": folded.extension,
            "date_start": folded.date_start,
            "date_answer": folded.date_answer,
            "date_end": folded.date_end,
            "duration": folded.duration or 0,
            "wait_duration": folded.wait_duration or 0,
            "recorded": folded.recorded,
            "ghost_answer": folded.ghost_answer,
            "confirmed": folded.confirmed,
            "routing_rule": folded.routing_rule,
        }
        if folded.confirmed:
            values["in_doubt"] = False
        elif told.reserved:
            values["in_doubt"] = True
        return {
            **values,
            **self._did_values(
                switchboard, folded.direction, values["called_number"], old
            ),
            **seat_values(switchboard, folded.extension, old),
        }

    @api.model
    def _set_legs(self, switchboard, folded, stored):
        """Make the legs those that the facts tell, keeping the people of old ones, and
        who was proved to have spoken.

        :param folded: from ids of calls to pairs: :class:`~zadarma_api.fold.Leg`s, and
            the internal numbers that spoke as statistics tell
        :param stored: from ids of calls to lists of dicts
        """
        Leg = self.env["zadarma.call.leg"]
        new, gone = [], []
        for call_id, (legs, speakers) in folded.items():
            known = stored.get(call_id, ())
            old = {(leg["extension_number"], leg["pbx_leg_id"]): leg for leg in known}
            proved = speakers | _proved_speakers(known)
            for one in legs:
                key = (one.extension or None, one.leg_id or None)
                # a rung extension gets its part's id only later
                leg = old.pop(key, None) or old.pop((key[0], None), None)
                values = {
                    "extension_number": key[0],
                    "pbx_leg_id": key[1],
                    "result": one.result,
                    "recorded": one.recorded,
                    "spoke_for_sure": one.extension in proved,
                    **seat_values(switchboard, one.extension, leg),
                }
                if not leg:
                    new.append({"call_id": call_id, **values})
                elif changed := differing(values, leg):
                    Leg.browse(leg["id"]).write(changed)
            gone += [leg["id"] for leg in old.values()]
        Leg.browse(gone).unlink()
        Leg.create(new)


def _proved_speakers(legs):
    """The internal numbers that were proved to have spoken before.

    :param legs: what is stored, dicts
    """
    return {leg["extension_number"] for leg in legs if leg["spoke_for_sure"]}


def _outcome(told, changed):
    """What storing came to: see ``zadarma.call._store_folded``."""
    if not told.call_id:
        return "added"
    return "unchanged" if _CORRECTIONS.isdisjoint(changed) else "corrected"


def _main_id(told):
    """The id of the customer's leg; a callback may have one for ours too.

    :param told: :class:`~.entry.CallFacts`
    """
    ids = told.pbx_call_ids
    if len(ids) < 2:
        return next(iter(ids), None)
    reaching_the_customer = {
        entry.pbx_call_id
        for entry in told.entries
        if entry.pbx_call_id
        and (destination := entry.fact.get("destination"))
        and not extension_number(destination)
    }
    return min(reaching_the_customer, default=ids[0])
