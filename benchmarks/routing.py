# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How soon the PBX is told whom to ring, beside a million contacts and past calls.

NOTIFY_START is stored, computed, routed and answered; measured in turn with an empty
route of Odoo's, as in ``webhook``. Goals: p99 within five times the empty route's, CPU
within seven times.
"""

import time
from collections import defaultdict

from benchmarks import _command, _cost, _load, _odoo, webhook
from devtools.odoo_log import require_clean
from devtools.progress import step
from pbx_simulator import Simulator

SIZE = 1_000_000
#: Every tenth contact has called ten times and talked with 102; the others never.
TALKED = 10
#: A number of ours that nobody dials.
NEVER = "+442037691889"
#: Where nothing may be read from one end to the other.
BIG = ("res_partner", "zadarma_call", "zadarma_event")
#: Seconds until PostgreSQL has counted what was read.
COUNTED = 2
ROUNDS = 3
#: Calls in a round.
CALLS = 60
#: What is measured: numbers of contacts from where on and in which steps (0 for
#: strangers), whether working hours are heeded, the rule that decides, and what the PBX
#: is told.
KINDS = {
    "the salesperson": (2, TALKED, False, "manager", "101"),
    "the salesperson, if at work": (1, TALKED, True, "manager", "101"),
    "who talked last, if at work": (TALKED, TALKED, True, "last_talked", "102"),
    "a stranger": (SIZE + 1, 1, True, "none", ""),
}
FILL = f"""
INSERT INTO res_partner (name, complete_name, phone, phone_sanitized, user_id, active,
    type, partner_share, autopost_bills)
SELECT 'Contact ' || n, 'Contact ' || n, phone, phone, {{user}}, true, 'contact', true,
    'ask'
FROM generate_series(1, {SIZE}) AS n,
    LATERAL (SELECT '+' || 447400000000 + n) AS p(phone);

INSERT INTO zadarma_call (account_id, company_id, pbx_call_id, direction, state, result,
    caller_number, external_number, called_number, partner_id, partner_match,
    extension_number, extension_id, date_start, create_date, duration)
SELECT {{account}}, {{company}}, 'in_' || md5(id || '-' || n), 'incoming', 'ended',
    'answered', phone_sanitized, phone_sanitized, '+442037691881', id, 'exact', '102',
    {{extension}}, moment, moment, 60
FROM (
    SELECT id, phone_sanitized FROM res_partner WHERE phone_sanitized LIKE '+4474%0'
) AS caller, generate_series(1, {TALKED}) AS n,
    LATERAL (SELECT now() at time zone 'UTC' - n * interval '3 days') AS m(moment);

INSERT INTO zadarma_event (account_id, call_id, source, event, pbx_call_id, payload,
    fingerprint, received_at, delivery_count, state)
SELECT account_id, id, 'notification', 'NOTIFY_END', pbx_call_id,
    jsonb_build_object(), pbx_call_id, date_start, 1, 'applied'
FROM zadarma_call;

ANALYZE;
"""


class Measurement:
    """Routing under load.

    :param environment: an ``environment.Environment``
    :param simulator: the ``Simulator`` that makes notifications
    :param load: a ``_load.Load``
    :ivar late: how many answers would have come too late, and so were none
    :ivar wrong: a sentence for each thing that is not right
    """

    def __init__(self, environment, simulator, load):
        self._environment = environment
        self._simulator = simulator
        self._load = load
        self._callers = {kind: iter(_numbers(kind)) for kind in KINDS}
        self._expected = {}
        self.late = 0
        self.wrong = []

    def kinds(self, odoo, concurrency):
        """Measure each kind of call; return the rows of a table."""
        measured = defaultdict(list)
        for _round in range(ROUNDS + 1):
            for kind in KINDS:
                requests = self._starts(odoo, kind, CALLS)
                empty = self._send(odoo, [webhook.EMPTY] * CALLS, concurrency)
                batch = self._send(odoo, requests, concurrency)
                measured[kind].append((batch, empty))
        return webhook.rows(measured)

    def cost(self, odoo):
        """Count what each kind of call costs; return the rows of a table."""
        return webhook.costs(
            _cost.Meter(odoo),
            lambda requests: self._send(odoo, requests, 1),
            # each when the one before is done: they heed working hours or not
            (
                (kind, [self._starts(odoo, kind, webhook.CALLS) for _list in range(2)])
                for kind in KINDS
            ),
        )

    def check(self, odoo):
        """Compare what was decided with what should have been."""
        rows = self._environment.server.query(
            """
            SELECT pbx_call_id, payload->>'rule', payload->>'redirect',
                payload->>'why' LIKE '%"late"%'
            FROM zadarma_event WHERE event = 'ROUTED'
            """,
            odoo.database,
        )
        decided = {name: (rule, told, late) for name, rule, told, late in rows}
        for name, right in self._expected.items():
            *found, late = decided.get(name, ("nothing", "", "f"))
            if late == "t":
                self.late += 1
            elif tuple(found) != right:
                self.wrong.append(f"{name}: {found} was decided, not {right}")
        self._expected.clear()

    def read_through(self, odoo):
        """Return how many rows of each big table were read from end to end so far."""
        time.sleep(COUNTED)
        rows = self._environment.server.query(
            "SELECT relname, seq_tup_read FROM pg_stat_user_tables", odoo.database
        )
        return {name: int(count) for name, count in rows if name in BIG}

    def _starts(self, odoo, kind, count):
        """Return so many requests as :meth:`_start`, and have Odoo route its kind."""
        heeded = {"route_working_hours": KINDS[kind][2]}
        odoo.call("zadarma.account", "write", [odoo.account], heeded)
        return [self._start(kind) for _call in range(count)]

    def _start(self, kind):
        """Return the NOTIFY_START of a new call as a request."""
        caller = f"+{447400000000 + next(self._callers[kind])}"
        # a talk that is over now began a moment ago: nothing is told of an old call
        self._simulator.dial("incoming-answered", from_=caller, talk=1)
        call = self._simulator.calls[-1]
        self._expected[call.pbx_call_id] = KINDS[kind][3:]
        [parcel] = [one for one in call.notifications if one.event == "NOTIFY_START"]
        return webhook.request(parcel)

    def _send(self, odoo, requests, concurrency):
        batch = self._load.send(odoo.port, requests, concurrency)
        if set(batch.statuses) != {200}:
            self.wrong.append(f"answered with {set(batch.statuses)}")
        return batch


def _numbers(kind):
    """Return what is added to the first number for each caller of a kind."""
    first, step_, *_expected = KINDS[kind]
    return range(first, first + SIZE // 2, step_)


def _prepare(odoo):
    """Switch all of routing on: 101 sells to everybody, 102 talked with some."""

    def create(model, **values):
        [record] = odoo.call(model, "create", [values])
        return record

    hours = [
        (0, 0, {"name": day, "dayofweek": day, "hour_from": 0, "hour_to": 24})
        for day in "0123456"
    ]
    calendar = create("resource.calendar", name="Always", attendance_ids=hours)
    users, extensions = {}, {}
    for number in ("101", "102"):
        users[number] = create("res.users", name=number, login=number)
        employee = create(
            "hr.employee",
            name=number,
            user_id=users[number],
            resource_calendar_id=calendar,
        )
        [extensions[number]] = odoo.call(
            "zadarma.extension", "search", [("number", "=", number)]
        )
        odoo.call(
            "zadarma.extension",
            "write",
            [extensions[number]],
            {"employee_id": employee},
        )
    odoo.call("zadarma.account", "write", [odoo.account], {"route_to_manager": True})
    create("zadarma.blocked", number="+442079460018")
    account = {"account_id": odoo.account}
    create("zadarma.did", **account, number=NEVER)
    create("zadarma.routing.rule", **account, called_number=NEVER, scenario="0-1")
    create("zadarma.routing.rule", **account, kind="last_talked", sequence=20)
    [company] = odoo.call("zadarma.account", "read", [odoo.account], ["company_id"])
    odoo.environment.server.query(
        FILL.format(
            user=users["101"],
            account=odoo.account,
            company=company["company_id"][0],
            extension=extensions["102"],
        ),
        odoo.database,
    )


def measure(environment):
    """Measure all, and return a ``_command.Report``."""
    report = _command.Report()
    with (
        Simulator(seed=1) as simulator,
        _odoo.connected(environment, simulator, workers=0) as odoo,
        _load.Load() as load,
    ):
        simulator.account().callinfo.url = ""
        with step(f"{SIZE:,} contacts and calls"):
            _prepare(odoo)
        odoo.stop()
        measurement = Measurement(environment, simulator, load)
        for mode, workers in webhook.MODES.items():
            served = _odoo.Odoo(environment, odoo.database, workers)
            served.account = odoo.account
            served.start()
            before = measurement.read_through(served)
            for concurrency in webhook.CONCURRENCIES:
                title = f"{mode}, concurrency {concurrency}"
                with step(title):
                    report.tables[title] = measurement.kinds(served, concurrency)
            title = f"{mode}, cost of one request"
            with step(title):
                report.tables[title] = measurement.cost(served)
            served.stop()
            after = measurement.read_through(served)
            measurement.check(served)
            report.wrong += [
                f"{mode}: {after[name] - before[name]} rows of {name} were read through"
                for name in BIG
                if after[name] != before[name]
            ]
            require_clean(served.log, "routing calls")
    report.tables["Too late for the PBX"] = [{"answers": measurement.late}]
    report.wrong += measurement.wrong
    return report


if __name__ == "__main__":
    _command.main(measure)
