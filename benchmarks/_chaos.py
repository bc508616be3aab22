# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A chaos run: calls whose notifications go wrong, while servers are killed.

The simulated PBX knows what happened. Before the reconciliation the journal must hold
all that Odoo accepted, and the calls whose end it accepted must be right; after it the
whole log must be.
"""

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psutil

from benchmarks import _chaos_forgeries, _chaos_plan, _comparison
from benchmarks._chaos_judge import Judge
from devtools.progress import say
from pbx_simulator import Simulator
from pbx_simulator.calls.reply import LOST

#: Calls under way at any time.
LINES = 8
#: The PBX plays an earlier time of the day: what ended just now may lack in statistics,
#: so a reconciliation does not doubt it yet.
AGO = timedelta(minutes=30)
#: Around that, so that all calls lie within.
PERIOD = timedelta(hours=2)
#: What becomes of deliveries while Odoo is well: accepted, refused as forged, not sent.
ORDINARY = {200, 403, LOST}
#: Seconds that people wait before they call again when nothing works; so an outage
#: costs few calls.
PAUSE = 1
#: Share of calls after which somebody makes something of one of their notifications.
FORGED = 0.4
#: Customers of the company, of the hundred numbers that calls come from and go to.
CUSTOMERS = [f"+4420794600{number:02}" for number in range(20)]


@dataclass
class Outcome:
    """What a run found.

    :param calls: how many were played
    :param phantoms: how many others somebody invented
    :param twins: how many are of one caller in the same second as another one
    :param forgeries: how many of each kind were sent, a ``Counter``
    :param deliveries: list of ``pbx_simulator.calls.parcel.Parcel``
    :param journal: a sentence for each thing in the journal that is not right
    :param settled: how many calls were compared before the reconciliation
    :param proved: of how many their numbers and start, since somebody told lies
    :param before: the ``_comparison.Comparison`` of all these
    :param reconciliation: what Odoo told of it, a dict
    :param report: a sentence for each thing that it told and did not do
    :param after: the ``_comparison.Comparison`` of all calls after it
    :param doubt: a sentence for each call that is in doubt, or is not, without reason
    :param effects: a sentence for each right to hear, customer or line in a history
        that is not as it should be
    """

    calls: int
    phantoms: int
    twins: int
    forgeries: Counter
    deliveries: list
    journal: list
    settled: int
    proved: int
    before: _comparison.Comparison
    reconciliation: dict
    report: list
    after: _comparison.Comparison
    doubt: list
    effects: list

    @property
    def wrong(self):
        """A sentence for each thing that is not right."""
        return [
            *self.journal,
            *(f"before: {sentence}" for sentence in self.before.sentences),
            *(f"after: {sentence}" for sentence in self.after.sentences),
            *self.report,
            *self.doubt,
            *self.effects,
        ]


def simulator(seed):
    """Return a ``Simulator`` for a run, to be used in a `with` block."""
    return Simulator(
        seed=seed,
        rate_limit=False,
        clock=lambda: datetime.now(UTC) - AGO,
    )


class Run:
    """One run.

    :param odoo: an ``_odoo.Odoo`` with two workers
    :param pbx: the ``Simulator`` it is connected with, from :func:`simulator`
    :param seed: what calls and faults are drawn from
    """

    def __init__(self, odoo, pbx, seed):
        self._odoo = odoo
        self._pbx = pbx
        self._seed = seed
        self._draw = random.Random(f"disasters {seed}")
        self._forgeries = Counter()
        #: ids of calls that somebody invented, and that may be in the log
        self._invented = set()

    def play(self, count, disasters):
        """Play calls, with disasters spread among them, and judge the outcome.

        :param count: how many calls
        :param disasters: list of functions
        :return: an :class:`Outcome`
        """
        due = {
            count * number // (len(disasters) + 1): disaster
            for number, disaster in enumerate(disasters, 1)
        }
        plan = _chaos_plan.draw_calls(self._seed, count)
        self._odoo.add_customers(CUSTOMERS)
        # Disasters happen in this thread: a server ends with what started it.
        with ThreadPoolExecutor(LINES) as pool:
            played = [pool.submit(self._play, *one) for one in enumerate(plan)]
            for number, call in enumerate(as_completed(played), 1):
                call.result()
                self._keep_running()
                if number in due:
                    due[number]()
        self._keep_running()
        self._odoo.apply_all()
        return self._judge()

    def kill_worker(self):
        """End one of Odoo's workers at once, whatever it is doing."""
        say("    kill -9 of a worker")
        # the disaster before may have left none
        while not (workers := self._workers()):
            time.sleep(0.1)
            self._keep_running()
        self._draw.choice(workers).kill()

    def _workers(self):
        children = psutil.Process(self._odoo.process.pid).children()
        return [child for child in children if _is_worker(child)]

    def kill_server(self):
        """End Odoo at once, with all its workers, and start it again."""
        say("    kill -9 of the server")
        self._odoo.kill()
        self._odoo.start()

    def _keep_running(self):
        """Start Odoo again if it ended, as a service manager would.

        With workers it ends when it looks for its database while that is down.
        """
        if self._odoo.process.poll() is not None:
            say("    Odoo ended by itself")
            self._odoo.stop()
            self._odoo.start()

    def _play(self, number, settings):
        played = self._pbx.dial(**settings)
        draw = random.Random(f"forgeries {self._seed} {number}")
        if draw.random() < FORGED:
            self._forge(played["pbx_call_id"], draw)
        if not {event["status"] for event in played["events"]} <= ORDINARY:
            time.sleep(PAUSE)

    def _forge(self, pbx_call_id, draw):
        """Send something that is made of one of a call's notifications."""
        calls = list(self._pbx.calls)
        [call] = [call for call in calls if call.pbx_call_id == pbx_call_id]
        caught = {
            parcel.event: parcel
            for parcel in call.notifications
            if parcel.genuine and parcel.status == 200
        }
        kinds = [
            name
            for name, kind in _chaos_forgeries.FORGERIES.items()
            if kind.event in caught
        ]
        name = draw.choice([*kinds, _chaos_forgeries.REQUEST])
        new = draw.randbytes(20).hex()
        if name == _chaos_forgeries.REQUEST:
            parcels = _chaos_forgeries.of_a_request(self._pbx.account(), f"in_{new}")
        else:
            kind = _chaos_forgeries.FORGERIES[name]
            parcel = caught[kind.event]
            known = _caught(parcel.params, call, calls, draw, new)
            parcels = _chaos_forgeries.make(name, known, parcel.signature)
            if kind.stands:
                self._invented |= {known.new_in, known.new_out}
        for parcel in parcels:
            parcel.send(self._pbx.account().callinfo.url)
            self._forgeries[name] += 1
        call.notifications += parcels

    def _judge(self):
        judge = Judge(self._pbx.account().secret, self._pbx.calls, self._invented)
        journal = judge.wrong_in_journal(self._odoo.journal())
        settled, proved = judge.settled(), judge.proved()
        self._odoo.follow_up_all()
        before = self._odoo.calls()
        effects = judge.wrong_in_hearing(before, self._odoo.speakers(), False)
        now = datetime.now(UTC)
        *_, reconciliation = self._odoo.reconcile(now - PERIOD, now)
        self._odoo.follow_up_all()
        after = self._odoo.calls()
        effects += judge.wrong_in_hearing(after, self._odoo.speakers(), True)
        effects += judge.wrong_with_customers(
            after, self._odoo.customers(), self._odoo.waiting(), CUSTOMERS
        )
        return Outcome(
            calls=len(judge.truths),
            phantoms=len(judge.phantoms),
            twins=len(judge.twins),
            forgeries=self._forgeries,
            deliveries=judge.deliveries,
            journal=journal,
            settled=len(settled),
            proved=len(proved),
            before=_comparison.joined(
                _comparison.compare(settled, _named(before, settled)),
                _comparison.compare(
                    proved, _named(before, proved), fields=_comparison.PROVED
                ),
            ),
            reconciliation=reconciliation,
            report=judge.wrong_in_report(reconciliation, before, after),
            after=_comparison.compare(
                judge.truths.values(),
                [call for call in after if call["pbx_call_id"] not in judge.phantoms],
                judge.untold(),
            ),
            doubt=judge.wrong_in_doubt(after),
            effects=effects,
        )


def _named(log, calls):
    """Those of the log that have the ids of some calls."""
    names = {call.pbx_call_id for call in calls}
    return [call for call in log if call["pbx_call_id"] in names]


def _caught(params, call, calls, draw, new):
    """What somebody knows who makes something of a notification.

    :param params: of the notification
    :param call: that it is of
    :param calls: all so far
    """
    others = {"in_": [f"in_{new}"], "out_": [f"out_{new}"]}
    parts = ["1458313316.1"]
    for one in calls:
        if one is not call and one.end:
            others[one.pbx_call_id[:-40]].append(one.pbx_call_id)
            parts += [leg.call_id for leg in one.legs if leg.recorded]
    took_part = {*call.rung, *call.answered_by, call.caller}
    return _chaos_forgeries.Caught(
        params,
        new,
        incoming=draw.choice(others["in_"][1:] or others["in_"]),
        outgoing=draw.choice(others["out_"][1:] or others["out_"]),
        extension=draw.choice(
            [one for one in _chaos_plan.EXTENSIONS if one not in took_part] or ["100"]
        ),
        part=draw.choice(parts),
    )


def _is_worker(child):
    """Tell whether a child of Odoo's serves requests."""
    try:
        return "gevent" not in child.cmdline()
    except psutil.NoSuchProcess:
        # over, but not yet noticed
        return False
