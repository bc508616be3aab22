# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""./dev test: three suites, each in processes of its own.

pure: what needs neither Odoo nor a database; odoo: the addons' own tests, inside
Odoo; live: a real server, the simulator and a browser, driven from outside. Several
processes share a suite (pytest-xdist), unless only some files of it are asked for.
"""

import dataclasses
import json
import os
import tempfile
import time
from pathlib import Path

from . import addons, database, environment, places
from .errors import Problem
from .process import run_to_end
from .progress import say

#: Options of pytest whose value is an argument of its own.
TAKING_A_VALUE = {"-k", "-m", "-n", "-p", "-o", "-W", "-c", "-r", "--tb", "--maxfail"}
#: Processes for each core. Most of the time a test waits: for a server, a browser.
SHARING = {"pure": 2, "odoo": 1, "live": 2}

NOTHING_COLLECTED = 5
LIVE = Path("tests") / "live"


@dataclasses.dataclass
class Result:
    """How a suite ended."""

    suite: str
    code: int
    passed: int
    failed: int
    seconds: float

    def line(self):
        """Return the line of the summary."""
        return (
            f"{self.suite:5} {self.passed:5} passed {self.failed:4} failed"
            f" {self.seconds:7.1f} s"
        )


def split_arguments(arguments, cwd, checkout=places.CHECKOUT):
    """Tell the paths among some arguments of pytest from the others.

    :param cwd: the folder that relative paths start from
    :return: (paths relative to the checkout, other arguments)
    :raises Problem: when a path does not exist
    """
    paths, others = [], []
    previous = ""
    for argument in arguments:
        if argument.startswith("-") or previous in TAKING_A_VALUE:
            others.append(argument)
        else:
            file, *inside = argument.split("::")
            path = (Path(cwd) / file).resolve()
            if not path.exists() or not path.is_relative_to(checkout):
                raise Problem(f"there is no test file or folder {file} here.")
            relative = str(path.relative_to(checkout))
            paths.append("::".join([relative, *inside]))
        previous = argument
    return paths, others


def choose_suites(paths, checkout=places.CHECKOUT):
    """Return what each suite runs: a dict of its name to a list of paths.

    :param paths: as :func:`split_arguments` returns them; empty means everything
    """
    whole = _whole_suites(checkout)
    chosen = {"pure": [], "odoo": [], "live": []}
    if not paths:
        for suite, folders in whole.items():
            chosen[suite] = [str(folder) for folder in folders]
    for path in paths:
        place = Path(path.split("::")[0])
        if place.is_relative_to(LIVE):
            chosen["live"].append(path)
            continue
        for suite, folders in whole.items():
            for folder in folders:
                if place.is_relative_to(folder):
                    chosen[suite].append(path)
                elif folder.is_relative_to(place):
                    chosen[suite].append(str(folder))
    return {suite: found for suite, found in chosen.items() if found}


def sharing(suite, paths, checkout=places.CHECKOUT):
    """Return the options of pytest by which several processes share a suite.

    :param paths: what it runs; files only are done before others would have started
    """
    if not any((checkout / path).is_dir() for path in paths):
        return []
    # A process begins with tests that stand together, so that they share what a class
    # or a file sets up; whoever is done takes over from others.
    return [f"-n{SHARING[suite] * os.cpu_count()}", "--dist=worksteal"]


def _whole_suites(checkout):
    """Return the folders of each suite, those that there are."""
    suites = {
        "pure": [Path("tests")],
        "odoo": [Path(name) / "tests" for name in addons.names(checkout)],
        "live": [LIVE],
    }
    return {
        suite: [folder for folder in folders if (checkout / folder).is_dir()]
        for suite, folders in suites.items()
    }


def run(arguments):
    """Run the tests that the arguments choose and return the exit code.

    :param arguments: for pytest; paths choose suites, the rest goes to all
    """
    paths, others = split_arguments(arguments, Path.cwd())
    suites = choose_suites(paths)
    if not suites:
        raise Problem("none of these paths holds tests.")
    results = []
    if "pure" in suites:
        results.append(_run_outside_odoo("pure", suites["pure"], others))
    if "odoo" in suites or "live" in suites:
        with environment.ready(browser=True) as ready:
            if "odoo" in suites:
                results.append(_run_inside_odoo(ready, suites["odoo"], others))
            if "live" in suites:
                results.append(_run_outside_odoo("live", suites["live"], others))
    return conclude(results, filtered=bool(arguments))


def conclude(results, filtered):
    """Print the summary and return the exit code.

    :param filtered: whether the user chose tests; then a suite may match none
    """
    for result in results:
        empty = result.code == NOTHING_COLLECTED
        if empty and filtered:
            result.code = 0
        elif empty:
            say(f"{result.suite}: no test was found, so this run proves nothing")
        elif result.code and not result.failed:
            # Pytest itself failed, before or after the tests.
            result.failed = 1
    passed = sum(result.passed for result in results)
    failed = sum(result.failed for result in results)
    print()
    for result in results:
        print(result.line())
    # On a line of its own and in this form, CI services find the counts.
    print(f"{passed} passed, {failed} failed", flush=True)
    if passed + failed == 0:
        say("no test ran")
        return NOTHING_COLLECTED
    return int(any(result.code for result in results))


def _pytest(suite, python, arguments, env):
    """Run pytest and return a :class:`Result`.

    :raises KeyboardInterrupt: it was interrupted
    """
    print(f"\n--- {suite}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        result_file = Path(folder) / "result.json"
        began = time.monotonic()
        code = run_to_end(
            [
                python,
                "-m",
                "pytest",
                "-p",
                "devtools.pytest_strict",
                "-p",
                "devtools.pytest_progress",
                "-p",
                "devtools.pytest_ending",
                f"--result-file={result_file}",
                *arguments,
            ],
            env=env,
            cwd=places.CHECKOUT,
        )
        counts = {"passed": 0, "failed": 0, "interrupted": code < 0}
        if result_file.exists():
            counts = json.loads(result_file.read_text())
    if counts.pop("interrupted"):
        # no further suite is wanted
        raise KeyboardInterrupt
    return Result(suite, code, seconds=time.monotonic() - began, **counts)


def _python_path(*folders):
    return os.pathsep.join(str(folder) for folder in (*folders, places.CHECKOUT))


def _run_outside_odoo(suite, paths, others):
    options = ["-p", "no:odoo"]
    if suite == "pure":
        options += ["-p", "devtools.pytest_untimed", f"--ignore={LIVE}"]
    else:
        # After a failure of Playwright its import breaks Python 3.11.2's compiler.
        options += ["-p", "no:hypothesispytest"]
    return _pytest(
        suite,
        environment.python(),
        [*options, *sharing(suite, paths), *others, *paths],
        {**os.environ, "PYTHONPATH": _python_path(), "PYTHONDONTWRITEBYTECODE": "1"},
    )


def _run_inside_odoo(ready, paths, others):
    with database.temporary(ready, "test") as name:
        return _pytest(
            "odoo",
            ready.python,
            [
                "-p",
                "devtools.pytest_odoo_log",
                "-p",
                "devtools.pytest_odoo_files",
                f"--odoo-database={name}",
                "--odoo-http",
                "--odoo-log-level=warn",
                f"--odoo-extra=screenshots={ready.state / 'screenshots'}",
                *sharing("odoo", paths),
                *others,
                *paths,
            ],
            {**ready.environ(), "PYTHONPATH": _python_path(ready.odoo.path)},
        )
