# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls that a browser phone dials, and may hang up before their time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any

from ..account.callback_choices import CUSTOMERS
from ..calls.outgoing_line import OutgoingLine

if TYPE_CHECKING:
    from ..account.extension import Extension


class WebphoneLine(OutgoingLine):
    """A call that ends early when the phone hangs up.

    :param hung_up: what tells so
    """

    def __init__(self, *arguments: Any, hung_up: Event) -> None:
        super().__init__(*arguments)
        self._hung_up = hung_up

    def wait(self, seconds: float) -> None:
        for _ in range(int(seconds)):
            if self._hung_up.is_set():
                break
            super().wait(1)

    def talk(self) -> None:
        super().talk()
        leg = self.spoken[-1]
        leg.duration = leg.talk_until(self.now)


@dataclass(frozen=True)
class WebphoneScenario:
    """The script of such a call, as `scenarios.Scenario`.

    :param direction: `outgoing` or `internal`
    :param dialled_right: whether there is such a number
    :param hung_up: what ends it
    """

    direction: str
    dialled_right: bool
    hung_up: Event
    prefix: str = "out_"

    @property
    def line(self) -> Callable[..., WebphoneLine]:
        return partial(WebphoneLine, hung_up=self.hung_up)

    def play(self, line: WebphoneLine, extension: Extension) -> None:
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
