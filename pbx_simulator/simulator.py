# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A Zadarma cloud PBX in a box: accounts, their API, and calls on demand."""

from __future__ import annotations

import copy
import secrets
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from werkzeug.wrappers import Request, Response

from . import control
from .account.account import Account
from .api import Api
from .calls import field_account, history
from .calls.callbacks import CallbackRequest
from .calls.faults import read as read_faults
from .calls.ledger import Ledger
from .calls.parties import find_parties
from .calls.performance import Performance
from .calls.rare_scenarios import RARE_SCENARIOS
from .calls.scenarios import SCENARIOS
from .media.recordings import Recordings
from .media.transcripts import Transcripts
from .messages import incoming
from .misbehaviour import KINDS, Misbehaviour, Misbehaviours
from .protocol import checks
from .protocol.errors import SimulatorError
from .server import Server
from .switchboard import Switchboard
from .webphone.webphones import Webphones

if TYPE_CHECKING:
    from .calls.faults import Fault
    from .calls.truth import Call
    from .messages.sms import Message
    from .protocol.limits import Clock

KEPT_REQUESTS = 10_000
PLAYBOOK = {
    **SCENARIOS,
    **RARE_SCENARIOS,
    field_account.NAME: field_account.SCENARIO,
}


class Simulator:
    """Several accounts behind one HTTP server. Use it in a `with` block.

    :param accounts: one for demonstration when left out
    :param seed: what ids, durations and numbers are drawn from: the same seed and the
        same requests give the same calls. Another one each time when left out
    :param host: address to listen on
    :param port: port to listen on; 0 = a free one
    :param rate_limit: whether Zadarma's limits hold
    :param clock: tells the present, aware of its zone
    :param sleep: waits some seconds; the default one ends with the server
    """

    def __init__(
        self,
        accounts: Sequence[Account] | None = None,
        seed: object = None,
        host: str = "127.0.0.1",
        port: int = 0,
        rate_limit: bool = True,
        clock: Clock | None = None,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self._as_started = [Account()] if accounts is None else accounts
        self._seed = secrets.token_hex(8) if seed is None else seed
        self._stopping = threading.Event()
        self.rate_limit = rate_limit
        self.clock = clock or (lambda: datetime.now(UTC))
        self.sleep = sleep or self._stopping.wait
        self.reset()
        self._server = Server(self._answer, host, port)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stopping.set()
        self._server.stop()

    @property
    def url(self) -> str:
        """Where it listens; Zadarma's API is below it, at `/v1/`."""
        return self._server.url

    @property
    def serving(self) -> bool:
        """Whether it was not stopped yet."""
        return not self._stopping.is_set()

    def reset(self) -> None:
        """Forget all that happened since the start."""
        self.accounts: dict[str, Account] = {}
        for account in self._as_started:
            self.add_account(copy.deepcopy(account))
        self.calls: list[Call] = []
        self.callbacks: list[CallbackRequest] = []
        self.messages: list[Message] = []
        self.ledger = Ledger()
        self.recordings = Recordings()
        self.requests: deque[dict[str, Any]] = deque(maxlen=KEPT_REQUESTS)
        self.misbehaviours = Misbehaviours()
        self.transcripts = Transcripts(self)
        self.webphones = Webphones(self)
        self.switchboard = Switchboard(self, self._seed)
        self.api = Api(self)

    def add_account(self, account: Account) -> None:
        """Open an account.

        :raises SimulatorError: there is an account with this key
        """
        if account.key in self.accounts:
            raise SimulatorError(f"There is an account with the key {account.key}.")
        self.accounts[account.key] = account

    def open_account(self, key: str, secret: str, settings: Mapping[str, Any]) -> None:
        """Open an account.

        :param key: its API key
        :param secret: its API secret
        :param settings: those that are not as usual
        :raises SimulatorError: a value is not possible, or there is one with this key
        """
        opened = Account(key=key, secret=secret)
        opened.change(**settings)
        self.add_account(opened)

    def account(self, key: str | None = None) -> Account:
        """Return an account.

        :param key: its API key; may be left out when there is only one account
        :raises SimulatorError: there is none, or it is not clear which
        """
        if key is None and len(self.accounts) == 1:
            return next(iter(self.accounts.values()))
        if key is None:
            raise SimulatorError(
                f"account: say which one, by its key: {', '.join(self.accounts)}."
            )
        return self.accounts[checks.one_of("account", key, self.accounts)]

    def misbehave(self, **order: Any) -> None:
        """Make the API answer the next requests wrongly.

        :param order: as `Misbehaviour` has it; `kind` is needed
        :raises SimulatorError: a value is not possible
        """
        checks.known("behaviour", order, Misbehaviour.__annotations__)
        checks.one_of("behaviour: kind", order.get("kind"), KINDS)
        self.misbehaviours.add(Misbehaviour(**order))

    def dial(
        self,
        scenario: str,
        from_: str | None = None,
        to: str | None = None,
        did: str | None = None,
        talk: int | None = None,
        pace: float = 0,
        faults: list[dict[str, Any]] | None = None,
        account: str | None = None,
        text: str | None = None,
    ) -> dict[str, Any]:
        """Play a call, or an SMS that comes in, and return when its last notification
        was delivered.

        :param scenario: one of `PLAYBOOK`
        :param from_: who calls: E.164 number or, for outgoing calls, extension
        :param to: who is called: extension or, for outgoing calls, E.164 number
        :param did: our number that the customer dialled, E.164
        :param talk: seconds of talk, each time that somebody talks; drawn if left out
        :param pace: seconds to wait for each second of the call; 0 = none. Below 1 the
            call began before now, so that it ends at about its proper time
        :param faults: see `faults.Fault`
        :param account: key of the account; may be left out when there is only one
        :param text: of an SMS
        :return: `scenario`, `pbx_call_id` and `events`: of each notification `event`
            and `status`, in order of sending, with `fault` where one struck; of
            calls that this one brings about, they come after its own
        :raises SimulatorError: a value is not possible; nothing was sent then
        """
        if scenario == incoming.SCENARIO:
            checks.none_of("an SMS", to=to, talk=talk, faults=faults)
            return incoming.as_scenario(self.write, from_, text, did, account)
        checks.none_of("a call", text=text)
        names = (*PLAYBOOK, incoming.SCENARIO)
        chosen = PLAYBOOK[checks.one_of("scenario", scenario, names)]
        checks.not_negative("pace", pace)
        if talk is not None:
            checks.positive("talk", checks.integer("talk", talk))
        owner = self.account(account)
        striking = read_faults([] if faults is None else faults)
        draw = self.switchboard.draw_for(owner)
        parties = find_parties(chosen, owner, draw, from_, to, did)
        performance = Performance(scenario, chosen, owner, draw, parties, talk)
        return self._play(performance, owner, striking, pace)

    def _play(
        self,
        performance: Performance,
        owner: Account,
        striking: Sequence[Fault],
        pace: float,
    ) -> dict[str, Any]:
        # Played faster than life, a call began so much earlier that its end does not
        # come before its time: receivers go by the time of arrival.
        earlier = timedelta(seconds=performance.length() * max(0, 1 - pace))
        call = performance.call(self.clock() - earlier)
        played = self.switchboard.play(performance, call, owner, striking, pace)
        return {
            "scenario": call.scenario,
            "pbx_call_id": call.pbx_call_id,
            "events": [it.summary for one in played for it in one.notifications],
        }

    def call_back(
        self, account: Account, params: dict[str, str], called: str, predicted: bool
    ) -> CallbackRequest:
        """Take a request for a callback, and begin what becomes of it.

        :param params: as sent: `from`, `to`, `sip`, `predicted`
        :param called: whom it calls back, E.164 or a SIP login
        :param predicted: whether the called one is rung first
        """
        request = CallbackRequest(account.key, params, self.clock())
        self.callbacks.append(request)
        request.begin(self, account, called, predicted)
        return request

    def write(
        self, from_: str, text: str, account: str | None = None, **more: Any
    ) -> Message:
        """Let somebody send an SMS, and notify it.

        :param account: key of the account; may be left out when there is only one
        :param more: as of `messages.incoming.play`
        :return: the truth of it, with what its notifications met
        :raises SimulatorError: a value is not possible
        """
        owner = self.account(account)
        message = incoming.play(owner, self.clock(), from_, text, **more)
        self.messages.append(message)
        return message

    def fill_history(
        self,
        count: int,
        start: datetime | str,
        end: datetime | str,
        account: str | None = None,
    ) -> None:
        """Make up calls that are over, of all scenarios, without notifying them.

        :param count: how many
        :param start: aware datetime, or its ISO 8601 text; they begin then or later
        :param end: the same; they end then or earlier
        :param account: key of the account; may be left out when there is only one
        :raises SimulatorError: a value is not possible
        """
        checks.positive("count", checks.integer("count", count))
        start, end = history.check_period(start, end, self.clock())
        owner = self.account(account)
        over = partial(self.switchboard.end, owner)
        for _ in range(count):
            draw = self.switchboard.draw_for(owner)
            call = history.make_up(owner, draw, start, end, over)
            self.calls.append(call)

    def _answer(self, request: Request) -> Response:
        """Answer Zadarma's API and pages, and our own under `/_pbx/`."""
        if request.path.startswith("/_pbx/"):
            return control.answer(request, self)
        return self.api.answer(request)
