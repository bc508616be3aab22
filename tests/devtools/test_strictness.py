# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""That `./dev test` cannot succeed without having proved something."""

import json

import pytest

from devtools import testing
from devtools.places import CHECKOUT

pytest_plugins = ["pytester"]

PASSING = "def test_passes(): pass\n"
#: By which two processes share the tests.
SHARED = ("-n2", "--dist=worksteal")


@pytest.fixture
def run_strictly(pytester, monkeypatch):
    """Run pytest on a test file as `./dev test` does; return (result, counts)."""
    monkeypatch.setenv("PYTHONPATH", str(CHECKOUT))

    def run(text, *options):
        pytester.makepyfile(text)
        result = pytester.runpytest_subprocess(
            *("-p", "no:odoo", "-p", "devtools.pytest_strict"),
            "--result-file=result.json",
            *options,
        )
        counts = json.loads((pytester.path / "result.json").read_text())
        assert counts.pop("interrupted") is False
        return result, counts

    return run


def test_passed_tests_are_counted(run_strictly):
    result, counts = run_strictly(PASSING)
    assert (result.ret, counts) == (0, {"passed": 1, "failed": 0})


@pytest.mark.parametrize(
    "skipping",
    [
        "import pytest\n@pytest.mark.skip(reason='lazy')\ndef test_x(): pass\n",
        "import pytest\ndef test_x(): pytest.skip('lazy')\n",
        "import pytest\npytest.skip('lazy', allow_module_level=True)\n",
        "import pytest\n@pytest.mark.xfail(reason='lazy')\ndef test_x(): 1 / 0\n",
        "import unittest\nclass T(unittest.TestCase):\n"
        "    def test_x(self): self.skipTest('lazy')\n",
    ],
)
def test_a_skipped_test_fails_the_run(run_strictly, pytester, skipping):
    pytester.makepyfile(test_other=PASSING)
    result, counts = run_strictly(skipping)
    assert result.ret != 0
    assert counts == {"passed": 1, "failed": 1}
    result.stdout.fnmatch_lines("SKIPPED, which counts as failed: *lazy*")


def test_failures_and_errors_are_counted(run_strictly):
    result, counts = run_strictly(
        "import pytest\n"
        "@pytest.fixture\n"
        "def broken(): 1 / 0\n"
        "def test_fails(): assert False\n"
        "def test_errs(broken): pass\n"
    )
    assert (result.ret, counts) == (1, {"passed": 0, "failed": 2})


def test_outcomes_of_several_processes_are_counted(run_strictly, pytester):
    pytester.makepyfile(
        test_left_out="import pytest\npytest.skip('lazy', allow_module_level=True)\n"
    )
    result, counts = run_strictly(
        "import pytest\n"
        "@pytest.fixture\n"
        "def broken(): 1 / 0\n"
        "def test_fails(): assert False\n"
        "def test_errs(broken): pass\n"
        "def test_skips(): pytest.skip('tired')\n" + PASSING,
        *SHARED,
    )
    assert (result.ret, counts) == (1, {"passed": 1, "failed": 4})
    result.stdout.fnmatch_lines("SKIPPED, which counts as failed: *lazy*")
    result.stdout.fnmatch_lines("SKIPPED, which counts as failed: *tired*")


def test_a_skip_in_another_process_fails_the_run(run_strictly):
    result, counts = run_strictly(
        "import pytest\ndef test_x(): pytest.skip('lazy')\n" + PASSING, *SHARED
    )
    assert (result.ret, counts) == (1, {"passed": 1, "failed": 1})


@pytest.mark.parametrize("text", [PASSING, ""])
def test_several_processes_run_what_one_does(run_strictly, text):
    result, counts = run_strictly(text, *SHARED)
    if text:
        assert (result.ret, counts) == (0, {"passed": 1, "failed": 0})
    else:
        assert result.ret == testing.NOTHING_COLLECTED


def test_a_test_that_ends_its_process_has_failed(run_strictly):
    result, counts = run_strictly(
        "import os\ndef test_x(): os._exit(0)\n" + PASSING, *SHARED
    )
    assert (result.ret, counts) == (1, {"passed": 1, "failed": 1})


def test_a_process_that_breaks_after_its_tests_fails_the_run(run_strictly, pytester):
    pytester.makeconftest(
        "import os\n"
        "def pytest_sessionfinish(session):\n"
        "    if hasattr(session.config, 'workerinput'): os._exit(0)\n"
    )
    result, counts = run_strictly(PASSING, *SHARED)
    assert (result.ret, counts) == (1, {"passed": 1, "failed": 0})
    result.stdout.fnmatch_lines("gw? broke: *")


@pytest.mark.parametrize(
    ("body", "passes"),
    [
        ("log.warning('unexpected')", False),
        ("log.error('unexpected')", False),
        ("log.info('fine')", True),
        ("with self.assertLogs('odoo.x', 'WARNING'): log.warning('expected')", True),
        ("log.warning('x.browser: Error received after termination')", True),
    ],
)
def test_a_warning_that_nobody_expected_fails_its_test(run_strictly, body, passes):
    result, counts = run_strictly(
        "import logging, unittest\n"
        "log = logging.getLogger('odoo.x')\n"
        "class T(unittest.TestCase):\n"
        f"    def test_x(self):\n        {body}\n",
        *("-p", "devtools.pytest_odoo_log"),
    )
    assert (result.ret == 0) is passes
    assert counts["failed"] == int(not passes)


@pytest.mark.parametrize("shared", [(), SHARED], ids=["alone", "shared"])
def test_a_warning_outside_of_tests_fails_the_run(run_strictly, shared):
    result, _counts = run_strictly(
        "import logging, pytest\n"
        "@pytest.fixture(scope='session', autouse=True)\n"
        "def server():\n"
        "    yield\n"
        "    logging.getLogger('odoo.x').warning('late')\n" + PASSING,
        *("-p", "devtools.pytest_odoo_log"),
        *shared,
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines("*WARNING odoo.x: late")


def result_of(suite, code, passed=0, failed=0):
    return testing.Result(suite, code, passed, failed, 1.0)


def test_the_last_line_has_the_counts_of_all_suites(capsys):
    results = [result_of("pure", 0, 5), result_of("odoo", 1, 2, 3)]
    assert testing.conclude(results, filtered=False) == 1
    assert capsys.readouterr().out.endswith("\n7 passed, 3 failed\n")


def test_everything_passed():
    results = [result_of("pure", 0, 5), result_of("odoo", 0, 2)]
    assert testing.conclude(results, filtered=False) == 0


def test_a_filter_may_leave_a_suite_empty_but_not_all():
    results = [result_of("pure", 0, 1), result_of("odoo", 5)]
    assert testing.conclude(results, filtered=True) == 0
    results = [result_of("pure", 5), result_of("odoo", 5)]
    assert testing.conclude(results, filtered=True) != 0


def test_without_a_filter_an_empty_suite_fails():
    results = [result_of("pure", 0, 1), result_of("odoo", 5)]
    assert testing.conclude(results, filtered=False) != 0


def test_pytest_that_breaks_is_a_failure(capsys):
    assert testing.conclude([result_of("pure", 3, 9)], filtered=False) == 1
    assert "9 passed, 1 failed" in capsys.readouterr().out


def test_a_quiet_run_says_what_it_is_at(run_strictly, pytester):
    pytester.makeconftest(
        "from devtools import pytest_progress\npytest_progress.SILENCE = 0.3\n"
    )
    result, _counts = run_strictly(
        "import time\ndef test_long(): time.sleep(1)\ndef test_short(): pass\n",
        *("-p", "devtools.pytest_progress", *SHARED),
    )
    assert result.ret == 0
    result.stdout.fnmatch_lines("*... ? s: *::test_long")


TESTS_CONFTEST = (CHECKOUT / "tests" / "conftest.py").read_text()
USING_OPENAPI = "def test_shape(openapi): assert openapi == {'openapi': '3'}\n"


@pytest.fixture
def without_openapi(pytester, monkeypatch):
    pytester.makeconftest(TESTS_CONFTEST)
    monkeypatch.delenv("ZADARMA_OPENAPI", raising=False)
    monkeypatch.delenv("CI", raising=False)


@pytest.mark.parametrize("shared", [(), SHARED], ids=["alone", "shared"])
def test_without_the_specification_one_line_says_what_was_not_run(
    without_openapi, run_strictly, shared
):
    result, counts = run_strictly(PASSING + USING_OPENAPI, *shared)
    assert (result.ret, counts) == (0, {"passed": 1, "failed": 0})
    result.stdout.fnmatch_lines("NOT RUN: 1 tests against Zadarma's openapi.json*")


def test_in_ci_a_missing_specification_is_an_error(
    without_openapi, run_strictly, monkeypatch
):
    monkeypatch.setenv("CI", "true")
    result, _counts = run_strictly(PASSING + USING_OPENAPI)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines("*openapi.json is missing: in CI no test is left out*")


def test_in_ci_tests_without_the_specification_fail_in_all_processes(
    without_openapi, run_strictly, monkeypatch
):
    monkeypatch.setenv("CI", "true")
    result, counts = run_strictly(PASSING + USING_OPENAPI, *SHARED)
    assert (result.ret, counts) == (1, {"passed": 1, "failed": 1})
    result.stdout.fnmatch_lines("*openapi.json is missing: in CI no test is left out*")


def test_with_the_specification_nothing_is_left_out(
    without_openapi, run_strictly, monkeypatch, pytester
):
    file = pytester.makefile(".json", spec='{"openapi": "3"}')
    monkeypatch.setenv("ZADARMA_OPENAPI", str(file))
    result, counts = run_strictly(PASSING + USING_OPENAPI)
    assert (result.ret, counts) == (0, {"passed": 2, "failed": 0})
