# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...zadarma_api import facts, notification
from .entry import said

#: From what a sentence shows to the names under which payloads have it.
_TOLD_AS = {
    "caller": ("caller_id",),
    "did": ("called_did",),
    "extension": ("internal", "from"),
    "answerer": ("internal", "destination"),
    "number": ("destination", "to"),
    "result": ("disposition",),
    "seconds": ("duration", "seconds"),
    "reason": ("reason",),
    "target": ("redirect",),
}


class ZadarmaEvent(models.Model):
    """What an entry of the journal says, in words."""

    _inherit = "zadarma.event"

    payload_text = fields.Text(string="Content", compute="_compute_payload_text")
    summary = fields.Char(string="Meaning", compute="_compute_summary")

    def _said(self):
        """What was said, as it was; empty for what was emptied."""
        self.ensure_one()
        if self.state == "sealed":
            return {}
        return said(self.payload or {}, event=self.event, pbx_call_id=self.pbx_call_id)

    @api.depends("payload", "event", "pbx_call_id", "state")
    def _compute_payload_text(self):
        for entry in self:
            entry.payload_text = "\n".join(
                f"{name}: {value}" for name, value in entry._said().items()
            )

    @api.depends("event", "payload", "state")
    @api.depends_context("lang")
    def _compute_summary(self):
        for entry in self:
            entry.summary = entry._summarise()

    def _summarise(self):
        """What this entry says, in words."""
        if self.state == "sealed":
            return self.env._("Emptied")
        told = self.payload or {}
        values = self._summary_values(told)
        over = self.env._("Call ended: %(result)s, %(seconds)s s", **values)
        sentences = {
            notification.START: self.env._("%(caller)s calls %(did)s", **values),
            notification.INTERNAL: self.env._("%(extension)s rings", **values),
            notification.INTERNAL_END: self.env._(
                "%(extension)s stops ringing", **values
            ),
            notification.ANSWER: self.env._("%(answerer)s answers", **values),
            notification.END: over,
            notification.OUT_START: self.env._(
                "%(extension)s calls %(number)s", **values
            ),
            notification.OUT_END: over,
            notification.RECORD: self.env._("A recording is ready"),
            notification.IVR: self.env._("The caller is in the menu"),
            facts.STATISTICS: over,
            facts.REQUESTED: self.env._(
                "We asked for a call from %(extension)s to %(number)s", **values
            ),
            facts.REFUSED: self.env._("Zadarma refused: %(reason)s", **values),
            facts.EXPIRED: self.env._("The request led to no call"),
            facts.ROUTED: self.env._("We answered: %(target)s", **values),
            facts.NO_NEWS: self.env._("No news of the call for hours"),
        }
        return sentences.get(self.event, "")

    def _summary_values(self, told):
        unknown = {"caller": self.env._("A hidden number"), "target": "—"}
        return {
            value: next(filter(None, map(told.get, names)), unknown.get(value, "?"))
            for value, names in _TOLD_AS.items()
        }
