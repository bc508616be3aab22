# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Break modules of zadarma_api and print what their tests did not notice."""

import importlib
import os
import sys
import time
from dataclasses import dataclass, field

from devtools.mutate import PACKAGE, equivalent, source_of, tests_of

from .mutants import mutants
from .trial import Changed, start

#: Of the mutants that differ from the code, so many have to be noticed.
ENOUGH = 0.9
#: What tests of zadarma_api use, imported once for all of them.
IMPORTED = ("jsonschema", "phonenumbers", "pbx_simulator", "pytz", "requests")
#: Seconds that tests of a mutant may take: those of the module as it is, so many times,
#: and some more.
_SLOWER, _MORE = 5, 20


@dataclass
class Result:
    """How it went with the mutants of a module."""

    module: str
    mutants: int = 0
    killed: int = 0
    equivalent: int = 0
    seconds: float = 0
    survivors: list = field(default_factory=list)

    def line(self):
        """Return the line of the summary."""
        return (
            f"{self.module:20} {self.mutants:5} mutants {self.killed:5} killed"
            f" {100 * self.killed // max(self.mutants, 1):4} % {self.equivalent:4}"
            f" equivalent {100 * self.rate():5.0f} % of the others"
            f" {self.seconds:6.0f} s"
        )

    def rate(self):
        """Return which part was killed of those that are not equivalent."""
        others = self.mutants - self.equivalent
        return self.killed / others if others else 1


def try_module(module):
    """Run a module's tests against each of its mutants.

    :return: :class:`Result`
    """
    began = time.monotonic()
    result = Result(module)
    path, tests = source_of(module), tests_of(module)
    found = mutants(path.read_text(encoding="utf-8"))
    if not found:
        return result
    name = ".".join(["zadarma_api", *module.split("/")])
    if os.waitpid(start(None, tests, seconds=600), 0)[1]:
        sys.exit(f"{module}: its tests fail without any change, see ./dev test")
    limit = int(_SLOWER * (time.monotonic() - began) + _MORE)
    known = equivalent_of(module)

    def judge(mutant, status):
        result.mutants += 1
        if status:
            result.killed += 1
            if (mutant.line, mutant.becomes) in known:
                print(f"{module}:{mutant.number} is killed, so not equivalent")
        elif (mutant.line, mutant.becomes) in known:
            result.equivalent += 1
        else:
            result.survivors.append(mutant)

    running = {}
    for mutant in found:
        if len(running) == len(os.sched_getaffinity(0)):
            ended, status = os.wait()
            judge(running.pop(ended), status)
        changed = Changed(name, path, mutant.source)
        running[start(changed, tests, limit)] = mutant
    while running:
        ended, status = os.wait()
        judge(running.pop(ended), status)
    result.seconds = time.monotonic() - began
    return result


def equivalent_of(module):
    """Return what is listed of a module, as pairs of a line and what it becomes."""
    return {
        (one["line"], becomes)
        for one in equivalent()
        if one["module"] == module
        for becomes in one["becomes"]
    }


def show(result):
    """Print how it went with a module."""
    print(result.line())
    for mutant in sorted(result.survivors):
        print(f"    {result.module}:{mutant.number}")
        print(f"        {mutant.line}")
        print(f"        {mutant.becomes}", flush=True)


def main(names):
    """Break modules and return the exit code."""
    sys.path.insert(0, str(PACKAGE.parent))
    for name in IMPORTED:
        importlib.import_module(name)
    total = Result("all")
    for name in names:
        result = try_module(name)
        show(result)
        total.mutants += result.mutants
        total.killed += result.killed
        total.equivalent += result.equivalent
        total.seconds += result.seconds
    print(total.line())
    return int(total.rate() < ENOUGH)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
