# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Delivers one call's notifications to the registered address, faults included."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import requests

from . import faults, outgoing, php_form, signing

TIMEOUT = 20  # seconds
# What stands in place of an HTTP status when there was none.
SWITCHED_OFF = "switched off"
NO_ADDRESS = "no address"
LOST = "lost"
TIMED_OUT = "timeout"
UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Reply:
    """What came back for a notification.

    :param status: HTTP status, or one of this module's words
    :param seconds: how long it took
    """

    status: int | str
    body: bytes = b""
    seconds: float = 0


@dataclass
class Parcel:
    """One notification on its way.

    :param signature: the header `Signature`, or None to send none
    :param fault: which faults struck it, e.g. `duplicate`; empty for none
    :param status: once sent, HTTP status or one of this module's words
    """

    params: dict
    signature: str | None
    fault: str = ""
    status: int | str = ""

    @property
    def event(self):
        return self.params["event"]

    @property
    def summary(self):
        """What the answer to the request to dial tells."""
        fault = {"fault": self.fault} if self.fault else {}
        return {"event": self.event, "status": self.status, **fault}


class Silence:
    """Stands in for a `Courier` where nobody is told and so nobody answers."""

    def post(self, _params, _now):
        return None

    def next_moment(self):
        return None

    def finish(self):
        pass


class Courier:
    """Sends a call's notifications in the way the faults want.

    What is not delivered is not sent again: Zadarma documents no repetition.

    :param account: whose address, switches and secret are used
    :param faults: list of `Fault`
    """

    def __init__(self, account, faults):
        self.log = []  # parcels in order of sending
        self._account = account
        self._faults = faults
        self._delayed = []  # (moment, parcels)
        self._overtaken = []  # (event to wait for, parcels)
        self._together = []  # parcels

    def post(self, params, now):
        """Send a notification, or keep it until its time comes.

        :param params: dictionary of texts
        :param now: seconds since the call began
        :return: a `Reply`; None when nothing came back that the PBX could obey
        """
        striking = [it for it in self._faults if it.strikes(params["event"])]
        forgeries = [fault.forgery for fault in striking if fault.kind == "forged"]
        struck = {fault.kind: fault for fault in striking if fault.kind != "forged"}
        parcels = self._pack(params, struck, forgeries)
        if "parallel" in struck:
            self._together += parcels
        elif "reorder" in struck:
            self._overtaken.append((struck["reorder"].after, parcels))
        elif "delay" in struck:
            self._delayed.append((now + struck["delay"].seconds, parcels))
            self._delayed.sort(key=lambda delayed: delayed[0])
        else:
            return self._send(parcels)
        return None

    def next_moment(self):
        """Return when the next delayed notification is due, in seconds since the call
        began, or None.
        """
        return self._delayed[0][0] if self._delayed else None

    def send_next_delayed(self):
        self._send(self._delayed.pop(0)[1])

    def finish(self):
        """Send what waited for an event that never came, then what goes together."""
        while self._overtaken:
            self._send(self._overtaken.pop(0)[1])
        together, self._together = self._together, []
        if together:
            self.log += together
            with ThreadPoolExecutor(len(together)) as pool:
                list(pool.map(self._deliver, together))

    def _pack(self, params, struck, forgeries):
        secret = self._account.secret
        if not self._account.wants(params["event"]):
            return [Parcel(params, None, status=SWITCHED_OFF)]
        forged = [
            Parcel(*faults.forge(forgery, secret, params), fault="forged")
            for forgery in forgeries
        ]
        signature = signing.notification_signature(secret, params)
        status = LOST if "lost" in struck else ""
        times = struck["duplicate"].times if "duplicate" in struck else 1
        true = [
            Parcel(params, signature, "+".join(struck), status) for _ in range(times)
        ]
        return forged + true

    def _send(self, parcels):
        """Send parcels of one event, then what waited for it."""
        obeyed = None
        for parcel in parcels:
            self.log.append(parcel)
            reply = self._deliver(parcel)
            if reply and parcel.fault != "forged":
                obeyed = obeyed or reply
        event = parcels[-1].event
        freed = [late for late in self._overtaken if late[0] == event]
        self._overtaken = [late for late in self._overtaken if late[0] != event]
        for _event, late in freed:
            self._send(late)
        return obeyed

    def _deliver(self, parcel):
        """Send one parcel.

        :return: a `Reply`, or None when nothing was sent
        """
        if parcel.status:
            return None
        url = self._account.callinfo.url
        if not url:
            parcel.status = NO_ADDRESS
            return None
        reply = _post(url, parcel)
        parcel.status = reply.status
        return reply


def _post(url, parcel):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if parcel.signature is not None:
        headers["Signature"] = parcel.signature
    form = php_form.encode(parcel.params.items())
    try:
        response = outgoing.request("POST", url, TIMEOUT, data=form, headers=headers)
    except requests.Timeout:
        return Reply(TIMED_OUT)
    except requests.RequestException:
        return Reply(UNREACHABLE)
    elapsed = response.elapsed.total_seconds()
    return Reply(response.status_code, response.content, elapsed)
