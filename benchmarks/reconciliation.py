# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How fast the log is compared with the PBX's statistics, and in how much memory.

First into an empty log, then again, when all is known and nothing is to be written.
Zadarma's limit of three pages a minute is left aside. Goals: 500 rows a second; memory
that does not grow with the rows.
"""

import time
from datetime import UTC, datetime, timedelta

import psutil

from benchmarks import _command, _comparison, _odoo
from devtools.odoo_log import require_clean
from devtools.progress import step
from pbx_simulator import Simulator

#: With 1.3 rows a call they make 100,000 rows.
CALLS = 77_000
#: Three windows of statistics.
PERIOD = timedelta(days=80)
#: How many figures of memory are shown.
SAMPLES = 10
WRITTEN = """
    SELECT max(write_date), count(*) FROM zadarma_call
    UNION ALL SELECT max(received_at), sum(delivery_count) FROM zadarma_event
"""


def measure(environment):
    """Measure both, and return a ``_command.Report``."""
    report = _command.Report()
    end = datetime.now(UTC)
    start = end - PERIOD
    with (
        Simulator(seed=1, rate_limit=False) as simulator,
        _odoo.connected(environment, simulator, workers=0) as odoo,
    ):
        simulator.fill_history(CALLS, start, end)
        with step(f"{CALLS} calls into an empty log"):
            first, memory = _measure(odoo, start, end)
        calls = simulator.calls
        untold = _comparison.untold(calls, [])
        report.wrong += _comparison.compare(calls, odoo.calls(), untold).sentences
        written = environment.server.query(WRITTEN, odoo.database)
        with step("the same again"):
            again, _memory = _measure(odoo, start, end)
        if environment.server.query(WRITTEN, odoo.database) != written:
            report.wrong.append("what was complete was written again")
    require_clean(odoo.log, "reconciling")
    right = {"state": "done", "corrected": 0, "doubted": 0}
    for figures, added in ((first, CALLS), (again, 0)):
        report.wrong += [
            f"reported {name} {figures[name]}, not {value}"
            for name, value in {**right, "added": added}.items()
            if figures[name] != value
        ]
    report.tables = {
        "Reconciliation": [{"log": "empty", **first}, {"log": "complete", **again}],
        "Memory of Odoo, into an empty log": _sample(memory),
    }
    return report


def _measure(odoo, start, end):
    """Reconcile; return the figures, and a list of those of memory."""
    known = _added(odoo)
    process = psutil.Process(odoo.process.pid)
    memory = []
    began = time.monotonic()
    for told in odoo.reconcile(start, end):
        used = process.memory_info().rss / 2**20
        memory.append({"rows": told["rows"], "MiB": round(used)})
    seconds = time.monotonic() - began
    return {
        **told,
        "added": _added(odoo) - known,
        "seconds": round(seconds, 1),
        "rows/s": round(told["rows"] / seconds),
    }, memory


def _added(odoo):
    """How many calls all runs brought: the job reads the last day in one of its own."""
    runs = odoo.call("zadarma.reconciliation", "search_read", [], ["added"])
    return sum(run["added"] for run in runs)


def _sample(figures):
    """Return some of many figures, evenly spread, the last among them."""
    every = -(-len(figures) // SAMPLES)
    return figures[::-1][::every][::-1]


if __name__ == "__main__":
    _command.main(measure)
