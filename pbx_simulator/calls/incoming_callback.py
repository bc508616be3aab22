# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Callbacks that reach the PBX like calls from outside.

Their `from` is one of the account's own numbers, or a scenario: that is what Zadarma
calls, and the PBX takes it for a call of the customer's. Source: the log of a live
account; of scenarios, a project's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..account.callback_choices import CUSTOMERS
from .incoming_line import IncomingLine
from .scenario import Scenario

if TYPE_CHECKING:
    from ..account.extension import Extension


class IncomingCallbackLine(IncomingLine):
    """A call on which whoever picks up waits until the customer does, too."""

    @property
    def _failure(self) -> str | None:
        return CUSTOMERS[self.account.callback_outcome]

    def talk(self) -> None:
        if self._failure:
            self.spoken[-1].recorded = False
            self.wait(self.draw.randint(10, 25))
        else:
            super().talk()

    def end(self, disposition: str) -> None:
        answered = disposition == "answered"
        super().end(self._failure or disposition if answered else disposition)


def play(line: IncomingCallbackLine, extension: Extension) -> None:
    """Ring the extension; once it picked up, the customer is called."""
    picked_up = line.account.callback_outcome != "not-picked-up"
    if not line.arrive(picked_up):
        line.serve([extension], picked_up)


SCENARIO = Scenario(play, "incoming", IncomingCallbackLine, national=True)
