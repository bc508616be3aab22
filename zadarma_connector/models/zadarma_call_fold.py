# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..zadarma_api.fold import fold
from ..zadarma_api.notification import extension_number

#: What a correction is about: a change of these is worth telling.
_CORRECTIONS = {"result", "duration", "recorded"}


class ZadarmaCall(models.Model):
    """From facts to calls: many at once, since a month of statistics has many."""

    _inherit = "zadarma.call"

    @api.model
    def _refold(self, account, pbx_call_ids):
        """Compute calls from everything that the journal knows of them.

        The caller holds the calls' locks, so that no other fold runs beside it.

        :param account: the ``zadarma.account``
        :param pbx_call_ids: the PBX's ids, those without facts are left out
        :return: by id: ``added``, ``corrected`` (result, duration or recording flag)
            or ``unchanged``
        """
        entries = self.env["zadarma.event"].search_fetch(
            [
                ("account_id", "=", account.id),
                ("pbx_call_id", "in", pbx_call_ids),
                ("state", "!=", "ignored"),
            ],
            ["event", "pbx_call_id", "payload", "received_at", "state", "call_id"],
            order="id",
        )
        by_id = entries.grouped("pbx_call_id")
        calls = self._attribute(account, by_id)
        # a callback has facts without an id, and under several
        dialled = self.union(*calls.values()).filtered(
            lambda call: call.direction != "incoming"
        )
        further = self.env["zadarma.event"]
        if dialled:
            further = further.search(
                [
                    ("call_id", "in", dialled.ids),
                    ("id", "not in", entries.ids),
                    ("state", "!=", "ignored"),
                ]
            )
        jobs = {}
        for pbx_call_id, group in by_id.items():
            call = calls[pbx_call_id]
            jobs[call or pbx_call_id] = jobs.get(call or pbx_call_id, group) | group
        for call, group in further.grouped("call_id").items():
            jobs[call] |= group
        outcomes = self._compute_calls(account, jobs)
        return {
            pbx_call_id: outcomes[calls[pbx_call_id] or pbx_call_id]
            for pbx_call_id in by_id
        }

    @api.model
    def _compute_calls(self, account, jobs):
        """Fold the facts of calls and store what came of it.

        :param dict jobs: from calls, or ids of calls that do not exist yet, to their
            entries in the journal
        :return: the same keys to ``added``, ``corrected`` or ``unchanged``
        """
        folded = {
            key: fold(
                [entry._fact() for entry in entries], account.tz, account.ghost_seconds
            )
            for key, entries in jobs.items()
        }
        new = [key for key in jobs if isinstance(key, str)]
        created = self.create(
            [
                {
                    "account_id": account.id,
                    "pbx_call_id": pbx_call_id,
                    **self._folded_values(account, folded[pbx_call_id]),
                }
                for pbx_call_id in new
            ]
        )
        calls = dict(zip(new, created, strict=True))
        outcomes = dict.fromkeys(new, "added")
        for call in jobs:
            if call in calls:
                continue
            calls[call] = call
            values = call._folded_values(account, folded[call])
            values["pbx_call_id"] = self._main_id(jobs[call])
            changed = {
                name
                for name, value in values.items()
                if call._fields[name].convert_to_write(call[name], call) != value
            }
            if changed:
                call.write({name: values[name] for name in changed})
            corrected = changed & _CORRECTIONS
            outcomes[call] = "corrected" if corrected else "unchanged"
        together = self.union(*calls.values())
        for key, call in calls.items():
            call.with_prefetch(together._prefetch_ids)._set_legs(folded[key].legs)
            # entries that are told already are left alone: writing them would meet
            # whoever is counting a repetition just now
            fresh = jobs[key].filtered(
                lambda entry, call=call: entry.state != "applied"
                or entry.call_id != call
            )
            if fresh:
                fresh.write({"call_id": call.id, "state": "applied", "error": False})
        together._link_partners()
        return outcomes

    @staticmethod
    def _main_id(entries):
        """The id of the customer's leg; a callback may have one for ours too."""
        ids = sorted(filter(None, set(entries.mapped("pbx_call_id"))))
        if len(ids) < 2:
            return next(iter(ids), False)
        reaching_the_customer = {
            entry.pbx_call_id
            for entry in entries
            if (destination := entry.payload.get("destination"))
            and not extension_number(destination)
        }
        return min(reaching_the_customer, default=ids[0])

    def _folded_values(self, account, folded):
        """The values of a call (or of a new one) that its facts determine.

        :param folded: a :class:`~zadarma_api.fold.Call`
        """
        values = {
            "direction": folded.direction,
            "state": folded.state,
            "result": folded.result or False,
            "disposition": folded.disposition or False,
            "failure": folded.failure or False,
            "caller_number": account._e164(folded.caller_number),
            "called_number": account._e164(folded.called_number),
            "external_number": account._e164(folded.external_number),
            "extension_number": folded.extension or False,
            "date_start": folded.date_start or False,
            "date_answer": folded.date_answer or False,
            "date_end": folded.date_end or False,
            "duration": folded.duration or 0,
            "wait_duration": folded.wait_duration or 0,
            "recorded": folded.recorded,
            "ghost_answer": folded.ghost_answer,
            "confirmed": folded.confirmed,
        }
        if folded.confirmed:
            values["in_doubt"] = False
        extension = account._extension(folded.extension)
        values["extension_id"] = extension.id
        # whoever was linked stays: who sits behind a number may change later
        if extension != self.extension_id or not (self.employee_id or self.user_id):
            values.update(extension._people())
        return values

    def _set_legs(self, folded_legs):
        """Make the legs those that the facts tell, keeping the people of old ones."""
        old = {(leg.extension_number, leg.pbx_leg_id): leg for leg in self.leg_ids}
        new = []
        for folded in folded_legs:
            key = (folded.extension or False, folded.leg_id or False)
            # a rung extension gets its part's id only later
            leg = old.pop(key, None) or old.pop((key[0], False), None)
            extension = self.account_id._extension(folded.extension)
            values = {
                "extension_number": key[0],
                "pbx_leg_id": key[1],
                "extension_id": extension.id,
                "result": folded.result or False,
                "recorded": folded.recorded,
            }
            if not leg:
                new.append({"call_id": self.id, **extension._people(), **values})
                continue
            if not (leg.employee_id or leg.user_id):
                values.update(extension._people())
            if any(
                leg._fields[name].convert_to_write(leg[name], leg) != value
                for name, value in values.items()
            ):
                leg.write(values)
        self.env["zadarma.call.leg"].browse(leg.id for leg in old.values()).unlink()
        self.env["zadarma.call.leg"].create(new)

    def _link_partners(self):
        """Find the customers by number, where there is none yet."""
        calls = self.filtered(lambda call: call.external_number and not call.partner_id)
        if not calls:
            return
        companies = calls.company_id
        partners = self.env["res.partner"].search_fetch(
            [
                ("phone_sanitized", "in", calls.mapped("external_number")),
                ("company_id", "in", (False, *companies.ids)),
            ],
            ["phone_sanitized", "company_id"],
            order="id",
        )
        by_number = partners.grouped("phone_sanitized")
        for call in calls:
            matching = by_number.get(call.external_number, partners.browse()).filtered(
                lambda partner, call=call: partner.company_id
                in (partner.company_id.browse(), call.company_id)
            )
            if len(matching) == 1:
                call.write({"partner_id": matching.id, "partner_match": "exact"})
            elif call.partner_match != (match := "ambiguous" if matching else "none"):
                call.partner_match = match
