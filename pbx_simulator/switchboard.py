# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where calls are played, and what the PBX keeps of them."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Sequence
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from .calls.delivery import Courier
from .calls.eavesdropper import Eavesdropper
from .calls.stage import Stage

if TYPE_CHECKING:
    from .account.account import Account
    from .calls.faults import Fault
    from .calls.performance import Performance
    from .calls.truth import Call
    from .simulator import Simulator


class Switchboard:
    """Plays the calls of all accounts.

    :param seed: what the figures of calls are drawn from
    """

    def __init__(self, simulator: Simulator, seed: object) -> None:
        # calls that are being played, by pbx_call_id
        self.running: dict[str, Call] = {}
        self._simulator = simulator
        self._seed = seed
        self._lock = threading.Lock()
        self._drawn: Counter[str] = Counter()

    def draw_for(self, account: Account) -> Random:
        """Return what a call's figures are drawn from.

        Each call has its own, so that calls played at once do not mix them up.
        """
        with self._lock:
            self._drawn[account.key] += 1
            number = self._drawn[account.key]
        return random.Random(f"{self._seed} {account.key} {number}")

    def play(
        self,
        performance: Performance,
        call: Call,
        account: Account,
        faults: Sequence[Fault],
        pace: float,
    ) -> list[Call]:
        """Play a call, notify it, and keep the truth.

        :param call: from `performance.call`
        :param pace: seconds to wait for each second of the call; 0 = none
        :return: the calls that were played: this one, and what it brought about
        """
        simulator = self._simulator
        played: list[Call] = []
        eavesdropper = Eavesdropper(account, simulator.calls)

        def begin(begun: Call) -> Courier:
            courier = Courier(account, faults, eavesdropper)
            begun.notifications = courier.log
            self.running[begun.pbx_call_id] = begun
            simulator.calls.append(begun)
            played.append(begun)
            return courier

        over = partial(self.end, account)
        performance.play(call, Stage(begin, over, simulator.sleep, pace))
        for one in played:
            simulator.transcripts.begin_automatic(account, one)
        return played

    def end(self, account: Account, call: Call) -> None:
        """List a call that is over, and keep its recordings."""
        simulator = self._simulator
        self.running.pop(call.pbx_call_id, None)
        simulator.ledger.add(call)
        simulator.recordings.add(account, call, simulator.clock())
