# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ZadarmaEventWaiting(models.Model):
    """Entries of the journal that may still have to be applied: each is the id of one.

    An entry is marked within milliseconds, and nearly all of them are marked. Were its
    state in an index, PostgreSQL would put the marked version into each index of the
    journal once more.
    """

    _name = "zadarma.event.waiting"
    _description = "Zadarma Entry to Apply"
    _log_access = False

    def init(self):
        # what failed because of a bug gets another chance with each new version
        self.env.cr.execute(
            SQL(
                "UPDATE zadarma_event SET state = 'received', error = NULL"
                " WHERE state = 'failed' AND error IS NOT NULL"
                " AND (pbx_call_id IS NOT NULL OR event = ANY(%s))",
                list(self.env["zadarma.event"]._other_events()),
            )
        )
        # whatever waits, stored by a version without this table too
        self.env.cr.execute("SELECT id FROM zadarma_event WHERE state = 'received'")
        self._add([entry_id for [entry_id] in self.env.cr.fetchall()])

    @api.model
    def _add(self, entry_ids):
        """Have entries found that are to be applied again.

        :param list entry_ids: of ``zadarma.event``
        """
        # whoever takes the same ones out is waited for
        self.env.cr.execute(
            SQL(
                "INSERT INTO zadarma_event_waiting (id) SELECT unnest(%s::int[])"
                " ON CONFLICT (id) DO UPDATE SET id = excluded.id",
                entry_ids,
            ),
            log_exceptions=False,
        )

    @api.model
    def _clear(self):
        """Take out what does not wait any more: all at once, so that nobody who waits
        for an answer waits for this."""
        self.env["zadarma.event"].flush_model(["state"])
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM zadarma_event_waiting AS waiting WHERE NOT EXISTS (
                    SELECT FROM zadarma_event
                    WHERE id = waiting.id AND state = 'received'
                )
                """
            )
        )


class ZadarmaEvent(models.Model):
    """Finding what is not applied yet, among millions of entries that are."""

    _inherit = "zadarma.event"

    is_waiting = fields.Boolean(
        "Not applied yet", compute="_compute_is_waiting", search="_search_is_waiting"
    )

    @api.depends("state")
    def _compute_is_waiting(self):
        for entry in self:
            entry.is_waiting = entry.state == "received"

    @api.model
    def _search_is_waiting(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: zadarma.event.waiting - nobody else may see it, and it has only ids
        waiting = self.env["zadarma.event.waiting"].sudo()._search([])
        return Domain("id", "in", waiting) & Domain("state", "=", "received")

    def _wait(self):
        """Have these entries applied by the job."""
        # sudo: zadarma.event.waiting - nobody else may write it, and it has only ids
        self.env["zadarma.event.waiting"].sudo()._add(self.ids)
