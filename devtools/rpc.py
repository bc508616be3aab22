# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calling a running Odoo as its web client does."""

import http.cookiejar
import itertools
import json
import urllib.error
import urllib.request

#: Seconds; installing something large through a button is the slowest call.
TIMEOUT = 120


class RpcError(Exception):
    """Odoo refused a call.

    :ivar name: the exception's name at the server, as in
        "odoo.exceptions.AccessError"
    """

    def __init__(self, name, message):
        super().__init__(message)
        self.name = name


class Client:
    """A logged-in user."""

    def __init__(self, url, database, login="admin", password="admin"):
        """
        :param url: address of Odoo, as in "http://127.0.0.1:8069"
        :raises RpcError: when the login is refused
        """
        self.url = url
        self._numbers = itertools.count(1)
        self._opener = urllib.request.build_opener(
            # An address on this machine is never reached through a proxy.
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
        )
        session = self._post(
            "/web/session/authenticate",
            {"db": database, "login": login, "password": password},
        )
        self.uid = session["uid"]

    def _post(self, path, params):
        body = {
            "jsonrpc": "2.0",
            "method": "call",
            "id": next(self._numbers),
            "params": params,
        }
        request = urllib.request.Request(
            self.url + path,
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with self._opener.open(request, timeout=TIMEOUT) as response:
            answer = json.load(response)
        if "error" in answer:
            data = answer["error"]["data"]
            raise RpcError(data["name"], data["message"])
        return answer.get("result")

    def call(self, model, method, *args, **kwargs):
        """Call a public method of a model.

        :param args: positional arguments, record ids first where there are any
        :raises RpcError: when Odoo refuses
        """
        return self._post(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )
