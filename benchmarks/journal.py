# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a call takes on the disk, and what it writes into PostgreSQL's log of changes
beside two million entries of the journal.

Counted by PostgreSQL itself and not timed; what is written is that of calls right after
a checkpoint, when each page that they touch is written as a whole once: that is the
dearest moment. Nothing else may run on the cluster: a long transaction, in another
database too, keeps the place of rows that were written again.
"""

from collections import defaultdict

from benchmarks import _command, _load, _odoo, webhook
from devtools.errors import Problem
from devtools.odoo_log import require_clean
from devtools.progress import step
from pbx_simulator import Simulator

#: Answered calls whose place on the disk is measured, and others before them: a table
#: with one row takes a page.
TAKING = 1500
FIRST = 100
#: Calls of the past, one a minute, each with the entries of an answered one.
PAST = 300_000
EVENTS = (
    "NOTIFY_START",
    "NOTIFY_INTERNAL",
    "NOTIFY_ANSWER",
    "NOTIFY_END",
    "NOTIFY_RECORD",
    "STATISTICS",
    "STATISTICS",
)
#: Calls that are measured, and others before them, of which VACUUM leaves its holes.
CALLS = 400
WARMING_UP = 400
#: A call and its leg; and its entries, which are as if they had been applied in turn:
#: marking one leaves nothing behind.
FILL = (
    """
    INSERT INTO zadarma_call (
        account_id, company_id, pbx_call_id, direction, state, result, disposition,
        caller_number, called_number, external_number, partner_match,
        extension_number, date_start, date_answer, date_end, duration, wait_duration,
        confirmed, recorded, create_date, write_date
    )
    SELECT account.id, account.company_id, 'in_' || md5(n::text) || 'bench000',
        'incoming', 'ended', 'answered', 'answered', number, '+442037691881', number,
        'none', '101', moment, moment, moment, n % 300, n % 40, TRUE, TRUE, moment,
        moment
    FROM (
        SELECT n, '+4420' || (70000000 + n % 50000) AS number,
            now() AT TIME ZONE 'UTC' + (n - {past}) * interval '1 minute' AS moment
        FROM generate_series(1, {past}) AS n
    ) numbered, zadarma_account account
    """,
    """
    INSERT INTO zadarma_call_leg (
        call_id, extension_number, result
    )
    SELECT id, '101', 'answered' FROM zadarma_call
    ORDER BY id
    """,
    """
    INSERT INTO zadarma_event (
        account_id, source, event, pbx_call_id, payload, signed_key, fingerprint,
        received_at, delivery_count, state, call_id
    )
    SELECT account_id, 'notification', event, pbx_call_id,
        jsonb_build_object('caller_id', caller_number, 'called_did', called_number,
            'call_start', date_start),
        {moment} || left(md5(id::text), 9), left(md5(event || part), 10), date_start,
        1, 'applied', id
    FROM zadarma_call,
        unnest(ARRAY{events}) WITH ORDINALITY AS told(event, part)
    ORDER BY zadarma_call.id, part
    """,
)
#: What a key begins with, which grows with the minute; keys are as long as ours.
MOMENT = "lpad(to_hex((extract(epoch FROM date_start) / 60)::int), 7, '0')"
TABLES = ("zadarma_event", "zadarma_call", "zadarma_call_leg")
TAKEN = """
SELECT count(*), pg_table_size('{table}'), pg_indexes_size('{table}') FROM {table}
"""
#: What was written, with the files of which it tells; the first is whose it is.
WRITTEN = """
SELECT (regexp_match(block_ref, 'rel [0-9]+/[0-9]+/([0-9]+)'))[1],
    record_type ~ '^(INSERT_LEAF|INSERT_POST|SPLIT)', record_length, fpi_length
FROM pg_get_wal_records_info('{before}', '{after}')
"""
FILES = """
SELECT pg_relation_filenode(class.oid), coalesce(owner.relname, class.relname)
FROM pg_class class
LEFT JOIN pg_index ON indexrelid = class.oid
LEFT JOIN pg_class owner ON owner.oid = indrelid
WHERE class.relkind IN ('r', 'i')
"""


def measure(environment):
    """Measure, and return a ``_command.Report``."""
    report = _command.Report()
    with (
        Simulator(seed=1) as simulator,
        _odoo.connected(environment, simulator, workers=0) as odoo,
        _load.Load() as load,
    ):
        simulator.account().callinfo.url = ""
        odoo.seat_people()
        with step(f"{TAKING:,} calls"):
            report.tables["a call takes"] = _taken(simulator, odoo, load)
        with step(f"{PAST:,} calls of the past"):
            _fill(odoo)
        with step(f"{CALLS} calls"):
            report.tables["a call writes"] = _written(simulator, odoo, load)
        require_clean(odoo.log, "answering notifications")
    return report


def _taken(simulator, odoo, load):
    """Have calls told; return the rows of a table, and the bytes of each."""
    _tell(simulator, odoo, load, FIRST)
    before = _sizes(odoo)
    _tell(simulator, odoo, load, TAKING)
    grown = {
        table: [later - earlier for earlier, later in zip(old, new, strict=True)]
        for (table, old), new in zip(before.items(), _sizes(odoo).values(), strict=True)
    }
    grown["all"] = [sum(figures) for figures in zip(*grown.values(), strict=True)]
    return [
        {
            "table": table,
            "rows of a call": rows / TAKING,
            "bytes": size / TAKING,
            "its indexes": indexes / TAKING,
            "bytes of a row, with indexes": (size + indexes) / rows,
        }
        for table, (rows, size, indexes) in grown.items()
    ]


def _sizes(odoo):
    """From each table to its rows, and to the bytes of these and of their indexes."""
    _query(odoo, "VACUUM")
    return {
        table: list(map(int, _query(odoo, TAKEN.format(table=table))[0]))
        for table in TABLES
    }


def _fill(odoo):
    for statement in FILL:
        _query(odoo, statement.format(past=PAST, events=list(EVENTS), moment=MOMENT))
    _query(odoo, "VACUUM ANALYZE")


def _written(simulator, odoo, load):
    """Have calls told; return the rows of a table, what is dearest first."""
    _query(odoo, "CREATE EXTENSION IF NOT EXISTS pg_walinspect")
    _tell(simulator, odoo, load, WARMING_UP)
    _query(odoo, "VACUUM")
    _query(odoo, "CHECKPOINT")
    before = _position(odoo)
    _tell(simulator, odoo, load, CALLS)
    written = _query(odoo, WRITTEN.format(before=before, after=_position(odoo)))
    tables = dict(_query(odoo, FILES))
    found = defaultdict(lambda: [0, 0, 0])
    for file, is_index_entry, length, whole in written:
        for name in ("all", tables.get(file, "others")):
            found[name][0] += int(length)
            found[name][1] += int(whole)
            found[name][2] += is_index_entry == "t"
    rows = [
        {
            "table": name,
            "WAL kB": length / 1000 / CALLS,
            "of it whole pages": whole / 1000 / CALLS,
            "index entries": entries / CALLS,
        }
        for name, (length, whole, entries) in found.items()
    ]
    return sorted(rows, key=lambda row: -row["WAL kB"])


def _tell(simulator, odoo, load, count):
    """Tell of answered calls, one notification at a time.

    :raises Problem: one was refused
    """
    before = len(simulator.calls)
    for number in range(before, before + count):
        # two of one number in the same second are in doubt
        simulator.dial("incoming-answered", from_=f"+38067{number:07}")
    requests = [
        webhook.request(parcel)
        for call in simulator.calls[before:]
        for parcel in call.notifications
    ]
    if set(load.send(odoo.port, requests, 1).statuses) != {200}:
        raise Problem("a notification was refused")


def _position(odoo):
    [[position]] = _query(odoo, "SELECT pg_current_wal_insert_lsn()")
    return position


def _query(odoo, statement):
    return odoo.environment.server.query(statement, odoo.database)


if __name__ == "__main__":
    _command.main(measure)
