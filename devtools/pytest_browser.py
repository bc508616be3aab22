# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Pytest fixtures and hook of tests in Chromium: a page, and what a failed test leaves.

For a ``conftest.py``, which imports all three.
"""

import pytest
from playwright.sync_api import Error

from devtools import browser, chromium


class Evidence:
    """What can be kept of a browser when its test fails.

    :ivar folder: where to
    """

    def __init__(self, page, folder):
        """
        :param page: the test's first page
        :param folder: where a failed test's files go: beside its logs
        """
        self.folder = folder
        self._context = page.context
        self._console = []
        self._context.on(
            "console", lambda said: self._console.append(f"{said.type}: {said.text}")
        )
        self._context.on(
            "weberror", lambda thrown: self._console.append(f"thrown: {thrown.error}")
        )
        # the film would cost more than the snapshots that are taken at each step
        self._context.tracing.start(snapshots=True)

    def keep(self):
        """Write trace, pictures and console; return where they are, a line each."""
        console = self.folder / "console.txt"
        console.write_text("\n".join(self._console))
        trace = self.folder / "trace.zip"
        kept = [f"console: {console}"]
        try:
            for number, page in enumerate(self._context.pages, 1):
                picture = self.folder / f"page-{number}.png"
                page.screenshot(path=picture)
                kept.append(f"picture of {page.url}: {picture}")
            self._context.tracing.stop(path=trace)
            kept.append(f"trace, for `playwright show-trace`: {trace}")
        except Error as error:
            kept.append(f"the browser gave no more: {error}")
        return "\n".join(kept)


EVIDENCE = pytest.StashKey[Evidence]()


@pytest.fixture(scope="session")
def launched():
    """The Chromium of a process's tests, launched once."""
    with browser.launched(chromium.ensure()) as launched:
        yield launched


@pytest.fixture
def page(request, tmp_path, launched):
    """A page of Chromium."""
    with browser.opened(launched) as page:
        request.node.stash[EVIDENCE] = Evidence(page, tmp_path)
        yield page
        # closed with what it is about
        del request.node.stash[EVIDENCE]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Keep the evidence while the browser is there, and say where."""
    report = yield
    evidence = item.stash.get(EVIDENCE, None)
    if report.failed and evidence:
        report.sections.append(("Browser", evidence.keep()))
    return report
