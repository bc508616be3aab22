# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""All countries x all notations, with the contact's country known and unknown.

A fixed sample of countries; all of them with ``ZADARMA_MATRIX=all`` in the environment.
What is not found has to have one of the reasons named here, and is counted.
"""

import os
from collections import Counter, defaultdict

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat as Format
from phonenumbers import PhoneNumberType as Kind
from zadarma_api.numbers import callers, keys, matching, plans

SAMPLE = (
    "AC AD AR AT AU BE BR BY CA CI CN CZ DE DK ES FI FO FR GB GR HU IN IS IT JE JP KZ"
    " MX NG NU PL PT RU SE SK SM UA US VA XK"
).split()
ALL = os.environ.get("ZADARMA_MATRIX") == "all"
COUNTRIES = sorted(phonenumbers.SUPPORTED_REGIONS) if ALL else SAMPLE
#: The company's country where the contact has none.
COMPANY = "UA"
#: Whose people a text could be mistaken for.
STRANGERS = ("1", "7", "20", "36", "44", "49", "84")

OPEN = "lengths vary in this country: what looks like an extension is the number's end"
SHORT = "two numbers of five digits and fewer, with no comma or word between them"
JOINED = "two numbers of six digits and fewer, with one blank between them"
COMPANY_S = "the company's country has such a number, or has a part of it"
FEW = "less than nine digits without a country"
PROBABLY = "up to ten digits with their country code in one piece, without plus"


def examples(country):
    """A number of each kind that a country has: itself, and the other one."""
    found = [
        phonenumbers.example_number_for_type(country, kind)
        for kind in (Kind.FIXED_LINE, Kind.MOBILE)
    ]
    found = [one for one in found if one and phonenumbers.is_valid_number(one)]
    return list(zip(found, found[::-1], strict=True))


def whole_notations(number):
    """Texts with the country, by the names of notations."""
    e164 = phonenumbers.format_number(number, Format.E164)
    shown = phonenumbers.format_number(number, Format.INTERNATIONAL)
    national = phonenumbers.national_significant_number(number)
    texts = {
        "+44 20 7946 0018": shown,
        "+442079460018": e164,
        "+44.20.7946.0018": shown.replace(" ", ".").replace("-", "."),
        "0044 20 7946 0018": f"00{shown[1:]}",
        "00442079460018": f"00{e164[1:]}",
        "+00442079460018": f"+00{e164[1:]}",
        "44 20 7946 0018": shown[1:],
        "442079460018": e164[1:],
        "442079460018.0": f"{e164[1:]}.0",
        "4.42079460018E+11": f"{e164[1]}.{e164[2:]}E+{len(e164) - 2}",
        "+44 20 7946 0018 ext. 12": f"{shown} ext. 12",
        "+44 20 7946 0018 (Olya)": f"{shown} (Olya)",
    }
    if number.country_code not in (39, 378, 379):
        texts["+44 (0)20 7946 0018"] = f"+{number.country_code} (0){national}"
    return texts


def home_notations(number, other):
    """Texts without the country; two numbers in the names begin with ``2:``."""
    text = phonenumbers.format_number(number, Format.NATIONAL)
    second = phonenumbers.format_number(other, Format.NATIONAL)
    digits = plans.at_home(phonenumbers.format_number(number, Format.E164))
    return {
        "020 7946 0018": text,
        "02079460018": digits,
        "020.7946.0018": text.replace(" ", ".").replace("-", "."),
        "2079460018": phonenumbers.national_significant_number(number),
        "020 7946 0018 ext. 12": f"{text} ext. 12",
        "020 7946 0018 - 12": f"{text} - 12",
        "020 7946 0018 (12)": f"{text} (12)",
        "020 7946 0018/12": f"{text}/12",
        "020 7946 0018 (Olya)": f"{text} (Olya)",
        "2: /": f"{text} / {second}",
        "2: / without blanks": f"{second}/{text}",
        "2: -": f"{text} - {second}",
        "2: en dash": f"{second} \u2013 {text}",
        "2: two blanks": f"{second}  {text}",
        "2: tab": f"{text}\t{second}",
        "2: comma": f"{second}, {text}",
        "2: or": f"{text} or {second}",
        "2: line": f"{second}\n{text}",
        "2: one blank": f"{digits} {''.join(filter(str.isdecimal, second))}",
    }


def excuse(name, text, e164, country, second):
    """Why a text need not be found, empty if it has to be."""
    _code, national = plans.split(e164)
    if country is None:
        written = (
            {plans.at_home(e164), national, national[2:]}
            if name in HOME
            else {e164[1:]}
        )
        read = {plans.national(digits, COMPANY) for digits in written}
        if any(one and one.valid for one in read) and not text.startswith("+"):
            return COMPANY_S
        if len(national) < keys.TAIL and name in HOME:
            return FEW
        country = "" if name in HOME else country
    if name in EXTENDED and country:
        one = plans.national("".join(filter(str.isdecimal, text)), country)
        if one and one.valid:
            return OPEN
    if name in LOOSE_PAIRS | set(EXTENDED) and min(len(national), len(second)) <= 5:
        return SHORT
    if name == "2: one blank" and min(len(national), len(second)) <= 6:
        return JOINED
    return ""


EXTENDED = ("020 7946 0018 - 12", "020 7946 0018 (12)", "020 7946 0018/12")
LOOSE_PAIRS = {
    *("2: /", "2: / without blanks", "2: -", "2: en dash", "2: two blanks"),
}
HOME = set(home_notations(*[phonenumbers.example_number("GB")] * 2))


class Tally:
    """What was found, by country known or not and by how sure it was."""

    def __init__(self):
        self.counts = Counter()
        self.excused = defaultdict(set)
        self.wrong = []

    def judge(self, name, text, e164, country, second):
        match = matching.match([text], e164, [country or COMPANY])
        self.counts["known" if country else "unknown", match] += 1
        enough = ("exact",) if country or name not in HOME else ("exact", "probable")
        if match in enough:
            return
        reason = excuse(name, text, e164, country, second)
        if not reason and match == "probable" and name in PIECES and len(e164) <= 11:
            reason = PROBABLY
        if reason:
            self.excused[reason].add((country or "-", name, text))
        else:
            self.wrong.append((country, name, text, e164, match))


PIECES = ("442079460018", "442079460018.0", "4.42079460018E+11")


def test_matrix(capsys):
    tally = Tally()
    for country in COUNTRIES:
        for number, other in examples(country):
            e164 = plans.renumbered(phonenumbers.format_number(number, Format.E164))
            second = phonenumbers.national_significant_number(other)
            texts = {**whole_notations(number), **home_notations(number, other)}
            for name, text in texts.items():
                tally.judge(name, text, e164, country, second)
                tally.judge(name, text, e164, None, second)
    with capsys.disabled():
        print(f"\n{len(COUNTRIES)} countries:", dict(tally.counts))
        for reason, texts in tally.excused.items():
            print(f"  {len(texts):5} not found or less sure: {reason}")
    assert not tally.wrong, "\n".join(map(str, tally.wrong))
    assert tally.counts["known", "exact"] > 20 * len(COUNTRIES)


def test_no_stranger_is_exact():
    """Where the contact's country reads a text, it is nobody else's number."""
    wrong, tried = [], 0
    for country in COUNTRIES:
        for number, other in examples(country):
            own = {
                plans.renumbered(phonenumbers.format_number(one, Format.E164))
                for one in (number, other)
            }
            national = phonenumbers.national_significant_number(number)
            strangers = {f"+{code}{national}" for code in STRANGERS}
            texts = {**whole_notations(number), **home_notations(number, other)}
            for text in texts.values():
                digits = "".join(filter(str.isdecimal, text))
                for stranger in {
                    *strangers,
                    f"+{digits[:15]}",
                    f"+{digits[:12]}",
                } - own:
                    if not plans.E164.fullmatch(stranger):
                        continue
                    tried += 1
                    match = matching.match([text], stranger, [country])
                    if match == "exact" and plans.renumbered(stranger) not in own:
                        wrong.append((country, text, stranger))
    assert not wrong
    assert tried > 200 * len(COUNTRIES)


def test_callers_matrix():
    """However the PBX tells the number of a caller of the company's own country."""
    wrong = []
    for country in COUNTRIES:
        for number, _other in examples(country):
            e164 = plans.renumbered(phonenumbers.format_number(number, Format.E164))
            home = plans.at_home(e164)
            told = [e164, e164[1:], f"00{e164[1:]}", f"+00{e164[1:]}", home]
            told += [f"sip:{e164}@host", f"Name <{e164[1:]}>", f"Name ({e164})"]
            told += [f"+{home}"] if home.startswith("0") else []
            read = {text: callers.caller(text, country).number for text in told}
            wrong += [(country, *one) for one in read.items() if one[1] != e164]
    assert not wrong


@pytest.mark.parametrize("country", [None, "UA", "US", "DE", "BR"])
def test_callers_from_abroad_matrix(country):
    """Callers with their country are read the same in every company."""
    wrong = []
    for home in COUNTRIES:
        for number, _other in examples(home):
            e164 = plans.renumbered(phonenumbers.format_number(number, Format.E164))
            told = [
                e164,
                f"00{e164[1:]}",
                f"+00{e164[1:]}",
                f"Name <sip:{e164}@1.2.3.4>",
            ]
            read = {text: callers.caller(text, country).number for text in told}
            wrong += [(home, *one) for one in read.items() if one[1] != e164]
    assert not wrong
