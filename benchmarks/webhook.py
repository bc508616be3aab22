# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How fast notifications are answered, the call being applied before the answer, and
what that costs.

Measured in turn with an empty route of Odoo's, so that a noisy machine slows both. A
person sits behind each extension, as in a company, so that there is somebody to tell.
Goals: a third of the empty route's throughput; p99 of one call's six notifications,
sent at the same moment, under ten times that of six empty requests.
"""

import itertools
import statistics
from collections import Counter, defaultdict
from functools import partial

from benchmarks import _command, _comparison, _cost, _load, _odoo
from devtools.odoo_log import require_clean
from devtools.progress import step
from pbx_simulator import Simulator

PATH = "/exec/Zadarma.notify"
#: Odoo finds the route, its database and the public user, and there is nothing to do.
EMPTY = _load.get(f"{PATH}?zd_echo=1")
MODES = {"threads": 0, "two workers": 2}
CONCURRENCIES = (1, 8)
#: Measurements of each kind, whose median counts; one before them is dropped.
ROUNDS = 3
#: Calls in a round, and so requests of each kind.
CALLS = 50
#: Into which they are divided, the empty route between them: the median's CPU counts.
PARTS = 10
KINDS = {
    "incoming-answered": (
        "NOTIFY_START",
        "NOTIFY_INTERNAL",
        "NOTIFY_ANSWER",
        "NOTIFY_END",
        "NOTIFY_RECORD",
    ),
    "outgoing-answered": ("NOTIFY_OUT_START", "NOTIFY_OUT_END"),
}
#: Of three extensions two are online, and so rung: six notifications.
SIX = "ring-group"


class Measurement:
    """One Odoo under load.

    :param odoo: an ``_odoo.Odoo``
    :param simulator: the ``Simulator`` it is connected with; notifications are taken
        from there, since it has no address to send them to
    :param load: a ``_load.Load``
    """

    def __init__(self, odoo, simulator, load):
        self._odoo = odoo
        self._simulator = simulator
        self._load = load
        self._statuses = Counter()
        self._numbers = (f"+38067{count:07}" for count in itertools.count())

    def kinds(self, concurrency):
        """Measure each kind of notification; return the rows of a table."""
        measured = defaultdict(list)
        for _round in range(ROUNDS + 1):
            for scenario, kinds in KINDS.items():
                calls = self._play(scenario)
                for kind in kinds:
                    requests = _of_kind(calls, kind)
                    empty = self._send([[EMPTY] * CALLS], concurrency)
                    measured[kind].append((self._send([requests], concurrency), empty))
        return rows(measured)

    def six(self):
        """Measure a call's six notifications at once; return the rows of a table."""
        measured = []
        for _round in range(ROUNDS + 1):
            groups = [
                [request(parcel) for parcel in call.notifications]
                for call in self._play(SIX)
            ]
            empty = self._send([[EMPTY] * len(group) for group in groups], 6)
            measured.append((self._send(groups, 6), empty))
        return rows({"a call's six": measured})

    def cost(self):
        """Count what each kind of notification costs; return the rows of a table."""
        meter = _cost.Meter(self._odoo)

        def send(requests):
            self._send([requests], 1)

        requests = {}
        for scenario, kinds in KINDS.items():
            calls, others = self._play(scenario), self._play(scenario)
            for kind in kinds:
                requests[kind] = [_of_kind(calls, kind), _of_kind(others, kind)]
        return costs(meter, send, requests.items())

    def wrong(self):
        """Return a sentence for each thing that is not right."""
        found = [
            f"{count} notifications were answered {status}"
            for status, count in self._statuses.items()
            if status != 200
        ]
        found += [
            f"{entry['pbx_call_id']}: {entry['event']} was answered, but is "
            f"{entry['state']}"
            for entry in self._odoo.journal()
            if entry["state"] != "applied"
        ]
        compared = _comparison.compare(self._simulator.calls, self._odoo.calls())
        return found + compared.sentences

    def _play(self, scenario):
        """Return the calls of a round, their notifications not sent.

        Each with another number: two calls of one in the same second have one signed
        text, and the second is doubted.
        """
        before = len(self._simulator.calls)
        other = "to" if scenario.startswith("outgoing") else "from_"
        for number in itertools.islice(self._numbers, CALLS):
            self._simulator.dial(scenario, **{other: number})
        return self._simulator.calls[before:]

    def _send(self, groups, concurrency):
        batch = self._load.send_groups(self._odoo.port, groups, concurrency)
        self._statuses.update(batch.statuses)
        return batch


def _of_kind(calls, kind):
    """The deliveries of one kind of notification of some calls."""
    return [
        request(parcel)
        for call in calls
        for parcel in call.notifications
        if parcel.event == kind
    ]


def request(parcel):
    """Return the delivery of a ``Parcel`` as bytes."""
    return _load.post(PATH, parcel.params, {"Signature": parcel.signature})


def costs(meter, send, kinds):
    """What each kind of request costs; the rows of a table, the empty route first.

    :param meter: a :class:`_cost.Meter`
    :param send: function that has requests answered, one after the other
    :param kinds: pairs of a name and two lists of :data:`CALLS` requests, one to count
        and one for CPU
    """

    def counted(requests):
        return meter.counted(partial(send, requests)).each(CALLS)

    def spent(requests):
        return meter.spent(partial(send, requests))

    empty = counted([EMPTY] * CALLS)
    found, empties = [], []
    for name, (requests, others) in kinds:
        counts = counted(requests)
        # in turn: what a cycle of the processor does changes by the minute
        pairs = [
            (spent(others[part::PARTS]), spent([EMPTY] * (CALLS // PARTS)))
            for part in range(PARTS)
        ]
        found.append(cost_row(name, counts, pairs))
        empties += [(idle, idle) for _spent, idle in pairs]
    return [cost_row("empty route", empty, empties), *found]


def cost_row(name, counted, pairs):
    """Return the row of a table.

    :param name: of a request
    :param counted: what one asked of PostgreSQL, as :class:`_cost.Counted`
    :param pairs: of :class:`_cost.Spent`, by some and by as many of the empty route
    """

    def median(figure):
        return statistics.median(figure(*pair) for pair in pairs)

    each = 1000 / (CALLS // PARTS)
    return {
        "request": name,
        "CPU ms": each * median(lambda spent, _: spent.cpu),
        "of Odoo": each * median(lambda spent, _: spent.odoo),
        "of PostgreSQL": each * median(lambda spent, _: spent.postgresql),
        "CPU / empty": median(lambda spent, empty: spent.cpu / empty.cpu),
        "statements": counted.statements,
        "round trips": counted.round_trips,
        "commits": counted.commits,
        "fsyncs": counted.fsyncs,
        "index entries": counted.index_entries,
        "WAL kB": counted.wal / 1000,
    }


def rows(measured):
    """Return the rows of a table, the empty route first.

    :param measured: name to pairs of batches, a kind's and the empty route's
    """
    empties = [(empty, empty) for pairs in measured.values() for _, empty in pairs[1:]]
    empty_row = _row("empty route", empties)
    return [empty_row, *(_row(name, pairs[1:]) for name, pairs in measured.items())]


def _row(name, pairs):
    def median(figure):
        return statistics.median(figure(batch, empty) for batch, empty in pairs)

    return {
        "request": name,
        "requests/s": median(lambda batch, _: batch.throughput),
        "p50 ms": median(lambda batch, _: batch.percentile(50)),
        "p99 ms": median(lambda batch, _: batch.percentile(99)),
        "throughput / empty": median(
            lambda batch, empty: batch.throughput / empty.throughput
        ),
        "p99 / empty": median(
            lambda batch, empty: batch.percentile(99) / empty.percentile(99)
        ),
    }


def measure(environment):
    """Measure all, and return a ``_command.Report``."""
    report = _command.Report()
    for mode, workers in MODES.items():
        with (
            Simulator(seed=1) as simulator,
            _odoo.connected(environment, simulator, workers) as odoo,
            _load.Load() as load,
        ):
            simulator.account().callinfo.url = ""
            odoo.seat_people()
            measurement = Measurement(odoo, simulator, load)
            for concurrency in CONCURRENCIES:
                title = f"{mode}, concurrency {concurrency}"
                with step(title):
                    report.tables[title] = measurement.kinds(concurrency)
            title = f"{mode}, cost of one request"
            with step(title):
                report.tables[title] = measurement.cost()
            title = f"{mode}, one call's notifications at the same moment"
            with step(title):
                report.tables[title] = measurement.six()
            report.wrong += measurement.wrong()
        require_clean(odoo.log, "answering notifications")
    return report


if __name__ == "__main__":
    _command.main(measure)
