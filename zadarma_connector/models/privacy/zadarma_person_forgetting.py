# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import re

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...zadarma_api.numbers import keys

#: What is no part of a number, but may stand in it.
_NO_NUMBER = re.compile("[^0-9+]")


class ZadarmaPerson(models.AbstractModel):
    """Forgetting a person: what is left is that there were calls."""

    _inherit = "zadarma.person"

    @api.model
    def _forget(self, found, at_zadarma, kept_too):
        """Remove all that was found of a person, here and at Zadarma.

        :param found: :class:`~.zadarma_person.Found`
        :param at_zadarma: whether Zadarma deletes its recordings too
        :param kept_too: whether calls that are marked to be kept go as well
        :return: the ``zadarma.privacy.report``, one for each company
        :raise UserError: a hold is on one of the companies
        """
        companies = _companies(found)
        companies._check_zadarma_hold()
        over = found.phone_calls.filtered(lambda call: call.state == "ended")
        kept = over.browse()
        if not kept_too:
            kept = over.filtered_domain(over._kept_domain())
        message_ids = set((over - kept).copy_ids.ids)
        reports = self.env["zadarma.privacy.report"].sudo()
        for company in companies:
            reports += self._forget_in(
                company, found, over - kept, kept, found.phone_calls - over, at_zadarma
            )
        # what these deletions left behind themselves
        self.env.flush_all()
        self._delete_traces(found, over - kept, message_ids)
        self.env.ref("zadarma_connector.cron_delete_remotely").sudo()._trigger()
        return reports

    @api.model
    def _forget_in(self, company, found, calls, kept, running, at_zadarma):
        """Remove what one company has, and report it."""

        def of(records):
            return records.filtered(lambda one: one.company_id == company)

        deletions = self.env["zadarma.recording.deletion"].sudo()
        last = deletions.search([], limit=1).id or 0
        entries = of(found.entries)
        removed = dict.fromkeys(("entry_count", "waiting_count"), 0)
        # their activities and messages go with them
        waiting = of(found.waiting_callers)
        shared = {*of(found.others).mapped("external_number")}
        shared &= {*waiting.mapped("number")}
        if here := of(calls):
            removed = here._empty("person", at_zadarma)
        waiting = waiting.exists()
        report = deletions.env["zadarma.privacy.report"].create(
            {
                **removed,
                "kind": "person",
                "company_id": company.id,
                "user_id": self.env.uid,
                "entry_count": removed["entry_count"] + len(entries),
                "waiting_count": removed["waiting_count"] + len(waiting),
                "assigned_count": len(of(found.assigned_numbers)),
                "blocked_count": len(of(found.blocked_numbers)),
                "kept_count": len(of(kept)),
                "running_count": len(of(running)),
                "other_count": len(of(found.others)),
                **{f"{name}_count": len(of(some)) for name, some in found.more.items()},
                "deletion_ids": deletions.search(
                    [("id", ">", last), ("kind", "=", "person")]
                ).ids,
            }
        )
        for records in (
            waiting,
            of(found.assigned_numbers),
            of(found.blocked_numbers),
        ):
            records.unlink()
        entries._forget()
        for records in found.more.values():
            of(records).unlink()
        # somebody else who called from the same number goes on waiting
        found.waiting_callers.browse()._refresh(company, shared)
        return report

    @api.model
    def _delete_traces(self, found, calls, message_ids):
        """Delete what was on its way: numbers to look up again, what browsers were
        told, what somebody typed into a window.

        :param message_ids: of ``mail.message`` that had the calls' notes, a set
        """
        numbers = list(found.numbers)
        wanted = frozenset().union(*map(keys.look_up, numbers))
        self.env.cr.execute(SQL("SELECT id, text FROM zadarma_relink"))
        notes = [
            note_id
            for note_id, text in self.env.cr.fetchall()
            if not wanted.isdisjoint(keys.keys(text))
        ]
        self.env.cr.execute(SQL("DELETE FROM zadarma_relink WHERE id = ANY(%s)", notes))
        self.env.cr.execute(
            SQL("DELETE FROM zadarma_left_number WHERE number = ANY(%s)", numbers)
        )
        self._delete_told(numbers, set(calls.ids), message_ids)
        self._delete_typed(found, calls, wanted)

    @api.model
    def _delete_told(self, numbers, call_ids, message_ids):
        """Delete what browsers were told of these calls, and of messages with their
        notes; Odoo does so after a day."""
        self.env.cr.execute(
            SQL(
                "SELECT id, message FROM bus_bus WHERE message LIKE ANY(%s)",
                ['%"zadarma%', '%"mail.message/inbox"%'],
            )
        )
        told = []
        for row_id, message in self.env.cr.fetchall():
            payload = json.loads(message).get("payload")
            payload = payload if isinstance(payload, dict) else {}
            if (
                payload.get("id") in call_ids
                or payload.get("message_id") in message_ids
                # however people write it
                or any(number in _NO_NUMBER.sub("", message) for number in numbers)
            ):
                told.append(row_id)
        self.env.cr.execute(SQL("DELETE FROM bus_bus WHERE id = ANY(%s)", told))

    @api.model
    def _delete_typed(self, found, calls, wanted):
        """Delete what our windows keep of it until Odoo clears them.

        :param wanted: the keys of the numbers
        """
        for name, model in self.env.registry.items():
            if not (model._transient and name.startswith("zadarma.")):
                continue
            typed = self.env[name].sudo().search(Domain("id", "!=", False))
            typed.filtered(
                lambda one: _is_about(one, (found.partner, calls), wanted)
            ).unlink()


def _companies(found):
    """The companies that have anything of a person; the current one if none has."""
    others = (
        *(found.phone_calls, found.others, found.entries),
        *(found.waiting_callers, found.assigned_numbers, *found.more.values()),
    )
    companies = found.blocked_numbers.company_id
    companies = companies.union(*(some.company_id for some in others))
    return companies or found.phone_calls.env.company


def _is_about(record, records, wanted):
    """Whether a record is linked to others, or has a text with a number.

    :param records: several recordsets
    :param wanted: the keys of the numbers
    """
    for field in record._fields.values():
        if not field.store or not record[field.name]:
            continue
        value = record[field.name]
        if field.relational:
            if any(value._name == one._name and value & one for one in records):
                return True
        elif field.type in ("char", "text") and wanted & keys.keys(value):
            return True
    return False
