# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""``docs/fold.md`` against the code: which fact is believed about which field."""

import dataclasses
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from zadarma_api import facts, notification
from zadarma_api.facts import Fact
from zadarma_api.fold import Call, Leg, fold

ZONE = "Europe/Kyiv"
IN, OUT = "in_" + "a" * 40, "out_" + "b" * 40
START = datetime(2026, 10, 5, 11, 3, 22)
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "fold.md"
EVENTS = {
    "START": {"in": notification.START, "out": notification.OUT_START},
    "END": {"in": notification.END, "out": notification.OUT_END},
    "INTERNAL": {"in": notification.INTERNAL, "out": notification.INTERNAL},
    "ANSWER": {"in": notification.ANSWER, "out": notification.ANSWER},
    "RECORD": {"in": notification.RECORD, "out": notification.RECORD},
    "STATISTICS": {"in": facts.STATISTICS, "out": facts.STATISTICS},
    "NO_NEWS": {"in": facts.NO_NEWS, "out": facts.NO_NEWS},
    "ROUTED": {"in": facts.ROUTED},
    "REQUESTED": {"out": facts.REQUESTED},
    "REFUSED": {"out": facts.REFUSED},
    "EXPIRED": {"out": facts.EXPIRED},
}


def read_table():
    """From fields to their sources, a list of those that count together for each step
    of precedence."""
    rows = re.findall(r"^\| (\w+) \| (.+?) \|", DOCUMENT.read_text(), re.MULTILINE)
    assert rows.pop(0) == ("Field", "First that tells")
    return [
        (
            field,
            [
                [source.strip("`") for source in step.split(" + ")]
                for step in cell.split(", ")
                if "`" in step
            ],
        )
        for field, cell in rows
    ]


ROWS = read_table()
TABLE = dict(ROWS)


def at(seconds):
    return START + timedelta(seconds=seconds)


def clock(seconds):
    """The account's wall clock, three hours ahead of UTC."""
    return f"{at(seconds) + timedelta(hours=3):%Y-%m-%d %H:%M:%S}"


@dataclasses.dataclass(frozen=True)
class Chain:
    """Facts that contradict one another about a field.

    :param sources: from each source to its parameters and what the field is if they
        are believed; a third item is the second at which they arrive
    :param also: further facts that come with a source, where it tells nothing alone
    """

    field: str
    direction: str
    sources: dict
    also: dict = dataclasses.field(default_factory=dict)

    def facts(self, source):
        told = [(source, *self.sources[source])]
        told += self.also.get(source, [])
        return [
            Fact(self._event(name), self._params(name, params), at(*second or [0]))
            for name, params, _value, *second in told
        ]

    def value(self, source):
        return self.sources[source][1]

    def _event(self, source):
        return EVENTS[source.split(".")[0]][self.direction]

    def _params(self, source, params):
        if source in ("REQUESTED", "REFUSED", "EXPIRED"):
            return params
        return {"pbx_call_id": {"in": IN, "out": OUT}[self.direction], **params}


def number(last):
    return f"+44203769188{last}"


ANSWERED = {"disposition": "answered"}
CHAINS = [
    Chain(
        "state",
        "out",
        {
            "END": ({}, "ended"),
            "STATISTICS": ({}, "ended"),
            "NO_NEWS": ({}, "ended"),
            "ANSWER": ({}, "in_progress"),
            "START": ({}, "ringing"),
            "INTERNAL": ({}, "ringing"),
            "REFUSED": ({}, "ended"),
            "EXPIRED": ({}, "ended"),
            "REQUESTED": ({}, "requested"),
        },
    ),
    Chain(
        "result",
        "out",
        {
            "STATISTICS": ({"disposition": "busy"}, "busy"),
            "END": ({"disposition": "no answer"}, "no_answer"),
            "ANSWER": ({}, "answered"),
            "REFUSED": ({}, "failed"),
            "EXPIRED": ({}, "failed"),
        },
        also={"ANSWER": [("END", {}, None)]},
    ),
    Chain(
        "disposition",
        "in",
        {
            "STATISTICS": ({"disposition": "busy"}, "busy"),
            "END": ({"disposition": "cancel"}, "cancel"),
        },
    ),
    Chain(
        "failure",
        "out",
        {
            "REFUSED": ({"reason": "No money"}, "No money"),
            "EXPIRED": ({"reason": "Expired"}, "Expired"),
        },
    ),
    Chain("routing_rule", "in", {"ROUTED": ({"rule": "manager"}, "manager")}),
    Chain(
        "caller_number",
        "in",
        {
            "END": ({"caller_id": number(1)}, number(1)),
            "ANSWER": ({"caller_id": number(2), "destination": "101"}, number(2)),
            "INTERNAL": ({"caller_id": number(3)}, number(3)),
            "START": ({"caller_id": number(4)}, number(4)),
            "STATISTICS": ({"clid": f'"A" <{number(5)}>'}, number(5)),
        },
    ),
    Chain(
        "caller_number",
        "out",
        {
            "STATISTICS": ({"clid": f"A ({number(5)})"}, number(5)),
            "REQUESTED": ({"from": "101"}, "101"),
        },
    ),
    Chain(
        "caller_id",
        "out",
        {
            "STATISTICS": ({"clid": f"A ({number(5)})"}, number(5)),
            "END": ({"caller_id": number(1)}, number(1)),
            "START": ({"caller_id": number(2)}, number(2)),
        },
    ),
    Chain(
        "called_number",
        "in",
        {
            "END": ({"called_did": "1"}, "1"),
            "INTERNAL": ({"called_did": "2"}, "2"),
            "START": ({"called_did": "3"}, "3"),
        },
    ),
    Chain(
        "called_number",
        "out",
        {
            "END": ({"destination": number(1)}, number(1)),
            "START": ({"destination": number(2)}, number(2)),
            "REQUESTED": ({"to": number(3)}, number(3)),
            "STATISTICS": ({"destination": number(4)}, number(4)),
        },
    ),
    Chain(
        "extension",
        "in",
        {
            "STATISTICS": ({"sip": "101", **ANSWERED}, "101"),
            "ANSWER": ({"internal": "103"}, "103"),
            "END.last_internal": ({"last_internal": "102", **ANSWERED}, "102"),
            "END.internal": ({"internal": "104", **ANSWERED}, "104"),
            "INTERNAL": ({"internal": "105"}, "105"),
        },
    ),
    Chain(
        "extension",
        "out",
        {"START": ({"internal": "101"}, "101"), "REQUESTED": ({"from": "102"}, "102")},
    ),
    Chain(
        "date_start",
        "out",
        {
            "START": ({"call_start": clock(1)}, at(1)),
            "INTERNAL": ({"call_start": clock(2)}, at(2)),
            "ANSWER": ({"call_start": clock(3)}, at(3)),
            "END": ({"call_start": clock(4)}, at(4)),
            "STATISTICS": ({"callstart": clock(5)}, at(5)),
            "REQUESTED": ({}, at(-5), -5),
        },
    ),
    Chain("start_is_arrival", "in", {"START": ({"call_start": ""}, True)}),
    Chain(
        "outside_answerer",
        "in",
        {
            "STATISTICS": (
                {"destination": number(6), "is_recorded": "true", **ANSWERED},
                number(6),
            ),
            "ANSWER": ({"destination": number(7)}, number(7)),
        },
    ),
    Chain(
        "answer_source",
        "in",
        {
            "STATISTICS": (ANSWERED, "statistics"),
            "ANSWER": ({}, "answer"),
            "END": (ANSWERED, "end"),
        },
    ),
    Chain(
        "claims",
        "in",
        {
            "STATISTICS": ({"seconds": "30", "is_recorded": "true", **ANSWERED}, ()),
            "END": ({"duration": "42", **ANSWERED}, ("duration", "result")),
        },
    ),
    Chain(
        "date_answer",
        "in",
        {
            "ANSWER": ({}, at(7), 7),
            "END": ({"duration": "42", **ANSWERED}, at(8), 50),
        },
    ),
    Chain(
        "date_end",
        "out",
        {
            "END": ({}, at(50), 50),
            "STATISTICS": ({"seconds": "30", **ANSWERED}, at(37), 99),
            "REFUSED": ({}, at(3), 3),
            "EXPIRED": ({}, at(4), 4),
        },
        also={"STATISTICS": [("ANSWER", {}, None, 7)]},
    ),
    Chain(
        "duration",
        "in",
        {
            "STATISTICS": ({"seconds": "30", **ANSWERED}, 30),
            "END": ({"duration": "42"}, 42),
        },
    ),
    Chain(
        "recorded",
        "in",
        {
            "STATISTICS": ({"is_recorded": "true"}, True),
            "END": ({"is_recorded": "0"}, False),
            "RECORD": ({"call_id_with_rec": "1.1"}, True),
        },
    ),
    Chain("confirmed", "in", {"STATISTICS": ({}, True)}),
    Chain(
        "legs",
        "in",
        {
            "STATISTICS": (
                {"sip": "101", "call_id": "1.1", **ANSWERED},
                (Leg("101", "1.1", "answered"),),
            ),
            "END": ({"internal": "102"}, (Leg("102"),)),
            "ANSWER": ({"internal": "103"}, (Leg("103", result="answered"),)),
            "INTERNAL": ({"internal": "104"}, (Leg("104"),)),
            "RECORD": ({"call_id_with_rec": "2.2"}, (Leg("", "2.2", None, True),)),
        },
    ),
    Chain(
        "legs",
        "out",
        {
            "START": ({"internal": "105"}, (Leg("105"),)),
            "REQUESTED": ({"from": "106"}, (Leg("106"),)),
        },
    ),
]


def test_each_field_has_exactly_one_row():
    fields = [field.name for field in dataclasses.fields(Call)]
    assert sorted(field for field, _steps in ROWS) == sorted(fields)


@pytest.mark.parametrize("field", TABLE)
def test_each_source_is_tried(field):
    listed = {source for step in TABLE[field] for source in step}
    tried = {
        source for chain in CHAINS if chain.field == field for source in chain.sources
    }
    assert tried == listed


@pytest.mark.parametrize(
    "chain", CHAINS, ids=lambda chain: f"{chain.field}-{chain.direction}"
)
def test_first_source_is_believed(chain):
    steps = [
        [source for source in step if source in chain.sources]
        for step in TABLE[chain.field]
    ]
    contradicting = []
    for step in filter(None, reversed(steps)):
        for source in step:
            if contradicting:
                told_below = fold(contradicting, ZONE)
                assert getattr(told_below, chain.field) != chain.value(source)
            call = fold([*contradicting, *chain.facts(source)], ZONE)
            assert getattr(call, chain.field) == chain.value(source)
        contradicting += [fact for source in step for fact in chain.facts(source)]
