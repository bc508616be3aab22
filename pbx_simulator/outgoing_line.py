# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An outgoing or internal call.

Zadarma documents no notification of internal calls; here they look like outgoing ones
whose destination is an extension.
"""

from .line import Line


class OutgoingLine(Line):
    """A call that an extension starts."""

    def dial(self, extension):
        """Start the call."""
        destination = self.call.called
        self.begin_leg(extension, destination)
        params = {
            "caller_id": "0",
            "internal": extension.number,
            "destination": destination,
            "calltype": "normal",
        }
        if destination.startswith("+"):
            params["dst_e164"] = destination.lstrip("+")
        self.notify("NOTIFY_OUT_START", **self.ids, **params)
        self.wait(self.draw.randint(4, 15))

    def answer(self, extension):
        """Let the called party pick up: Zadarma has no notification of that."""
        self.pick_up(extension)

    def end(self, disposition):
        """End the call, and tell of its recording."""
        leg = self.call.legs[0]
        self.notify(
            "NOTIFY_OUT_END",
            **self.ids,
            caller_id=self.account.did,
            destination=leg.destination,
            internal=leg.extension,
            **self.close(disposition),
        )
        self.tell_of_recordings()
