# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The gate of Zadarma's API: signature, rate limit, then the method.

Source of the refusals: projects that met them on live accounts. Where none is known,
README.md says what was chosen.
"""

from __future__ import annotations

import hmac
from functools import partial
from typing import TYPE_CHECKING

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.wrappers import Request, Response

from .media.recordings import DOWNLOADS
from .media.recordings_api import download
from .protocol import php_form, replies, signing
from .protocol.limits import Limiter
from .protocol.question import Question
from .routes import ROUTES
from .webphone import pages

if TYPE_CHECKING:
    from .account.account import Account
    from .simulator import Simulator

# Parameters as they came: names may be there twice.
Pairs = list[tuple[str, str]]


class Api:
    """Answers what Zadarma's hosts would.

    :param simulator: whose accounts, misbehaviours and clock are used
    """

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._limiter = Limiter(simulator.clock)

    def answer(self, request: Request) -> Response:
        """Return the response, and note the request and its outcome."""
        pairs = [*request.args.items(multi=True), *request.form.items(multi=True)]
        key = request.headers.get("Authorization", "").partition(":")[0]
        order = self._simulator.misbehaviours.take(request.path)
        proper = partial(self._proper_answer, request, key, pairs)
        response = order.answer(request, self._simulator, proper) if order else proper()
        self._simulator.requests.append(
            {
                "key": key,
                "method": request.method,
                "path": request.path,
                "params": dict(pairs),
                "status": response.status_code,
                "misbehaviour": order and order.kind,
            }
        )
        return response

    def _proper_answer(self, request: Request, key: str, pairs: Pairs) -> Response:
        if request.path.startswith(DOWNLOADS):
            # Whoever has a link needs no signature.
            return download(request, self._simulator)
        if request.path.startswith(pages.PAGES):
            return pages.answer(request, self._simulator)
        account = self._simulator.accounts.get(key)
        if not account or not _is_signed(request, account, pairs):
            return replies.not_authorized()
        if not self._simulator.rate_limit:
            return self._dispatch(request, account, pairs)
        allowance = self._limiter.take(key, request.path)
        if not allowance.allowed:
            return replies.rate_limited(allowance, account.limit_refusal)
        response = self._dispatch(request, account, pairs)
        response.headers.update(allowance.headers)
        return response

    def _dispatch(self, request: Request, account: Account, pairs: Pairs) -> Response:
        try:
            routes = ROUTES.bind_to_environ(request.environ)
            # Without the slash at its end, a path would be unknown to other verbs.
            path = request.path.removesuffix("/") + "/"
            endpoint, arguments = routes.match(path_info=path)
        except NotFound:
            return replies.error(404, "Wrong method name")
        except MethodNotAllowed:
            return replies.wrong_parameters()
        params = dict(php_form.canonical(pairs))
        question = Question(account, params, self._simulator)
        response: Response = endpoint(question, **arguments)
        return response


def _is_signed(request: Request, account: Account, pairs: Pairs) -> bool:
    signature = signing.request_signature(account.secret, request.path, pairs)
    expected = f"{account.key}:{signature}"
    given = request.headers["Authorization"]
    return hmac.compare_digest(given.encode(), expected.encode())
