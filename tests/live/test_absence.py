# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A month of people on leave, with a server that is killed again and again."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from random import Random

import pytest

from tests.live.absences import PAIR, PEOPLE, WITH_LOGIN, Clock, Office

#: It begins on a Monday, and the clocks change in it.
MONTH = datetime(2027, 3, 1)


@pytest.fixture
def clock(tmp_path):
    return Clock(tmp_path / "addons", MONTH)


@pytest.fixture
def odoo(start_odoo, clock):
    return start_odoo(more=clock.folder, options=["--load=base,rpc,web,zadarma_clock"])


@pytest.fixture
def pbx_options():
    # a month passes within a minute
    return ["--no-rate-limit"]


#: Where the server is ended, in turn, each as soon as there is that much to do.
KILLS = (
    lambda office: office.is_killed_at("timeout", 1),
    lambda office: office.is_killed_at("timeout", 2),
    lambda office: office.is_killed_at("slow-body", 2),
    lambda office: office.is_killed_amid_wishes(),
    lambda office: office.is_killed_between_jobs(),
    lambda office: office.is_killed_at("slow-body", 4),
    lambda office: office.is_killed_at("timeout", 4),
)


def people_change_their_minds(office, chance, day):
    """Ask for leaves, refuse, cancel and move them; tell what was done."""
    of_employee = defaultdict(list)
    for leave in office.leaves():
        of_employee[leave["employee_id"][0]].append(leave)
    for number, employee in office.employees.items():
        leaves = of_employee[employee]
        theirs = [leave for leave in leaves if leave["date_to"] > f"{day}"]
        luck = chance.random()
        if not theirs and luck < 0.22:
            yield "asked for"
            # at once, or a week ahead
            first = day + timedelta(weeks=chance.randint(0, 1))
            office.ask_for_leave(number, first, chance.randint(1, 6))
        elif theirs and luck < 0.05:
            yield "overlapping"
            ends = max(leave["date_to"] for leave in theirs)
            office.ask_for_leave(number, datetime.fromisoformat(ends), 4)
        elif theirs and luck < 0.12:
            yield "refused"
            office.refuse(theirs[0])
        # Odoo moves none that overlaps
        elif theirs and len(leaves) == 1 and luck < 0.2:
            yield "moved"
            office.move(theirs[-1], 1)
        # nobody takes back what began on an earlier day
        elif theirs and theirs[-1]["date_from"] > f"{day}" and luck < 0.4:
            if number in WITH_LOGIN:
                yield "cancelled"
                office.cancel(number, theirs[-1])


def test_a_month_of_absences(odoo, pbx, connect, outside, clock):
    office = Office(odoo, pbx, connect, outside, clock)
    chance = Random(20)
    kills = list(KILLS)
    seen = Counter()
    for day in (MONTH + timedelta(days=days) for days in range(31)):
        if day.weekday() < 5:
            clock.move_to(day + timedelta(hours=4))
            seen.update(people_change_their_minds(office, chance, day))
        clock.move_to(day + timedelta(hours=10))
        if day.weekday() in (0, 1, 3) and kills and kills[0](office):
            kills.pop(0)
        office.settle()
        seen["away"] += office.judge()
        if day.day % 5 == 0:
            for people in (office.away(), PEOPLE):
                office.change_by_hand(chance.choice(sorted({*people}.difference(PAIR))))
                seen["by hand"] += 1
        if day.weekday() < 5:
            clock.move_to(day + timedelta(hours=21))
            office.settle()
            office.judge()
    # all are back from what was asked for
    clock.move_to(MONTH + timedelta(days=60))
    office.settle()
    assert not office.judge()
    print(seen)
    assert not kills
    assert min(seen.values()) > 1
