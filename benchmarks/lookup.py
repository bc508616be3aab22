# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How fast it is found out who calls, among up to a million contacts.

Beside ours, in the same Odoo: what Odoo's core offers, and what other telephony addons
do. A look-up is right if it tells the contact whose number it is, and nobody for a
number that is nobody's. Goal: ours at most 1 ms at a million, and less than twice what
it takes at 10,000.
"""

from benchmarks import _command, _shell
from devtools import database
from devtools.progress import step

#: One copy of the database for all; contacts are added.
SIZES = (10_000, 100_000, 1_000_000)


def measure(environment):
    """Measure, and return a ``_command.Report``."""
    with (
        database.temporary(environment, "bench") as name,
        step(f"{SIZES[-1]:,} contacts"),
    ):
        told = _shell.run(environment, name, "_lookup_probe.py", sizes=SIZES)
    return _command.Report(**told)


if __name__ == "__main__":
    _command.main(measure)
