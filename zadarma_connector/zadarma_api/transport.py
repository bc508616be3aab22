# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""HTTP that comes to an end: bounded in time as a whole, and in what is read.

The timeout of :mod:`requests` is for each read of the socket. Whoever sends a byte a
second holds a worker for as long as they like, in the headers too, where nobody gets
to look at the clock. So here each read of the socket is given the time that is left,
and no more. Nothing has to watch it or to be cleaned up: no thread, which would have to
close a socket that another one reads, and no signal, which only the main thread gets.

What comes before the first read has limits of its own: to look up a name those of the
system, to connect and to shake hands the request's ``timeout`` for each.
"""

import functools
import io
import math
import socket
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPResponse
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter

from . import errors

#: What goes wrong on the way. ValueError: some malformed addresses get through to the
#: standard library.
TROUBLES = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    TimeoutError,
    ValueError,
)
#: There was no connection, so nobody got anything of the request.
_NEVER_SENT = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
)
#: Bytes that are asked for at once.
CHUNK = 64 * 2**10


class Deadline:
    """When all has to be over.

    :param seconds: from now on
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self, longest: float) -> float:
        """Seconds that the next step may take.

        :param longest: seconds that it may take in any case
        :raise TimeoutError: it is over
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time is over")
        return min(left, longest)


@contextmanager
def session(
    deadline: Deadline, longest: int | None = None
) -> Iterator[requests.Session]:
    """A session of which every read ends at the deadline.

    The ``timeout`` of its requests has to be a number; it goes on to be the limit of
    each single read.

    :param longest: bytes of a body, packed as well as unpacked; to read one that is
        longer, or packed in a way that nobody asked for, raises
        :class:`~errors.BadAnswer`. Without it bodies are for the caller to look after.
    """
    with requests.Session() as opened:
        for scheme in ("http://", "https://"):
            opened.mount(scheme, _Adapter(deadline, longest))
        yield opened


def _bounded(raw: Any, longest: int, *_args: Any, **_kwargs: Any) -> Iterator[bytes]:
    """The body of an answer of urllib3; in place of its ``stream``."""
    body = bytearray()
    # nobody else would close one of which not all was read
    with closing(raw):
        while chunk := raw.read(CHUNK, decode_content=False):
            body += chunk
            if len(body) > longest:
                raise errors.BadAnswer(f"more than {longest} bytes")
    packed = raw.headers.get("Content-Encoding", "").strip().lower()
    if packed not in ("", "identity", "gzip"):
        raise errors.BadAnswer(f"packed: {packed}")
    yield _unpacked(bytes(body), longest) if packed == "gzip" else bytes(body)


def _unpacked(body: bytes, longest: int) -> bytes:
    # a few packed bytes can be gigabytes: not one byte too many is unpacked
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        unpacked = unpacker.decompress(body, longest + 1)
    except zlib.error as error:
        raise errors.BadAnswer(str(error)) from error
    if len(unpacked) > longest:
        raise errors.BadAnswer(f"unpacked more than {longest} bytes")
    if not unpacker.eof:
        raise errors.BadAnswer("the packed answer broke off")
    return unpacked


def trouble(error: Exception) -> errors.Passing:
    """What one of :data:`TROUBLES` is to the caller.

    :return: with the innermost cause, which names the trouble instead of the whole
        stack, as its detail
    """
    causes = list(_causes(error))
    cause = causes[-1]
    begun = not any(isinstance(one, _NEVER_SENT) for one in causes)
    # an answer that stops half-way looks like a lost connection
    if isinstance(error, requests.Timeout) or isinstance(cause, TimeoutError):
        return errors.TimedOut(type(error).__name__, begun)
    return errors.Unreachable(str(cause), begun)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error, what caused it, and so on to the innermost."""
    while error:
        yield error
        error = error.__cause__ or error.__context__


class _Adapter(HTTPAdapter):
    """Gives the deadline to whatever reads: also the answers of proxies."""

    def __init__(self, deadline: Deadline, longest: int | None) -> None:
        self._answer = functools.partial(_Answer, deadline)
        self._longest = longest
        super().__init__()
        self._bound(self.poolmanager)

    def build_response(self, req: Any, resp: Any) -> requests.Response:
        # a body that ends before the announced size is an error: by itself from
        # version 2 of urllib3 on, but Odoo 19 also runs with version 1
        resp.enforce_content_length = True
        # requests reads those of redirects as a whole, even if it follows none
        longest = CHUNK if resp.get_redirect_location() else self._longest
        if longest is not None:
            resp.stream = functools.partial(_bounded, resp, longest)
        return super().build_response(req, resp)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        known = proxy in self.proxy_manager
        # types-requests has no types for it
        manager = super().proxy_manager_for(proxy, **kwargs)  # type: ignore[no-untyped-call]
        if not known:
            self._bound(manager)
        return manager

    def _bound(self, manager: Any) -> None:
        manager.pool_classes_by_scheme = {
            scheme: functools.partial(self._pool, make)
            for scheme, make in manager.pool_classes_by_scheme.items()
        }

    def _pool(self, make: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        pool = make(*args, **kwargs)
        pool.ConnectionCls = functools.partial(self._connection, pool.ConnectionCls)
        return pool

    def _connection(self, make: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        connection = make(*args, **kwargs)
        connection.response_class = self._answer
        return connection


class _Answer(HTTPResponse):
    """An answer that is read until the deadline, from its first byte on."""

    def __init__(
        self, deadline: Deadline, sock: socket.socket, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Reader(self.fp.detach(), sock, deadline))


class _Reader(io.RawIOBase):
    """Reads a socket until the deadline."""

    def __init__(
        self, raw: io.RawIOBase, sock: socket.socket, deadline: Deadline
    ) -> None:
        self._raw = raw
        self._sock = sock
        self._deadline = deadline
        self._longest = sock.gettimeout() or math.inf

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._deadline.left(self._longest))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        io.RawIOBase.close(self)
