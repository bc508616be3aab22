# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Keys by which what was said is known again."""

from datetime import date

import pytest
from zadarma_api.fingerprint import day_of, day_of_signed, fingerprint

DAY = (date(2026, 10, 5) - date(1970, 1, 1)).days


@pytest.mark.parametrize(
    "text, day",
    [
        ("+4420376918804420376918812026-10-05 14:03:22", DAY),
        ("2026-10-05 14:03:22", DAY),
        ("in_ae6b03b3b0765d127ec0b739209346bbc4f0d52d1791198202.343456", DAY),
        ("4420376918812026-99-99 14:03:22", 0),
        ("4420376918811791198202", 0),
        ('{"text":"2026-10-05 14:03:22"}', 0),
        ("", 0),
    ],
)
def test_day_of_a_signed_text(text, day):
    assert day_of_signed(text) == day


def test_key_is_short_and_of_its_text():
    keys = {fingerprint(text, DAY) for text in ("", "a", "b")}
    assert len(keys) == 3
    assert {len(key) for key in keys} == {20}
    # days go on after the 179 years that two bytes count
    assert fingerprint("a", 65535) > fingerprint("a", 32768) > fingerprint("a", 32767)
    assert fingerprint("a", 65536) == fingerprint("a", 0) == fingerprint("a")


@pytest.mark.parametrize(
    "params",
    [
        {"call_start": "2026-10-05 14:03:22", "callstart": "2026-10-06 14:03:22"},
        {"call_start": "", "callstart": "2026-10-05 14:03:22"},
        {"call_start": "2026-10-05 14:03:22", "call_id": "1.1"},
        {"call_id_with_rec": "1791198202.1", "call_id": "1791284602.1"},
        {"call_id": "1791158400.1"},
        {"call_id": "1791244799.1"},
    ],
)
def test_day_that_parameters_tell(params):
    assert day_of(params) == DAY


def test_days_stand_together():
    assert fingerprint("b", 1) < fingerprint("a", 2)
    assert day_of({"callstart": "2026-10-05 14:03:22"}) == DAY
    assert day_of({"call_id": "1791198202.1"}) == DAY
    assert day_of({}) == 0
