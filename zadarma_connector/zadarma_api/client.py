# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Requests to Zadarma's API."""

from contextlib import contextmanager

import requests

from . import errors, notification, statistics
from .signature import encode_query, sign_request

#: Zadarma may tell its limit with HTTP 200 and an error text that holds these words.
_RATE_LIMIT_TEXT = "exceeded the rate limit"
#: Zadarma's words for a recording that it does not have (facts seen by projects).
_NOT_FOUND_TEXT = "not found"
#: How long a link to a recording can be made to live, in seconds (OpenAPI).
SHORTEST_LINK = 180
LONGEST_LINK = 5_184_000
#: The method that has a limit of its own.
STATISTICS = "statistics/pbx"
_RECORDINGS = "pbx/record/request"
_SPEECH = "speech_recognition"
#: What an error keeps of an answer that is none: enough to recognise a proxy's page.
_EXCERPT_LENGTH = 200


class ZadarmaClient:
    """Speaks to the API for one account.

    :param url: scheme and host, e.g. ``https://api.zadarma.com``
    :param key: API key
    :param secret: API secret
    :param acquire: called with a method's name before each request; raises
        :class:`~errors.RateLimited` if the request has to wait
    :param refused: called with the seconds to wait (``None`` if not told) when Zadarma
        tells that its limit is reached
    :param session: something with the ``request`` method of :mod:`requests`
    """

    #: Seconds to wait for the connection, and again for each part of the answer.
    TIMEOUT = 15

    def __init__(self, url, key, secret, acquire, refused, session=requests):
        self._url = url.rstrip("/")
        self._key = key
        self._secret = secret
        self._acquire = acquire
        self._refused = refused
        self._session = session

    # -- methods of the API --------------------------------------------------

    def get_balance(self):
        """``{"balance": number, "currency": text}``."""
        answer = self._request("GET", "info/balance", required=("balance", "currency"))
        try:
            return {**answer, "balance": float(answer["balance"])}
        except (TypeError, ValueError) as error:
            raise errors.BadAnswer(_excerpt(answer)) from error

    def get_timezone(self):
        """``{"unixtime": int, "datetime": text, "timezone": "UTC+2"}``."""
        return self._request("GET", "info/timezone", required=("timezone",))

    def get_internal_numbers(self):
        """The PBX and its extensions: ``{"pbx_id": text, "numbers": [text]}``."""
        answer = self._request("GET", "pbx/internal", required=("pbx_id", "numbers"))
        if not isinstance(answer["numbers"], list):
            raise errors.BadAnswer(_excerpt(answer))
        # numbers in OpenAPI; identifiers all the same, with leading zeros
        return {
            "pbx_id": str(answer["pbx_id"]),
            "numbers": [str(number) for number in answer["numbers"]],
        }

    def get_internal_info(self, number):
        """Settings of an extension, of which ``name`` is what we use."""
        return self._request("GET", f"pbx/internal/{number}/info")

    def is_online(self, number):
        """Whether a telephone is registered with an extension.

        Neither presence nor "in a call".
        """
        answer = self._request(
            "GET", f"pbx/internal/{number}/status", required=("is_online",)
        )
        return str(answer["is_online"]).lower() == "true"

    def is_forwarded(self, number):
        """Whether an extension forwards its calls, so that it needs no telephone."""
        answer = self._request(
            "GET",
            "pbx/redirection",
            {"pbx_number": number},
            required=("current_status",),
        )
        return answer["current_status"] == "on"

    def request_callback(self, extension, number):
        """Have an extension rung, and then a number.

        :param extension: the short internal number: a full login is taken, and
            nothing rings
        :param number: E.164; its "+" makes the rules for the caller ID apply

        The answer only tells that the request was taken, and has no id of the call.
        """
        # "sip": the extension's rules for caller ID, prefixes and recording
        params = {"from": extension, "to": number, "sip": extension}
        return self._request("GET", "request/callback", params)

    def get_webphone_key(self, login):
        """A key for the browser phone of an extension; it works for 72 hours.

        :param login: ``<pbx id>-<number>``
        """
        answer = self._request(
            "GET", "webrtc/get_key", {"sip": login}, required=("key",)
        )
        return str(answer["key"])

    def get_webphone(self):
        """``{"is_exists": bool, "domains": [text]}``: where the browser phone works."""
        answer = self._request("GET", "webrtc", required=("is_exists", "domains"))
        if not isinstance(answer["domains"], list):
            raise errors.BadAnswer(_excerpt(answer))
        return answer

    def create_webphone(self, domain):
        """Let the browser phone work on the pages of a domain, the first one."""
        return self._request("POST", "webrtc/create", {"domain": domain})

    def add_webphone_domain(self, domain):
        """Let the browser phone work on the pages of a further domain."""
        return self._request("POST", "webrtc/domain", {"domain": domain})

    def get_call_notifications(self):
        """``{"url": text, "notifications": {"notify_start": bool, …}}``."""
        answer = self._request("GET", "pbx/callinfo", required=("url", "notifications"))
        try:
            # booleans come as texts
            switches = {
                name: str(answer["notifications"].get(name)).lower() == "true"
                for name in notification.SWITCHES.values()
            }
        except AttributeError as error:
            raise errors.BadAnswer(_excerpt(answer)) from error
        return {"url": answer["url"] or "", "notifications": switches}

    def set_call_notifications_url(self, url):
        """Register the address for call notifications.

        Zadarma asks the address for an echo before it answers, and refuses the
        address if that fails.
        """
        return self._request("POST", "pbx/callinfo/url", {"url": url})

    def switch_call_notifications_on(self):
        """Switch on all six events that the API can switch."""
        switches = dict.fromkeys(notification.SWITCHES.values(), "true")
        return self._request("POST", "pbx/callinfo/notifications", switches)

    def get_statistics(self, start, end, skip):
        """A page of the PBX statistics.

        :param start: wall clock of the account, ``YYYY-MM-DD HH:MM:SS``
        :param end: the same, at most a month later
        :param skip: how many rows were read before
        :return: at most :data:`~statistics.PAGE` rows, all values as texts
        """
        answer = self._request(
            "GET",
            STATISTICS,
            {
                "start": start,
                "end": end,
                "version": 2,
                "skip": skip,
                "limit": statistics.PAGE,
            },
            required=("stats",),
        )
        rows = answer["stats"]
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise errors.BadAnswer(_excerpt(answer))
        return [statistics.row_texts(row) for row in rows]

    def get_recording_links(self, lifetime, call_id=None, pbx_call_id=None):
        """Links to recordings; whoever has one can listen until it expires.

        :param lifetime: seconds, shortened or lengthened to what Zadarma allows
        :param call_id: of a part; it has one recording
        :param pbx_call_id: of a call, which has one for each recorded part
        :return: list of URLs
        :raise errors.NotFound: there is none, be it not yet or not any more
        """
        lifetime = min(max(int(lifetime), SHORTEST_LINK), LONGEST_LINK)
        params = {**_recording(call_id, pbx_call_id), "lifetime": lifetime}
        with _not_found():
            answer = self._request("GET", _RECORDINGS, params)
        # one link or several, as it pleases Zadarma
        links = [*(answer.get("links") or ()), *filter(None, [answer.get("link")])]
        if not links or not all(isinstance(link, str) for link in links):
            raise errors.BadAnswer(_excerpt(answer))
        return list(dict.fromkeys(links))

    def delete_recording(self, call_id=None, pbx_call_id=None):
        """Delete the recording of a part, or all of a call.

        :raise errors.NotFound: there is none
        :raise errors.Refused: also if Zadarma deleted only some of them
        """
        with _not_found():
            answer = self._request(
                "DELETE", _RECORDINGS, _recording(call_id, pbx_call_id)
            )
        if failed := answer.get("failed_files"):
            raise errors.Refused(_excerpt(failed))

    def start_recognition(self, call_id):
        """Have the speech of a recording recognised, in the account's language.

        :param call_id: of the part
        """
        with _not_found():
            self._request("PUT", _SPEECH, {"call_id": call_id})

    def get_recognition(self, call_id):
        """How far the recognition is: ``{"recognitionStatus": text, "words": list}``.

        :param call_id: of the part
        """
        params = {"call_id": call_id, "return": "words"}
        with _not_found():
            return self._request(
                "GET", _SPEECH, params, required=("recognitionStatus",)
            )

    # -- transport ------------------------------------------------------------

    def _request(self, verb, method, params=None, required=()):
        """Send a signed request.

        :param method: e.g. ``info/balance``; production wants the trailing slash
        :param params: sent in the query of a GET, else in the body
        :param required: keys without which the answer is unusable
        :return: the answer's object
        :raise errors.ZadarmaError: a subclass that tells what went wrong
        """
        self._acquire(method)
        path = f"/v1/{method}/"
        query = encode_query(params or {})
        # the very bytes that are signed are sent: left to itself, a client library
        # encodes some characters in another way
        in_url = verb == "GET" and query
        try:
            response = self._session.request(
                verb,
                self._url + path + (f"?{query}" if in_url else ""),
                data=None if verb == "GET" else query,
                headers={
                    "Authorization": f"{self._key}:"
                    + sign_request(path, query, self._secret),
                    "Content-Type": "application/x-www-form-urlencoded",
                },
                timeout=self.TIMEOUT,
                allow_redirects=False,
            )
        except (requests.RequestException, ValueError) as error:
            # ValueError: requests lets some malformed addresses through to http
            cause = _root_cause(error)
            # TimeoutError: an answer that stops half-way looks like a lost connection
            if isinstance(error, requests.Timeout) or isinstance(cause, TimeoutError):
                raise errors.TimedOut(type(error).__name__) from error
            raise errors.Unreachable(_excerpt(cause)) from error
        return self._read(response, required)

    def _read(self, response, required):
        answer = _json_object(response)
        message = str(answer.get("message") or "") if answer else ""
        if response.status_code == 429 or _RATE_LIMIT_TEXT in message.lower():
            told = response.headers.get("Retry-After", "")
            retry_after = int(told) if told.isdecimal() else None
            self._refused(retry_after)
            raise errors.RateLimited(message, retry_after)
        if response.status_code in (401, 403):
            raise errors.NotAuthorized(message)
        if answer is None:
            raise errors.BadAnswer(
                f"HTTP {response.status_code}: {_excerpt(response.text)}"
            )
        if response.status_code >= 400 or answer.get("status") != "success":
            raise errors.Refused(message or f"HTTP {response.status_code}")
        if any(name not in answer for name in required):
            raise errors.BadAnswer(_excerpt(answer))
        return answer


def _recording(call_id, pbx_call_id):
    """The parameter that names recordings: one of both ids is enough."""
    return {"call_id": call_id} if call_id else {"pbx_call_id": pbx_call_id}


@contextmanager
def _not_found():
    """Tell a recording that is not there from other refusals."""
    try:
        yield
    except errors.Refused as error:
        if _NOT_FOUND_TEXT in error.detail.lower() or error.detail == "HTTP 404":
            raise errors.NotFound(error.detail) from error
        raise


def _json_object(response):
    try:
        # ids of calls look like decimals, and would lose digits as such
        answer = response.json(parse_float=str)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _excerpt(answer):
    text = " ".join(str(answer).split())
    return text[:_EXCERPT_LENGTH]


def _root_cause(error):
    """The innermost cause, which names the trouble instead of the whole stack."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__
    return error
