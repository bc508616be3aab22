# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What becomes of a request for a callback."""

from dataclasses import dataclass
from datetime import datetime
from threading import Thread

from ..account.callback_choices import CUSTOMERS
from .callback_line import CallbackLine
from .parties import Parties
from .performance import Performance
from .truth import Call, plain


@dataclass(frozen=True)
class CallbackScenario:
    """The script of a callback, as `scenarios.Scenario`.

    :param predicted: whether the customer is called first
    :param recorded: whether it is recorded
    """

    predicted: bool
    recorded: bool
    direction: str = "outgoing"
    prefix: str = "out_"
    line: type = CallbackLine

    def play(self, line, extension):
        """Ring the extension, then the customer, until somebody does not pick up."""
        order = [extension.number, line.call.called]
        failures = _failures(line.account, extension, line.call.called)
        for destination in reversed(order) if self.predicted else order:
            line.ring(extension, destination)
            if failure := failures[destination]:
                return line.end(failure)
            line.accept(destination)
        line.connect(extension, self.recorded)
        return line.end("answered")


def _failures(account, extension, customer):
    """Return why each of the parties cannot be had, by destination."""
    if account.balance <= 0:
        return dict.fromkeys((extension.number, customer), "no money")
    ours = None
    if not account.reaches(extension):
        ours = "failed"
    elif not extension.answers or account.callback_outcome == "not-picked-up":
        ours = "no answer"
    return {extension.number: ours, customer: CUSTOMERS[account.callback_outcome]}


@dataclass(eq=False)
class CallbackRequest:
    """A request that was taken, although Zadarma gives it no id.

    :param params: as sent: `from`, `to`, `sip`, `predicted`
    :param time: aware datetime
    :param call: what it became; None before it began, and if nothing rings
    :param thread: in which it is played; None if nothing rings
    """

    account: str
    params: dict
    time: datetime
    call: Call | None = None
    thread: Thread | None = None

    @property
    def over(self):
        """Whether nothing more comes of it."""
        return not (self.thread and self.thread.is_alive())

    def wait(self):
        """Return when nothing more comes of it."""
        if self.thread:
            self.thread.join()

    def begin(self, simulator, account, extension, called, predicted):
        """Have it played while others go on.

        :param simulator: the `Simulator`
        :param account: the `Account`
        :param extension: the `Extension` that is rung
        :param called: whom it calls back, E.164
        :param predicted: whether the called one is rung first
        """
        scenario = CallbackScenario(
            predicted=predicted,
            # Without `sip`, the extension's rules do not apply.
            recorded=bool(extension.recorded and self.params.get("sip")),
        )
        parties = Parties(extension.number, called, extension)
        draw = simulator.draw_for(account)
        performance = Performance("callback", scenario, account, draw, parties)
        pace = account.callback_pace
        seconds = draw.randint(1, 3) * pace

        def play():
            simulator.sleep(seconds)
            if self not in simulator.callbacks:
                return  # forgotten meanwhile, by a reset
            # It cannot have begun before it was asked for, so it begins now, however
            # fast it is played.
            self.call = performance.call(simulator.clock())
            simulator.perform(performance, self.call, account, [], pace)

        self.thread = Thread(target=play, daemon=True)
        self.thread.start()

    def describe(self):
        """Return everything as JSON's types."""
        legs = self.call.legs if self.call else []
        ids = dict.fromkeys(leg.pbx_call_id for leg in legs if leg.pbx_call_id)
        return plain(
            {
                "account": self.account,
                "params": self.params,
                "time": self.time,
                "pbx_call_ids": list(ids),
                "over": self.over,
            }
        )
