# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools import job
from ...tools.trouble import describe, where

_logger = logging.getLogger(__name__)

#: What ends the worker three times is left alone.
_MOST_ATTEMPTS = 3
_TOLD = ("missed_told", "talk_told", "outcome_told")
_HELP = "Written once, when it happened: for automation rules."


class ZadarmaCall(models.Model):
    """What happened to a call, told once each: for automation rules.

    A rule of Odoo's runs inside of the statement that changes a record, and most
    statements that change a call run while the PBX waits, some of them again for each
    notification. These fields are written by the job that follows up calls alone, after
    all else of it is committed, each at most once for a call: so a rule that waits for
    one of them runs once. What a rule does wrong undoes the rule alone.
    """

    _inherit = "zadarma.call"

    missed_told = fields.Datetime("Missed", readonly=True, copy=False, help=_HELP)
    talk_told = fields.Datetime("Talk ended", readonly=True, copy=False, help=_HELP)
    outcome_told = fields.Datetime(
        "Outcome chosen", readonly=True, copy=False, help=_HELP
    )
    to_announce = fields.Boolean(
        readonly=True, copy=False, export_string_translation=False
    )
    announce_attempts = fields.Integer(
        readonly=True, copy=False, export_string_translation=False
    )

    _to_announce_index = models.Index("(id) WHERE to_announce")

    def _take_from(self, other):
        # whatever a rule did is done once
        for name in _TOLD:
            if other[name] and not self[name]:
                self._note_told(name, other[name])
        return super()._take_from(other)

    def _follow_up_documents(self):
        result = super()._follow_up_documents()
        self.filtered(lambda call: call._moments()).to_announce = True
        return result

    def _moments(self):
        """Which of the fields that tell what happened are to be written now."""
        happened = {
            "missed_told": self.result == "missed" and self._is_news(),
            "talk_told": self._is_talk() and self._is_news(),
            "outcome_told": bool(self.outcome_id),
        }
        return [name for name, holds in happened.items() if holds and not self[name]]

    @api.model
    def _cron_follow_up(self):
        result = super()._cron_follow_up()
        job.run(
            self,
            "cron_follow_up",
            [("to_announce", "=", True), ("announce_attempts", "<", _MOST_ATTEMPTS)],
            job.Attempts("announce_attempts"),
            lambda calls: calls._announce(),
            lambda _calls, _error, _reason: None,
        )
        return result

    def _announce(self):
        """Write what happened to these calls, each field by itself."""
        for call in self:
            for name in call._moments():
                call._announce_one(name)
        self.write({"to_announce": False, "announce_attempts": 0})

    def _announce_one(self, name):
        now = fields.Datetime.now()
        try:
            with self.env.cr.savepoint():
                self.write({name: now})
        except Exception as error:
            # a rule's: it ran, and whether it succeeded is not ours to say
            _logger.warning(
                "an automation rule on %s of call %s failed: %s\n%s",
                *(name, self.id, describe(error), where(error)),
            )
            self._note_told(name, now)

    def _note_told(self, name, moment):
        """Write what was told past the ORM, where rules do not run.

        :param name: one of :data:`_TOLD`
        :param moment: when, UTC
        """
        self.env.cr.execute(
            SQL(
                "UPDATE zadarma_call SET %s = %s WHERE id = %s",
                *(SQL.identifier(name), moment, self.id),
            )
        )
        self.invalidate_recordset([name])
