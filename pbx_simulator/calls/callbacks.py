# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What becomes of a request for a callback."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from threading import Thread
from typing import TYPE_CHECKING, Any

from ..account.callback_choices import CUSTOMERS
from . import incoming_callback
from .asides import ASIDES
from .callback_line import CallbackScenario
from .parties import Parties
from .performance import Performance
from .truth import Call, plain

if TYPE_CHECKING:
    from ..account.account import Account
    from ..simulator import Simulator
    from .scenario import Script


@dataclass(eq=False)
class CallbackRequest:
    """A request that was taken, although Zadarma gives it no id.

    :param params: as sent: `from`, `to`, `sip`, `predicted`
    :param time: aware datetime
    :param call: what it became; None before it began, and if nothing rings
    :param thread: in which it is played; None if nothing rings
    """

    account: str
    params: dict[str, str]
    time: datetime
    call: Call | None = None
    thread: Thread | None = None

    @property
    def over(self) -> bool:
        """Whether nothing more comes of it."""
        return not (self.thread and self.thread.is_alive())

    def wait(self) -> None:
        """Return when nothing more comes of it."""
        if self.thread:
            self.thread.join()

    def begin(
        self, simulator: Simulator, account: Account, called: str, predicted: bool
    ) -> None:
        """Have it played while others go on, if anything rings.

        :param called: whom it calls back, E.164 or a SIP login
        :param predicted: whether the called one is rung first
        """
        cast = _cast(account, self.params, called, predicted)
        if not cast:
            return
        scenario, parties = cast
        draw = simulator.switchboard.draw_for(account)
        performance = Performance("callback", scenario, account, draw, parties)
        pace = account.callback_pace
        seconds = draw.randint(1, 3) * pace

        def play() -> None:
            simulator.sleep(seconds)
            if self not in simulator.callbacks:
                return  # forgotten meanwhile, by a reset
            # It cannot have begun before it was asked for, so it begins now, however
            # fast it is played.
            self.call = performance.call(simulator.clock())
            simulator.switchboard.play(performance, self.call, account, [], pace)

        self.thread = Thread(target=play, daemon=True)
        self.thread.start()

    def describe(self) -> dict[str, Any]:
        """Return everything as JSON's types."""
        legs = self.call.legs if self.call else []
        ids = dict.fromkeys(leg.pbx_call_id for leg in legs if leg.pbx_call_id)
        return {
            "account": self.account,
            "params": self.params,
            "time": plain(self.time),
            "pbx_call_ids": list(ids),
            "over": self.over,
        }


def _cast(
    account: Account, params: dict[str, str], called: str, predicted: bool
) -> tuple[Script, Parties] | None:
    """Return the scenario of a callback and its `Parties`; None if nothing rings.

    :param params: as sent
    :param called: as in `CallbackRequest.begin`
    :param predicted: the same
    """
    ours = params["from"]
    if extension := account.extension(ours):
        scenario = CallbackScenario(
            predicted=predicted,
            # Without `sip`, the extension's rules do not apply.
            recorded=bool(params.get("sip")),
            aside=ASIDES[account.callback_aside],
        )
        return scenario, Parties(extension.number, called, extension)
    number = ours.lstrip("+")
    own = any(one.number == number for one in account.own_numbers)
    name = "0-1" if own else ours
    ringing = account.scenario(name) if name.startswith("0-") else None
    # Of a customer who is called first and does not pick up, the PBX hears nothing.
    in_vain = account.balance <= 0 or (
        predicted and CUSTOMERS[account.callback_outcome]
    )
    if not ringing or in_vain:
        return None
    dialled = f"+{number if own else account.did}"
    return incoming_callback.SCENARIO, Parties(called, dialled, ringing[0])
