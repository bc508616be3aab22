# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A call of which all is settled but when it begins and who hears of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .truth import Call


class Silence:
    """Stands in for a `Courier` where nobody is told and so nobody answers."""

    def post(self, _params, _now):
        return None

    def next_moment(self):
        return None

    def finish(self):
        pass


@dataclass(frozen=True)
class Stage:
    """Where calls are played.

    :param begin: function that takes a call at its beginning, and returns who delivers
        its notifications
    :param over: function that takes a call at its end
    :param sleep: function that waits some seconds
    :param pace: seconds to wait for each second of a call; 0 = none
    """

    begin: Callable[[Call], Any]
    over: Callable[[Call], None]
    sleep: Callable[[float], Any]
    pace: float


class Performance:
    """One scenario, cast for one account.

    :param name: of the scenario
    :param scenario: the `Scenario`
    :param account: the `Account`
    :param draw: the call's own `random.Random`
    :param parties: the `Parties`
    :param talk: seconds of talk, each time; drawn when None
    """

    def __init__(self, name, scenario, account, draw, parties, talk=None):
        self._name = name
        self._scenario = scenario
        self._account = account
        self._draw = draw
        self._parties = parties
        self._talk = talk
        self._pbx_call_id = f"{scenario.prefix}{draw.randbytes(20).hex()}"

    def length(self):
        """Return the seconds from the beginning of the call to its end (or to that of
        calls that it brings about), if no answer to a notification steers it: a
        rehearsal tells.
        """
        state, calls = self._draw.getstate(), []
        start = datetime.fromtimestamp(0, UTC)
        self.play_unheard(start, over=calls.append)
        self._draw.setstate(state)
        return (max(call.end for call in calls) - start).total_seconds()

    def call(self, start):
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

    def play(self, call, stage):
        """Let it happen, write it into the call, and return the line.

        :param call: from `call`
        :param stage: the `Stage`
        """
        line = self._scenario.line(
            self._account, call, stage.begin(call), self._draw, stage, self._talk
        )
        self._scenario.play(line, self._parties.extension)
        line.finish()
        return line

    def play_unheard(self, start, over):
        """Let it happen at once, without any notification, and return the call.

        :param start: UTC
        :param over: as in `Stage`
        """
        call = self.call(start)
        self.play(call, Stage(lambda _call: Silence(), over, _nothing, 0))
        return call


def _nothing(_value):
    pass
