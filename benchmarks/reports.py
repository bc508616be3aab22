# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How fast lists, tables and the dashboard are at a million calls.

A company with ten thousand calls a month, after one month and after a hundred, each in
a database of its own; measured in turn, so that a machine that is slow for a while is
slow for both. What is shown by default is of the last month, so it should take no
longer, and be the same. Goal: at most twice as long, for agents too. Beside it, for
information, the whole history.
"""

import statistics
import time

from benchmarks import _command, _sizes
from devtools import addons, database

#: Calls; a month has as many as the first says.
SIZES = (10_000, 1_000_000)
#: How often each size is measured.
TURNS = 3
GOAL = 2.0
#: Titles of what reads the last 30 days, the same in both.
FIGURES = ("dashboard, 30 days", "table, 30 days", "graph, 30 days")
#: What has no goal, since it is of the whole history.
WHOLE = {"by hour, the whole history"}
#: All of the calls' tables but keys, which constraints hold.
INDEXES = """
SELECT indexname FROM pg_indexes WHERE tablename IN ('zadarma_call', 'zadarma_call_leg')
    AND indexname NOT LIKE '%_pkey'
"""
MAIN, CRM = addons.MAIN, f"{addons.MAIN}_crm"


UNINSTALL = f"""
env["ir.module.module"].search([("name", "=", "{CRM}")]).button_immediate_uninstall()
"""


def measure(environment):
    """Measure, and return a ``_command.Report``."""
    probe = "_reports_probe.py"
    with _sizes.measured(environment, probe, SIZES, TURNS) as (turns, names):
        rows, wrong = _judge(turns)
        tables = {
            "Milliseconds, median": rows,
            "Seconds, the addons": _addon_rows(environment, names[SIZES[-1]]),
        }
    return _command.Report(tables=tables, wrong=wrong)


def _judge(turns):
    """The rows of a table, and a sentence for each thing that is not right.

    :param turns: from a size to what each turn told
    """
    small, large = (turns[size] for size in SIZES)
    rows, wrong = [], []
    for title in small[0]:
        medians = [
            statistics.median(ms for turn in turned for ms in turn[title]["taken"])
            for turned in (small, large)
        ]
        times = round(medians[1] / medians[0], 1)
        rows.append(
            {
                "what": title,
                **{
                    f"{size:,} calls": round(median, 1)
                    for size, median in zip(SIZES, medians, strict=True)
                },
                "times": times,
            }
        )
        if times > GOAL and title not in WHOLE:
            wrong.append(f"{title}: {times} times as long, more than {GOAL}")
    wrong += [
        f"{title}: not the same figures at {SIZES[-1]:,} calls"
        for title in FIGURES
        if small[0][title]["result"] != large[0][title]["result"]
    ]
    return rows, wrong


def _addon_rows(environment, name):
    """How long the addons take that find a million calls."""
    doing = f"uninstalling {CRM}"
    database.odoo(environment, name, doing=doing, script=UNINSTALL)
    rows = [
        {
            "what": f"installing {CRM}",
            "seconds": _odoo(environment, name, f"--init={CRM}"),
        },
        {
            "what": "upgrading all, nothing to change",
            "seconds": _odoo(environment, name, f"--update={MAIN}"),
        },
    ]
    indexes = environment.server.query(INDEXES, name)
    for [index] in indexes:
        environment.server.query(f'DROP INDEX "{index}"', name)
    rows.append(
        {
            "what": f"upgrading all, {len(indexes)} indexes to build",
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
