# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Index and judgement cannot disagree: whatever is accepted has a key that is found."""

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from zadarma_api.numbers import callers, characters, cutting, keys, matching, plans
from zadarma_api.numbers.reading import read

COUNTRIES = "UA PL US GB DE IT RU HU MX AR BR DK AT FO NU IN CN FR".split()
EXAMPLES = [
    phonenumbers.example_number_for_type(country, kind)
    for country in COUNTRIES
    for kind in (0, 1)
]
FORMATS = (0, 1, 2)
SEPARATORS = list(" -./(),;+#x\t\n:|~_'") + [
    " - ",
    "  ",
    " / ",
    " (",
    ") ",
    "\u2013",
    "\u200b",
]

written = st.builds(
    phonenumbers.format_number, st.sampled_from(EXAMPLES), st.sampled_from(FORMATS)
)
digits = st.text("0123456789", min_size=1, max_size=12)
odd = st.text("0123456789 -/()+.,x#٣３аz\u00a0\u2013", max_size=12)
texts = st.lists(
    st.one_of(written, digits, odd, st.sampled_from(SEPARATORS)), max_size=7
).map("".join)
countries = st.lists(st.sampled_from(COUNTRIES), max_size=2)


def numbers_in(text, where):
    """Numbers that a text may be taken for."""
    found = set()
    for one in cutting.cut(text, where):
        found |= {read(one, where).e164, f"+{one.bare}", f"+{one.bare.lstrip('0')}"}
        found |= {f"+{code}{one.bare.lstrip('0')}" for code in (1, 7, 44, 380, 549)}
        found |= {f"+{code}{one.bare[1:]}" for code in (7, 36, 48, 375)}
    return {one for one in found if plans.E164.fullmatch(one)}


@settings(max_examples=600)
@given(texts, countries)
@example("1) 12 34 56 7", ["FO"])
@example("12345 2) 12345 3) 12345", ["TV"])
@example("1) 123 45 67 2) 234 56 78", ["LV"])
def test_whatever_is_accepted_is_found(text, where):
    for number in numbers_in(text, where):
        accepted = [
            matching._same(one, plans.renumbered(number), where)
            for one in cutting.cut(text, where)
        ]
        if any(accepted):
            assert keys.keys(text) & keys.look_up(number), (text, number, accepted)


@given(texts, countries)
def test_a_number_that_a_text_reads_as_is_exactly_its_number(text, where):
    for one in cutting.cut(text, where):
        found = read(one, where)
        if found.e164 and found.is_sure:
            assert matching.match([text], found.e164, where) == "exact"


@given(st.one_of(texts, st.text(max_size=40)), countries)
def test_no_digit_is_invented(text, where):
    there = "".join(filter(str.isdecimal, characters.plain(text)))
    typed = "".join(filter(str.isdecimal, characters.plain(characters.dialled(text))))
    for one in cutting.cut(text, where):
        assert one.bare in there or one.bare in typed or "(0)" in one.text


@given(st.one_of(texts, st.text(max_size=40)), st.sampled_from([None, *COUNTRIES]))
def test_a_caller_that_was_read_is_read_the_same_again(text, country):
    first = callers.caller(text, country)
    if first.is_read:
        assert plans.E164.fullmatch(first.number)
        assert callers.caller(first.number, country) == first


@pytest.mark.parametrize(
    "text, found",
    [
        # one key of what is one number
        ("+380 44 364 57 13", {"443645713"}),
        ("Tel. (044) 364-57-13", {"443645713"}),
        ("030/1234567", {"301234567"}),
        ("+48 (0)22 307 18 45", {"223071845"}),
        ("32 12 34 56", {"32123456"}),
        ("380443645713.0", {"443645713"}),
        ("044 364-57-13 (Olya)", {"443645713"}),
        ("", set()),
        ("Orchard", set()),
        # short ones in company, and all windows of the others
        ("4012, 4013", {"s4012", "s4013"}),
        ("123456/234567", {"s123456", "s234567"} | {"w1234562", "w2345623"}),
        ("3212345678 #12", {"s12", "w3212345", "w2123456", "w1234567", "w2345678"}),
    ],
)
def test_keys(text, found):
    assert found <= keys.keys(text)
    if not any(key.startswith("w") for key in found):
        assert found == keys.keys(text)


def test_a_number_has_few_keys_to_look_up():
    assert keys.look_up("+442079460018") == {"079460018", "w9460018"}
    assert max(len(keys.look_up(plans.renumbered(e164(one)))) for one in EXAMPLES) < 25


def e164(number):
    return phonenumbers.format_number(number, 0)


def test_the_expression_can_stand_in_a_statement_with_parameters():
    assert "%" not in keys.keys_sql("phone")


@pytest.mark.parametrize("country", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_a_text_finds_the_numbers_that_find_it(country):
    """Relinking goes from texts to numbers, identification from numbers to texts."""
    for kind in (0, 1):
        example = phonenumbers.example_number_for_type(country, kind)
        if not example:
            continue
        number = phonenumbers.format_number(example, 0)
        texts = {*keys._forms(number), "067 123 45 67 / " + number, f"x 12, {number}"}
        texts |= {phonenumbers.format_number(example, one) for one in FORMATS}
        for text in texts:
            if keys.keys(text) & keys.look_up(number):
                assert keys.core(number) in keys.cores(text), text


@pytest.mark.parametrize("number", ["0672220001", "+0672220001", "12345", "0012345"])
def test_a_text_finds_what_the_pbx_sent(number):
    for text in keys._forms(number):
        assert keys.core(number) in keys.cores(text)
