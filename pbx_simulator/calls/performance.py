# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A call of which all is settled but when it begins and who hears of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING

from .stage import Silence, Stage
from .truth import Call

if TYPE_CHECKING:
    from ..account.account import Account
    from .line import Line
    from .parties import Parties
    from .scenario import Script


class Performance:
    """One scenario, cast for one account.

    :param name: of the scenario
    :param scenario: how it goes
    :param draw: the call's own `random.Random`
    :param talk: seconds of talk, each time; drawn when None
    """

    def __init__(
        self,
        name: str,
        scenario: Script,
        account: Account,
        draw: Random,
        parties: Parties,
        talk: int | None = None,
    ) -> None:
        self._name = name
        self._scenario = scenario
        self._account = account
        self._draw = draw
        self._parties = parties
        self._talk = talk
        self._pbx_call_id = f"{scenario.prefix}{draw.randbytes(20).hex()}"

    def length(self) -> float:
        """Return the seconds from the beginning of the call to its end (or to that of
        calls that it brings about), if no answer to a notification steers it: a
        rehearsal tells.
        """
        state = self._draw.getstate()
        calls: list[Call] = []
        start = datetime.fromtimestamp(0, UTC)
        self.play_unheard(start, over=calls.append)
        self._draw.setstate(state)
        ends = [call.end for call in calls if call.end]
        return (max(ends) - start).total_seconds()

    def call(self, start: datetime) -> Call:
        """Return the call, of which nothing has happened yet.

        :param start: aware datetime
        """
        return Call(
            account=self._account.key,
            scenario=self._name,
            direction=self._scenario.direction,
            pbx_call_id=self._pbx_call_id,
            caller=self._parties.caller,
            called=self._parties.called,
            # Notifications tell whole seconds, so that is all there is to know.
            start=start.astimezone(UTC).replace(microsecond=0),
            caller_id=self._parties.caller_id,
        )

    def play(self, call: Call, stage: Stage) -> Line:
        """Let it happen, write it into the call, and return the line.

        :param call: from `call`
        """
        line = self._scenario.line(
            self._account, call, stage.begin(call), self._draw, stage, self._talk
        )
        self._scenario.play(line, self._parties.extension)
        line.finish()
        return line

    def play_unheard(self, start: datetime, over: Callable[[Call], object]) -> Call:
        """Let it happen at once, without any notification, and return the call.

        :param start: UTC
        :param over: as in `Stage`
        """
        call = self.call(start)
        self.play(call, Stage(lambda _call: Silence(), over, _nothing, 0))
        return call


def _nothing(_value: object) -> None:
    pass
