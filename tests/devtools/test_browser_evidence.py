# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a failed test in a browser leaves, and says where."""

import zipfile

import pytest

from devtools.places import CHECKOUT

pytest_plugins = ["pytester"]

PAGE = "data:text/html,<script>console.warn('told'); undefined.thing</script>"


@pytest.fixture
def run_in_browser(pytester, monkeypatch):
    """Run a test that says something in a browser; return (result, its folder)."""
    monkeypatch.setenv("PYTHONPATH", str(CHECKOUT))

    def run(*lines):
        body = "\n    ".join([f'page.goto("{PAGE}")', *lines])
        pytester.makepyfile(f"def test_x(page):\n    {body}\n")
        result = pytester.runpytest_subprocess(
            *("-p", "no:odoo", "-p", "devtools.pytest_browser"),
            *("-o", "tmp_path_retention_policy=all"),
        )
        [folder] = pytester.path.glob("runpytest-0/test_x0")
        return result, folder

    return run


def test_a_failed_test_leaves_trace_pictures_and_console(run_in_browser):
    result, folder = run_in_browser("page.context.new_page()", "assert False")
    result.assert_outcomes(failed=1)
    for name in ("console.txt", "page-1.png", "page-2.png", "trace.zip"):
        assert (folder / name).stat().st_size
        result.stdout.fnmatch_lines(f"*: {folder / name}")
    told, thrown = (folder / "console.txt").read_text().splitlines()
    assert told == "warning: told"
    assert thrown.startswith("thrown: ")
    with zipfile.ZipFile(folder / "trace.zip") as trace:
        assert "trace.trace" in trace.namelist()


def test_a_passed_test_leaves_nothing(run_in_browser):
    result, folder = run_in_browser()
    result.assert_outcomes(passed=1)
    assert list(folder.iterdir()) == []


def test_of_a_browser_that_is_gone_the_console_is_left(run_in_browser):
    result, folder = run_in_browser("page.context.browser.close()", "assert False")
    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines("*the browser gave no more: *")
    assert (folder / "console.txt").read_text().startswith("warning: told")
