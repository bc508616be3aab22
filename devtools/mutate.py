# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""./dev mutate: whether the tests notice when zadarma_api is broken.

Each module is broken in many small ways (mutants), and its own tests have to fail each
time. What survives shows a test that is missing, unless the mutant does the same as the
code: those are listed in ``mutation/equivalent.toml``, with reasons.
"""

import itertools
import os
import tomllib
from pathlib import Path

from . import places, python_env
from .errors import Problem
from .process import run_to_end

PACKAGE = places.CHECKOUT / "zadarma_connector" / "zadarma_api"
TESTS = places.CHECKOUT / "tests" / "zadarma_api"
EQUIVALENT = Path(__file__).parent / "mutation" / "equivalent.toml"

#: The tests of modules without a file ``test_<module>*.py`` of their own, the quickest
#: first.
_ELSEWHERE = {
    "belief": ["test_belief.py"],
    "client": ["test_client.py", "test_sms.py"],
    "errors": ["test_errors.py", "test_sms.py"],
    "fold": ["test_fold_table.py", "test_cases.py", "test_fold.py"],
    "numbers": ["numbers"],
    "request": ["test_errors.py", "test_client.py"],
    "shapes": ["test_belief.py"],
    "texts": ["test_errors.py", "test_client.py"],
}


def modules():
    """Return the modules' names, as in ``clock`` and ``fold/times``."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).with_suffix("")
        found.append(str(name.parent if name.name == "__init__" else name))
    return [name for name in found if name != "."]


def source_of(module):
    """Return the path of a module."""
    package = PACKAGE / module / "__init__.py"
    return package if package.exists() else PACKAGE / f"{module}.py"


def tests_of(module):
    """Return the paths of a module's own tests."""
    first, *rest = module.split("/")
    if first not in _ELSEWHERE:
        return sorted(TESTS.glob(f"test_{first}*.py"))
    paths = [TESTS / name for name in _ELSEWHERE[first]]
    if rest and (own := TESTS / first / f"test_{rest[0]}.py").exists():
        paths.insert(0, own)
    # a file that is named beside its folder would be all that pytest takes of it
    files = (
        sorted(path.glob("test_*.py")) if path.is_dir() else [path] for path in paths
    )
    return list(dict.fromkeys(itertools.chain.from_iterable(files)))


def equivalent():
    """Return the mutants that do the same as the code: for each, a dict of ``module``,
    ``line`` and what it ``becomes``, a list, all without indentation, and ``why``."""
    return tomllib.loads(EQUIVALENT.read_text(encoding="utf-8")).get("mutant", [])


def run(names):
    """Break modules and return the exit code; 1 when too many mutants survive.

    :param names: of :func:`modules`; empty means all
    :raises Problem: when there is no such module
    """
    for name in names:
        if name not in modules():
            raise Problem(f"there is no module {name}. There are: {modules()}")
    return run_to_end(
        [
            python_env.ensure(python_env.MUTATION, "breaking the code"),
            *("-m", "devtools.mutation", *(names or modules())),
        ],
        cwd=places.CHECKOUT,
        env={
            **os.environ,
            "PYTHONPATH": str(places.CHECKOUT),
            # what pytest made of the test files is used again by the next mutant
            "PYTHONPYCACHEPREFIX": str(places.checkout_state() / "bytecode_of_mutants"),
        },
    )
