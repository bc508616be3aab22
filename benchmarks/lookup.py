# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How fast it is found out who calls, among up to a million contacts.

Beside ours, in the same Odoo: what Odoo's core offers, and what other telephony addons
do. A look-up is right if it tells the contact whose number it is, and nobody for a
number that is nobody's. Goal: ours at most 1 ms at a million, and less than twice what
it takes at 10,000.
"""

import json
import os
import subprocess
import tempfile
from pathlib import Path

from benchmarks import _command
from devtools import database, places
from devtools.errors import Problem
from devtools.progress import step

#: What runs inside Odoo.
PROBE = places.CHECKOUT / "benchmarks" / "_lookup_probe.py"
#: One copy of the database for all; contacts are added.
SIZES = (10_000, 100_000, 1_000_000)


def measure(environment):
    """Measure, and return a ``_command.Report``."""
    name = f"bench_{os.getpid()}"
    database.create(environment, name, demo=False)
    try:
        with step(f"{SIZES[-1]:,} contacts"):
            told = _run_inside_odoo(environment, name)
    finally:
        database.drop(environment, name)
    return _command.Report(**told)


def _run_inside_odoo(environment, name):
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        done = subprocess.run(
            [
                environment.python,
                environment.odoo.bin,
                "shell",
                f"--database={name}",
                "--no-http",
                "--log-level=error",
            ],
            env={
                **environment.environ(),
                "PYTHONPATH": f"{environment.odoo.path}:{places.CHECKOUT}",
                "LOOKUP_RESULT": str(result),
                "LOOKUP_SIZES": json.dumps(SIZES),
            },
            input=PROBE.read_text(),
            text=True,
            stdout=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode or not result.exists():
            raise Problem("measuring inside Odoo failed, see above.")
        return json.loads(result.read_text())


if __name__ == "__main__":
    _command.main(measure)
