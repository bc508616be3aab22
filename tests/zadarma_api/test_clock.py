# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

import pytest
import pytz
from zadarma_api import clock

WARSAW = "Europe/Warsaw"
HALF_AN_HOUR = timedelta(minutes=30)


@pytest.mark.parametrize(
    "text, near, utc",
    [
        ("2026-01-10 12:00:00", "2026-01-10 11:00:01", "2026-01-10 11:00:00"),
        ("2026-07-10 12:00:00", "2026-07-10 10:00:01", "2026-07-10 10:00:00"),
        # 25 October: 02:30 exists twice
        ("2026-10-25 02:30:00", "2026-10-25 00:30:02", "2026-10-25 00:30:00"),
        ("2026-10-25 02:30:00", "2026-10-25 01:30:02", "2026-10-25 01:30:00"),
        # 29 March: 02:30 does not exist; a clock that lags shows it at 01:30 UTC
        ("2026-03-29 02:30:00", "2026-03-29 01:30:02", "2026-03-29 01:30:00"),
    ],
)
def test_wall_clock_is_read_in_its_zone(text, near, utc):
    near, utc = datetime.fromisoformat(near), datetime.fromisoformat(utc)
    assert clock.to_utc(text, WARSAW, near) == utc


def test_doubled_hour_is_read_in_one_way_only():
    """As many as there are: what follows from the order of a set shows in some."""
    for year in range(2000, 2038):
        last = datetime(year, 10, 31, 1)
        change = last - timedelta(days=last.isoweekday() % 7)
        first, second = change - HALF_AN_HOUR, change + HALF_AN_HOUR
        text = clock.to_wall_clock(first, WARSAW)
        assert text == clock.to_wall_clock(second, WARSAW)
        # as far from either, after both, and before both
        assert clock.to_utc(text, WARSAW, change) == first
        assert clock.to_utc(text, WARSAW, second + HALF_AN_HOUR) == second
        assert clock.to_utc(text, WARSAW, first - HALF_AN_HOUR) == first


def test_pbx_clock_may_be_ahead_of_ours_by_a_minute():
    second = datetime(2026, 10, 25, 1, 30)
    text = clock.to_wall_clock(second, WARSAW)
    near = second - timedelta(minutes=1)
    assert clock.to_utc(text, WARSAW, near) == second
    near -= timedelta(seconds=1)
    assert clock.to_utc(text, WARSAW, near) == second - timedelta(hours=1)


@pytest.mark.parametrize("text", ["", None, "yesterday", "2026-13-01 00:00:00"])
def test_no_time_is_none(text):
    assert clock.to_utc(text, WARSAW, datetime(2026, 1, 1)) is None


@pytest.mark.parametrize("year, is_read", [(1999, 0), (2000, 1), (2099, 1), (2100, 0)])
def test_only_this_century_is_read(year, is_read):
    assert len(clock.readings(f"{year}-06-01 12:00:00", "UTC")) == is_read


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-05T14:03:22+03:00",
        "2026-10-05 14:03:22.5+0300",
        "2026-10-05T11:03:22Z",
        "1791198202",
        "1791198202.75",
        "1791198202750",
    ],
)
def test_other_forms_of_a_time_are_read(text):
    assert clock.readings(text, WARSAW) == {datetime(2026, 10, 5, 11, 3, 22)}


@pytest.mark.parametrize(
    "text, offset",
    [
        ("UTC+0", timedelta()),
        ("UTC+2", timedelta(hours=2)),
        ("UTC-3:30", -timedelta(hours=3, minutes=30)),
        ("GMT", None),
        ("", None),
        (False, None),
    ],
)
def test_offset_that_zadarma_tells(text, offset):
    assert clock.parse_offset(text) == offset


def test_offset_of_a_zone_follows_summer_time():
    assert clock.offset(WARSAW, datetime(2026, 1, 1)) == timedelta(hours=1)
    assert clock.offset(WARSAW, datetime(2026, 7, 1)) == timedelta(hours=2)


@pytest.mark.parametrize(
    "name", ["Mars/Olympus_Mons", "", "Europe/Kyiv\0", "../etc", None]
)
def test_unknown_time_zone_is_utc(name):
    assert clock.zone_of(name) is pytz.utc
    if name:
        noon = datetime(2026, 10, 5, 12)
        assert clock.to_utc("2026-10-05 12:00:00", name, noon) == noon
        assert clock.to_wall_clock(noon, name) == "2026-10-05 12:00:00"


def test_zones_that_agree_with_zadarma():
    zones = ["Europe/Kyiv", WARSAW, "Europe/Helsinki"]
    winter, summer = datetime(2026, 1, 1), datetime(2026, 7, 1)
    agreeing = ["Europe/Kyiv", "Europe/Helsinki"]
    assert clock.agreeing(zones, "UTC+2", winter) == agreeing
    assert clock.agreeing(zones, "UTC+2", summer) == [WARSAW]
    assert clock.agreeing(zones, "noon", summer) == []
    assert clock.agreeing(zones, "", summer) == []


def test_zones_of_a_country():
    assert WARSAW in clock.zones_of("PL")
    assert clock.zones_of("") == clock.zones_of("XX") == []


@pytest.mark.parametrize(
    "minutes, offset",
    [
        ([0, 0, 0], None),
        ([60, 60.5, 61], 60),
        ([-180, -180, -179.5], -180),
        ([345, 345, 345], 345),
        ([60, 60], None),
        ([60, 60, 0], None),
        ([60, 90, 120], None),
        ([7, 7, 7], None),
        ([2880, 2880, 2880], None),
        # lags of one cause differ by two minutes at most
        ([60, 61, 62], 60),
        ([60, 61, 62.1], None),
        ([62, 62, 62], 60),
        ([62.1, 62.1, 62.1], None),
        # offsets from UTC are quarters of an hour, and no two are farther apart than 26
        ([720, 720, 720], 720),
        ([1560, 1560, 1560], 1560),
        ([1575, 1575, 1575], None),
        # most of them tell; there may be many
        ([52, 53, 54], None),
        ([15, 15, 15, 15, 15, 15, 15], 15),
    ],
)
def test_constant_offset_is_a_wrong_time_zone(minutes, offset):
    lags = [timedelta(minutes=one) for one in minutes]
    expected = offset if offset is None else timedelta(minutes=offset)
    assert clock.wrong_by(lags) == expected
