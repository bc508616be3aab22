# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Random histories of two numbers, told in every way, as an oracle tells their end.

What the manual says is in :mod:`.waiting_oracle` (who waits) and in :class:`World`
(whose task it is, and until when). ``ZADARMA_HISTORIES`` says how many are played,
``ZADARMA_SEED`` the first seed.
"""

import dataclasses
import random
from datetime import datetime, timedelta
from unittest.mock import patch

import pytz

from odoo import Command, fields

from . import waiting_oracle as oracle
from .common import seeds
from .test_waiting_caller import WaitingCase

HISTORIES = seeds("ZADARMA_HISTORIES", 25)
#: A customer's with a manager, and a stranger's.
KNOWN, STRANGER = "+442037691880", "+380443645713"
#: Two hours before midnight in Kyiv: some tasks are due on the next day.
BEGIN = datetime(2026, 10, 5, 19)
MINUTE = timedelta(minutes=1)
#: What a call can be: direction, result, ghost answer, and what it means.
KINDS = {
    "missed": ("incoming", "missed", False, "missed"),
    "answered": ("incoming", "answered", False, "served"),
    "menu": ("incoming", "answered", True, None),
    "rejected": ("incoming", "rejected", False, None),
    "called": ("outgoing", "answered", False, "served"),
    "in vain": ("outgoing", "no_answer", False, "tried"),
    "busy": ("outgoing", "busy", False, "tried"),
    "failed": ("outgoing", "failed", False, None),
}

RUNG = ((), ("agent",), ("colleague",), ("agent", "colleague"))


@dataclasses.dataclass
class Call:
    """What is true of a call at last, and what was decided about it."""

    number: str
    moment: datetime
    kind: str
    rung: tuple
    told_at: datetime
    in_doubt: bool = False
    waived_at: datetime | None = None


@dataclasses.dataclass
class Phase:
    """What becomes known until ``now``, and then is decided.

    :param facts: pairs of a call's name and what is true of it then, in their order
    :param waived: the number of whom nobody needs to call back, if anybody waits there
    :param lost: whether somebody deletes all tasks
    """

    now: datetime
    facts: list
    waived: str | None
    lost: bool


def history(seed):
    """Two or three phases with up to a dozen facts."""
    dice = random.Random(seed)
    now, calls, phases = BEGIN, {}, []
    for _phase in range(dice.randint(1, 3)):
        now += timedelta(minutes=dice.choice((10, 45, 120)))
        facts = []
        for _fact in range(dice.randint(0, 5)):
            if calls and dice.random() < 0.3:
                name = dice.choice([*calls])
                change = dice.choice(("in_doubt", "number", "kind"))
                value = {
                    "in_doubt": not calls[name].in_doubt,
                    "number": dice.choice((KNOWN, STRANGER)),
                    "kind": dice.choice([*KINDS]),
                }[change]
                calls[name] = dataclasses.replace(calls[name], **{change: value})
            else:
                name = len(calls)
                ago = dice.randrange(int((now - BEGIN) / MINUTE))
                old = timedelta(days=dice.choice((0,) * 9 + (4,)))
                calls[name] = Call(
                    dice.choice((KNOWN, STRANGER)),
                    now - ago * MINUTE - old,
                    dice.choices([*KINDS], (8, 2, 1, 1, 2, 2, 1, 1))[0],
                    dice.choice(
                        ((), ("agent",), ("colleague",), ("agent", "colleague"))
                    ),
                    now,
                    dice.random() < 0.1,
                )
            facts.append((name, calls[name]))
        waived = dice.choice((None, None, KNOWN, STRANGER))
        phases.append(Phase(now, facts, waived, dice.random() < 0.2))
    return phases


def shuffled(facts, dice):
    """The facts in any order but of one call those of each after one another."""
    names = [name for name, _call in facts]
    dice.shuffle(names)
    queues = {name: [fact for fact in facts if fact[0] == name] for name in names}
    return [queues[name].pop(0) for name in names]


class World:
    """What the manual says of all that is known by now."""

    def __init__(self):
        self.calls = {}
        self.decisions = {}

    def learn(self, name, call):
        known = self.calls.get(name)
        waived_at = known and known.waived_at
        self.calls[name] = dataclasses.replace(call, waived_at=waived_at)

    def fates(self, number):
        """From the names of this number's missed calls to what became of them."""
        same = {
            name: call for name, call in self.calls.items() if call.number == number
        }
        told = [
            oracle.Call(name, call.moment, meaning, call.waived_at)
            for name, call in same.items()
            if (meaning := self.meaning(call))
        ]
        return oracle.live_through(
            told, {call.waived_at for call in same.values() if call.waived_at}
        )

    def meaning(self, call):
        meaning = KINDS[call.kind][-1]
        late = call.told_at - call.moment >= timedelta(days=3)
        return None if call.in_doubt or (meaning == "missed" and late) else meaning

    def waiting(self, number):
        """The missed calls after which somebody waits, the earliest first."""
        fates = self.fates(number)
        waiting = [
            (fate.moment, name)
            for name, fate in fates.items()
            if fate.state in ("open", "attempted")
        ]
        return [(name, fates[name]) for _moment, name in sorted(waiting)]

    def decide(self, number, now):
        """Somebody says that no call back is needed; return whether anybody waited."""
        waiting = self.waiting(number)
        for name, _fate in waiting:
            self.calls[name].waived_at = now
        return bool(waiting)

    def people(self, number, now):
        """Those whose task it may be."""
        waiting = self.waiting(number)
        if now > waiting[0][1].moment + 60 * MINUTE:
            return {"supervisor"}
        if number == KNOWN:
            return {"manager"}
        for name, _fate in waiting:
            if self.calls[name].rung:
                moment = self.calls[name].moment
                # which of two calls in one second came first is nobody's to tell
                return {
                    person
                    for other, fate in waiting
                    if fate.moment == moment
                    for person in self.calls[other].rung
                }
        return {"supervisor"}


class TestHistories(WaitingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # every hour counts
        cls.company.resource_calendar_id.attendance_ids.unlink()
        cls.people = {
            "agent": cls.agent,
            "colleague": cls.colleague,
            "supervisor": cls.supervisor,
            "manager": cls._agent("manager", tz="Asia/Tokyo"),
        }
        cls.partner.user_id = cls.people["manager"]

    def setUp(self):
        super().setUp()
        # the jobs run in this transaction, which never commits
        self.enterContext(
            patch.object(
                type(self.env["ir.cron"]),
                "_commit_progress",
                lambda cron, *args, **kwargs: cron.env.flush_all() or 1,
            )
        )

    def test_random_histories_end_as_the_oracle_tells(self):
        differences = []
        for seed in HISTORIES:
            for order in (None, seed):
                savepoint = self.env.cr.savepoint()
                try:
                    self._live_through(history(seed), order)
                except AssertionError as error:
                    differences.append((seed, order, str(error)))
                savepoint.close(rollback=True)
                self.env.invalidate_all(flush=False)
        self.assertEqual(differences, [])

    def _live_through(self, phases, order):
        """Play a history and compare.

        :param order: the seed of the order in which facts come one by one; ``None`` if
            those of a phase come all at once
        """
        world, calls = World(), {}
        dice = random.Random(order)
        for phase in phases:
            now = staticmethod(lambda now=phase.now: now)
            with patch.object(fields.Datetime, "now", now):
                for name, call in shuffled(phase.facts, dice):
                    world.learn(name, call)
                    self._tell(calls, name, call)
                    if order is not None:
                        self._work()
                self._work()
                self._compare(world, calls, phase.now)
                if phase.lost:
                    self._tasks.unlink()
                    self.env["zadarma.waiting.caller"]._cron_overdue()
                if phase.waived and world.decide(phase.waived, phase.now):
                    self._by_number()[phase.waived].with_user(self.agent)._waive(
                        f"decided at {phase.now}"
                    )
                self._compare(world, calls, phase.now)

    def _tell(self, calls, name, call):
        direction, result, ghost_answer, _meaning = KINDS[call.kind]
        values = {
            "direction": direction,
            "result": result,
            "ghost_answer": ghost_answer,
            "in_doubt": call.in_doubt,
        }
        known = calls.get(name)
        if not known or known.external_number != call.number:
            values["external_number"] = call.number
            values["partner_id"] = self.partner.id if call.number == KNOWN else False
        if known:
            known.write(values)
            return
        calls[name] = self.env["zadarma.call"].create(
            {
                "account_id": self.account.id,
                "state": "ended",
                "date_start": call.moment,
                "leg_ids": [
                    Command.create({"user_id": self.people[person].id})
                    for person in call.rung
                ],
                **values,
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE zadarma_call SET create_date = %s WHERE id = %s",
            (call.told_at, calls[name].id),
        )
        calls[name].invalidate_recordset(["create_date"])

    def _work(self):
        # as if the transaction that told it were over
        self.env.flush_all()
        self.env["zadarma.call"]._cron_follow_up()
        self.env["zadarma.waiting.caller"]._cron_overdue()

    def _by_number(self):
        return self._caller.grouped("number")

    def _compare(self, world, calls, now):
        self.env.invalidate_all()
        for number in (KNOWN, STRANGER):
            fates = world.fates(number)
            for name, call in calls.items():
                if world.calls[name].number == number:
                    self._compare_call(call, fates.get(name))
            caller = self._by_number().get(number, self._caller.browse())
            waiting = world.waiting(number)
            if waiting:
                self._compare_task(world, caller, waiting, now)
            else:
                self.assertFalse(caller.activity_ids)
                self.assertNotIn(caller.state, ("open", "attempted"))
            if fates and not waiting:
                self._compare_end(caller, fates)
        self.assertFalse(self.env["zadarma.left.number"].search([]))

    def _compare_call(self, call, fate):
        self.assertEqual(call.callback_state, fate.state if fate else False)
        done = fate and fate.state == "done"
        seconds = (fate.served_at - fate.moment).total_seconds() if done else 0
        self.assertEqual(call.time_to_call_back, seconds)

    def _compare_task(self, world, caller, waiting, now):
        first, last = waiting[0][1], waiting[-1][1]
        self.assertEqual(caller.state, last.state)
        self.assertEqual(caller.date_since, first.moment)
        self.assertEqual(caller.missed_count, len(waiting))
        self.assertEqual(caller.attempt_count, len(first.attempts))
        self.assertEqual(caller.date_attempt, (first.attempts or [False])[-1])
        due = first.moment + 60 * MINUTE
        self.assertEqual(caller.date_due, due)
        self.assertEqual(caller.escalated, now > due)
        # an activity too many fails here
        [task] = caller.activity_ids
        people = world.people(caller.number, now)
        self.assertIn(task.user_id, [self.people[person] for person in people])
        zone = pytz.timezone(task.user_id.tz or self.account.tz)
        there = pytz.utc.localize(due).astimezone(zone)
        self.assertEqual(task.date_deadline, there.date())
        tried = f"(attempts: {len(first.attempts)})"
        self.assertEqual(tried in task.summary, bool(first.attempts))

    def _compare_end(self, caller, fates):
        newest = max(fate.episode for fate in fates.values())
        last = [fate for fate in fates.values() if fate.episode == newest]
        self.assertEqual({caller.state}, {fate.state for fate in last})
        self.assertEqual(caller.missed_count, len(last))
        if caller.state == "done":
            self.assertEqual(caller.date_served, last[0].served_at)
        else:
            self.assertEqual(caller.waived_at, last[0].waived_at)
            self.assertEqual(caller.waiver, f"decided at {caller.waived_at}")
            self.assertEqual(caller.waived_by_id, self.agent)
