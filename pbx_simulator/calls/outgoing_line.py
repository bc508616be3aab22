# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An outgoing or internal call.

Zadarma documents no notification of internal calls; here they look like outgoing ones
whose destination is an extension.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .line import Line

if TYPE_CHECKING:
    from ..account.extension import Extension
    from .truth import Leg


class OutgoingLine(Line):
    """A call that an extension starts."""

    def dial(self, extension: Extension) -> None:
        """Start the call."""
        if self.call.direction == "internal":
            self.call.rung.append(self.call.called)
        self.announce(self.begin_leg(extension.number, self.call.called))
        self.wait(self.draw.randint(4, 15))

    def answer(self, extension: Extension) -> None:
        """Let the called party pick up; most accounts are not told."""
        self.pick_up(extension)

    def tell_answer(self, extension: Extension) -> None:
        """Tell that the called party picked up, as few accounts saw it."""
        self.notify(
            "NOTIFY_ANSWER",
            **self.ids,
            caller_id=self.account.did,
            destination=self.call.called,
            internal=extension.number,
            calltype="normal",
        )

    def end(self, disposition: str) -> None:
        """End the call, and tell of its recording."""
        self.conclude(self.call.legs[0], self.close(disposition))
        self.tell_of_recordings()

    def converse(self, extension: Extension) -> None:
        """Dial, talk to whoever picks up, and end."""
        self.dial(extension)
        self.answer(extension)
        self.talk()
        self.end("answered")

    def announce(self, leg: Leg, calltype: str = "normal") -> None:
        """Tell that a leg begins."""
        params = {
            "caller_id": "0",
            "internal": leg.extension,
            "destination": leg.destination,
            "calltype": calltype,
        }
        if leg.destination.startswith("+"):
            params["dst_e164"] = leg.destination.lstrip("+")
        self.notify("NOTIFY_OUT_START", **self.ids_of(leg), **params)

    def conclude(self, leg: Leg, said: dict[str, str]) -> None:
        """Tell that a leg is over.

        :param said: as `outcome` has it
        """
        self.notify(
            "NOTIFY_OUT_END",
            **self.ids_of(leg),
            caller_id=self.account.did,
            destination=leg.destination,
            internal=leg.extension,
            **said,
        )
