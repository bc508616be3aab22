# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What answering requests costs Odoo and PostgreSQL, counted and not timed.

CPU is what the system has accounted to the processes, those that ended meanwhile
included; all else is what PostgreSQL itself has counted or written into its log of
changes. So it is the same on a quiet machine and on a noisy one, or nearly.
"""

import time
from dataclasses import dataclass, fields
from pathlib import Path

import psutil

#: Seconds in which an idle backend hands over what it has counted: what was done before
#: is waited for, too, or it would be counted with what follows.
COUNTED = 11
#: What begins and ends transactions is a round trip, and no statement; what counts
#: here is neither.
_COUNTERS = """
SELECT
    sum(calls) FILTER (
        WHERE query !~* '^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET TRANSACTION)'),
    sum(calls),
    (SELECT sum(fsyncs) FROM pg_stat_io
     WHERE object = 'wal' AND backend_type = 'client backend'),
    pg_current_wal_insert_lsn()
FROM pg_stat_statements WHERE query NOT LIKE '%pg_stat_statements%'
"""
#: An index with a new value has a record of its own for each row.
_CHANGES = """
SELECT
    coalesce(sum(count) FILTER (
        WHERE "resource_manager/record_type" LIKE 'Transaction/COMMIT%'), 0),
    coalesce(sum(count) FILTER (
        WHERE "resource_manager/record_type"
            ~ '^(Btree/(INSERT_LEAF|INSERT_POST|SPLIT)|Gin/INSERT)'), 0),
    coalesce(sum(combined_size), 0)
FROM pg_get_wal_stats('{before}', '{after}', true)
"""


@dataclass(frozen=True)
class Counted:
    """What some requests asked of PostgreSQL.

    :param statements: without those that begin and end transactions
    :param round_trips: all that was sent to PostgreSQL
    :param commits: transactions that changed something
    :param fsyncs: how often the disk was waited for
    :param index_entries: new entries in all indexes
    :param wal: bytes of PostgreSQL's log of changes
    """

    statements: float
    round_trips: float
    commits: float
    fsyncs: float
    index_entries: float
    wal: float

    def each(self, count):
        """Return what one of so many requests asked."""
        return Counted(*(getattr(self, field.name) / count for field in fields(self)))


@dataclass(frozen=True)
class Spent:
    """Seconds of CPU: of Odoo's processes, and of PostgreSQL's with its background."""

    odoo: float
    postgresql: float

    @property
    def cpu(self):
        """Seconds of CPU in all."""
        return self.odoo + self.postgresql


class Meter:
    """Counts for one Odoo and its database.

    :param odoo: a running ``_odoo.Odoo``, whose PostgreSQL has ``pg_stat_statements``
    """

    def __init__(self, odoo):
        self._server = odoo.environment.server
        self._database = odoo.database
        self._odoo = psutil.Process(odoo.process.pid)
        for extension in ("pg_stat_statements", "pg_walinspect"):
            self._query(f"CREATE EXTENSION IF NOT EXISTS {extension}")
        pid = Path(self._query("SHOW data_directory")[0][0], "postmaster.pid")
        self._postmaster = psutil.Process(int(pid.read_text().split("\n")[0]))

    def spent(self, action):
        """Return the CPU, as :class:`Spent`, that an action takes."""
        odoo, postgresql = self._cpu()
        action()
        odoo_after, postgresql_after = self._cpu()
        return Spent(odoo_after - odoo, postgresql_after - postgresql)

    def counted(self, action):
        """Return what an action asks of PostgreSQL, as :class:`Counted`."""
        time.sleep(COUNTED)
        before = self._read()
        action()
        time.sleep(COUNTED)
        after = self._read()
        commits, index_entries, wal = 0, 0, 0
        # PostgreSQL refuses an empty part of its log
        if before[-1] != after[-1]:
            [[commits, index_entries, wal]] = self._query(
                _CHANGES.format(before=before[-1], after=after[-1])
            )
        statements, round_trips, fsyncs = (
            int(later) - int(earlier)
            for earlier, later in zip(before[:3], after[:3], strict=True)
        )
        return Counted(
            statements=statements,
            round_trips=round_trips,
            commits=int(commits),
            fsyncs=fsyncs,
            index_entries=int(index_entries),
            wal=int(wal),
        )

    def _read(self):
        [counters] = self._query(_COUNTERS)
        return counters

    def _query(self, statement):
        return self._server.query(statement, self._database)

    def _cpu(self):
        return _cpu(self._odoo), _cpu(self._postmaster)


def _cpu(process):
    """Seconds of CPU of a process, of its children, and of those that ended."""
    ended = process.cpu_times()
    return (
        ended.children_user
        + ended.children_system
        + sum(map(_own_cpu, [process, *process.children(recursive=True)]))
    )


def _own_cpu(process):
    """Seconds of CPU of all threads of a process, those that ended included.

    The clock of another process, which Linux has in nanoseconds; what ``/proc`` says
    is in hundredths of a second.
    """
    try:
        return time.clock_gettime((~process.pid << 3) | 2)
    except OSError:
        # it ended a moment ago, and is among its parent's
        return 0.0
