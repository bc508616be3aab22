# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An HTTP server in threads of its own."""

import threading
from collections.abc import Callable, Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response


class Server:
    """Serves from threads of its own.

    :param answer: makes the response to a request
    :param host: address to listen on
    :param port: port to listen on; 0 = a free one
    """

    def __init__(
        self, answer: Callable[[Request], Response], host: str, port: int
    ) -> None:
        self._answer = answer
        self._host = host
        self._port = port

    @property
    def url(self) -> str:
        return f"http://{self._host}:{self._server.server_port}"

    def start(self) -> None:
        self._server = make_server(
            self._host,
            self._port,
            self._serve,
            threaded=True,
            request_handler=_QuietHandler,
        )
        # Looks that often whether it is to stop.
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}
        )
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _serve(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        return self._answer(Request(environ))(environ, start_response)


class _QuietHandler(WSGIRequestHandler):
    """Does not write a line for every request."""

    def log_request(self, *_arguments: object) -> None:
        pass
