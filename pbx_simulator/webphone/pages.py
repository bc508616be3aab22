# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A stand-in for the scripts of Zadarma's browser phone, and whom they talk to.

The scripts' addresses are those of `my.zadarma.com`, from the snippet that its users
paste; what the real ones talk to is not documented, so that part is our own.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from ..account.webrtc import DISABLED, MICROPHONE
from ..protocol import replies

if TYPE_CHECKING:
    from ..simulator import Simulator


PAGES = "/webphoneWebRTCWidget/v9/"
SCRIPTS = Path(__file__).parent
LOOK = 0.1  # seconds between two looks at what a phone shows
_REFUSAL = "callRefused"


def answer(request: Request, simulator: Simulator) -> Response:
    """Return the response to a request under `PAGES`."""
    try:
        endpoint, arguments = ROUTES.bind_to_environ(request.environ).match()
    except HTTPException:
        return replies.error(404, "Not found")
    response: Response = endpoint(simulator, request, **arguments)
    # The page that asks is on another host.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def script(_simulator: Simulator, _request: Request, name: str) -> Response:
    path = SCRIPTS / f"loader-phone-{name}.js"
    return Response(path.read_bytes(), content_type="text/javascript; charset=utf-8")


def register(simulator: Simulator, request: Request) -> Response:
    phone = simulator.webphones.start(
        request.form.to_dict(), request.headers.get("Origin", "")
    )
    if phone.error:
        return _refusal(DISABLED, phone.error)
    account = simulator.accounts[phone.account]
    refused = account.webphone_fault == MICROPHONE
    microphone = "refused" if refused else "granted"
    return replies.as_json({"id": phone.id, "microphone": microphone})


def events(simulator: Simulator, _request: Request, id_: str) -> Response:
    phone = simulator.webphones.find(id_)
    if not phone:
        return replies.error(404, "Not found")

    def stream() -> Iterator[str]:
        last = None
        for shown in simulator.webphones.line(phone):
            # What is not news is a comment, which finds out whether the page is there.
            yield ":\n\n" if shown == last else f"data: {json.dumps(shown)}\n\n"
            last = shown
            time.sleep(LOOK)

    return Response(stream(), content_type="text/event-stream")


def call(simulator: Simulator, request: Request, id_: str) -> Response:
    phone = simulator.webphones.find(id_)
    refusal = "The phone is not registered."
    if phone:
        refusal = simulator.webphones.dial(phone, request.form.get("number", ""))
    return _refusal(_REFUSAL, refusal) if refusal else replies.as_json({})


def hangup(simulator: Simulator, _request: Request, id_: str) -> Response:
    if phone := simulator.webphones.find(id_):
        phone.hung_up.set()
    return replies.as_json({})


def _refusal(code: str, text: str) -> Response:
    return replies.as_json({"error_code": code, "error_text": text})


def _rule(path: str, method: str, endpoint: Callable[..., Response]) -> Rule:
    return Rule(PAGES + path, methods=[method], endpoint=endpoint)


ROUTES = Map(
    [
        _rule("js/loader-phone-<any(lib, fn):name>.js", "GET", script),
        _rule("register", "POST", register),
        _rule("<id_>/events", "GET", events),
        _rule("<id_>/call", "POST", call),
        _rule("<id_>/hangup", "POST", hangup),
    ]
)
