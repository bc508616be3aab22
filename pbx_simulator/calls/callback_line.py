# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A callback: a call that rings both of its parties, one after the other.

Zadarma does not document how its notifications tell of it, and projects saw it told in
different ways: as one outgoing call to the customer, or as one for each party.
"""

from .outgoing_line import OutgoingLine


class CallbackLine(OutgoingLine):
    """A call that was asked for over the API."""

    def ring(self, extension, destination):
        """Ring one of the parties: the extension, or the called one."""
        shape = self.account.callback_shape
        calling_us = destination == extension.number
        if calling_us and self.account.reaches(extension):
            self.call.rung.append(extension.number)
        if shape == "one":
            # From the start, the PBX tells only of the customer's part.
            if not self.call.legs:
                self.announce(self.begin_leg(extension, self.call.called))
            if calling_us:
                self.begin_leg(extension, destination, pbx_call_id="")
        else:
            other = shape == "two-ids" and self.call.legs
            pbx_call_id = f"out_{self.draw.randbytes(20).hex()}" if other else None
            leg = self.begin_leg(extension, destination, pbx_call_id)
            self.announce(leg, self._calltype(leg))
        self.wait(self.draw.randint(4, 15))

    def accept(self, destination):
        """Let a party pick up."""
        leg = self._leg(destination)
        leg.answer = self.now
        leg.disposition = "answered"

    def connect(self, extension, recorded):
        """Let both talk.

        :param recorded: whether it is recorded
        """
        self.call.answer = self.now
        self.call.answered_by.append(extension.number)
        self._leg(self.call.called).recorded = recorded
        self.wait(self.draw.randint(15, 240))

    @property
    def talk_time(self):
        # The first to pick up waited for the other.
        return self.spoken[-1].duration if self.call.answer else 0

    def end(self, disposition):
        """End the call, and tell of its recording.

        :param disposition: of whoever did not pick up, or `answered`
        """
        for leg in self.spoken:
            leg.duration = int((self.now - leg.answer).total_seconds())
        self.close(disposition)
        for leg in reversed(self.call.legs):
            if leg.pbx_call_id:
                said = self.outcome([leg], leg.disposition)
                self.conclude(leg, {**said, "calltype": self._calltype(leg)})
        self.tell_of_recordings()

    def _leg(self, destination):
        return next(leg for leg in self.call.legs if leg.destination == destination)

    def _calltype(self, leg):
        if self.account.callback_shape == "one":
            return "normal"
        ours = leg.destination == leg.extension
        return "callback_leg1" if ours else "callback_leg2"
