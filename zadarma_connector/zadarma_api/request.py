# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One signed request to Zadarma's API, and whether its answer is one."""

from collections.abc import Callable, Mapping
from typing import Any

import requests

from . import errors, limits, transport
from .reply import Reply, decode
from .signature import encode_query, sign_request

#: Zadarma may tell its limit with HTTP 200 and an error text that holds these words.
_RATE_LIMIT_TEXT = "exceeded the rate limit"
#: Bytes of an answer; a thousand rows of statistics have some 400,000.
MAX_ANSWER = 10 * 2**20
#: Bytes in which a page that is no answer can be recognised.
_HEAD = 1000


class Requests:
    """Sends requests for one account.

    :param url: scheme and host, e.g. ``https://api.zadarma.com``
    :param key: API key
    :param secret: API secret
    :param acquire: called with a method's name before each request; raises
        :class:`~errors.RateLimited` if the request has to wait
    :param refused: called with the seconds to wait (``None`` if not told) when Zadarma
        tells that its limit is reached
    """

    #: Seconds for a request, from the connection to the last byte of the answer.
    TIMEOUT: float = 15

    def __init__(
        self,
        url: str,
        key: str,
        secret: str,
        acquire: Callable[[str], object],
        refused: Callable[[int | None], object],
    ) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._secret = secret
        self._acquire = acquire
        self._refused = refused

    def _request(
        self,
        verb: str,
        method: str,
        params: Mapping[str, Any] | None = None,
        mend: bool = False,
        stated: bool = True,
    ) -> Reply:
        """Send a signed request.

        :param method: e.g. ``info/balance``; production wants the trailing slash
        :param params: sent in the query of a GET, else in the body
        :param mend: as of :func:`~reply.decode`
        :param stated: whether an answer has to say that it is a success; the
            specification has some that do not
        :raise errors.ZadarmaError: a subclass that tells what went wrong
        """
        self._acquire(method)
        path = f"/v1/{method}/"
        query = encode_query(params or {})
        # the very bytes that are signed are sent: left to itself, a client library
        # encodes some characters in another way
        in_url = verb == "GET" and query
        deadline = transport.Deadline(self.TIMEOUT)
        try:
            with transport.session(deadline, MAX_ANSWER) as session:
                response = session.request(
                    verb,
                    self._url + path + (f"?{query}" if in_url else ""),
                    data=None if verb == "GET" else query,
                    headers={
                        "Authorization": f"{self._key}:"
                        + sign_request(path, query, self._secret),
                        "Content-Type": "application/x-www-form-urlencoded",
                        "Accept-Encoding": "gzip",
                    },
                    timeout=self.TIMEOUT,
                    allow_redirects=False,
                )
        except transport.TROUBLES as error:
            raise transport.trouble(error) from error
        return self._read(response, mend, stated)

    def _read(self, response: requests.Response, mend: bool, stated: bool) -> Reply:
        status = response.status_code
        answer = decode(response.content, mend)
        message = _message(answer)
        if status == 429 or _RATE_LIMIT_TEXT in message.lower():
            retry_after = limits.retry_after(response.headers.get("Retry-After", ""))
            self._refused(retry_after)
            raise errors.RateLimited(message, retry_after)
        if status in (401, 403):
            raise errors.NotAuthorized(message)
        # only Zadarma's own word is final: a gateway in between may speak JSON too
        outcome = answer and status < 500 and answer.get("status")
        if outcome == "error":
            raise errors.Refused(message or f"HTTP {status}")
        successes = ("success",) if stated else ("success", None)
        if answer is None or outcome not in successes or status >= 400:
            head = response.content[:_HEAD].decode(errors="replace")
            raise errors.BadAnswer(f"HTTP {status}: {head}")
        return Reply(answer)


def _message(answer: Mapping[str, Any] | None) -> str:
    """Zadarma's words, empty if it said nothing that is a text."""
    said = (answer or {}).get("message")
    return said if isinstance(said, str) else ""
