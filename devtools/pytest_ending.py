# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Pytest plugin: of an interrupted run of several processes, each cleans up.

By itself pytest-xdist gives them five seconds before it interrupts them again, which
would leave databases behind on a busy machine.
"""

import contextlib
import signal
import time

import psutil
import pytest

#: Seconds that stopping servers and dropping databases may take.
PATIENCE = 60


def pytest_configure(config):
    if hasattr(config, "workerinput"):
        signal.signal(signal.SIGINT, _interrupt_once)
    else:
        config.pluginmanager.register(Ending(), "zadarma-ending")


def _interrupt_once(number, _frame):
    signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


class Ending:
    """Interrupts the processes that share the tests, and waits for them."""

    def __init__(self):
        self._nodes = []

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodeready(self, node):
        self._nodes.append(node)

    def pytest_keyboard_interrupt(self, excinfo):
        if not self._nodes or excinfo.type is not KeyboardInterrupt:
            # there is one process, or its end was asked for by an option
            return
        for child in psutil.Process().children():
            # whom the terminal's Ctrl-C has reached takes no notice
            with contextlib.suppress(psutil.NoSuchProcess):
                child.send_signal(signal.SIGINT)
        deadline = time.monotonic() + PATIENCE
        while not all(hasattr(node, "workeroutput") for node in self._nodes):
            if time.monotonic() > deadline:
                break
            time.sleep(0.1)
