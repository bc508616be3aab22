# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A running Odoo server."""

import os
import signal
import time
import urllib.error
import urllib.request

from . import process
from .errors import Problem

#: Seconds that a start may take; it takes three to ten.
PATIENCE = 120


class OdooServer:
    """Odoo serving one database on the loopback interface."""

    def __init__(self, environment, database, port=None, log=None, options=()):
        """
        :param environment: an :class:`environment.Environment`
        :param database: the database served
        :param port: TCP port, by default a free one
        :param log: path of the log, which is appended to
        :param options: more options of the odoo command
        """
        self.environment = environment
        self.database = database
        self.port = port or process.free_port()
        self.log = log
        self.options = options
        self.process = None

    @property
    def program(self):
        """The odoo command."""
        return self.environment.odoo.bin

    @property
    def url(self):
        """The address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        """Start it and wait until it serves.

        :raises Problem: with the end of its log when it does not come up
        """
        with self.log.open("ab") as output:
            self.process = process.start(
                [
                    self.environment.python,
                    self.program,
                    f"--database={self.database}",
                    f"--http-port={self.port}",
                    # with workers there is one more process, at a port of its own
                    f"--gevent-port={process.free_port()}",
                    *self.options,
                ],
                env=self.environment.environ(),
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + PATIENCE
        while not self._serves():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                text = self.log.read_text(errors="replace")
                raise Problem(
                    f"Odoo did not start. Its log: {self.log}\n{process.tail(text)}"
                )
            time.sleep(0.1)

    def _serves(self):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            # Answers once the database's modules are loaded.
            with opener.open(f"{self.url}/web/login", timeout=PATIENCE) as response:
                return response.status == 200
        except (urllib.error.URLError, ConnectionError):
            return False

    def stop(self):
        """End it, with the processes it started."""
        if self.process:
            process.stop(self.process)
            self.process = None

    def kill(self):
        """End it at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None
