# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A call of which all is settled but when it begins and who hears of it."""

from datetime import UTC, datetime

from .truth import Call


class Silence:
    """Stands in for a `Courier` where nobody is told and so nobody answers."""

    def post(self, _params, _now):
        return None

    def next_moment(self):
        return None

    def finish(self):
        pass


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
        """Return the seconds from the beginning of the call to its end, if no answer
        to a notification steers it: a rehearsal tells.
        """
        state = self._draw.getstate()
        call = self.play_unheard(datetime.fromtimestamp(0, UTC), over=_nothing)
        self._draw.setstate(state)
        return (call.end - call.start).total_seconds()

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
        )

    def play(self, call, courier, sleep, pace, over):
        """Let it happen, and write it into the call; parameters as in `Line`."""
        line = self._scenario.line(
            self._account, call, courier, self._draw, sleep, pace, over, self._talk
        )
        self._scenario.play(line, self._parties.extension)
        line.finish()

    def play_unheard(self, start, over):
        """Let it happen at once, without any notification, and return the call.

        :param start: UTC
        :param over: as in `Line`
        """
        call = self.call(start)
        self.play(call, Silence(), _nothing, 0, over)
        return call


def _nothing(_value):
    pass
