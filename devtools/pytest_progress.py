# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Pytest plugin: a run that is quiet says what it is at.

A test of minutes, or the start of the processes that share a suite, would otherwise
look as if nothing happened.
"""

import threading
import time

#: Seconds of silence after which the running tests are named.
SILENCE = 30


def pytest_configure(config):
    # of several processes, the one that the others report to speaks
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Progress(), "zadarma-progress")


class Progress:
    """Knows which tests are running, and speaks up when none ended for long."""

    def __init__(self, silence=None):
        """
        :param silence: seconds, by default :data:`SILENCE`
        """
        self._silence = SILENCE if silence is None else silence
        self._running = {}
        self._over = threading.Event()
        self._heard = time.monotonic()
        self._reporter = None

    def pytest_sessionstart(self, session):
        terminal = session.config.pluginmanager.get_plugin("terminalreporter")
        self._reporter = threading.Thread(
            target=self._watch, args=(terminal,), daemon=True
        )
        self._reporter.start()

    def pytest_runtest_logstart(self, nodeid):
        self._running[nodeid] = time.monotonic()

    def pytest_runtest_logfinish(self, nodeid):
        self._running.pop(nodeid, None)
        self._heard = time.monotonic()

    def pytest_sessionfinish(self):
        self._over.set()
        self._reporter.join()

    def _watch(self, terminal):
        """Look now and then whether there is something to say."""
        while not self._over.wait(self._silence / 10):
            now = time.monotonic()
            if now - self._heard < self._silence:
                continue
            self._heard = now
            tests = self._running.copy().items()
            for nodeid, began in tests:
                terminal.write_line(f"    ... {now - began:.0f} s: {nodeid}")
            if not tests:
                terminal.write_line("    ... no test is running at the moment")
