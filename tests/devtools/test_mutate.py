# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`./dev mutate`: which tests a module has, what is listed, and how mutants are tried.

The mutants are cosmic-ray's, which is not among the packages of the tests.
"""

import json
import os
import subprocess
import sys

import pytest

from devtools import mutate
from devtools.errors import Problem
from devtools.places import CHECKOUT


@pytest.mark.parametrize("module", mutate.modules())
def test_each_module_has_tests_of_its_own(module):
    assert mutate.source_of(module).is_file()
    tests = mutate.tests_of(module)
    assert tests
    assert [path for path in tests if not path.exists()] == []


def test_unknown_module_is_refused():
    with pytest.raises(Problem, match="there is no module watch"):
        mutate.run(["clock", "watch"])


def test_what_is_listed_as_equivalent_is_in_the_code():
    """A line that was changed since may be told apart now."""
    lost = []
    for one in mutate.equivalent():
        lines = mutate.source_of(one["module"]).read_text(encoding="utf-8").splitlines()
        if one["line"] not in map(str.strip, lines):
            lost.append(one)
        assert one["why"], one
    assert lost == []


TRY = """
import json, os, sys
from devtools.mutation.trial import Changed, start

ends = []
for source, seconds in json.loads(sys.argv[1]):
    finder = source and Changed("house.door", "house/door.py", source)
    pid = start(finder, ["test_door.py"], seconds)
    ends.append(os.waitpid(pid, 0)[1] == 0)
print(json.dumps(ends))
"""


def test_mutant_lives_only_if_all_tests_pass(tmp_path):
    house = tmp_path / "house"
    house.mkdir()
    (house / "__init__.py").touch()
    (house / "door.py").write_text("def double(number): return 2 * number\n")
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\naddopts = -p no:schemathesis -p no:anyio\n"
    )
    (tmp_path / "test_door.py").write_text(
        "from house.door import double\ndef test_double(): assert double(2) == 4\n"
    )
    trials = [
        (None, 60, True),
        ("def double(number): return 3 * number", 60, False),
        ("def double(number): return number ** 2", 60, True),
        ("def double(number): return nobody", 60, False),
        ("def double(number):\n while True: pass", 2, False),
        ("raise SystemExit(0)", 60, False),
    ]
    done = subprocess.run(
        [sys.executable, "-c", TRY, json.dumps([one[:2] for one in trials])],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{CHECKOUT}{os.pathsep}{tmp_path}"},
        capture_output=True,
        text=True,
        check=True,
    )
    lives = [one[2] for one in trials]
    assert json.loads(done.stdout.splitlines()[-1]) == lives
    # and the code is as it was
    assert "2 * number" in (house / "door.py").read_text()
