# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The control API under `/_pbx/`: what the simulator does, told over HTTP.

For callers on the same machine only. README.md describes it.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from .protocol import checks, replies
from .protocol.errors import SimulatorError

if TYPE_CHECKING:
    from .simulator import Simulator


HISTORY_KEYS = ("count", "from", "to", "account")
WRITE_KEYS = ("from", "text", "did", "times", "forgery", "account")
DIAL_KEYS = (
    *("scenario", "from", "to", "did", "talk", "pace", "faults", "account"),
    "text",
)


def answer(request: Request, simulator: Simulator) -> Response:
    """Return the response to a request under `/_pbx/`."""
    if not _is_local(request.remote_addr):
        return _error(403, "The control API answers to this machine only.")
    try:
        endpoint, arguments = ROUTES.bind_to_environ(request.environ).match()
        response: Response = endpoint(simulator, request, **arguments)
        return response
    except NotFound:
        return _error(404, "There is no such address. See README.md, Control API.")
    except MethodNotAllowed as error:
        methods = " or ".join(sorted(set(error.valid_methods or ()) - {"HEAD"}))
        return _error(405, f"Use {methods}.")
    except SimulatorError as error:
        return _error(400, str(error))


def _is_local(address: str | None) -> bool:
    return address is not None and ipaddress.ip_address(address).is_loopback


def dial(simulator: Simulator, request: Request) -> Response:
    values = checks.known("call", _body(request), DIAL_KEYS)
    if "from" in values:
        values["from_"] = values.pop("from")
    return replies.as_json(simulator.dial(**{"scenario": None, **values}))


def calls(simulator: Simulator, request: Request) -> Response:
    checks.known("calls", request.args, ("after", "limit"))
    after = _count(request, "after", 0)
    limit = _count(request, "limit", len(simulator.calls))
    page = simulator.calls[after : after + limit]
    return replies.as_json([call.describe() for call in page])


def call(simulator: Simulator, _request: Request, pbx_call_id: str) -> Response:
    for one in reversed(simulator.calls):
        if one.pbx_call_id == pbx_call_id:
            return replies.as_json(one.describe())
    return _error(404, f"There is no call {pbx_call_id}.")


def fill_history(simulator: Simulator, request: Request) -> Response:
    told = checks.known("history", _body(request), HISTORY_KEYS)
    values: dict[str, Any] = {**dict.fromkeys(HISTORY_KEYS), **told}
    simulator.fill_history(
        values["count"], values["from"], values["to"], values["account"]
    )
    return replies.as_json({"status": "filled"})


def write(simulator: Simulator, request: Request) -> Response:
    values = checks.known("message", _body(request), WRITE_KEYS)
    from_, text = values.pop("from", None), values.pop("text", None)
    message = simulator.write(from_=from_, text=text, **values)
    return replies.as_json(message.describe())


def messages(simulator: Simulator, _request: Request) -> Response:
    return replies.as_json([message.describe() for message in simulator.messages])


def callbacks(simulator: Simulator, _request: Request) -> Response:
    return replies.as_json([callback.describe() for callback in simulator.callbacks])


def webphones(simulator: Simulator, _request: Request) -> Response:
    return replies.as_json([phone.describe() for phone in simulator.webphones.started])


def transcripts(simulator: Simulator, _request: Request) -> Response:
    return replies.as_json([one.describe() for one in simulator.transcripts])


def requests(simulator: Simulator, _request: Request) -> Response:
    return replies.as_json(list(simulator.requests))


def account(simulator: Simulator, _request: Request, key: str) -> Response:
    if key not in simulator.accounts:
        return _error(404, f"There is no account with the key {key}.")
    return replies.as_json(simulator.account(key).describe())


def change_account(simulator: Simulator, request: Request, key: str) -> Response:
    """Change an account, or open one: then the body has its `secret` too."""
    values = _body(request)
    if key in simulator.accounts:
        simulator.account(key).change(**values)
    elif "secret" in values:
        secret = values.pop("secret")
        simulator.open_account(key, secret, values)
    else:
        raise SimulatorError(f"There is no account {key}; to open it, give its secret.")
    return account(simulator, request, key)


def misbehave(simulator: Simulator, request: Request) -> Response:
    simulator.misbehave(**_body(request))
    return replies.as_json({"status": "ordered"})


def reset(simulator: Simulator, _request: Request) -> Response:
    simulator.reset()
    return replies.as_json({"status": "reset"})


def _body(request: Request) -> dict[str, Any]:
    try:
        values = json.loads(request.get_data())
    except ValueError:
        raise SimulatorError("The body must be JSON.") from None
    return checks.typed("body", values, dict)


def _count(request: Request, name: str, default: int) -> int:
    text = request.args.get(name, str(default))
    if not re.fullmatch("[0-9]{1,9}", text):
        raise SimulatorError(f"{name}: {text!r} is no whole number from 0 on.")
    return int(text)


def _error(status: int, sentence: str) -> Response:
    return replies.as_json({"error": sentence}, status)


def _rule(path: str, method: str, endpoint: Callable[..., Response]) -> Rule:
    return Rule(path, methods=[method], endpoint=endpoint)


ROUTES = Map(
    [
        _rule("/_pbx/calls", "GET", calls),
        _rule("/_pbx/calls", "POST", dial),
        _rule("/_pbx/calls/<pbx_call_id>", "GET", call),
        _rule("/_pbx/history", "POST", fill_history),
        _rule("/_pbx/messages", "GET", messages),
        _rule("/_pbx/messages", "POST", write),
        _rule("/_pbx/callbacks", "GET", callbacks),
        _rule("/_pbx/webphones", "GET", webphones),
        _rule("/_pbx/transcripts", "GET", transcripts),
        _rule("/_pbx/requests", "GET", requests),
        _rule("/_pbx/accounts/<key>", "GET", account),
        _rule("/_pbx/accounts/<key>", "PUT", change_account),
        _rule("/_pbx/behaviour", "POST", misbehave),
        _rule("/_pbx/reset", "POST", reset),
    ],
    strict_slashes=False,
)
