# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ...zadarma_api.fold import fold
from ...zadarma_api.notification import extension_number

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
    "partner_id",
)
_FOLDED_LEG = (
    "id",
    "extension_number",
    "pbx_leg_id",
    "extension_id",
    "result",
    "recorded",
    "employee_id",
    "user_id",
)


class ZadarmaCall(models.Model):
    """From facts to calls: many at once, since a month of statistics has many.

    What is stored is read past the ORM, for speed: the PBX and a caller wait. It is
    written through it, as any other change is.
    """

    _inherit = "zadarma.call"

    @api.model
    def _refold(self, switchboard, entries):
        """Compute calls from everything that the journal knows of them.

        The caller holds the calls' locks, so that no other fold runs beside it.

        :param switchboard: the account's ``Switchboard``
        :param entries: list of the journal's ``Entry``, each with a pbx_call_id
        :return: by pbx_call_id: ``added``, ``corrected`` (result, duration or
            recording flag) or ``unchanged``
        """
        by_id = {}
        for entry in entries:
            by_id.setdefault(entry.pbx_call_id, []).append(entry)
        calls = self._attribute(switchboard, by_id)
        # a callback has facts without an id, and under several
        dialled = [
            call_id
            for pbx_call_id, call_id in calls.items()
            if call_id and not pbx_call_id.startswith("in_")
        ]
        jobs = {}
        for pbx_call_id, group in by_id.items():
            jobs.setdefault(calls[pbx_call_id] or pbx_call_id, []).extend(group)
        if dialled:
            known = {entry.id for entry in entries}
            for entry in self.env["zadarma.event"]._entries(
                SQL("call_id = ANY(%s)", dialled), lock=True
            ):
                if entry.id not in known:
                    jobs[entry.call_id].append(entry)
        outcomes = self._compute_calls(switchboard, jobs)
        return {
            pbx_call_id: outcomes[calls[pbx_call_id] or pbx_call_id]
            for pbx_call_id in by_id
        }

    @api.model
    def _compute_calls(self, switchboard, jobs):
        """Fold the facts of calls and store what came of it.

        :param switchboard: the account's ``Switchboard``
        :param dict jobs: from ids of calls, or the pbx_call_id of those that do not
            exist yet, to their entries in the journal
        :return: the same keys to ``added``, ``corrected`` or ``unchanged``
        """
        self = self.with_context(allowed_company_ids=[switchboard.company_id])
        folded = {
            key: fold(
                [entry.fact for entry in entries],
                switchboard.tz,
                switchboard.ghost_seconds,
            )
            for key, entries in jobs.items()
        }
        new = [key for key in jobs if isinstance(key, str)]
        stored = self._stored([key for key in jobs if key not in new])
        values = {
            key: self._folded_values(switchboard, folded[key], stored.get(key))
            for key in jobs
        }
        # all that a new call needs of it; by itself Odoo would read everything
        account = self.env["zadarma.account"].browse(switchboard.account_id)
        account.fetch(["company_id", "live_until"] if new else [])
        numbers = {values[pbx_call_id]["external_number"] for pbx_call_id in new}
        links = self._new_links(account, numbers - {False}) if new else {}
        created = self.create(
            [
                {
                    "account_id": switchboard.account_id,
                    **values[pbx_call_id],
                    **links.get(values[pbx_call_id]["external_number"], {}),
                    "pbx_call_id": pbx_call_id,
                }
                for pbx_call_id in new
            ]
        )
        calls = dict(zip(new, created, strict=True))
        outcomes = dict.fromkeys(new, "added")
        renumbered = self.browse()
        for call_id, old in stored.items():
            call = calls[call_id] = self.browse(call_id)
            values[call_id]["pbx_call_id"] = self._main_id(jobs[call_id])
            changed = _differing(values[call_id], old)
            if changed:
                call.write(changed)
            # a call that was asked for from a document has the document's customer
            if "external_number" in changed and (
                old["external_number"] or not old["partner_id"]
            ):
                renumbered += call
            corrected = not _CORRECTIONS.isdisjoint(changed)
            outcomes[call_id] = "corrected" if corrected else "unchanged"
        self._set_legs(
            switchboard,
            {call.id: folded[key].legs for key, call in calls.items()},
            {call_id: old["legs"] for call_id, old in stored.items()},
        )
        self.env["zadarma.event"]._set_applied(
            {call.id: jobs[key] for key, call in calls.items()}
        )
        renumbered._link_partners()
        return outcomes

    @api.model
    def _stored(self, call_ids):
        """What is stored of calls, which are locked against users.

        :return: from id to dict; its ``legs`` are a list of dicts
        :raise psycopg2.OperationalError: as ``zadarma.event._entries``
        """
        if not call_ids:
            return {}
        self.flush_model(_FOLDED)
        self.env["zadarma.call.leg"].flush_model(["call_id", *_FOLDED_LEG])
        self.env.cr.execute(
            SQL(
                """
                SELECT id, %s, (
                    SELECT json_agg(json_build_object(%s) ORDER BY id)
                    FROM zadarma_call_leg WHERE call_id = zadarma_call.id
                ) AS legs
                FROM zadarma_call WHERE id = ANY(%s) FOR NO KEY UPDATE
                """,
                SQL(", ").join(map(SQL.identifier, _FOLDED)),
                SQL(", ").join(
                    SQL("%s, %s", name, SQL.identifier(name)) for name in _FOLDED_LEG
                ),
                call_ids,
            ),
            log_exceptions=False,
        )
        rows = self.env.cr.dictfetchall()
        return {row.pop("id"): {**row, "legs": row["legs"] or []} for row in rows}

    @staticmethod
    def _main_id(entries):
        """The id of the customer's leg; a callback may have one for ours too."""
        ids = sorted({entry.pbx_call_id for entry in entries} - {None})
        if len(ids) < 2:
            return next(iter(ids), None)
        reaching_the_customer = {
            entry.pbx_call_id
            for entry in entries
            if entry.pbx_call_id
            and (destination := entry.fact.get("destination"))
            and not extension_number(destination)
        }
        return min(reaching_the_customer, default=ids[0])

    @api.model
    def _folded_values(self, switchboard, folded, old):
        """The values of a call that its facts determine.

        :param switchboard: the account's ``Switchboard``
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
        seat = switchboard.seat(folded.extension)
        values["extension_id"] = seat.extension_id
        # whoever was linked stays: who sits behind a number may change later
        if (
            not old
            or seat.extension_id != old["extension_id"]
            or not (old["employee_id"] or old["user_id"])
        ):
            values.update(seat.people)
        return values

    @api.model
    def _set_legs(self, switchboard, folded, stored):
        """Make the legs those that the facts tell, keeping the people of old ones.

        :param folded: from ids of calls to :class:`~zadarma_api.fold.Leg`s
        :param stored: from ids of calls to lists of dicts
        """
        Leg = self.env["zadarma.call.leg"]
        new = []
        gone = Leg
        for call_id, legs in folded.items():
            old = {
                (leg["extension_number"], leg["pbx_leg_id"]): leg
                for leg in stored.get(call_id, ())
            }
            for one in legs:
                key = (one.extension or None, one.leg_id or None)
                # a rung extension gets its part's id only later
                leg = old.pop(key, None) or old.pop((key[0], None), None)
                seat = switchboard.seat(one.extension)
                values = {
                    "extension_number": key[0],
                    "pbx_leg_id": key[1],
                    "extension_id": seat.extension_id,
                    "result": one.result,
                    "recorded": one.recorded,
                }
                if not leg:
                    new.append({"call_id": call_id, **seat.people, **values})
                    continue
                if not (leg["employee_id"] or leg["user_id"]):
                    values.update(seat.people)
                if changed := _differing(values, leg):
                    Leg.browse(leg["id"]).write(changed)
            gone += Leg.browse(leg["id"] for leg in old.values())
        gone.unlink()
        if new:
            # all that a new leg needs of its call; by itself Odoo would read everything
            self.browse({leg["call_id"] for leg in new}).fetch(
                ["account_id", "company_id"]
            )
            Leg.create(new)


def _differing(values, stored):
    """Those of the values that are not what is stored; what is empty may be of any
    type."""
    return {
        name: value
        for name, value in values.items()
        if (value or None) != (stored[name] or None)
    }
