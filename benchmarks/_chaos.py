# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A chaos run: calls whose notifications go wrong, while servers are killed.

The simulated PBX knows what happened. Before the reconciliation the journal must hold
all that Odoo accepted, and the calls whose end it accepted must be right; after it the
whole log must be.
"""

import random
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psutil

from benchmarks import _chaos_plan, _comparison
from benchmarks._chaos_judge import Judge
from devtools.progress import say
from pbx_simulator import Simulator
from pbx_simulator.calls import faults
from pbx_simulator.calls.parcel import REPLAY, Parcel
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
#: Share of calls after which somebody invents another from their notification.
PHANTOMS = 0.04


@dataclass
class Outcome:
    """What a run found.

    :param calls: how many were played
    :param phantoms: how many others somebody invented
    :param deliveries: list of ``pbx_simulator.calls.parcel.Parcel``
    :param journal: a sentence for each thing in the journal that is not right
    :param settled: how many calls were compared before the reconciliation
    :param before: the ``_comparison.Comparison`` of these
    :param reconciliation: what Odoo told of it, a dict
    :param report: a sentence for each thing that it told and did not do
    :param after: the ``_comparison.Comparison`` of all calls after it
    :param doubt: a sentence for each call that is in doubt, or is not, without reason
    """

    calls: int
    phantoms: int
    deliveries: list
    journal: list
    settled: int
    before: _comparison.Comparison
    reconciliation: dict
    report: list
    after: _comparison.Comparison
    doubt: list

    @property
    def wrong(self):
        """A sentence for each thing that is not right."""
        return [
            *self.journal,
            *(f"before: {sentence}" for sentence in self.before.sentences),
            *(f"after: {sentence}" for sentence in self.after.sentences),
            *self.report,
            *self.doubt,
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
        draw = random.Random(f"phantoms {self._seed} {number}")
        if draw.random() < PHANTOMS:
            self._invent(played["pbx_call_id"], draw)
        if not {event["status"] for event in played["events"]} <= ORDINARY:
            time.sleep(PAUSE)

    def _invent(self, pbx_call_id, draw):
        """Tell of a call that never happened, with the signature of one that did."""
        [call] = [call for call in self._pbx.calls if call.pbx_call_id == pbx_call_id]
        start = next(
            parcel
            for parcel in call.notifications
            if parcel.genuine and parcel.event.endswith("START")
        )
        params = {
            **faults.turn_into(start.event.replace("START", "END"), start.params),
            "pbx_call_id": pbx_call_id[:-40] + draw.randbytes(20).hex(),
        }
        phantom = Parcel(params, start.signature, fault=REPLAY)
        phantom.send(self._pbx.account().callinfo.url)
        call.notifications.append(phantom)

    def _judge(self):
        judge = Judge(self._pbx.account().secret, self._pbx.calls)
        journal = judge.wrong_in_journal(self._odoo.journal())
        settled = judge.settled()
        names = {call.pbx_call_id for call in settled}
        before = self._odoo.calls()
        now = datetime.now(UTC)
        *_, reconciliation = self._odoo.reconcile(now - PERIOD, now)
        after = self._odoo.calls()
        return Outcome(
            calls=len(judge.truths),
            phantoms=len(judge.phantoms),
            deliveries=judge.deliveries,
            journal=journal,
            settled=len(settled),
            before=_comparison.compare(
                settled, [call for call in before if call["pbx_call_id"] in names]
            ),
            reconciliation=reconciliation,
            report=judge.wrong_in_report(reconciliation, before, after),
            after=_comparison.compare(
                judge.truths.values(),
                [call for call in after if call["pbx_call_id"] not in judge.phantoms],
                judge.untold(),
            ),
            doubt=judge.wrong_in_doubt(after),
        )


def _is_worker(child):
    """Tell whether a child of Odoo's serves requests."""
    try:
        return "gevent" not in child.cmdline()
    except psutil.NoSuchProcess:
        # over, but not yet noticed
        return False
