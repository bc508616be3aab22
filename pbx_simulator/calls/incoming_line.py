# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An incoming call, and how answers to its notifications steer it.

Source of parameters: the official PHP SDK's `lib/Webhook`; `calltype`,
`last_internal`, `call_id`, `transfer_from` and `transfer_type` are not documented, but
projects receive them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from . import instructions
from .line import Line
from .truth import NO_EXTENSION

if TYPE_CHECKING:
    from ..account.extension import Extension
    from .instructions import Instruction
    from .reply import Reply

PRESSED_KEY = "1"
LONGEST_RING = 12  # seconds until somebody picks up
LONGEST_MENU = 5  # steps that a caller walks through before giving up


class IncomingLine(Line):
    """A call from outside."""

    pressed_key = PRESSED_KEY  # empty for a caller who presses none

    @property
    def parties(self) -> dict[str, str]:
        return {
            **self.ids,
            "caller_id": self.call.told_caller,
            "called_did": self.call.called.lstrip("+"),
        }

    def arrive(self, picked_up: bool = True) -> bool:
        """Reach the PBX and do what the answer to NOTIFY_START says.

        :param picked_up: whether somebody answers where that answer sends the call
        :return: True when the call has ended by it, False when the scenario goes on
        """
        reply = self.notify("NOTIFY_START", **self.parties)
        return self._obey("NOTIFY_START", reply, picked_up)

    def menu(self) -> bool:
        """Let the caller press a key in the PBX's own menu; return as `arrive`."""
        self.wait(self.draw.randint(3, 9))
        return self._press({"wait_dtmf": {"name": "menu"}}, True, 0)

    def ring(
        self, extensions: Iterable[Extension], seconds: float | None = None, **told: str
    ) -> None:
        """Make extensions ring, and wait.

        :param seconds: how long; drawn when left out
        :param told: what NOTIFY_INTERNAL says besides
        """
        for extension in extensions:
            self.call.rung.append(extension.number)
            number = extension.number
            self.begin_leg(number, extension.sends_to or number)
            self.notify("NOTIFY_INTERNAL", **self.parties, internal=number, **told)
        self.wait(self.draw.randint(3, LONGEST_RING) if seconds is None else seconds)

    def stop_ringing(self) -> None:
        """Let extensions that did not pick up fall silent."""
        for leg in self.call.legs:
            if not leg.answer:
                leg.end = leg.end or self.now

    def answer(self, extension: Extension, forward_to: str = "") -> None:
        """Let an extension that rings pick up.

        :param forward_to: where it forwards this call to, if not where it is set to
        """
        leg = self.pick_up(extension)
        self.stop_ringing()
        leg.destination = forward_to or leg.destination
        self.notify(
            "NOTIFY_ANSWER",
            caller_id=self.call.told_caller,
            destination=leg.destination,
            **self.ids,
            internal=extension.number,
        )

    def end(self, disposition: str) -> None:
        """End the call, and tell of its recordings."""
        said = self.close(disposition)
        if spoken := self.spoken:
            # Of missed calls, only `pbx_call_id` is told.
            said["call_id"] = spoken[-1].call_id
        if took_part := self.named_at_the_end:
            said["internal"], said["last_internal"] = took_part[0], took_part[-1]
        self.notify("NOTIFY_END", **self.parties, **said)
        self.tell_of_recordings()

    @property
    def named_at_the_end(self) -> list[str]:
        """The extensions of whose talk NOTIFY_END tells, in order."""
        spoken = [leg.extension for leg in self.spoken]
        # A mailbox is that of the extension which rang.
        mailbox = spoken == [NO_EXTENSION] and self.call.rung
        return [one for one in mailbox or spoken if one != NO_EXTENSION]

    def hand_over(self, colleague: Extension, kind: str) -> None:
        """Let a colleague take the call from whoever talks.

        :param colleague: their extension
        :param kind: `blind`, or `attended`: both speak first while the caller waits
        """
        first = self.spoken[-1]
        self.ring([colleague], transfer_from=first.extension, transfer_type=kind)
        self.answer(colleague)
        if kind == "attended":
            self.wait(self.draw.randint(5, 20))
            first.end = self.now
            first.duration = first.talk_until(self.now)

    def pick_up_mailbox(self) -> None:
        """Let the mailbox answer, whom nobody is told of before the end."""
        self.stop_ringing()
        self._begin_outside_leg(self.call.called, recorded=False)

    def forward(self, telephone: str) -> None:
        """Ring a telephone outside, whose user picks up.

        :param telephone: E.164
        """
        self.wait(self.draw.randint(3, LONGEST_RING))
        self._begin_outside_leg(telephone, recorded=True)
        self.notify(
            "NOTIFY_ANSWER",
            caller_id=self.call.told_caller,
            destination=telephone,
            **self.ids,
        )

    def _begin_outside_leg(self, destination: str, recorded: bool) -> None:
        leg = self.begin_leg(NO_EXTENSION, destination)
        leg.answer = self.call.answer = self.now
        leg.disposition = "answered"
        leg.recorded = recorded

    def serve(
        self,
        extensions: Sequence[Extension],
        picked_up: bool = True,
        seconds: float | None = None,
        forward_to: str = "",
    ) -> None:
        """Ring extensions and play the call to its end.

        :param picked_up: whether one of them answers, if it does at all
        :param seconds: as in `ring`
        :param forward_to: as in `answer`
        """
        ringing = [one for one in extensions if self.account.reaches(one)]
        if not ringing:
            return self.end("busy")
        self.ring(ringing, seconds)
        answering = next((one for one in ringing if one.answers), None)
        if not picked_up or not answering:
            return self.end("cancel")
        self.answer(answering, forward_to)
        self.talk()
        return self.end("answered")

    def _obey(
        self, event: str, reply: Reply | None, picked_up: bool, steps: int = 0
    ) -> bool:
        """Do what an answer says; return as `arrive`."""
        if not reply:
            return False
        order = instructions.read(reply, self.account)
        self.call.answers.append(
            {
                "event": event,
                "status": reply.status,
                "body": reply.body[:1000].decode(errors="replace"),
                "outcome": order.outcome,
                "ignored": order.ignored,
            }
        )
        self.call.caller_name = order.caller_name or self.call.caller_name
        return self._carry_out(order, picked_up, steps)

    def _carry_out(self, order: Instruction, picked_up: bool, steps: int) -> bool:
        if order.hangup:
            self.end("cancel")
        elif order.reject:
            self.call.rejected = True
            self.end("busy")
        elif order.extensions:
            return self._redirect(order, picked_up)
        elif order.ivr:
            self.wait(self.draw.randint(2, 6))
            return self._press(order.ivr, picked_up, steps)
        else:
            return False
        return True

    def _redirect(self, order: Instruction, picked_up: bool) -> bool:
        ringing = [one for one in order.extensions if self.account.reaches(one)]
        answered = picked_up and any(extension.answers for extension in ringing)
        if order.return_timeout and not answered:
            if ringing:
                self.ring(ringing, order.return_timeout)
            self.stop_ringing()
            self.call.returned = True
            return False
        seconds = None
        if order.return_timeout:
            # Whoever picks up does so before the call would come back.
            longest = min(order.return_timeout - 1, LONGEST_RING)
            seconds = self.draw.randint(2, longest)
        self.serve(order.extensions, picked_up, seconds, order.forward_to)
        return True

    def _press(self, ivr: dict[str, Any], picked_up: bool, steps: int) -> bool:
        """Send NOTIFY_IVR and obey its answer; return as `arrive`."""
        if steps == LONGEST_MENU:
            self.end("cancel")
            return True
        said: dict[str, str] = {
            name: "finished"
            for name in ("ivr_saydigits", "ivr_saynumber")
            if name in ivr
        }
        keys = ivr.get("wait_dtmf")
        if isinstance(keys, dict):
            said["wait_dtmf[name]"] = str(keys.get("name", ""))
            said["wait_dtmf[digits]"] = self.pressed_key
            said["wait_dtmf[default_behaviour]"] = "" if self.pressed_key else "1"
        reply = self.notify("NOTIFY_IVR", **self.parties, **said)
        if self._obey("NOTIFY_IVR", reply, picked_up, steps + 1):
            return True
        if self.pressed_key or not isinstance(keys, dict) or self.call.returned:
            return False
        order = instructions.without_a_key(keys, self.account)
        return self._carry_out(order, picked_up, steps + 1)
