# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Keys by which what was said is known again."""

from datetime import UTC, datetime

import pytest
from zadarma_api.fingerprint import fingerprint, moment_of, moment_of_signed

SECRET = "of a database"
MOMENT = int(datetime(2026, 10, 5, 14, 3, 22, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    "text, moment",
    [
        ("+4420376918804420376918812026-10-05 14:03:22", MOMENT),
        ("2026-10-05 14:03:22", MOMENT),
        ("in_ae6b03b3b0765d127ec0b739209346bbc4f0d52d1791198202.343456", 1791198202),
        ("4420376918812026-99-99 14:03:22", 0),
        ("4420376918812026-10-05 25:03:22", 0),
        ("4420376918811791198202", 0),
        ('{"text":"2026-10-05 14:03:22"}', 0),
        ("", 0),
    ],
)
def test_moment_of_a_signed_text(text, moment):
    assert moment_of_signed(text) == moment


@pytest.mark.parametrize(
    "params, moment",
    [
        (
            {"call_start": "2026-10-05 14:03:22", "callstart": "2026-10-06 14:03:22"},
            MOMENT,
        ),
        ({"call_start": "", "callstart": "2026-10-05 14:03:22"}, MOMENT),
        ({"call_start": "2026-10-05 14:03:22", "call_id": "1.1"}, MOMENT),
        ({"call_start": "2026-10-05", "call_id": "1791284602.1"}, 1791284602),
        ({"call_id_with_rec": "1791198202.1", "call_id": "1791284602.1"}, 1791198202),
        ({"call_id": "1791158400.1"}, 1791158400),
        ({"call_id": "garbage"}, 0),
        ({}, 0),
    ],
)
def test_moment_that_parameters_tell(params, moment):
    assert moment_of(params) == moment


def test_key_is_short_and_of_what_was_said():
    keys = {fingerprint(said, SECRET, MOMENT) for said in ("", "a", "b")}
    assert len(keys) == 3
    assert {tuple(map(len, key)) for key in keys} == {(16, 10)}
    assert fingerprint("a", SECRET, MOMENT) == fingerprint("a", SECRET, MOMENT)


def test_keys_of_one_signed_text_are_of_that_text():
    keys = [fingerprint(said, SECRET, MOMENT, "signed") for said in ("", "a", "b")]
    assert {tuple(map(len, key)) for key in keys} == {(16, 10)}
    assert len(set(keys)) == 3
    [signed_key] = {key.signed_key for key in keys}
    others = [
        fingerprint("a", SECRET, MOMENT, "signed otherwise"),
        fingerprint("a", SECRET, MOMENT + 1, "signed"),
        # nobody signed these
        fingerprint("a", SECRET, MOMENT),
        fingerprint("b", SECRET, MOMENT),
    ]
    assert len({signed_key, *(key.signed_key for key in others)}) == 5


def test_without_the_secret_nobody_finds_what_has_the_same_key():
    known, other = (
        fingerprint("a", secret, MOMENT, "signed") for secret in (SECRET, "another")
    )
    assert known.signed_key == other.signed_key
    assert known.fingerprint != other.fingerprint


@pytest.mark.parametrize("signature", ["", "signed"])
def test_keys_are_in_the_order_of_their_moments(signature):
    """Whatever digits the moments have: the order of base32's usual ones is another."""
    moments = [
        0,
        1,
        31,
        32,
        255,
        2**16,
        2**24 - 1,
        MOMENT,
        MOMENT + 1,
        2**31,
        2**32 - 1,
    ]
    keys = [fingerprint("a", SECRET, moment, signature) for moment in moments]
    assert keys == sorted(keys)
    # clocks go on after 2106
    assert fingerprint("a", SECRET, 2**32 + 1) == fingerprint("a", SECRET, 1)
    assert fingerprint("a", SECRET, -1) == fingerprint("a", SECRET, 2**32 - 1)
