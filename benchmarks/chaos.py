# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""No call is lost or counted twice, whatever happens to notifications and servers."""

import contextlib
import dataclasses
import time
from collections import Counter

from benchmarks import _chaos, _chaos_forgeries, _command, _odoo
from devtools import postgres
from devtools.progress import say, step

SEEDS = (1, 2, 3)
CALLS = 1000
#: Of each kind at least this share of all deliveries, or the run proves nothing.
SHARE = 0.05
FAULTS = {
    "lost": ("lost",),
    "duplicated": ("duplicate",),
    "reordered": ("reorder", "delay"),
    "parallel": ("parallel",),
    "forged or replayed": ("forged", "replay"),
}

#: What is committed without waiting for the disk stays in memory for so long, so a
#: crash loses all of it.
LATE = ("wal_writer_delay=10s",)


class OwnPostgres:
    """A PostgreSQL server that nobody else uses, so that it may be restarted.

    Its databases are kept for the next run. Use it in a `with` block.

    :param environment: an ``environment.Environment``
    """

    def __init__(self, environment):
        state = environment.state / "chaos"
        state.mkdir(exist_ok=True)
        self._cluster = postgres.Cluster(state, environment.server.bin, settings=LATE)
        self._use = contextlib.ExitStack()
        #: Like the one given, but with this server.
        self.environment = dataclasses.replace(
            environment,
            state=state,
            server=postgres.Server(
                environment.server.bin,
                str(self._cluster.socket_folder),
                postgres.PORT,
                postgres.USER,
            ),
        )
        self.environment.data_dir.mkdir(exist_ok=True)

    def __enter__(self):
        self._use.enter_context(self._cluster.used(keep=False))
        return self

    def __exit__(self, *_error):
        self._use.close()

    def restart(self):
        """Stop it, whoever is connected, and start it again."""
        say("    restart of PostgreSQL")
        self._use.close()
        self._use.enter_context(self._cluster.used(keep=False))

    def settle(self):
        """Write all to the disk.

        Of a database that was just copied PostgreSQL has logged where each sequence
        stands, not how far it may go: after a crash it would give numbers again. The
        first number after a checkpoint mends that.
        """
        self.environment.server.query("checkpoint")

    def crash(self):
        """End it at once, as a power cut would, and start it again."""
        say("    crash of PostgreSQL")
        self._cluster.crash()
        self._use.close()
        self._use.enter_context(self._cluster.used(keep=False))


def measure(environment):
    """Do all runs, and return a ``_command.Report``."""
    report = _command.Report()
    runs, deliveries, forgeries = {}, [], Counter()
    with OwnPostgres(environment) as server:
        for seed in SEEDS:
            with step(f"seed {seed}: {CALLS} calls"):
                runs[f"seed {seed}"], outcome = _run(server, seed)
            deliveries += outcome.deliveries
            forgeries += outcome.forgeries
            report.wrong += [f"seed {seed}: {sentence}" for sentence in outcome.wrong]
    shares = _faults(deliveries)
    report.wrong += [
        f"only {row['share']:.3f} of the deliveries were {row['fault']}"
        for row in shares
        if row["share"] < SHARE
    ]
    kinds = [*_chaos_forgeries.FORGERIES, _chaos_forgeries.REQUEST]
    report.wrong += [f"nobody tried: {kind}" for kind in kinds if not forgeries[kind]]
    statuses = Counter(str(one.status) for one in deliveries)
    report.tables = {
        "Runs": [
            {"figure": name, **{seed: run[name] for seed, run in runs.items()}}
            for name in next(iter(runs.values()))
        ],
        "Faults of delivery": shares,
        "Forgeries": [
            {"forgery": kind, "deliveries": forgeries[kind]} for kind in kinds
        ],
        "What became of deliveries": [
            {"status": status, "deliveries": count}
            for status, count in statuses.most_common()
        ],
    }
    return report


def _run(server, seed):
    """Do one run.

    :return: its figures, and an ``_chaos.Outcome``
    """
    began = time.monotonic()
    with (
        _chaos.simulator(seed) as pbx,
        _odoo.connected(server.environment, pbx, workers=2) as odoo,
    ):
        run = _chaos.Run(odoo, pbx, seed)
        disasters = [
            run.kill_worker,
            server.crash,
            run.kill_server,
            server.crash,
            run.kill_worker,
            server.restart,
            server.crash,
            run.kill_worker,
            run.kill_server,
        ]
        server.settle()
        outcome = run.play(CALLS, disasters)
    figures = {
        "calls": outcome.calls,
        "phantoms": outcome.phantoms,
        "twins": outcome.twins,
        "deliveries": len(outcome.deliveries),
        "workers killed": disasters.count(run.kill_worker),
        "servers killed": disasters.count(run.kill_server),
        "PostgreSQL restarted": disasters.count(server.restart),
        "PostgreSQL crashed": disasters.count(server.crash),
        "journal wrong": len(outcome.journal),
        "ends accepted": outcome.settled,
        "ends accepted, lied about": outcome.proved,
        **_prefixed("before: ", outcome.before.counts),
        **_prefixed("", outcome.reconciliation),
        **_prefixed("after: ", outcome.after.counts),
        "in doubt wrong": len(outcome.doubt),
        "hearing and customers wrong": len(outcome.effects),
        "seconds": round(time.monotonic() - began),
    }
    return figures, outcome


def _prefixed(prefix, figures):
    return {f"{prefix}{name}": figure for name, figure in figures.items()}


def _faults(deliveries):
    struck = Counter(kind for one in deliveries for kind in set(one.fault.split("+")))
    rows = []
    for fault, kinds in FAULTS.items():
        count = sum(struck[kind] for kind in kinds)
        rows.append(
            {"fault": fault, "deliveries": count, "share": count / len(deliveries)}
        )
    return rows


if __name__ == "__main__":
    _command.main(measure)
