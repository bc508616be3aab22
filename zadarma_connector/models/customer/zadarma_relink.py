# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.transaction import in_own_transaction
from ...zadarma_api.numbers import keys

#: Notes worked off in one transaction, and calls linked anew in one.
_NOTES = 100
_CALLS = 1000


class ZadarmaRelink(models.Model):
    """Numbers whose owner may have changed, until their calls are linked anew.

    Saving a contact only leaves a note here; a scheduled job does the work.
    """

    _name = "zadarma.relink"
    _description = "Number to Look Up Again"
    _log_access = False

    text = fields.Char(
        "Written number", required=True, help="As it was typed, or in E.164."
    )

    @api.model
    def _queue(self, texts):
        """Have the calls of numbers linked anew, soon.

        At once if the context has ``zadarma_relink_now``: somebody looks at a call.

        :param texts: set of texts with numbers
        """
        texts = [text for text in texts if text]
        if not texts:
            return
        # one statement, and no conflict with anybody: contacts are saved often
        rows = self.env.execute_query(
            SQL(
                "INSERT INTO zadarma_relink (text) SELECT unnest(%s) RETURNING id",
                texts,
            )
        )
        if self.env.context.get("zadarma_relink_now"):
            # sudo: zadarma.relink - calls follow from numbers, whoever typed them
            self.sudo().browse(note_id for [note_id] in rows)._relink()

    @api.model
    def _queue_unread(self, companies):
        """Have the numbers read that were not while companies had no country.

        :param companies: ``res.company``
        """
        if not companies:
            return
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT external_number FROM zadarma_call
                WHERE company_id = ANY(%s) AND direction <> 'internal'
                AND external_number !~ '^[+][1-9]'
                """,
                companies.ids,
            )
        )
        self._queue({number for [number] in rows})

    @api.model
    def _cron_relink(self):
        """Link the calls of all noted numbers anew."""
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=self.search_count([]))
        while notes := self.search([], order="id", limit=_NOTES):
            done = in_own_transaction(
                self, lambda relink, notes=notes: relink.browse(notes.ids)._relink()
            )
            if not progress(len(notes) if done else 0):
                return

    def _relink(self):
        """Link the calls of these numbers anew, and forget the numbers.

        :return: whether all was done; else the same notes have to be worked on again
        """
        texts = self.mapped("text")
        accounts = self.env["zadarma.account"].search([("active", "in", (True, False))])
        room = _CALLS
        for account in accounts:
            calls = self._calls(account, texts)
            unread = calls._unread()
            unread[:room]._read_anew()
            if unread[room:]:
                return False
            room -= len(unread)
            found = self.env["zadarma.identification"]._identify(
                account, set(calls.mapped("external_number"))
            )
            stale = calls.filtered(
                lambda call, found=found: call._link_changes(
                    found[call.external_number]
                )
            )
            some = stale[:room]
            some._lock_for_relink()
            for number, same in some.grouped("external_number").items():
                same._link(found[number])
            room -= len(some)
            if some != stale:
                return False
        self.unlink()
        return True

    @api.model
    def _calls(self, account, texts):
        """The calls with numbers that may be meant by some texts."""
        cores = set().union(*map(keys.cores, texts))
        written = frozenset().union(*map(keys.keys, texts))
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, external_number FROM zadarma_call
                WHERE account_id = %s AND direction <> 'internal'
                AND external_number IS NOT NULL AND %s = ANY(%s)
                """,
                account.id,
                SQL(keys.core_sql("external_number")),
                list(cores),
            )
        )
        calls = self.env["zadarma.call"].browse(
            call_id
            for call_id, number in rows
            if not written.isdisjoint(keys.look_up(number))
        )
        calls.fetch(["external_number", "partner_id", "partner_match"])
        return calls
