# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.transaction import unlogged
from ...tools.trouble import describe, where

_logger = logging.getLogger(__name__)

#: Numbers that are worked off in one transaction.
_BATCH = 50


class ZadarmaLeftNumber(models.Model):
    """Numbers that calls had, until what followed there is judged without them.

    A call that gets another number or is deleted only leaves a line here, since the PBX
    may be waiting; the job that follows up calls does the rest.
    """

    _name = "zadarma.left.number"
    _description = "Number That a Call Has Left"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    number = fields.Char(required=True, help="In E.164.")

    @api.model
    def _queue(self, calls):
        """Have the numbers judged again that these calls have as yet, soon.

        :param calls: of ``zadarma.call``
        """
        calls.flush_recordset(
            ["company_id", "direction", "state", "external_number", "called_number"]
        )
        # one statement, and no conflict with anybody: calls change all the time
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO zadarma_left_number (company_id, number)
                SELECT DISTINCT company_id, number
                FROM zadarma_call, unnest(ARRAY[
                    external_number,
                    CASE WHEN direction = 'incoming' THEN called_number END
                ]) AS number
                WHERE id = ANY(%s) AND state = 'ended' AND number IS NOT NULL
                """,
                calls.ids,
            )
        )
        if self.env.cr.rowcount:
            calls._follow_up_soon()

    @api.model
    def _work_off(self):
        """Judge all that is noted; only for the job that follows up calls."""
        progress = self.env["ir.cron"]._commit_progress
        while notes := self.search([], order="id", limit=_BATCH):
            for (company, number), same in notes.grouped(
                lambda note: (note.company_id, note.number)
            ).items():
                same._judge(company, number)
            notes.unlink()
            if not progress(len(notes)):
                self.env["zadarma.call"]._follow_up_soon()
                return

    def _judge(self, company, number):
        """Do what follows at a number, and pass over one with which that fails."""
        try:
            with unlogged(self.env.cr), self.env.cr.savepoint():
                self.env["zadarma.call"]._follow_up_numbers({company: {number}})
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            _logger.error(
                "what %s of %s left was not judged: %s\n%s",
                *(self.ids, company.id, describe(error), where(error)),
            )
