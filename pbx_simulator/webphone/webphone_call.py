# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls that a browser phone dials, and may hang up before their time."""

from dataclasses import dataclass
from functools import partial
from threading import Event

from ..account.callback_choices import CUSTOMERS
from ..calls.outgoing_line import OutgoingLine


class WebphoneLine(OutgoingLine):
    """A call that ends early when the phone hangs up.

    :param hung_up: the `Event` that tells so
    """

    def __init__(self, *arguments, hung_up):
        super().__init__(*arguments)
        self._hung_up = hung_up

    def wait(self, seconds):
        for _ in range(seconds):
            if self._hung_up.is_set():
                break
            super().wait(1)

    def talk(self):
        super().talk()
        leg = self.spoken[-1]
        leg.duration = int((leg.end - leg.answer).total_seconds())


@dataclass(frozen=True)
class WebphoneScenario:
    """The script of such a call, as `scenarios.Scenario`.

    :param direction: `outgoing` or `internal`
    :param dialled_right: whether there is such a number
    :param hung_up: the `Event` that ends it
    """

    direction: str
    dialled_right: bool
    hung_up: Event
    prefix: str = "out_"

    @property
    def line(self):
        return partial(WebphoneLine, hung_up=self.hung_up)

    def play(self, line, extension):
        """Dial, and talk if somebody picks up."""
        line.dial(extension)
        failure = CUSTOMERS[line.account.callback_outcome]
        if not self.dialled_right:
            failure = "failed"
        elif line.account.balance <= 0 and self.direction == "outgoing":
            failure = "no money"
        if self.hung_up.is_set():
            return line.end("cancel")
        if failure:
            return line.end(failure)
        line.answer(extension)
        line.talk()
        return line.end("answered")
