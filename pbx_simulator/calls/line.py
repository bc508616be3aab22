# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A running call: what calls of all directions have in common.

The verbs of a line are what scenarios are written in. Each moves the call on, sends the
notifications that Zadarma would, and writes the truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from random import Random
from typing import TYPE_CHECKING

from .truth import Call, Leg

if TYPE_CHECKING:
    from ..account.account import Account
    from ..account.extension import Extension
    from .reply import Reply
    from .stage import Messenger, Stage

# Q.931 cause codes that go with Zadarma's words.
STATUS_CODES = {
    "answered": 16,
    "cancel": 16,
    "busy": 17,
    "no answer": 19,
    "no money": 21,
    "failed": 34,
}


class Line:
    """One call on an account's PBX.

    :param call: the truth to write
    :param courier: delivers the notifications
    :param draw: the call's own `random.Random`
    :param stage: on which it is played
    :param talk_time: seconds of talk, each time; drawn when None
    """

    def __init__(
        self,
        account: Account,
        call: Call,
        courier: Messenger,
        draw: Random,
        stage: Stage,
        talk_time: int | None = None,
    ) -> None:
        self.account = account
        self.call = call
        self.draw = draw
        self._courier = courier
        self.stage = stage
        self.talk_wanted = talk_time
        self._elapsed: float = 0

    @property
    def now(self) -> datetime:
        """The present of the call, UTC."""
        return self.call.start + timedelta(seconds=self._elapsed)

    @property
    def elapsed(self) -> float:
        """Seconds since the call began."""
        return self._elapsed

    @property
    def spoken(self) -> list[Leg]:
        """The legs that were answered, in order."""
        answered = [leg for leg in self.call.legs if leg.answer]
        return sorted(answered, key=attrgetter("answer"))

    @property
    def ids(self) -> dict[str, str]:
        """What all notifications say that tell of a call's course."""
        return self.ids_of(self.call)

    def ids_of(self, told: Call | Leg) -> dict[str, str]:
        """Return the same of what is told by itself: a call, or a leg."""
        # Zadarma tells the account's wall clock, without saying so.
        local = told.start.astimezone(self.account.zone)
        return {
            "call_start": local.strftime("%Y-%m-%d %H:%M:%S"),
            "pbx_call_id": told.pbx_call_id,
        }

    def notify(self, event: str, **params: str) -> Reply | None:
        """Send a notification; return as `Courier.post`."""
        return self._courier.post({"event": event, **params}, self._elapsed)

    def begin_leg(
        self, number: str, destination: str, pbx_call_id: str | None = None
    ) -> Leg:
        """Let an extension ring or dial, and return its leg.

        :param number: the extension's, or `NO_EXTENSION`
        :param pbx_call_id: the call's when left out
        """
        serial = self.draw.randint(100000, 99999999)
        leg = Leg(
            extension=number,
            destination=destination,
            start=self.now,
            call_id=f"{int(self.now.timestamp())}.{serial}",
            pbx_call_id=self.call.pbx_call_id if pbx_call_id is None else pbx_call_id,
        )
        self.call.legs.append(leg)
        return leg

    def pick_up(self, extension: Extension) -> Leg:
        """Let a leg of this extension begin to talk, and return it."""
        call = self.call
        leg = next(
            leg for leg in reversed(call.legs) if leg.extension == extension.number
        )
        leg.answer = self.now
        leg.disposition = "answered"
        leg.recorded = extension.recorded
        call.answered_by.append(extension.number)
        call.answer = call.answer or leg.answer
        return leg

    def talk(self) -> None:
        """Talk on the leg that was answered last."""
        leg = self.spoken[-1]
        leg.duration = self.draw_talk()
        self.wait(leg.duration)
        leg.end = self.now

    def draw_talk(self) -> int:
        """Return how many seconds somebody talks."""
        return self.talk_wanted or self.draw.randint(15, 240)

    def close(self, disposition: str) -> dict[str, str]:
        """Write how the call ended, and return what its last notification says."""
        call = self.call
        for leg in call.legs:
            if not leg.answer:
                answered = disposition == "answered"
                leg.disposition = "no answer" if answered else disposition
            leg.end = leg.end or self.now
        call.end = self.now
        call.disposition = disposition
        call.status_code = STATUS_CODES[disposition]
        call.duration = self.talk_time
        waited = (call.answer or call.end) - call.start
        call.wait_duration = int(waited.total_seconds())
        self.stage.over(call)
        return self.outcome(self.spoken, disposition)

    @property
    def talk_time(self) -> int:
        """Seconds of talk in the whole call."""
        return sum(leg.duration for leg in self.call.legs)

    def outcome(self, legs: Sequence[Leg], disposition: str) -> dict[str, str]:
        """Return what a last notification says of these legs."""
        recorded = [leg.call_id for leg in legs if leg.recorded]
        said = {
            "duration": str(sum(leg.duration for leg in legs)),
            "disposition": disposition,
            "status_code": str(STATUS_CODES[disposition]),
            "is_recorded": "1" if recorded else "0",
            "calltype": "normal",
        }
        if recorded:
            said["call_id_with_rec"] = recorded[-1]
        return said

    def tell_of_recordings(self) -> None:
        """Send NOTIFY_RECORD for each recorded leg, a little after the end."""
        for leg in self.spoken:
            if leg.recorded:
                self.wait(self.draw.randint(5, 10))
                self.notify(
                    "NOTIFY_RECORD",
                    call_id_with_rec=leg.call_id,
                    pbx_call_id=leg.pbx_call_id,
                )

    def wait(self, seconds: float) -> None:
        """Let time pass; delayed notifications that become due meanwhile are sent."""
        end = self._elapsed + seconds
        while (due := self._courier.next_moment()) is not None and due <= end:
            self._pass_until(due)
            self._courier.send_next_delayed()
        self._pass_until(end)

    def follow(self, other: Line) -> None:
        """Let the time pass that another line took, without waiting again."""
        self._elapsed += other.elapsed

    def finish(self) -> None:
        """Send all that is still on its way."""
        while (due := self._courier.next_moment()) is not None:
            self.wait(due - self._elapsed)
        self._courier.finish()

    def _pass_until(self, moment: float) -> None:
        if moment > self._elapsed:
            self.stage.sleep((moment - self._elapsed) * self.stage.pace)
            self._elapsed = moment
