# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Delivers one call's notifications to the registered address, faults included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError
from typing import TYPE_CHECKING

from ..protocol import signing
from . import faults
from .parcel import FORGED, REPLAY, Parcel
from .reply import LATE, LOST, NO_ADDRESS, SWITCHED_OFF, Reply

if TYPE_CHECKING:
    from ..account.account import Account
    from .eavesdropper import Eavesdropper
    from .faults import Fault

STEERING = ("NOTIFY_START", "NOTIFY_IVR")  # their answers say how the call goes on


class Courier:
    """Sends a call's notifications in the way the faults want.

    What is not delivered is not sent again: Zadarma documents no repetition.

    :param account: whose address, switches and secret are used
    :param eavesdropper: who replays what was sent before
    """

    def __init__(
        self, account: Account, faults: Sequence[Fault], eavesdropper: Eavesdropper
    ) -> None:
        self.log: list[Parcel] = []  # in order of sending
        self._account = account
        self._faults = faults
        self._eavesdropper = eavesdropper
        self._delayed: list[tuple[float, list[Parcel]]] = []  # by moment
        self._overtaken: list[tuple[str, list[Parcel]]] = []  # by event to wait for
        self._together: list[Parcel] = []
        self._late: list[Future[Reply]] = []  # nobody waits for them any more

    def post(self, params: dict[str, str], now: float) -> Reply | None:
        """Send a notification, or keep it until its time comes.

        :param params: its parameters
        :param now: seconds since the call began
        :return: None when nothing came back that the PBX could obey
        """
        striking = [it for it in self._faults if it.strikes(params["event"])]
        struck = {it.kind: it for it in striking if it.kind not in (FORGED, REPLAY)}
        parcels = self._pack(params, striking, struck)
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

    def next_moment(self) -> float | None:
        """Return when the next delayed notification is due, in seconds since the call
        began, or None.
        """
        return self._delayed[0][0] if self._delayed else None

    def send_next_delayed(self) -> None:
        self._send(self._delayed.pop(0)[1])

    def finish(self) -> None:
        """Send what waited for an event that never came, then what goes together;
        return when all was received.
        """
        while self._overtaken:
            self._send(self._overtaken.pop(0)[1])
        together, self._together = self._together, []
        if together:
            self.log += together
            with ThreadPoolExecutor(len(together)) as pool:
                list(pool.map(self._deliver, together))
        for delivery in self._late:
            delivery.result()

    def _pack(
        self,
        params: dict[str, str],
        striking: Sequence[Fault],
        struck: Mapping[str, Fault],
    ) -> list[Parcel]:
        """Return the parcels of one notification.

        :param striking: the faults that strike it
        :param struck: those that strike the true one, by kind
        """
        if not self._account.wants(params["event"]):
            return [Parcel(params, None, status=SWITCHED_OFF)]
        secret = self._account.secret
        forged = [
            Parcel(*faults.forge(fault.forgery, secret, params), fault=FORGED)
            for fault in striking
            if fault.kind == FORGED
        ]
        signature = signing.notification_signature(secret, params)
        status = LOST if "lost" in struck else ""
        times = struck["duplicate"].times if "duplicate" in struck else 1
        true = [
            Parcel(params, signature, "+".join(struck), status) for _ in range(times)
        ]
        replays = [
            self._eavesdropper.replay(fault, params)
            for fault in striking
            if fault.kind == REPLAY
        ]
        replayed = [Parcel(*replay, fault=REPLAY) for replay in replays if replay]
        return forged + true + replayed

    def _send(self, parcels: Sequence[Parcel]) -> Reply | None:
        """Send parcels of one event, then what waited for it."""
        obeyed = None
        for parcel in parcels:
            self.log.append(parcel)
            reply = self._deliver(parcel)
            if reply and parcel.genuine:
                obeyed = obeyed or reply
        event = next(parcel.event for parcel in parcels if parcel.genuine)
        freed = [late for late in self._overtaken if late[0] == event]
        self._overtaken = [late for late in self._overtaken if late[0] != event]
        for _event, late in freed:
            self._send(late)
        return obeyed

    def _deliver(self, parcel: Parcel) -> Reply | None:
        """Send one parcel.

        :return: None when nothing was sent
        """
        if parcel.status:
            return None
        url = self._account.callinfo.url
        if not url:
            parcel.status = NO_ADDRESS
            return None
        if parcel.event not in STEERING:
            return parcel.send(url)
        pool = ThreadPoolExecutor(1)
        delivery = pool.submit(parcel.send, url)
        pool.shutdown(wait=False)
        try:
            return delivery.result(self._account.answer_patience)
        except TimeoutError:
            self._late.append(delivery)
            return Reply(LATE)
