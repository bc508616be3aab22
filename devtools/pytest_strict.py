# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Pytest plugin of `./dev test`: no test is left out unseen, results are counted.

A skipped test fails the run: it proves nothing and looks like success. When several
processes share the tests (pytest-xdist), the one that they report to counts.
"""

import json
from pathlib import Path

import pytest


def pytest_addoption(parser):
    parser.addoption("--result-file", help="where to write the counts, as JSON")


def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(StrictRun(config), "zadarma-strict-run")


class StrictRun:
    """Counts outcomes, and turns skips into a failure of the run."""

    def __init__(self, config):
        self._result_file = config.getoption("--result-file")
        self._skipped = []
        self._counts = {"passed": 0, "failed": 0, "interrupted": False}
        self._broken = []

    def pytest_collectreport(self, report):
        if report.skipped:
            self._skipped.append((report.nodeid, report.longrepr[2]))
        elif report.failed:
            self._counts["failed"] += 1

    def pytest_runtest_logreport(self, report):
        if report.skipped:
            reason = getattr(report, "wasxfail", None) or report.longrepr[2]
            self._skipped.append((report.nodeid, reason))
        elif report.failed:
            self._counts["failed"] += 1
        elif report.when == "call":
            self._counts["passed"] += 1

    def pytest_keyboard_interrupt(self, excinfo):
        # of another kind is what an option asks for, as -x does
        if excinfo.type is KeyboardInterrupt:
            self._counts["interrupted"] = True

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node, error):
        """One of the processes ended."""
        if error:
            self._broken.append(f"{node.gateway.id} broke: {error}")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        self._counts["failed"] += len(self._skipped)
        left_out = self._skipped or self._broken
        if left_out and session.exitstatus in (0, pytest.ExitCode.OK):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        if self._result_file:
            Path(self._result_file).write_text(json.dumps(self._counts))

    def pytest_terminal_summary(self, terminalreporter):
        for sentence in self._broken:
            terminalreporter.write_line(sentence, red=True)
        for nodeid, reason in self._skipped:
            terminalreporter.write_line(
                f"SKIPPED, which counts as failed: {nodeid}: {reason}", red=True
            )
