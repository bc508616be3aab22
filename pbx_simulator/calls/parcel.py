# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One notification, from its making to what came back for it."""

from dataclasses import dataclass
from typing import Any

import requests

from ..protocol import http_client, php_form
from .reply import TIMED_OUT, UNREACHABLE, Reply

TIMEOUT = 20  # seconds
# What somebody else sent.
FORGED, REPLAY = "forged", "replay"


@dataclass
class Parcel:
    """One notification on its way.

    :param signature: the header `Signature`, or None to send none
    :param fault: which faults struck it, e.g. `duplicate`; empty for none
    :param status: once sent, HTTP status or one of `reply`'s words
    """

    params: dict[str, str]
    signature: str | None
    fault: str = ""
    status: int | str = ""

    @property
    def event(self) -> str:
        return self.params["event"]

    @property
    def genuine(self) -> bool:
        """Whether the PBX sends it, not somebody else."""
        return self.fault not in (FORGED, REPLAY)

    @property
    def summary(self) -> dict[str, Any]:
        """What the answer to the request to dial tells."""
        fault = {"fault": self.fault} if self.fault else {}
        return {"event": self.event, "status": self.status, **fault}

    def send(self, url: str) -> Reply:
        """Send it once, note the status and return the `Reply`."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if self.signature is not None:
            headers["Signature"] = self.signature
        form = php_form.encode(self.params.items())
        try:
            response = http_client.request(
                "POST", url, TIMEOUT, data=form, headers=headers
            )
            reply = Reply(response.status_code, response.content)
        except requests.Timeout:
            reply = Reply(TIMED_OUT)
        except requests.RequestException:
            reply = Reply(UNREACHABLE)
        self.status = reply.status
        return reply
