# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The browser phones that were started on pages, and what they show."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from ..account.webrtc import DISABLED
from ..calls.parties import Parties
from ..calls.performance import Performance
from .webphone_call import WebphoneScenario

if TYPE_CHECKING:
    from ..account.account import Account
    from ..calls.truth import Call, Leg
    from ..simulator import Simulator


KEY_LIFETIME = timedelta(hours=72)
REGISTERED, REFUSED, GONE = "registered", "refused", "gone"


@dataclass(eq=False)
class Webphone:
    """One start of the widget on a page.

    :param account: key of the account; empty if the key to start it was wrong
    :param started: what it was started with: `key`, `sip`, `form`, `language`, `fixed`,
        `position`, texts
    :param origin: of the page, e.g. `https://odoo.example.com`
    :param extension: number of the extension; empty if it was refused
    :param state: `REGISTERED`, `REFUSED` or `GONE` (the page was closed)
    :param error: what the page was told when it was refused
    """

    account: str
    started: dict[str, str]
    origin: str
    extension: str = ""
    state: str = REFUSED
    error: str = ""
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    calls: list[Call] = field(default_factory=list)
    hung_up: Event = field(default_factory=Event, repr=False)

    @property
    def call(self) -> Call | None:
        """The call that it dialled and that is not over, or None."""
        return next((call for call in self.calls if not call.end), None)

    def describe(self) -> dict[str, Any]:
        """Return everything as JSON's types."""
        return {
            "account": self.account,
            **self.started,
            "origin": self.origin,
            "extension": self.extension,
            "state": self.state,
            "error": self.error,
            "pbx_call_ids": [call.pbx_call_id for call in self.calls],
        }


class Webphones:
    """The browser phones of all accounts, and the keys to start them."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._lock = Lock()
        # account's key, extension's number, until when; by key
        self._keys: dict[str, tuple[str, str, datetime]] = {}
        self.started: list[Webphone] = []

    def new_key(self, account: Account, number: str) -> str:
        """Return a key for an extension."""
        key = secrets.token_hex(16)
        until = self._simulator.clock() + KEY_LIFETIME
        self._keys[key] = account.key, number, until
        return key

    def start(self, started: dict[str, str], origin: str) -> Webphone:
        """Start a phone on a page, or refuse it.

        :param started: as `Webphone`
        :param origin: the same
        """
        known = self._keys.get(started.get("key", ""))
        if known:
            key, number, until = known
            phone = Webphone(key, started, origin)
            phone.error = self._refusal(phone, number, until)
        else:
            phone = Webphone("", started, origin, error="The key is wrong.")
        if not phone.error:
            phone.extension, phone.state = number, REGISTERED
        self.started.append(phone)
        return phone

    def find(self, id_: str) -> Webphone | None:
        """Return a registered phone, or None."""
        return next(
            (it for it in self.started if it.id == id_ and it.state == REGISTERED), None
        )

    def line(self, phone: Webphone) -> Iterator[dict[str, Any]]:
        """Register a phone's line, and say what it shows until the page is closed.

        :return: of each look `status` (`wait`, `incoming` or `call`),
            and of a call `number`, `name` and `talking`
        """
        account = self._simulator.accounts[phone.account]
        self._count(account, phone, 1)
        try:
            while self._simulator.serving and phone in self.started:
                yield self._shown(account, phone)
        finally:
            self._count(account, phone, -1)
            phone.state = GONE

    def dial(self, phone: Webphone, number: str) -> str:
        """Let a phone dial.

        :return: why it cannot, or an empty text
        """
        account = self._simulator.accounts[phone.account]
        extension = account.extension(phone.extension)
        if not extension:
            return "There is no such extension any more."
        if not re.fullmatch(r"\+?[0-9]{3,15}", number) or number == phone.extension:
            return "This is no number."
        with self._lock:
            if phone.call:
                return "There is a call already."
            internal = account.extension(number)
            scenario = WebphoneScenario(
                direction="internal" if internal else "outgoing",
                # Without its plus sign, the PBX would take a number for a national one.
                dialled_right=bool(internal or number.startswith("+")),
                hung_up=phone.hung_up,
            )
            parties = Parties(extension.number, number, extension)
            draw = self._simulator.switchboard.draw_for(account)
            performance = Performance("webphone", scenario, account, draw, parties)
            call = performance.call(self._simulator.clock())
            phone.hung_up.clear()
            phone.calls.append(call)
        Thread(
            target=self._simulator.switchboard.play,
            args=(performance, call, account, [], account.callback_pace),
            daemon=True,
        ).start()
        return ""

    def _refusal(self, phone: Webphone, number: str, until: datetime) -> str:
        """Return why a phone with a known key may not start, or an empty text."""
        account = self._simulator.accounts[phone.account]
        host = re.sub("^[a-z]+://|:[0-9]+$", "", phone.origin)
        domains = account.webrtc.domains
        if self._simulator.clock() >= until:
            return "The key has expired."
        if phone.started.get("sip") != f"{account.pbx_id}-{number}":
            return "The login is not the one of the key."
        if not any(host == one or host.endswith(f".{one}") for one in domains):
            return f"The domain {host} is not registered."
        if account.webphone_fault == DISABLED:
            return "The integration is disabled."
        return ""

    def _count(self, account: Account, phone: Webphone, change: int) -> None:
        with self._lock:
            account.webphones[phone.extension] += change

    def _shown(self, account: Account, phone: Webphone) -> dict[str, Any]:
        if call := phone.call:
            return _showing("call", call.called, "", bool(call.answer))
        for call in list(self._simulator.switchboard.running.values()):
            if call.account == account.key and (leg := _rung(call, phone.extension)):
                status = "call" if leg.answer else "incoming"
                # Who is called back hears whom the PBX will call.
                other = call.called if call.direction == "outgoing" else call.caller
                return _showing(status, other, call.caller_name, bool(leg.answer))
        return {"status": "wait"}


def _showing(status: str, number: str, name: str, talking: bool) -> dict[str, Any]:
    return {"status": status, "number": number, "name": name, "talking": talking}


def _rung(call: Call, number: str) -> Leg | None:
    """Return the leg on which a call rings or holds an extension now, or None."""
    incoming = call.direction == "incoming"
    return next(
        (
            leg
            for leg in reversed(call.legs)
            if number in call.rung
            and number == (leg.extension if incoming else leg.destination)
            and not leg.end
        ),
        None,
    )
