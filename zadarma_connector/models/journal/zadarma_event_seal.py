# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ...zadarma_api import facts


class ZadarmaEvent(models.Model):
    """Entries that were emptied: what they said is gone, and their call is sealed.

    A call is computed from what was said of it, so one of which that is gone is never
    computed again. What is told of it later is counted on its first entry, no more:
    neither Zadarma nor an import brings back what was to be forgotten.
    """

    _inherit = "zadarma.event"

    @api.model
    def _seal(self, call_ids):
        """Empty all entries of some calls.

        Those too that were doubted: they have the call's id, and not the call. A key
        is made of what was said, so that whoever has the database can try out which
        number it was; a random one takes its place.

        :param list call_ids: of ``zadarma.call``
        :raise psycopg2.OperationalError: somebody else has one of the entries
        """
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                WITH told AS (
                    SELECT id FROM zadarma_event WHERE call_id = ANY(%(calls)s)
                    UNION
                    SELECT other.id FROM zadarma_event entry
                    JOIN zadarma_event other
                        ON other.account_id = entry.account_id
                        AND other.pbx_call_id = entry.pbx_call_id
                    WHERE entry.call_id = ANY(%(calls)s)
                )
                UPDATE zadarma_event SET %(emptied)s FROM told
                WHERE zadarma_event.id = told.id
                """,
                calls=call_ids,
                emptied=self._emptied(),
            ),
            log_exceptions=False,
        )
        self._seal_untold(call_ids)
        self.invalidate_model()

    @api.model
    def _seal_untold(self, call_ids):
        """Note the ids of which the journal has nothing: they could come back."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO zadarma_event (
                    account_id, call_id, pbx_call_id, source, event, state, payload,
                    fingerprint, received_at, delivery_count
                )
                SELECT account_id, id, pbx_call_id, 'request', %(event)s, 'sealed',
                    '{}', 'sealed ' || gen_random_uuid(), now() AT TIME ZONE 'UTC', 0
                FROM zadarma_call WHERE id = ANY(%(calls)s)
                    AND pbx_call_id IS NOT NULL AND NOT EXISTS (
                        SELECT FROM zadarma_event AS entry
                        WHERE entry.account_id = zadarma_call.account_id
                            AND entry.pbx_call_id = zadarma_call.pbx_call_id
                    )
                """,
                event=facts.EMPTIED,
                calls=call_ids,
            )
        )

    @api.model
    def _emptied(self):
        """What an entry becomes of which nothing shall be left, as SQL."""
        return SQL(
            """
            state = 'sealed', payload = '{}', signed_key = NULL, error = NULL,
            fingerprint = 'sealed ' || gen_random_uuid()
            """
        )

    @api.model
    def _is_sealed(self, account_id, pbx_call_id):
        """Whether a call was emptied, as SQL; ``false`` for what tells of no call."""
        if not pbx_call_id:
            return SQL("false")
        return SQL(
            """
            EXISTS (
                SELECT FROM zadarma_event AS seal WHERE seal.account_id = %s
                    AND seal.pbx_call_id = %s AND seal.state = 'sealed'
            )
            """,
            account_id,
            pbx_call_id,
        )

    @api.model
    def _count_sealed(self, account_id, pbx_call_id):
        """Count what is told of a call that was emptied.

        :return: the values of a :class:`~.zadarma_event_intake.Stored`
        """
        self.env.cr.execute(
            SQL(
                """
                UPDATE zadarma_event SET delivery_count = delivery_count + 1
                WHERE id = (
                    SELECT min(id) FROM zadarma_event WHERE account_id = %s
                        AND pbx_call_id = %s AND state = 'sealed'
                )
                RETURNING id, pbx_call_id, state, TRUE
                """,
                account_id,
                pbx_call_id,
            ),
            log_exceptions=False,
        )
        return self.env.cr.fetchone()

    @api.model
    def _leave_sealed(self, entries):
        """Take out what tells of calls that were emptied.

        What was stored while they were is emptied too.

        :param entries: list of :class:`~.entry.Entry`, all of some ids
        :return: the others, and the ids of those calls
        """
        sealed = {one.pbx_call_id for one in entries if one.state == "sealed"}
        if not sealed:
            return entries, sealed
        late = [
            one.id
            for one in entries
            if one.pbx_call_id in sealed and one.state != "sealed"
        ]
        if late:
            self.env.cr.execute(
                SQL(
                    "UPDATE zadarma_event SET %s WHERE id = ANY(%s)",
                    self._emptied(),
                    late,
                )
            )
            self.browse(late).invalidate_recordset(flush=False)
        return [one for one in entries if one.pbx_call_id not in sealed], sealed
