# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What ``lookup`` runs inside of ``odoo shell``: it fills, measures and tells."""

import json
import os
import random
import statistics
import time
from pathlib import Path
from unittest.mock import patch

from odoo.tools import SQL, split_every

from odoo.addons.zadarma_connector.zadarma_api.numbers import callers

SIZES = json.loads(os.environ["PROBE_SETTINGS"])["sizes"]
#: Looked up of each notation, and of numbers that are nobody's. Scans take a second
#: each at a million: so many of them in all, after all were tried at the first size.
SAMPLES, MISSES, SCANS = 40, 300, 5
#: Created one by one, with what the addon adds and without it in turns.
CREATED, TURNS = 25, 30
CHUNK = 50_000
#: ISO code, calling code, trunk prefix, beginning and length of national numbers.
#: The last digits of two of them never agree.
COUNTRIES = (
    ("GB", "44", "0", "7400", 10),
    ("UA", "380", "0", "67", 9),
    ("PL", "48", "", "60", 9),
    ("ES", "34", "", "62", 9),
    ("DE", "49", "0", "1512", 11),
    ("FR", "33", "0", "61", 9),
    ("DK", "45", "", "26", 8),
    ("US", "1", "", "2125", 10),
)
#: Of the same countries, but never a contact's.
NOBODY_S = (("GB", "44", "0", "7500", 10), ("UA", "380", "0", "50", 9))
WITHOUT_COUNTRY, TWO = "020 7946 0018, no country known", "020 7946 0018 / 0345 ..."
TIGHT = "020 7946 0018/+39 ..., no blanks"
#: What the PBX tells of a caller from the company's country, however it is typed here.
PLUS_ZERO = "told as +02079460018"
#: How people write a number: plus and calling code, trunk prefix, three groups.
NOTATIONS = {
    "+44 20 7946 0018": "+{c} {0} {1} {2}",
    "+442079460018": "+{c}{0}{1}{2}",
    # also where there is no trunk zero
    "+44 (0)20 7946-0018": "+{c} (0){0} {1}-{2}",
    "0044 20 7946 0018": "00{c} {0} {1} {2}",
    "442079460018": "{c}{0}{1}{2}",
    "020 7946 0018": "{t}{0} {1} {2}",
    "(020) 7946-0018": "({t}{0}) {1}-{2}",
    "020.7946.0018": "{t}{0}.{1}.{2}",
    "020 7946 0018 ext. 12": "{t}{0} {1} {2} ext. 12",
    WITHOUT_COUNTRY: "{t}{0} {1} {2}",
    TWO: "{t}{0} {1} {2} / +390612345678",
    TIGHT: "{t}{0} {1} {2}/+390612345678",
    PLUS_ZERO: "+{c} {0} {1} {2}",
}
INDEXES = {
    "keys of the text (ours)": "res_partner_zadarma_phone_index",
    "parts of the text (Odoo's)": "res_partner_phone_partial_gin_idx",
    "text (Odoo's)": "res_partner_phone_partial_tgm",
}

chance = random.Random(1)
partners = env["res.partner"]  # noqa: F821
cr = partners.env.cr
account = partners.env["zadarma.account"].create({"name": "Bench"})
country_ids = {
    country.code: country.id
    for country in partners.env["res.country"].search(
        [("code", "in", [country[0] for country in COUNTRIES])]
    )
}
british = partners.env["res.country"].browse(country_ids["GB"])
partners.env.company.country_id = british
cr.commit()
wrong = []


def subscriber(country):
    """A random number: the country's code, E.164, and what notations consist of."""
    code, calling, trunk, begin, length = country
    free = length - len(begin)
    national = f"{begin}{chance.randrange(10**free):0{free}d}"
    parts = (national[:-7] or national[:1], national[-7:-4], national[-4:])
    if length == 8:
        parts = (national[:2], national[2:5], national[5:])
    return code, f"+{calling}{national}", {"c": calling, "t": trunk}, parts


def contacts(count, taken):
    """Yield new contacts: text, normalised number, country's id, number, notation."""
    names = list(NOTATIONS)
    while count:
        code, number, settings, parts = subscriber(chance.choice(COUNTRIES))
        if number in taken:
            continue
        taken.add(number)
        count -= 1
        name = chance.choice(names)
        if name == PLUS_ZERO and code != "GB":
            name = "+442079460018"
        text = NOTATIONS[name].format(*parts, **settings)
        country_id, normalised = country_ids[code], number
        if name == WITHOUT_COUNTRY and len("".join(parts)) < 9:
            # too short for anybody to tell
            name, text = "+442079460018", number
        if name == WITHOUT_COUNTRY:
            # in the company's country it may be another number, which it then is
            normalised = partners._phone_format_number(text, british)
            country_id = None
            if normalised not in (False, number):
                name, text, normalised = "+442079460018", number, number
        elif name in (TWO, TIGHT):
            normalised = False
        yield text, normalised or None, country_id, number, name


def fill(count, taken):
    """Add contacts past the ORM; return those that are looked up later."""
    known = {name: [] for name in NOTATIONS}
    for rows in split_every(CHUNK, contacts(count, taken), list):
        insert(rows, known)
    cr.commit()
    settle()
    return known


def settle():
    """Have PostgreSQL do now what it would do by itself while look-ups are timed."""
    cr._cnx.autocommit = True
    cr.execute("VACUUM ANALYZE res_partner")
    cr.execute("CHECKPOINT")
    cr._cnx.autocommit = False


def insert(rows, known):
    texts, normalised, countries, numbers, names = map(list, zip(*rows, strict=True))
    ids = partners.env.execute_query(
        SQL(
            """
            INSERT INTO res_partner (name, complete_name, phone, phone_sanitized,
                country_id, active, type, partner_share, autopost_bills)
            SELECT phone, phone, phone, normalised, country, true, 'contact', true,
                'ask'
            FROM unnest(%s::text[], %s::text[], %s::int[])
                AS new(phone, normalised, country)
            RETURNING id
            """,
            texts,
            normalised,
            countries,
        )
    )
    for [partner_id], number, name, text, country_id, by_core in zip(
        ids, numbers, names, texts, countries, normalised, strict=True
    ):
        if len(known[name]) < SAMPLES:
            told = f"+0{number[3:]}" if name == PLUS_ZERO else number
            known[name].append((told, partner_id))
            country = partners.env["res.country"].browse(country_id) or british
            by_odoo = partners._phone_format_number(text, country) or None
            if name in ("020 7946 0018", "+442079460018") and by_odoo != by_core:
                wrong.append(f"{text} is normalised to {by_odoo}, not to {by_core}")
            if by_odoo != by_core:
                cr.execute(
                    "UPDATE res_partner SET phone_sanitized = %s WHERE id = %s",
                    (by_odoo, partner_id),
                )


def ours(number):
    number = callers.caller(number, "GB").number
    found = partners.env["zadarma.identification"]._identify(account, [number])
    return found[number].candidates.ids


def core(number):
    return partners.search([("phone_mobile_search", "=", number)]).ids


def raw_text(number):
    return partners.search([("phone", "=", number)]).ids


def regexp_tail(number):
    return scan("regexp_replace(phone, '[^0-9]', '', 'g') LIKE %s", number[-9:])


def stripped_space(number):
    return scan("replace(phone, ' ', '') ILIKE %s", number[-8:])


def scan(condition, tail):
    cr.execute(f"SELECT id FROM res_partner WHERE {condition}", [f"%{tail}"])
    return [partner_id for [partner_id] in cr.fetchall()]


#: Approaches, and whether each look-up reads the whole table.
APPROACHES = {
    "ours": (ours, False),
    "Odoo's phone_mobile_search": (core, False),
    "exact raw text": (raw_text, True),
    "regexp tail, 9 digits": (regexp_tail, True),
    "stripped-space suffix, 8 digits": (stripped_space, True),
}


def timed(find, numbers):
    """Look up numbers, each with a cold cache; return milliseconds and answers."""
    times, answers = [], []
    find(numbers[0])
    for number in numbers:
        partners.invalidate_model()
        began = time.perf_counter()
        answers.append(find(number))
        times.append((time.perf_counter() - began) * 1000)
    return times, answers


def figures(times):
    return {
        "median ms": statistics.median(times),
        "p99 ms": sorted(times)[int(len(times) * 0.99)],
    }


def questions(known):
    """Notation, number and contact of those to find, mixed, and numbers of nobody."""
    misses = [subscriber(chance.choice(NOBODY_S))[1] for _time in range(MISSES)]
    wanted = [(name, *one) for name, some in known.items() for one in some]
    chance.shuffle(wanted)
    return wanted, misses


def judged(wanted, answers):
    """Each notation and number, whether its contact was found, and what was found."""
    return [
        (name, number, partner_id in answer, answer)
        for (name, number, partner_id), answer in zip(wanted, answers, strict=True)
    ]


def note_wrong(size, found, strangers):
    """Keep what our way did not find, or found although it is nobody's."""
    wrong.extend(
        f"{number} ({name}) is found as {answer} of {size}"
        for name, number, hit, answer in found
        if not hit or len(answer) > 1
    )
    wrong.extend(
        f"nobody's {number} is found as {answer} of {size}"
        for number, answer in strangers
        if answer
    )


def hit_rate(notation, found):
    hits = [hit for name, _number, hit, _answer in found if name == notation]
    return f"{100 * sum(hits) / len(hits):.0f} %"


def measure(size, known):
    """All approaches at one size: rows of times, and of hit rates if all were tried."""
    rows = []
    rates = {name: {"notation": name} for name in NOTATIONS}
    wanted, misses = questions(known)
    for title, (find, scans) in APPROACHES.items():
        few = scans and size > SIZES[0]
        some = wanted[:SCANS] if few else wanted
        times, answers = timed(find, [number for _name, number, _id in some])
        missed, strangers = timed(find, misses[: SCANS if few else MISSES])
        found = judged(some, answers)
        if find == ours:
            note_wrong(size, found, zip(misses, strangers, strict=True))
        rows.append(
            {
                "contacts": size,
                "approach": title,
                **figures(times),
                **{f"miss, {name}": value for name, value in figures(missed).items()},
            }
        )
        if not few:
            for name, row in rates.items():
                row[title] = hit_rate(name, found)
    return rows, list(rates.values())


def index_rows():
    """Size of each index, and how long it takes to build it anew."""
    rows = []
    for title, name in INDEXES.items():
        # Odoo's index on parts is there only where PostgreSQL has pg_trgm
        [[size, definition]] = partners.env.execute_query(
            SQL(
                """
                SELECT pg_relation_size(oid), pg_get_indexdef(oid)
                FROM (SELECT to_regclass(%s) AS oid) AS index
                """,
                name,
            )
        )
        if not size:
            continue
        seconds = 0.0
        if "ours" in title:
            cr.execute(f"DROP INDEX {name}")
            began = time.perf_counter()
            cr.execute(definition)
            seconds = time.perf_counter() - began
            cr.commit()
        rows.append(
            {
                "index": title,
                "MiB": size / 2**20,
                "bytes per contact": size / SIZES[-1],
                "seconds to build": seconds,
                "us per contact": seconds * 1e6 / SIZES[-1],
            }
        )
    return rows


def create_some(count):
    """Create contacts one by one; return milliseconds per contact."""
    began = time.perf_counter()
    for _time in range(count):
        number = subscriber(chance.choice(COUNTRIES))[1]
        partners.create({"name": "New", "phone": number})
        partners.env.flush_all()
    return (time.perf_counter() - began) * 1000 / count


def creation_rows():
    """What a created contact costs, in turns that are then taken back."""
    times = {"with the addon": [], "without its indexes and notes": []}
    create_some(20)
    cr.rollback()
    for _turn in range(TURNS):
        times["with the addon"].append(create_some(CREATED))
        cr.rollback()
        for title, name in INDEXES.items():
            if "ours" in title:
                cr.execute(f"DROP INDEX {name}")
        with (
            patch.object(type(partners), "_zadarma_texts", lambda self: set()),
            patch.object(type(partners.env["zadarma.relink"]), "_queue", lambda *_a: 0),
        ):
            times["without its indexes and notes"].append(create_some(CREATED))
        cr.rollback()
    return [
        {"contacts created one by one": title, "ms each": statistics.median(some)}
        for title, some in times.items()
    ]


taken = set()
tables = {"Look-ups": []}
for size in SIZES:
    rows, rates = measure(size, fill(size - len(taken), taken))
    tables["Look-ups"] += rows
    if size == SIZES[0]:
        tables["Found, of each notation"] = rates
tables[f"Indexes at {SIZES[-1]:,} contacts"] = index_rows()
tables[f"Creating contacts beside {SIZES[-1]:,}"] = creation_rows()
Path(os.environ["PROBE_RESULT"]).write_text(
    json.dumps({"tables": tables, "wrong": wrong})
)
