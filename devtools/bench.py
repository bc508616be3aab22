# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""./dev bench: one script of benchmarks/, in the environment."""

from . import environment, places
from .errors import Problem
from .process import run_to_end

FOLDER = places.CHECKOUT / "benchmarks"


def names(folder=FOLDER):
    """Return the names of the benchmarks."""
    return sorted(path.stem for path in folder.glob("[a-z]*.py"))


def run(name, json_file):
    """Run a benchmark and return its exit code.

    It fails on wrong results, never on slowness.

    :param name: as :func:`names` lists them
    :param json_file: where it writes its figures, or None
    :raises Problem: when there is no such benchmark
    """
    if name not in names():
        known = ", ".join(names()) or "none yet"
        raise Problem(f"there is no benchmark {name}. There are: {known}")
    with environment.ready(durable=True) as ready:
        return run_to_end(
            [
                ready.python,
                FOLDER / f"{name}.py",
                *(["--json", json_file] if json_file else []),
            ],
            env={**ready.environ(), "PYTHONPATH": str(places.CHECKOUT)},
        )
