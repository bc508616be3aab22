# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""API answers that go wrong on purpose: the next few requests get these instead."""

import socket
import threading
from dataclasses import dataclass

from werkzeug.wrappers import Response

from . import checks, replies
from .limits import GENERAL_LIMIT, WINDOW, Allowance


def _slow(order, _request, simulator):
    # No response of its own: the proper one follows, if somebody still waits.
    simulator.sleep(order.seconds)


def _dropped(_order, request, _simulator):
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    return Response()


def _rate_limit(status):
    def answer(_order, _request, simulator):
        reset = int(simulator.clock().timestamp()) + WINDOW
        return replies.rate_limited(Allowance(False, GENERAL_LIMIT, 0, reset), status)

    return answer


KINDS = {
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
}


@dataclass
class Misbehaviour:
    """An order to answer the next requests wrongly.

    :param kind: one of `KINDS`
    :param times: how many requests
    :param path: only requests to this path; empty means any
    :param seconds: for `timeout`, how long the proper answer is held back
    :param message: for `error`, its text
    :param status: for `error`, its HTTP status
    :raises SimulatorError: a value is not possible
    """

    kind: str
    times: int = 1
    path: str = ""
    seconds: float = 60
    message: str = "Wrong parameters"
    status: int = 400

    def __post_init__(self):
        checks.one_of("kind", self.kind, KINDS)
        checks.positive("times", checks.integer("times", self.times))
        checks.typed("path", self.path, str)
        checks.positive("seconds", self.seconds)
        checks.typed("message", self.message, str)
        checks.one_of("status", self.status, range(200, 600))

    def answer(self, request, simulator):
        """Return the wrong response, or None when the proper one has to follow."""
        return KINDS[self.kind](self, request, simulator)


class Misbehaviours:
    """The orders that are still to be carried out, oldest first."""

    def __init__(self):
        self._lock = threading.Lock()
        self._orders = []

    def add(self, order):
        with self._lock:
            self._orders.append(order)

    def take(self, path):
        """Return the order for a request to this path and count it, or None."""
        with self._lock:
            for order in self._orders:
                if order.path.rstrip("/") in ("", path.rstrip("/")):
                    order.times -= 1
                    if not order.times:
                        self._orders.remove(order)
                    return order
        return None
