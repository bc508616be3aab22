# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Random histories of one number: who waits, as an independent oracle tells it.

``ZADARMA_HISTORIES`` says how many; the seeds are always the same.
"""

import os
import random
from datetime import datetime, timedelta

import waiting_oracle as oracle
from zadarma_api.waiting import WAITING, Call, episode, judge

NOON = datetime(2026, 10, 5, 12)
HISTORIES = int(os.environ.get("ZADARMA_HISTORIES", 5000))


def history(seed):
    """Calls of one number within few minutes, so that many are at the same moment.

    :return: calls, and all decisions about this number
    """
    dice = random.Random(seed)
    span = dice.choice((3, 8, 20))
    waivers = {
        NOON + timedelta(minutes=dice.randrange(span), seconds=dice.choice((0, 30)))
        for _waiver in range(dice.choice((0, 0, 1, 1, 2, 3)))
    }
    calls = []
    for call_id in range(dice.randint(0, 9)):
        moment = NOON + timedelta(minutes=dice.randrange(span))
        kind = dice.choices(("missed", "served", "tried"), (5, 2, 2))[0]
        about_it = sorted(one for one in waivers if one >= moment)
        own = about_it[0] if about_it and dice.random() < 0.5 else None
        calls.append((call_id, moment, kind, own if kind == "missed" else None))
    return calls, waivers


def test_random_histories_end_as_the_oracle_tells():
    for seed in range(HISTORIES):
        calls, waivers = history(seed)
        fates = oracle.live_through([oracle.Call(*call) for call in calls], waivers)
        random.Random(seed).shuffle(calls)
        missed = judge([Call(*call) for call in calls], waivers)
        assert {one.id for one in missed} == fates.keys(), seed
        for one in missed:
            fate = fates[one.id]
            assert (one.state, one.waived_at) == (fate.state, fate.waived_at), seed
            if not one.waived_at:
                assert one.served_at == fate.served_at, seed
                assert list(one.attempts) == fate.attempts, seed
        if missed:
            last = max(fate.episode for fate in fates.values())
            assert {one.id for one in episode(missed)} == {
                one for one, fate in fates.items() if fate.episode == last
            }, seed


def test_histories_are_of_every_kind():
    states, ways = set(), set()
    for seed in range(300):
        calls, waivers = history(seed)
        missed = judge([Call(*call) for call in calls], waivers)
        states |= {one.state for one in missed}
        ways.add((len(waivers), bool(missed) and missed[-1].state in WAITING))
    assert states == {"open", "attempted", "done", "not_needed"}
    assert len(ways) >= 7
