# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How fast lists, tables and the dashboard are at a million calls.

A company with ten thousand calls a month, after one month and after a hundred. What is
shown by default is of the last month, so it should take no longer, and be the same.
Goal: less than three times as long. Beside it, for information, the whole history.
"""

import time

from benchmarks import _command, _shell
from devtools import addons, database
from devtools.progress import step

#: Calls; a month has as many as the first says.
SIZES = (10_000, 1_000_000)
#: All of the calls' tables but keys, which constraints hold.
INDEXES = """
SELECT indexname FROM pg_indexes WHERE tablename IN ('zadarma_call', 'zadarma_call_leg')
    AND indexname NOT LIKE '%_pkey'
"""
MAIN, CRM = addons.names()


def measure(environment):
    """Measure, and return a ``_command.Report``."""
    with database.temporary(environment, "bench") as name:
        with step(f"{SIZES[-1]:,} calls"):
            told = _shell.run(environment, name, "_reports_probe.py", sizes=SIZES)
        told["tables"]["Seconds, the addons"] = _addon_rows(environment, name)
    return _command.Report(**told)


def _addon_rows(environment, name):
    """How long the addons take that find a million calls."""
    rows = [
        {
            "what": f"installing {CRM}",
            "seconds": _odoo(environment, name, f"--init={CRM}"),
        },
        {
            "what": "upgrading both, nothing to change",
            "seconds": _odoo(environment, name, f"--update={MAIN}"),
        },
    ]
    indexes = environment.server.query(INDEXES, name)
    for [index] in indexes:
        environment.server.query(f'DROP INDEX "{index}"', name)
    rows.append(
        {
            "what": f"upgrading both, {len(indexes)} indexes to build",
            "seconds": _odoo(environment, name, f"--update={MAIN}"),
        }
    )
    return rows


def _odoo(environment, name, option):
    """Install or upgrade; return the seconds."""
    began = time.monotonic()
    database.odoo(environment, name, option, doing=f"odoo {option}")
    return round(time.monotonic() - began, 1)


if __name__ == "__main__":
    _command.main(measure)
