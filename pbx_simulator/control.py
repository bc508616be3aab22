# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The control API under `/_pbx/`: what the simulator does, told over HTTP.

For callers on the same machine only. README.md describes it.
"""

import ipaddress
import json
import re

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule

from .protocol import checks, replies
from .protocol.errors import SimulatorError

HISTORY_KEYS = ("count", "from", "to", "account")
DIAL_KEYS = ("scenario", "from", "to", "did", "talk", "pace", "faults", "account")


def answer(request, simulator):
    """Return the response to a request under `/_pbx/`."""
    if not ipaddress.ip_address(request.remote_addr).is_loopback:
        return _error(403, "The control API answers to this machine only.")
    try:
        endpoint, arguments = ROUTES.bind_to_environ(request.environ).match()
        return endpoint(simulator, request, **arguments)
    except NotFound:
        return _error(404, "There is no such address. See README.md, Control API.")
    except MethodNotAllowed as error:
        methods = " or ".join(sorted(set(error.valid_methods) - {"HEAD"}))
        return _error(405, f"Use {methods}.")
    except SimulatorError as error:
        return _error(400, str(error))


def dial(simulator, request):
    values = checks.known("call", _body(request), DIAL_KEYS)
    if "from" in values:
        values["from_"] = values.pop("from")
    return replies.as_json(simulator.dial(**{"scenario": None, **values}))


def calls(simulator, request):
    checks.known("calls", request.args, ("after", "limit"))
    after = _count(request, "after", 0)
    limit = _count(request, "limit", len(simulator.calls))
    page = simulator.calls[after : after + limit]
    return replies.as_json([call.describe() for call in page])


def call(simulator, _request, pbx_call_id):
    for one in reversed(simulator.calls):
        if one.pbx_call_id == pbx_call_id:
            return replies.as_json(one.describe())
    return _error(404, f"There is no call {pbx_call_id}.")


def fill_history(simulator, request):
    values = checks.known("history", _body(request), HISTORY_KEYS)
    simulator.fill_history(
        values.get("count"), values.get("from"), values.get("to"), values.get("account")
    )
    return replies.as_json({"status": "filled"})


def callbacks(simulator, _request):
    return replies.as_json([callback.describe() for callback in simulator.callbacks])


def webphones(simulator, _request):
    return replies.as_json([phone.describe() for phone in simulator.webphones.started])


def transcripts(simulator, _request):
    return replies.as_json([one.describe() for one in simulator.transcripts])


def requests(simulator, _request):
    return replies.as_json(list(simulator.requests))


def account(simulator, _request, key):
    if key not in simulator.accounts:
        return _error(404, f"There is no account with the key {key}.")
    return replies.as_json(simulator.account(key).describe())


def change_account(simulator, request, key):
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


def misbehave(simulator, request):
    simulator.misbehave(**_body(request))
    return replies.as_json({"status": "ordered"})


def reset(simulator, _request):
    simulator.reset()
    return replies.as_json({"status": "reset"})


def _body(request):
    try:
        values = json.loads(request.get_data())
    except ValueError:
        raise SimulatorError("The body must be JSON.") from None
    return checks.typed("body", values, dict)


def _count(request, name, default):
    text = request.args.get(name, str(default))
    if not re.fullmatch("[0-9]{1,9}", text):
        raise SimulatorError(f"{name}: {text!r} is no whole number from 0 on.")
    return int(text)


def _error(status, sentence):
    return replies.as_json({"error": sentence}, status)


def _rule(path, method, endpoint):
    return Rule(path, methods=[method], endpoint=endpoint)


ROUTES = Map(
    [
        _rule("/_pbx/calls", "GET", calls),
        _rule("/_pbx/calls", "POST", dial),
        _rule("/_pbx/calls/<pbx_call_id>", "GET", call),
        _rule("/_pbx/history", "POST", fill_history),
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
