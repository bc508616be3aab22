# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A simulator with one account, and somebody who listens to its notifications."""

import base64
import hashlib
import hmac
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from devtools.pytest_browser import (  # noqa: E402
    launched,  # noqa: F401
    page,  # noqa: F401
    pytest_runtest_makereport,  # noqa: F401
)
from pbx_simulator import Account, Simulator  # noqa: E402

KEY, SECRET = "demokey0demokey0demo", "demosecret0demosecre"


class Clock:
    """A clock that stands still until somebody sleeps."""

    def __init__(self):
        self.now = datetime(2026, 10, 5, 11, 3, 22, 123456, tzinfo=UTC)
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


class Receiver:
    """An address for notifications.

    `answers` has what to answer to an event, a (status, text) each; `think` is called
    before; `echo` is what to answer to the check, `{}` standing for its token.
    """

    def __init__(self):
        self.received = []
        self.answers = {}
        self.think = lambda: None
        self.echo = "{}"
        self.echo_status = 200
        self._server = make_server(
            "127.0.0.1", 0, self._serve, threaded=True, request_handler=_Quiet
        )
        self.url = f"http://127.0.0.1:{self._server.server_port}/notify"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def stop(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def events(self):
        return [params["event"].removeprefix("NOTIFY_") for params in self.params]

    @property
    def params(self):
        return [request.form.to_dict() for request in self.received]

    def _serve(self, environ, start_response):
        request = Request(environ)
        if request.method == "GET":
            text = self.echo.format(request.args["zd_echo"])
            response = Response(text, self.echo_status, content_type="text/plain")
            response.headers["Location"] = self.url
        else:
            request.get_data(parse_form_data=False, cache=True)
            self.received.append(request)
            self.think()
            status, text = self.answers.get(request.form["event"], (200, "{}"))
            response = Response(text, status, content_type="application/json")
            response.headers["Location"] = self.url
        return response(environ, start_response)


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_arguments):
        pass


class Zadarma:
    """A second reading of the protocol, to check the simulator's against."""

    KEPT = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."

    def flat(self, params):
        """Return the pairs that PHP sends for these values."""
        pairs = []
        for name, value in params.items():
            if isinstance(value, list):
                value = dict(enumerate(value))
            if isinstance(value, dict):
                nested = {f"{name}[{key}]": one for key, one in value.items()}
                pairs += self.flat(nested)
            elif value is not None:
                value = int(value) if isinstance(value, bool) else value
                pairs.append((name, str(value)))
        return pairs

    def form(self, pairs):
        return "&".join(f"{self._quote(name)}={self._quote(it)}" for name, it in pairs)

    def sign_request(self, secret, path, form):
        return self.sign(secret, path + form + hashlib.md5(form.encode()).hexdigest())

    def sign(self, secret, text):
        digest = hmac.new(secret.encode(), text.encode(), "sha1").hexdigest()
        return base64.b64encode(digest.encode()).decode()

    def sign_raw(self, secret, text):
        digest = hmac.new(secret.encode(), text.encode(), "sha1").digest()
        return base64.b64encode(digest).decode()

    def _quote(self, text):
        return "".join(
            "+" if byte == 0x20 else chr(byte) if byte in self.KEPT else f"%{byte:02X}"
            for byte in text.encode()
        )


class Client:
    """A client of the API."""

    def __init__(self, url, zadarma):
        self._url = url
        self._zadarma = zadarma

    def __call__(self, method, path, params=None, key=KEY, secret=SECRET, sign=None):
        pairs = self._zadarma.flat(params or {})
        sign = sign or self._zadarma.sign_request
        signature = sign(secret, path, self._zadarma.form(sorted(pairs)))
        headers = {"Authorization": f"{key}:{signature}"}
        where = "params" if method == "GET" else "data"
        return requests.request(
            method,
            self._url + path,
            headers=headers,
            timeout=20,
            **{where: pairs},
        )


@pytest.fixture(scope="session")
def zadarma():
    return Zadarma()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.stop()


@pytest.fixture
def account(receiver):
    """An account with every notification switched on; it waits for answers."""
    account = Account(key=KEY, secret=SECRET, answer_patience=60)
    account.callinfo.url = receiver.url
    account.callinfo.switches = dict.fromkeys(account.callinfo.switches, True)
    return account


@pytest.fixture
def simulator(account, clock):
    with Simulator([account], seed=1, clock=clock, sleep=clock.sleep) as simulator:
        yield simulator


@pytest.fixture
def client(simulator, zadarma):
    return Client(simulator.url, zadarma)


@pytest.fixture
def control(simulator):
    """Ask the control API; returns status and values."""

    def ask(method, path, values=None):
        response = requests.request(
            method, f"{simulator.url}/_pbx/{path}", json=values, timeout=20
        )
        return response.status_code, response.json()

    return ask
