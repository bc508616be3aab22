# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A callback: a call that rings both of its parties, one after the other.

Zadarma does not document how its notifications tell of it, and projects saw it told in
different ways: as one outgoing call to the customer, or as one for each party.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ..account.callback_choices import CUSTOMERS
from .outgoing_line import OutgoingLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..account.account import Account
    from ..account.extension import Extension
    from .truth import Leg


class CallbackLine(OutgoingLine):
    """A call that was asked for over the API."""

    _transferred: Leg | None = None  # of the colleague who got the customer

    def ring(self, extension: Extension, destination: str) -> None:
        """Ring one of the parties: the extension, or the called one."""
        shape = self.account.callback_shape
        calling_us = destination == extension.number
        if calling_us and self.account.reaches(extension):
            self.call.rung.append(extension.number)
        if shape == "one":
            # From the start, the PBX tells only of the customer's part.
            if not self.call.legs:
                self.announce(self.begin_leg(extension.number, self.call.called))
            if calling_us:
                self.begin_leg(extension.number, destination, pbx_call_id="")
        else:
            other = shape == "two-ids" and self.call.legs
            pbx_call_id = f"out_{self.draw.randbytes(20).hex()}" if other else None
            leg = self.begin_leg(extension.number, destination, pbx_call_id)
            self.announce(leg, self._calltype(leg))
        self.wait(self.draw.randint(4, 15))

    def accept(self, destination: str) -> None:
        """Let a party pick up."""
        leg = self._leg(destination)
        leg.answer = self.now
        leg.disposition = "answered"

    def connect(
        self, extension: Extension, recorded: bool, aside: Aside | None
    ) -> None:
        """Let both talk.

        :param recorded: whether it is recorded
        :param aside: what the extension does besides, after a while: a function of the
            line and the extension
        """
        self.call.answer = self.now
        self.call.answered_by.append(extension.number)
        self._leg(self.call.called).recorded = recorded
        if aside:
            self.wait(self.draw_talk())
            aside(self, extension)
        self.wait(self.draw_talk())

    def transfer(self, extension: Extension, colleague: Extension) -> None:
        """Hand the customer to a colleague, who picks up."""
        parties = {
            **self.ids,
            "caller_id": self.call.called,
            "internal": colleague.number,
        }
        self._transferred = self.begin_leg(colleague.number, self.call.called)
        self.call.rung.append(colleague.number)
        self.notify(
            "NOTIFY_INTERNAL",
            **parties,
            called_did=self.account.did,
            transfer_from=extension.number,
            transfer_type="blind",
        )
        self.wait(self.draw.randint(3, 12))
        self.pick_up(colleague)
        self.notify("NOTIFY_ANSWER", **parties, destination=colleague.number)

    @property
    def talk_time(self) -> int:
        # The first to pick up waited for the other.
        if not self.call.answer:
            return 0
        return int((self.now - self.call.answer).total_seconds())

    def end(self, disposition: str) -> None:
        """End the call, and tell of its recording.

        :param disposition: of whoever did not pick up, or `answered`
        """
        for leg in self.spoken:
            leg.duration = leg.talk_until(self.now)
        self.close(disposition)
        for leg in reversed(self.call.legs):
            if leg.pbx_call_id and leg is not self._transferred:
                said = self.outcome([leg], leg.disposition)
                if self._transferred:
                    said["last_internal"] = self._transferred.extension
                self.conclude(leg, {**said, "calltype": self._calltype(leg)})
        self.tell_of_recordings()

    def _leg(self, destination: str) -> Leg:
        return next(leg for leg in self.call.legs if leg.destination == destination)

    def _calltype(self, leg: Leg) -> str:
        if self.account.callback_shape == "one":
            return "normal"
        ours = leg.destination == leg.extension
        return "callback_leg1" if ours else "callback_leg2"


Aside: TypeAlias = "Callable[[CallbackLine, Extension], None]"


@dataclass(frozen=True)
class CallbackScenario:
    """The script of a callback, as `scenario.Scenario`.

    :param predicted: whether the customer is called first
    :param recorded: whether it is recorded, if the extension's calls are
    :param aside: as in `CallbackLine.connect`
    """

    predicted: bool = False
    recorded: bool = True
    aside: Aside | None = None
    extensions: int = 1
    direction: str = "outgoing"
    prefix: str = "out_"
    line: type[CallbackLine] = CallbackLine
    hidden: bool = False
    forwards: bool = False
    national: bool = False
    cast: None = None

    def play(self, line: CallbackLine, extension: Extension) -> None:
        """Ring the extension, then the customer, until somebody does not pick up."""
        order = [extension.number, line.call.called]
        failures = _failures(line.account, extension, line.call.called)
        for destination in reversed(order) if self.predicted else order:
            line.ring(extension, destination)
            if failure := failures[destination]:
                return line.end(failure)
            line.accept(destination)
        line.connect(extension, self.recorded and extension.recorded, self.aside)
        return line.end("answered")


def _failures(
    account: Account, extension: Extension, customer: str
) -> dict[str, str | None]:
    """Return why each of the parties cannot be had, by destination."""
    if account.balance <= 0:
        return dict.fromkeys((extension.number, customer), "no money")
    ours = None
    if not account.reaches(extension):
        ours = "failed"
    elif not extension.answers or account.callback_outcome == "not-picked-up":
        ours = "no answer"
    return {extension.number: ours, customer: CUSTOMERS[account.callback_outcome]}
