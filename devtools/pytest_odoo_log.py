# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Pytest plugin: a test during which Odoo logs a warning or an error fails.

`assertLogs` and `mute_logger` keep a record from getting here, so a test that
provokes a warning says so with one of them.
"""

import logging

import pytest

from devtools import odoo_log

#: By this name a process tells the one that it reports to what was logged at its end.
LEFT = "odoo_log_left"


class Collector(logging.Handler):
    """Keeps the records that nobody expected."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.unexpected = []
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))

    def emit(self, record):
        text = self.format(record)
        if not odoo_log.is_allowed(text):
            self.unexpected.append(text)

    def take(self):
        """Return the collected texts and forget them."""
        taken, self.unexpected = self.unexpected, []
        return taken


COLLECTOR = Collector()


def pytest_sessionstart():
    logging.getLogger().addHandler(COLLECTOR)


def complain(texts):
    """Fail when anything was logged."""
    if texts:
        pytest.fail("Odoo logged:\n" + "\n".join(texts), pytrace=False)


@pytest.fixture(autouse=True)
def clean_odoo_log():
    """Fail the test when something was logged since the one before it."""
    yield
    complain(COLLECTOR.take())


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Take over what one of the processes that share the tests has left."""
    COLLECTOR.unexpected += getattr(node, "workeroutput", {}).get(LEFT, ())


def pytest_sessionfinish(session):
    left = COLLECTOR.take()
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[LEFT] = left
    elif left:
        print("\nOdoo logged outside of a test:\n" + "\n".join(left))
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
