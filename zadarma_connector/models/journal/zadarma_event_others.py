# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, models

from ...tools.transaction import in_transaction, is_busy, seeing_others
from ...tools.trouble import describe, where

_logger = logging.getLogger(__name__)

#: So often an event is taken in vain before somebody has to look at it.
_TRIES = 5


class ZadarmaEvent(models.Model):
    """Events that tell of no call: SMS, and what Zadarma thinks of next.

    They are stored like all that is told, and then taken in a transaction of their own,
    at once or, if that fails, by the job that applies what was received.
    """

    _inherit = "zadarma.event"

    @api.model
    def _other_events(self):
        """The events that somebody takes, besides those of calls; other addons add
        theirs.

        Whoever takes one is given its entry, as superuser, while Zadarma waits: no
        requests to anybody, and little work. It is called once for each entry, but
        again after an exception.

        :return: dict from names of events to names of methods of ``zadarma.event``
            that return whether it was what it should be
        """
        return {}

    @api.model
    def _take_stored(self, stored):
        """Have what tells of no call taken, if somebody wants it and nobody did.

        :param stored: a :class:`~.zadarma_event_intake.Stored`
        """
        if stored.state == "received":
            self._take_here(stored.entry_id)

    @api.model
    def _take_here(self, entry_id, state="received"):
        """Have an event taken in a transaction of this cursor.

        :param entry_id: of the ``zadarma.event``
        :param state: in which it is if it is still to be taken
        """
        try:
            in_transaction(self, lambda event: event.browse(entry_id)._take(state))
        except Exception as error:
            if is_busy(error):
                _logger.info("event %s is busy, taken later", entry_id)
                return
            told = describe(error)
            _logger.error(
                "event %s could not be taken: %s\n%s", entry_id, told, where(error)
            )
            in_transaction(self, lambda event: event.browse(entry_id)._not_taken(told))

    def _take(self, state):
        entry = self.try_lock_for_update(allow_referencing=True)
        if entry.state != state:
            # somebody else has or had it
            return
        take = getattr(entry, self._other_events()[entry.event])
        entry.write({"state": "applied" if take() else "ignored", "error": False})

    def _not_taken(self, told):
        """Note that an event could not be taken.

        :param told: the error in words that may be kept
        """
        tries = (self.tries or 0) + 1
        state = "failed" if tries >= _TRIES else self.state
        self.write({"tries": tries, "error": told, "state": state})

    @api.model
    def _take_waiting(self, before):
        """Take the events that were stored and not taken.

        :param before: UTC; younger ones are just being taken
        """
        waiting = self.search(
            [
                ("is_waiting", "=", True),
                ("received_at", "<", before),
                ("event", "in", list(self._other_events())),
            ]
        )
        waiting._take_each("received")

    def _take_each(self, state):
        """Take those of these entries that are in a state, each over a connection of
        its own."""
        for entry in self:
            if entry.state == state and entry.event in self._other_events():
                with seeing_others(self) as own:
                    own._take_here(entry.id, state)
