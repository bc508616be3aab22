# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A source of HTTP requests in a process of its own, which measures the answers.

Of its own, so that neither what prepares nor what checks them takes part in the
measured times. It does little more than what the system's sockets do.
"""

import multiprocessing
import socket
import statistics
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPResponse

from pbx_simulator.protocol import php_form

TIMEOUT = 60


@dataclass(frozen=True)
class Batch:
    """The answers to some requests.

    :param statuses: HTTP statuses, in order of the requests
    :param latencies: seconds from the connection to the answer's end, in that order
    :param seconds: from the first request to the last answer
    """

    statuses: list
    latencies: list
    seconds: float

    @property
    def throughput(self):
        """Requests a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, percent):
        """Return the latency, in ms, that this share of the answers did not exceed."""
        cuts = statistics.quantiles(self.latencies, n=100, method="inclusive")
        return 1000 * cuts[percent - 1]


class Load:
    """The process. Use it in a `with` block."""

    def __init__(self):
        self._process = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._process.shutdown()

    def send(self, port, requests, concurrency):
        """Send requests, some at a time.

        :param port: of a server on this machine
        :param requests: list of bytes
        :param concurrency: how many are under way at any time
        :return: a :class:`Batch`
        :raises OSError: one was not answered
        """
        return self.send_groups(port, [requests], concurrency)

    def send_groups(self, port, groups, concurrency):
        """Send groups of requests, one group after the other; as :meth:`send`."""
        return self._process.submit(_send, port, groups, concurrency).result()


def _send(port, groups, concurrency):
    def exchange(request):
        return _exchange(port, request)

    with ThreadPoolExecutor(concurrency) as pool:
        began = time.perf_counter()
        answers = [answer for group in groups for answer in pool.map(exchange, group)]
        seconds = time.perf_counter() - began
    statuses, latencies = zip(*answers, strict=True)
    return Batch(list(statuses), list(latencies), seconds)


def _exchange(port, request):
    """Return (status, seconds)."""
    began = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), TIMEOUT) as connection:
        connection.sendall(request)
        # Its length tells where the answer ends: Odoo closes the connection later.
        with HTTPResponse(connection) as answer:
            answer.begin()
            answer.read()
        return answer.status, time.perf_counter() - began


def get(path):
    """Return a GET request as bytes."""
    return _request("GET", path, {}, b"")


def post(path, params, headers):
    """Return a POST request of a form as bytes."""
    body = php_form.encode(params.items()).encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return _request("POST", path, {**kind, **headers}, body)


def _request(verb, path, headers, body):
    told = {
        "Host": "127.0.0.1",
        "Connection": "close",
        "Content-Length": str(len(body)),
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"{verb} {path} HTTP/1.1\r\n{head}\r\n".encode() + body
