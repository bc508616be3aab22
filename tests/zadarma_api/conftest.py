# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the tests of zadarma_api share."""

import socket
import sys
import threading
from pathlib import Path

import pytest

# The oracle of who waits is one of the addon's tests, which as a package need Odoo.
sys.path.append(str(Path(__file__).parents[2] / "zadarma_connector" / "tests"))


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """An address on this machine is never reached through a proxy."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def say():
    """Start a server that says exactly these bytes, whatever it is asked.

    ``say(*answers, gap=0)``: for each connection the next answer, a list of pieces with
    ``gap`` seconds before each; the last one again and again. Returns its address
    without a scheme.
    """
    servers = []

    def say(*answers, gap=0):
        servers.append(_RawServer(answers, gap))
        return servers[-1].address

    yield say
    for server in servers:
        server.stop()


class _RawServer:
    def __init__(self, answers, gap):
        self._answers = list(answers)
        self._gap = gap
        self._stopped = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.02)
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self):
        while not self._stopped.is_set():
            try:
                connection, _address = self._socket.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(5)
                self._talk(connection)

    def _talk(self, connection):
        answer = self._answers[0]
        if len(self._answers) > 1:
            self._answers.pop(0)
        try:
            connection.recv(65536)
            for piece in answer:
                if self._stopped.wait(self._gap):
                    return
                connection.sendall(piece)
        except OSError:
            # whoever asked has enough
            return

    def stop(self):
        self._stopped.set()
        self._thread.join()
        self._socket.close()
