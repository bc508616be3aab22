# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Measuring inside Odoo, where nothing but the ORM and the database is between."""

import json
import subprocess
import tempfile
from pathlib import Path

from devtools import places
from devtools.errors import Problem


def run(environment, name, probe, **settings):
    """Run a script in ``odoo shell``, and return what it wrote as JSON.

    :param environment: an ``environment.Environment``
    :param name: the database
    :param probe: file in ``benchmarks/``; it finds the settings as JSON in
        ``PROBE_SETTINGS`` and writes to the file named in ``PROBE_RESULT``
    :raises Problem: the script failed
    """
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
                "PROBE_RESULT": str(result),
                "PROBE_SETTINGS": json.dumps(settings),
            },
            input=(places.CHECKOUT / "benchmarks" / probe).read_text(),
            text=True,
            stdout=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode or not result.exists():
            raise Problem("measuring inside Odoo failed, see above.")
        return json.loads(result.read_text())
