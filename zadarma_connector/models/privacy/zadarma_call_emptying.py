# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...zadarma_api.statistics import DISPOSITIONS

#: Longer than an internal number: somebody's telephone.
_LONGEST_INTERNAL = 6
#: Of which calls a number is that of our side.
_OURS = {
    "called_number": "incoming",
    "caller_number": "outgoing",
    "caller_id": "outgoing",
}
#: What says who it may have been, and what it was about.
_LINKS = ("zadarma_call_candidate", "zadarma_call_document", "zadarma_call_tagging")


class ZadarmaCall(models.Model):
    """Removing whose a call was and what was said.

    What is left is what is counted: when, how long, how it went, who of ours. It goes
    past the ORM: what follows from a change of a call shall not follow here.
    """

    _inherit = "zadarma.call"

    @api.model
    def _telling_columns(self):
        """The columns that tell whose a call was, or what was said; features and other
        addons add theirs."""
        return [
            *("external_number", "partner_id", "failure", "note", "waiver"),
            *("res_model", "res_id", "colleague_id"),
            *("proposed_partner_id", "proposed_by_id"),
        ]

    def _forget(self):
        """Remove for good whose call this was, for somebody who asked for it, and
        report it.

        :raise UserError: it is not over, or it is to be kept, or the company keeps all
            calls
        """
        self.ensure_one()
        self.company_id._check_zadarma_hold()
        if self.state != "ended":
            raise UserError(self.env._("This call is not over yet."))
        if self.filtered_domain(self._kept_domain()):
            raise UserError(
                self.env._("This call is kept for good: let its age decide first.")
            )
        if not self.sealed_at:
            company = self.company_id
            self.env["zadarma.privacy.report"].create(
                {
                    **self._empty("person", at_zadarma=True),
                    "kind": "person",
                    "company_id": company.id,
                }
            )
            self.env.ref("zadarma_connector.cron_delete_remotely")._trigger()

    def _empty(self, kind, at_zadarma):
        """Remove for good whose these calls were, here and at Zadarma.

        :param kind: of the report: ``retention`` or ``person``
        :param at_zadarma: whether recordings are deleted there as well
        :return: what there was, as values of a ``zadarma.privacy.report``
        """
        self.env.flush_all()
        removed = {
            "call_count": len(self),
            "note_count": len(self.filtered("note")),
            "line_count": len(self.message_ids + self.copy_ids),
            "document_count": len(self._documents_left()),
            **self._empty_recordings(kind, at_zadarma),
        }
        removed["activity_count"] = self._delete_plans()
        self._delete_history()
        self.copy_ids.unlink()
        self.env.flush_all()
        removed["entry_count"] = self.env["zadarma.event"].search_count(
            [("call_id", "in", self.ids)]
        )
        self.env["zadarma.event"]._seal(self.ids)
        numbers = self._numbers()
        self._empty_columns()
        removed["waiting_count"] = self._delete_waiting(numbers)
        return removed

    def _documents_left(self):
        """What these calls were on or was made of them, which stays; other addons add
        theirs.

        :return: a set of pairs: name of the model and id
        """
        return {(one._name, one.id) for call in self for one in call._documents()}

    def _empty_recordings(self, kind, at_zadarma):
        """Delete their recordings and transcripts."""
        recordings = self.recording_ids
        if at_zadarma:
            recordings = recordings._expect(self)
        present = recordings.filtered(lambda one: one.state != "deleted")
        counts = {
            "recording_count": len(present),
            "transcript_count": len(present.filtered("transcript")),
        }
        present._forget(kind, at_zadarma)
        return counts

    def _empty_columns(self):
        """Our side's number stays where it is ours for all that is known."""
        kept = [
            SQL(
                """
                %(number)s = CASE WHEN %(number)s IS DISTINCT FROM external_number AND (
                    length(%(number)s) <= %(short)s OR %(number)s IN (
                        SELECT number FROM zadarma_did
                        WHERE account_id = zadarma_call.account_id
                    ) OR direction = %(ours)s AND in_doubt IS NOT TRUE
                ) THEN %(number)s END
                """,
                number=SQL.identifier(name),
                short=_LONGEST_INTERNAL,
                ours=direction,
            )
            for name, direction in _OURS.items()
        ]
        columns = [
            SQL("%s = NULL", SQL.identifier(name)) for name in self._telling_columns()
        ]
        self.env.cr.execute(
            SQL(
                """
                UPDATE zadarma_call
                SET sealed_at = now() AT TIME ZONE 'UTC', partner_match = 'none',
                    to_follow_up = FALSE, to_announce = FALSE, to_tell = FALSE,
                    disposition = CASE
                        WHEN disposition = ANY(%(words)s) THEN disposition END,
                    %(kept)s, %(columns)s
                WHERE id = ANY(%(ids)s)
                """,
                words=sorted(DISPOSITIONS),
                kept=SQL(", ").join(kept),
                columns=SQL(", ").join(columns),
                ids=self.ids,
            ),
            log_exceptions=False,
        )
        for table in map(SQL.identifier, _LINKS):
            self.env.cr.execute(
                SQL("DELETE FROM %s WHERE call_id = ANY(%s)", table, self.ids)
            )
        self.invalidate_model()

    def _delete_plans(self):
        """Delete the activities that were planned with a call's note, or done with it.

        :return: how many
        """
        plans = self.plan_ids.filtered(lambda one: one.note or one.feedback)
        count = len(plans)
        plans.unlink()
        return count

    @api.model
    def _delete_waiting(self, numbers):
        """Delete who waited at numbers with which no calls are left.

        :param numbers: dict from a ``res.company`` to a set in E.164
        :return: how many
        """
        count = 0
        for company, some in numbers.items():
            left = self._read_group(
                [
                    ("company_id", "=", company.id),
                    ("external_number", "in", list(some)),
                ],
                ["external_number"],
            )
            callers = self.env["zadarma.waiting.caller"].search(
                [
                    ("company_id", "=", company.id),
                    ("number", "in", list(some - {number for [number] in left})),
                ]
            )
            count += len(callers)
            callers.unlink()
        return count
