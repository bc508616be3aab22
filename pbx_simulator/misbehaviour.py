# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""API answers that go wrong on purpose: the next few requests get these instead."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from werkzeug.wrappers import Request, Response

from .media.mp3 import CONTENT_TYPE, LINES, Mp3
from .protocol import checks, replies
from .protocol.errors import SimulatorError
from .protocol.limits import GENERAL_LIMIT, WINDOW, Allowance

if TYPE_CHECKING:
    from .simulator import Simulator


# Makes the answer that would be right.
Proper = Callable[[], Response]
Handler: TypeAlias = "Callable[[Misbehaviour, Request, Simulator, Proper], Response]"
PIECE = 1024  # bytes


def _slow(
    order: Misbehaviour, _request: Request, simulator: Simulator, proper: Proper
) -> Response:
    simulator.sleep(order.seconds)
    return proper()


def _dropped(_order: Misbehaviour, request: Request, *_: object) -> Response:
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    return Response()


def _rate_limit(status: int) -> Handler:
    def answer(
        _order: Misbehaviour,
        _request: Request,
        simulator: Simulator,
        _proper: Proper,
    ) -> Response:
        reset = int(simulator.clock().timestamp()) + WINDOW
        return replies.rate_limited(Allowance(False, GENERAL_LIMIT, 0, reset), status)

    return answer


def _slow_body(
    order: Misbehaviour, _request: Request, simulator: Simulator, proper: Proper
) -> Response:
    response = proper()
    body = b"".join(response.iter_encoded())

    def pieces() -> Iterator[bytes]:
        for begin in range(0, len(body), PIECE):
            simulator.sleep(order.seconds)
            yield body[begin : begin + PIECE]

    response.response = pieces()
    return response


def _endless(*_: object) -> Response:
    minute = Mp3(60, LINES[0]).read()
    return Response(itertools.repeat(minute), content_type=CONTENT_TYPE)


def _cut_off(
    _order: Misbehaviour, _request: Request, _simulator: Simulator, proper: Proper
) -> Response:
    response = proper()
    body = b"".join(response.iter_encoded())
    # Still announced is the whole of it.
    response.headers["Content-Length"] = str(len(body))
    response.response = [body[: len(body) // 2]]
    return response


def _wrong_type(
    _order: Misbehaviour, _request: Request, _simulator: Simulator, proper: Proper
) -> Response:
    response = proper()
    response.content_type = "text/plain"
    return response


KINDS: dict[str, Handler] = {
    "timeout": _slow,
    "dropped": _dropped,
    "rate-limit-429": _rate_limit(429),
    "rate-limit-200": _rate_limit(200),
    "unauthorized": lambda *_: replies.not_authorized(),
    "error": lambda order, *_: replies.error(order.status, order.message),
    "html-200": lambda *_: replies.html(200),
    "html-502": lambda *_: replies.html(502),
    "server-error": lambda *_: Response("Internal Server Error", 500),
    "empty": lambda *_: Response(""),
    "redirect": lambda order, *_: Response(status=302, headers={"Location": order.url}),
    "slow-body": _slow_body,
    "endless": _endless,
    "cut-off": _cut_off,
    "wrong-type": _wrong_type,
}


@dataclass
class Misbehaviour:
    """An order to answer the next requests wrongly.

    :param kind: one of `KINDS`
    :param times: how many requests
    :param path: only requests to this path, or with `*` at its end to those that begin
        so; empty means any
    :param seconds: for `timeout`, how long the proper answer is held back; for
        `slow-body`, how long each KiB of it
    :param message: for `error`, its text
    :param status: for `error`, its HTTP status
    :param url: for `redirect`, where to
    :raises SimulatorError: a value is not possible
    """

    kind: str
    times: int = 1
    path: str = ""
    seconds: float = 60
    message: str = "Wrong parameters"
    status: int = 400
    url: str = ""

    def __post_init__(self) -> None:
        checks.one_of("kind", self.kind, KINDS)
        checks.positive("times", checks.integer("times", self.times))
        checks.typed("path", self.path, str)
        checks.positive("seconds", self.seconds)
        checks.typed("message", self.message, str)
        checks.one_of("status", self.status, range(200, 600))
        if bool(self.url) != (self.kind == "redirect"):
            raise SimulatorError("url: redirect needs one, and nothing else has one.")

    def concerns(self, path: str) -> bool:
        """Tell whether a request to this path is meant."""
        if self.path.endswith("*"):
            return path.startswith(self.path[:-1])
        return self.path.rstrip("/") in ("", path.rstrip("/"))

    def answer(
        self, request: Request, simulator: Simulator, proper: Proper
    ) -> Response:
        """Return the wrong response.

        :param proper: makes the one which would be right
        """
        return KINDS[self.kind](self, request, simulator, proper)


class Misbehaviours:
    """The orders that are still to be carried out, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: list[Misbehaviour] = []

    def add(self, order: Misbehaviour) -> None:
        with self._lock:
            self._orders.append(order)

    def take(self, path: str) -> Misbehaviour | None:
        """Return the order for a request to this path and count it, or None."""
        with self._lock:
            for order in self._orders:
                if order.concerns(path):
                    order.times -= 1
                    if not order.times:
                        self._orders.remove(order)
                    return order
        return None
