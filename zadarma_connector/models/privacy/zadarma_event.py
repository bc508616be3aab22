# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

#: Entries deleted in one transaction.
_BATCH = 5000


class ZadarmaEvent(models.Model):
    """Entries of the journal that tell of no call, and are old all the same."""

    _inherit = "zadarma.event"

    def _forget(self):
        """Delete these entries, which tell of no call.

        Of a call that somebody deleted the id stays, as of one that was emptied: else
        an import would bring it back.
        """
        of_deleted = self.filtered_domain(
            [("pbx_call_id", "!=", False), ("state", "=", "applied")]
        )
        self.flush_model()
        self.env.cr.execute(
            SQL(
                "UPDATE zadarma_event SET %s WHERE id = ANY(%s)",
                self._emptied(),
                of_deleted.ids,
            )
        )
        of_deleted.invalidate_recordset()
        (self - of_deleted).unlink()

    @api.model
    def _delete_old(self, account, before):
        """Delete some old entries without a call.

        :param account: the ``zadarma.account``
        :param before: UTC
        :return: how many; a full batch if there may be more
        """
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM zadarma_event WHERE id IN (
                    SELECT id FROM zadarma_event
                    WHERE account_id = %s AND received_at < %s AND call_id IS NULL
                        AND state NOT IN ('sealed', 'received')
                    LIMIT %s
                )
                """,
                account.id,
                before,
                _BATCH,
            )
        )
        self.invalidate_model()
        return self.env.cr.rowcount
