# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reading statistics while calls go on, against what was there to be read."""

import json
from datetime import datetime, timedelta

import pytest
import pytz
from hypothesis import given, settings
from hypothesis import strategies as st
from zadarma_api.paging import AFTER, Place, take
from zadarma_api.statistics import WINDOW

KYIV = pytz.timezone("Europe/Kyiv")
HOUR = timedelta(hours=1)


class Pbx:
    """Statistics that grow: rows in the order of their beginning, in UTC."""

    def __init__(self):
        self.rows = []  # pairs of a moment and a row

    def list(self, begun, pbx_call_id):
        wall_clock = pytz.utc.localize(begun).astimezone(KYIV)
        row = {
            "callstart": f"{wall_clock:%Y-%m-%d %H:%M:%S}",
            "call_id": f"{len(self.rows)}.1",
            "pbx_call_id": pbx_call_id,
        }
        self.rows.append((begun, row))
        self.rows.sort(key=lambda pair: pair[0])
        return row

    def page(self, start, end, skip, limit):
        """An hour that the clock shows twice is listed whole."""
        first = min(self._utc(start, is_dst) for is_dst in (True, False))
        last = max(self._utc(end, is_dst) for is_dst in (True, False))
        listed = [row for begun, row in self.rows if first <= begun <= last]
        return listed[skip : skip + limit]

    @staticmethod
    def _utc(text, is_dst):
        local = datetime.strptime(text, "%Y-%m-%d %H:%M:%S")
        return (
            KYIV.localize(local, is_dst=is_dst)
            .astimezone(pytz.utc)
            .replace(tzinfo=None)
        )


def wall_clock(moment):
    return pytz.utc.localize(moment).astimezone(KYIV).replace(tzinfo=None)


def read(pbx, start, until, limit, meanwhile=lambda place: None):
    """All steps of reading a period (UTC); ``meanwhile`` is called between two."""
    place = Place.of(wall_clock(start), wall_clock(until))
    steps = []
    while not place.done:
        assert len(steps) < 1000, "reading goes in circles"
        step = take(place, pbx.page(*place.request(), limit), limit)
        steps.append(step)
        # whoever is killed goes on from what was written down
        place = Place.from_json(step.place.to_json())
        assert place == step.place
        meanwhile(place)
    return steps


def rows_of(steps):
    return [row for step in steps for row in step.rows]


BEGIN = datetime(2026, 10, 5, 9)
#: The night on which Kyiv's clock goes back, from 00:00 to 02:00 UTC.
NIGHT = datetime(2026, 10, 24, 22)


@st.composite
def histories(draw):
    """Where rows are at first, and what appears between pages: minutes and calls.

    Few calls have legs far from one another; rows are dense and sparse by turns.
    """
    begin = draw(st.sampled_from([BEGIN, NIGHT]))
    spread = draw(st.sampled_from([30, 300, 1500]))
    minutes = st.integers(0, spread)
    row = st.tuples(minutes, st.integers(0, 12))
    first = draw(st.lists(row, max_size=40))
    appearing = draw(st.lists(st.lists(row, max_size=3), max_size=12))
    limit = draw(st.integers(3, 25))
    return begin, spread, first, appearing, limit


@settings(max_examples=150)
@given(histories())
def test_every_row_is_read_once_whatever_appears(history):
    begin, spread, first, appearing, limit = history
    pbx = Pbx()
    for minute, call in first:
        pbx.list(begin + timedelta(minutes=minute), f"in_{call}")
    expected = [row for _moment, row in pbx.rows]
    appearing = iter(appearing)

    def meanwhile(place):
        since = datetime.strptime(place.since, "%Y-%m-%d %H:%M:%S")
        for minute, call in next(appearing, ()):
            moment = begin + timedelta(minutes=minute)
            row = pbx.list(moment, f"in_{call}")
            # what appears where reading goes on is read too
            if not place.skip and not place.done and wall_clock(moment) >= since + HOUR:
                expected.append(row)

    until = begin + timedelta(minutes=spread)
    steps = read(pbx, begin, until, limit, meanwhile)
    got = rows_of(steps)
    ids = [row["call_id"] for row in got]
    assert len(set(ids)) == len(ids)
    assert {row["call_id"] for row in expected} <= set(ids)
    # each call is computed with or after its last row
    for call in {row["pbx_call_id"] for row in got}:
        told = max(n for n, step in enumerate(steps) if call in step.ids)
        assert told >= max(
            n
            for n, step in enumerate(steps)
            if any(row["pbx_call_id"] == call for row in step.rows)
        )


@settings(max_examples=100)
@given(histories())
def test_call_is_not_told_by_halves(history):
    """When it is named first, all legs within an hour of one another were read."""
    begin, spread, first, _appearing, limit = history
    pbx = Pbx()
    for minute, call in first:
        pbx.list(begin + timedelta(minutes=minute), f"in_{call}")
    steps = read(pbx, begin, begin + timedelta(minutes=spread), limit)
    by_call = {}
    for moment, row in pbx.rows:
        by_call.setdefault(row["pbx_call_id"], []).append((moment, row))
    for call, legs in by_call.items():
        told = next(n for n, step in enumerate(steps) if call in step.ids)
        known = rows_of(steps[: told + 1])
        unread = [moment for moment, row in legs if row not in known]
        moments = [moment for moment, row in legs if row in known]
        # on the night of the change an hour of the clock may be none at all
        apart = timedelta(0) if begin == NIGHT else HOUR
        assert not unread or min(unread) - max(moments) >= apart


def test_row_that_appears_before_the_place_already_read():
    pbx = Pbx()
    for minute in range(0, 600, 20):
        pbx.list(BEGIN + timedelta(minutes=minute), f"in_{minute}")
    expected = [row["call_id"] for _moment, row in pbx.rows]
    appeared = []

    def meanwhile(_place):
        if not appeared:
            appeared.append(pbx.list(BEGIN + timedelta(minutes=1), "in_long"))

    steps = read(pbx, BEGIN, BEGIN + 10 * HOUR, 10, meanwhile)
    assert len(steps) > 3
    assert [row["call_id"] for row in rows_of(steps)] == expected


def test_busy_hour_is_read_by_skipping():
    pbx = Pbx()
    for second in range(0, 3000, 10):
        pbx.list(BEGIN + timedelta(seconds=second), f"in_{second}")
    steps = read(pbx, BEGIN, BEGIN + HOUR, 40)
    assert any(step.place.skip for step in steps)
    assert len(rows_of(steps)) == 300
    assert steps[-1].ids >= {"in_2990"}


def test_leg_that_begins_hours_later_belongs_to_its_call():
    pbx = Pbx()
    for minute in range(0, 600, 10):
        pbx.list(BEGIN + timedelta(minutes=minute), f"in_{minute}")
    pbx.list(BEGIN + timedelta(minutes=500), "in_0")
    steps = read(pbx, BEGIN, BEGIN + 10 * HOUR, 20)
    named = [n for n, step in enumerate(steps) if "in_0" in step.ids]
    assert len(named) == 2
    assert (
        any(row["pbx_call_id"] == "in_0" for row in steps[named[1]].rows)
        or named[1] == len(steps) - 1
    )


def test_leg_that_begins_after_the_period():
    pbx = Pbx()
    pbx.list(BEGIN, "in_1")
    pbx.list(BEGIN + 3 * HOUR, "in_1")
    pbx.list(BEGIN + 3 * HOUR, "in_2")
    pbx.list(BEGIN + 2 * AFTER, "in_3")
    [step] = read(pbx, BEGIN, BEGIN + HOUR, 10)
    assert [row["pbx_call_id"] for row in step.rows] == ["in_1"]
    assert [row["pbx_call_id"] for row in step.later] == ["in_1", "in_2"]
    assert step.ids == {"in_1"}


def test_long_period_is_read_in_windows():
    pbx = Pbx()
    for day in range(100):
        pbx.list(BEGIN + timedelta(days=day), f"in_{day}")
    place = Place.of(wall_clock(BEGIN), wall_clock(BEGIN + timedelta(days=99)))
    got = []
    while not place.done:
        start, end, skip = place.request()
        begin, stop = (datetime.fromisoformat(text) for text in (start, end))
        # Zadarma gives thirty days at most
        assert timedelta(0) < stop - begin <= WINDOW
        step = take(place, pbx.page(start, end, skip, 10), 10)
        got += step.rows
        place = step.place
    assert [row["pbx_call_id"] for row in got] == [f"in_{day}" for day in range(100)]


def test_rows_in_no_order_are_taken_as_they_are():
    rows = [
        {"callstart": f"2026-10-05 {hour:02}:00:00", "pbx_call_id": f"in_{hour}"}
        for hour in range(20, 10, -1)
    ]
    place = Place.of(datetime(2026, 10, 5), datetime(2026, 10, 6))
    step = take(place, rows, 10)
    assert (step.rows, step.ids) == (rows, {f"in_{hour}" for hour in range(11, 21)})
    assert (step.place.since, step.place.skip) == (place.since, 9)


def listed(*times):
    """Rows of calls that begin at these times of a day, in this order."""
    return [
        {"callstart": f"2026-10-05 {time}", "pbx_call_id": f"in_{time}"}
        for time in times
    ]


DAY = Place.of(datetime(2026, 10, 5), datetime(2026, 10, 6))


def test_what_is_asked_for():
    """From an hour before the period to half a day and an hour after it; windows of a
    long one overlap by an hour."""
    assert DAY.request() == ("2026-10-04 23:00:00", "2026-10-06 13:00:00", 0)
    months = Place.of(datetime(2026, 1, 2), datetime(2026, 6, 1))
    assert months.request() == ("2026-01-01 23:00:00", "2026-01-29 23:00:00", 0)
    following = take(months, [], 3).place
    assert following.request() == ("2026-01-29 22:00:00", "2026-02-26 22:00:00", 0)


def test_leg_in_the_last_hour_of_a_window_keeps_its_call_open():
    months = Place.of(datetime(2026, 1, 2), datetime(2026, 6, 1))
    rows = [
        {"callstart": f"2026-01-29 {time}", "pbx_call_id": f"in_{time}"}
        for time in ("22:00:00", "22:00:01")
    ]
    assert take(months, rows, 3).ids == {"in_22:00:00"}


def test_a_tenth_of_a_page_is_read_again_where_rows_are_skipped():
    same = [{**listed("10:00:00")[0], "call_id": f"{n}.1"} for n in range(1000)]
    place = take(DAY, same, 1000).place
    assert (place.since, place.skip) == ("2026-10-05 09:00:00", 0)
    place = take(place, same, 1000).place
    assert (place.since, place.skip) == ("2026-10-05 09:00:00", 900)


def test_row_whose_values_come_in_another_order_is_the_same():
    [row] = listed("10:00:00")
    turned = dict(reversed(row.items()))
    assert take(DAY, [row, turned], 3).rows == [row]


def test_what_begins_an_hour_before_the_end_of_a_page_is_told_with_it():
    """Its further legs would have begun until then; those of later ones may follow."""
    rows = listed("10:00:00", "10:00:01", "11:00:00")
    step = take(DAY, rows, 3)
    assert step.ids == {"in_10:00:00"}
    assert (step.place.since, step.place.skip) == ("2026-10-05 10:00:00", 0)
    assert take(step.place, rows[:2], 3).rows == []


def test_what_may_come_again_is_known_for_an_hour_and_no_longer():
    rows = listed("08:59:59", "09:00:00", "11:00:00")
    place = take(DAY, rows, 3).place
    assert place.since == "2026-10-05 10:00:00"
    assert take(place, rows, 4).rows == rows[:1]


@pytest.mark.parametrize(
    "second, since, skip",
    [("10:00:00", "2026-10-05 10:00:00", 0), ("09:59:59", DAY.since, 2)],
)
def test_clock_that_goes_back_by_an_hour_is_no_disorder(second, since, skip):
    step = take(DAY, listed("11:00:00", second), 2)
    assert (step.place.since, step.place.skip) == (since, skip)


def test_what_begins_an_hour_after_the_period_is_of_the_period():
    """The clock may have gone back since."""
    rows = [
        {"callstart": f"2026-10-06 {time}", "pbx_call_id": f"in_{time}"}
        for time in ("01:00:00", "01:00:01")
    ]
    step = take(DAY, rows, 3)
    assert (step.rows, step.later) == (rows[:1], rows[1:])


@pytest.mark.parametrize("callstart", ["", None, "x", "2026-10-05"])
def test_rows_without_a_time_are_read(callstart):
    rows = [{"callstart": callstart, "pbx_call_id": "in_1"}, {"pbx_call_id": ""}]
    place = Place.of(datetime(2026, 10, 5), datetime(2026, 10, 6))
    for limit, done in ((2, False), (3, True)):
        step = take(place, rows, limit)
        assert (step.rows, step.ids) == (rows, {"in_1"})
        assert (step.place.done, step.place.skip) == (done, 0 if done else 2)


def test_row_that_was_corrected_meanwhile_is_read_again():
    row = {"callstart": "2026-10-05 10:00:00", "pbx_call_id": "in_1", "seconds": "1"}
    place = Place.of(datetime(2026, 10, 5), datetime(2026, 10, 6))
    step = take(place, [row] * 2, 2)
    assert (step.rows, step.ids) == ([row], set())
    corrected = {**row, "seconds": "2"}
    step = take(step.place, [row, corrected], 3)
    assert (step.rows, step.ids) == ([corrected], {"in_1"})


def test_same_page_from_the_same_place_is_the_same_step():
    pbx = Pbx()
    for minute in range(0, 300, 10):
        pbx.list(BEGIN + timedelta(minutes=minute), "in_1")
    place = Place.of(wall_clock(BEGIN), wall_clock(BEGIN + 5 * HOUR))
    page = pbx.page(*place.request(), 10)
    assert take(place, page, 10) == take(place, page, 10)
    json.loads(take(place, page, 10).place.to_json())
