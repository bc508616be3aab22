# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Pytest plugin of `./dev test`: no test is left out unseen, results are counted.

A skipped test fails the run: it proves nothing and looks like success.
"""

import json
from pathlib import Path

import pytest


def pytest_addoption(parser):
    parser.addoption("--result-file", help="where to write the counts, as JSON")


def pytest_configure(config):
    config.pluginmanager.register(StrictRun(config), "zadarma-strict-run")


class StrictRun:
    """Counts outcomes, and turns skips into a failure of the run."""

    def __init__(self, config):
        self._result_file = config.getoption("--result-file")
        self._skipped = []
        self._counts = {"passed": 0, "failed": 0}

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

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        self._counts["failed"] += len(self._skipped)
        if self._skipped and session.exitstatus in (0, pytest.ExitCode.OK):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        if self._result_file:
            Path(self._result_file).write_text(json.dumps(self._counts))

    def pytest_terminal_summary(self, terminalreporter):
        for nodeid, reason in self._skipped:
            terminalreporter.write_line(
                f"SKIPPED, which counts as failed: {nodeid}: {reason}", red=True
            )
