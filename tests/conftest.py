# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What all tests outside of Odoo share."""

import json
import os
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent

# The pure part of the addon is importable by itself, without the addon around
# it, which would import Odoo.
sys.path.insert(0, str(CHECKOUT / "zadarma_connector"))

MISSING_IN_CI = (
    "openapi.json is missing: in CI no test is left out. Set ZADARMA_OPENAPI to its "
    "path."
)


def openapi_file(environ=os.environ):
    """Return the path of Zadarma's specification, or None.

    It is Zadarma's file and not part of this project.
    """
    named = environ.get("ZADARMA_OPENAPI")
    path = Path(named or CHECKOUT.parent / "shared" / "zadarma" / "openapi.json")
    return path if path.is_file() else None


@pytest.fixture(scope="session")
def openapi():
    """Zadarma's specification of its API, as a dict."""
    file = openapi_file()
    if not file:
        pytest.fail(MISSING_IN_CI, pytrace=False)
    return json.loads(file.read_text())


def pytest_collection_modifyitems(config, items):
    """Leave out, and say so, what needs the specification when there is none."""
    if openapi_file():
        return
    needing = [item for item in items if "openapi" in item.fixturenames]
    if not needing:
        return
    if os.environ.get("CI"):
        if hasattr(config, "workerinput"):
            # nobody would hear this error of one of several processes; the tests fail
            return
        raise pytest.UsageError(MISSING_IN_CI)
    items[:] = [item for item in items if item not in needing]
    config.hook.pytest_deselected(items=needing)
    config.stash[NOT_RUN] = len(needing)


NOT_RUN = pytest.StashKey[int]()


def pytest_sessionfinish(session):
    """Tell the process that shares out the tests, which collects none itself."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["not_run"] = session.config.stash.get(NOT_RUN, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Hear what one of the processes that share the tests left out; all do the same."""
    left_out = getattr(node, "workeroutput", {}).get("not_run", 0)
    node.config.stash[NOT_RUN] = left_out


def pytest_terminal_summary(terminalreporter, config):
    count = config.stash.get(NOT_RUN, 0)
    if count:
        terminalreporter.write_line(
            f"NOT RUN: {count} tests against Zadarma's openapi.json, which is not "
            "here. Zadarma publishes it in github.com/zadarma; set ZADARMA_OPENAPI "
            "to its path.",
            yellow=True,
        )
