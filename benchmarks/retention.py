# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How long it takes to remove names and numbers of 100,000 old calls, and whether a
notification waits for it.

The job runs in a process of its own, as Odoo's scheduled jobs do, while calls come in.
Goal: these are answered as fast as without it, but for what the processor is shared.
"""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor

from benchmarks import _command, _load, _odoo, _shell, webhook
from devtools.errors import Problem
from devtools.odoo_log import require_clean
from devtools.progress import step
from pbx_simulator import Simulator

CALLS = 100_000
#: Notifications sent before the job, and again and again beside it.
SENT = 50
ROUNDS = 5
PROBE = "_retention_probe.py"
#: Seconds.
STARTING = 4
#: Two years old: each with its legs, four entries, the customer, a note; every tenth
#: with a recording, every second with a line in a history.
FILL = (
    """
    INSERT INTO zadarma_call (
        account_id, company_id, pbx_call_id, direction, state, result, disposition,
        caller_number, called_number, external_number, partner_id, partner_match,
        extension_number, note, date_start, date_answer, date_end, duration,
        wait_duration, confirmed, recorded, create_date, write_date
    )
    SELECT account.id, account.company_id, 'in_' || md5(n::text) || 'bench000',
        'incoming', 'ended', CASE WHEN n %% 5 = 0 THEN 'missed' ELSE 'answered' END,
        'answered', number, '+442037691881', number,
        (SELECT min(id) FROM res_partner WHERE name LIKE 'Customer %%') + n %% 2000,
        'exact', '101', 'wants ' || n, moment, moment, moment, n %% 300, n %% 40, TRUE,
        n %% 10 = 0, moment, moment
    FROM (
        SELECT n, '+4420' || (70000000 + n) AS number,
            now() AT TIME ZONE 'UTC' - interval '2 years' - n * interval '10 minutes'
                AS moment
        FROM generate_series(1, %(calls)s) AS n
    ) numbered, zadarma_account account
    """,
    """
    INSERT INTO zadarma_call_leg (
        call_id, extension_number, result
    )
    SELECT id, extension, 'no_answer'
    FROM zadarma_call, unnest(ARRAY['101', '102']) AS extension
    """,
    """
    INSERT INTO zadarma_event (
        account_id, call_id, source, event, pbx_call_id, payload, signed_key,
        fingerprint, received_at, delivery_count, state
    )
    SELECT account_id, id, 'notification', event, pbx_call_id,
        jsonb_build_object('caller_id', caller_number, 'called_did', called_number,
            'call_start', date_start),
        left(md5(id::text), 16), left(md5(event), 10), date_start, 1, 'applied'
    FROM zadarma_call, unnest(ARRAY[
        'NOTIFY_START', 'NOTIFY_INTERNAL', 'NOTIFY_ANSWER', 'NOTIFY_END'
    ]) AS event
    """,
    """
    INSERT INTO zadarma_recording (call_id, account_id, company_id, state, transcript)
    SELECT id, account_id, company_id, 'remote', note FROM zadarma_call WHERE recorded
    """,
    """
    WITH line AS (
        INSERT INTO mail_message (
            model, res_id, message_type, is_internal, body, date, create_date
        )
        SELECT 'res.partner', partner_id, 'notification', TRUE, id::text, date_start,
            date_start
        FROM zadarma_call WHERE id %% 2 = 0
        RETURNING id, body
    )
    INSERT INTO zadarma_call_message (call_id, message_id)
    SELECT body::int, id FROM line
    """,
    "ANALYZE",
)
FIGURES = """
SELECT direction, result, extension_number, called_number,
    date_trunc('day', date_start), count(*), sum(duration), avg(wait_duration)
FROM zadarma_call WHERE date_start < now() - interval '1 year'
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
"""
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
LEFT = """
SELECT 'call', id FROM zadarma_call WHERE note IS NOT NULL
UNION ALL SELECT 'entry', id FROM zadarma_event
    WHERE payload::text LIKE '%+4420700%' AND received_at < now() - interval '1 year'
UNION ALL SELECT 'line', message_id FROM zadarma_call_message
UNION ALL SELECT 'transcript', id FROM zadarma_recording WHERE transcript IS NOT NULL
LIMIT 5
"""


def measure(environment):
    """Measure, and return a ``_command.Report``."""
    report = _command.Report()
    with (
        Simulator(seed=1) as simulator,
        _odoo.connected(environment, simulator, workers=2) as odoo,
        _load.Load() as load,
    ):
        simulator.account().callinfo.url = ""
        odoo.seat_people()
        with step(f"{CALLS:,} old calls"):
            customers = [{"name": f"Customer {number}"} for number in range(2000)]
            odoo.call("res.partner", "create", customers)
            for statement in FILL:
                _query(odoo, statement)
        odoo.call("zadarma.account", "write", [odoo.account], {"call_months": 12})
        figures = _query(odoo, FIGURES)
        with step("removing names and numbers while calls come in"):
            report.tables = _measure(environment, odoo, _Caller(simulator, odoo, load))
        if _query(odoo, FIGURES) != figures:
            report.wrong.append("the figures are not the same")
        if left := _query(odoo, LEFT):
            report.wrong.append(f"rows that still tell whose calls they were: {left}")
        require_clean(odoo.log, "answering notifications")
    return report


class _Caller:
    """Incoming calls, whose first notification is timed."""

    def __init__(self, simulator, odoo, load):
        self._simulator, self._odoo, self._load = simulator, odoo, load

    def send(self):
        """Send some; return a ``_load.Batch``.

        :raises Problem: one was refused
        """
        before = len(self._simulator.calls)
        for _call in range(SENT):
            self._simulator.dial("incoming-answered")
        requests = [
            webhook.request(call.notifications[0])
            for call in self._simulator.calls[before:]
        ]
        batch = self._load.send(self._odoo.port, requests, 1)
        if set(batch.statuses) != {200}:
            raise Problem("a notification was refused")
        return batch


def _measure(environment, odoo, caller):
    """Run the job while notifications come in; return the tables."""
    caller.send()
    without = [caller.send() for _round in range(ROUNDS)]
    beside, waiting = [], 0
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(_shell.run, environment, odoo.database, PROBE)
        # until Odoo's shell is there
        time.sleep(STARTING)
        while not job.done():
            beside.append(caller.send())
            waiting = max(waiting, int(_query(odoo, WAITING)[0][0]))
        told = job.result()
    return {
        "The job": [{"calls": CALLS, **told, "waiting locks at most": waiting}],
        "NOTIFY_START": [
            {
                "when": when,
                "p50 ms": statistics.median(one.percentile(50) for one in batches),
                "p99 ms": statistics.median(one.percentile(99) for one in batches),
            }
            for when, batches in (("without", without), ("beside it", beside))
        ],
    }


def _query(odoo, statement):
    return odoo.environment.server.query(
        statement.replace("%(calls)s", str(CALLS)).replace("%%", "%"), odoo.database
    )


if __name__ == "__main__":
    _command.main(measure)
